package io.frond.account;

import io.frond.buffer.FlushSet;
import io.frond.trace.Trace;
import io.frond.wire.MessageFrame;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/// A message on its way through the server: the frame, where it came from, and the parts of its
/// wire form that receivers share, built at most once. One for each event loop, reused for every
/// message; only that loop may touch it.
public final class Delivery {
  private final int loop;
  private final FlushSet flushes;
  private final SplittableRandom random;
  private MessageFrame frame;
  private Side side = Side.LOCAL;
  private @Nullable Object source;
  private @Nullable Object route;
  private boolean echo;
  private boolean served;
  private byte @Nullable [] shown;
  private int delivered;

  /// Of those, parts of the server itself.
  private int inside;

  /// Of those, other servers of the cluster, and leaves' links.
  private int overRoutes;

  private int overLeaves;

  private long hold;
  private long outMessages;
  private long outBytes;

  private byte[] line = new byte[512];
  private int prefixEnd;
  private byte[] suffix = new byte[256];
  private int suffixLength;

  /// The subject of this message, by identity, and that of which `line` and `suffix` are, which
  /// hold for the next message too when it has the same subject and size and neither reply nor
  /// headers.
  private byte @Nullable [] subject;

  private byte @Nullable [] lineSubject;
  private int linePrefixEnd;
  private int lineSize;

  /// Whose line is whole in `line`, null for nobody's, and where it ends.
  private byte @Nullable [] lineSid;

  private int lineEnd;

  /// Where in `suffix` the reply ends, its blank included.
  private int suffixReply;

  private final Targets targets = new Targets();

  private @Nullable Afterwards[] afterwards = new Afterwards[2];
  private int afterwardsCount;
  private @Nullable Object tagSource;
  private long tagSequence;
  private boolean onlyRoutes;
  private boolean kept;
  private @Nullable Trace trace;

  /// @param loop the event loop's number, for [RemoteTarget#slots]
  public Delivery(int loop, FlushSet flushes, long seed) {
    this.loop = loop;
    this.flushes = flushes;
    random = new SplittableRandom(seed);
    frame = MessageFrame.of(new byte[0], new byte[0], 0, new byte[0]);
    System.arraycopy(new byte[] {(byte) 0x48, 0x4d, 0x53, 0x47, 0x20}, 0, line, 0, 5); // "HMSG "
  }

  /// Starts a message.
  ///
  /// @param source the link that it came from, by identity, or the [Origin] of leaves; null for the
  ///   server itself
  /// @param echo whether the source's own subscriptions get it
  public void begin(MessageFrame frame, Side side, @Nullable Object source, boolean echo) {
    this.frame = frame;
    this.side = side;
    this.source = source;
    this.echo = echo;
    route = null;
    served = false;
    shown = null;
    subject = null;
    delivered = 0;
    inside = 0;
    overRoutes = 0;
    overLeaves = 0;
    prefixEnd = 0;
    targets.clear();
    tagSource = null;
    onlyRoutes = false;
    kept = false;
    trace = null;
  }

  /// The message's way is to be told. Call it after [#begin].
  public void trace(@Nullable Trace of) {
    trace = of;
  }

  /// Null for a message that is not traced, which nearly all are.
  public @Nullable Trace trace() {
    return trace;
  }

  /// From here on the message is another one on the same subject: one with other headers.
  ///
  /// @return what it was
  public MessageFrame exchange(MessageFrame other) {
    var before = frame;
    frame = other;
    prefixEnd = 0;
    lineSubject = null;
    return before;
  }

  /// The message is one of a source that other servers of the cluster know, so that each of them
  /// takes it once however often and by whatever way it comes. Call it after [#begin].
  ///
  /// @param source by identity
  /// @param relayed this server has had it already: it is for others only
  public void tag(Object source, long sequence, boolean relayed) {
    tagSource = source;
    tagSequence = sequence;
    onlyRoutes = relayed;
  }

  /// What [#tag] was given; null for a message without a tag.
  public @Nullable Object tagSource() {
    return tagSource;
  }

  public long tagSequence() {
    return tagSequence;
  }

  /// Whether the message is for other servers of the cluster only, and for no queue group.
  boolean onlyRoutes() {
    return onlyRoutes;
  }

  /// A forward lane has taken the message: it goes to the lane's hub by that, not by interest.
  ///
  /// @return false when one has it already
  public boolean keep() {
    var first = !kept;
    kept = true;
    return first;
  }

  /// Whether a lane has taken it; known before queue groups choose and links are sent to.
  public boolean isKept() {
    return kept;
  }

  /// Something is to be done when all receivers of this message are known.
  public void afterwards(Afterwards then) {
    if (afterwardsCount == afterwards.length) {
      afterwards = Arrays.copyOf(afterwards, 2 * afterwardsCount);
    }
    afterwards[afterwardsCount++] = then;
  }

  /// The bytes of the message's subject, an object that stands for this subject alone and never
  /// changes: so that what is built of it holds for the next message. Null when there is none.
  void subjectIs(byte @Nullable [] known) {
    subject = known;
  }

  /// The message has another subject from here on: see [Renames].
  void rename(byte[] subject) {
    frame = MessageFrame.of(subject, frame.reply(), frame.headerLength(), frame.body());
  }

  /// The subject that clients see instead of the one by which the message finds them: a consumer's
  /// message goes to an inbox and shows its stream's subject. Call it after [#begin].
  public void showAs(byte[] subject) {
    shown = subject;
  }

  /// What [#showAs] was given; null when clients see the frame's own subject.
  public byte @Nullable [] shown() {
    return shown;
  }

  public MessageFrame frame() {
    return frame;
  }

  public Side side() {
    return side;
  }

  /// The message came over a route from a server that sees to the sessions of leaves itself: it
  /// keeps the message for each of them and sends it to where they are. Call it after [#begin].
  public void servedSessions() {
    served = true;
  }

  /// What [#servedSessions] told: what sessions remember is then no reason to deliver here.
  public boolean servesSessions() {
    return served;
  }

  /// The name of the cluster of leaves that the message came from, null for no such one.
  public byte @Nullable [] origin() {
    return source instanceof Origin leaves ? leaves.name() : null;
  }

  public int loop() {
    return loop;
  }

  /// Where it came from, see [#begin].
  public @Nullable Object source() {
    return source;
  }

  /// The route that it came by, which `source` does not say of what leaves published. Call it after
  /// [#begin].
  public void route(Object link) {
    route = link;
  }

  /// Whether it came from the server at a route's other end.
  boolean cameBy(@Nullable Object link) {
    return link != null && (link == route || link == source);
  }

  /// Whether a subscription's owner may not have this message back.
  public boolean excludes(@Nullable Object owner) {
    return owner == source && owner != null && !(echo && side == Side.LOCAL);
  }

  public FlushSet flushes() {
    return flushes;
  }

  /// How many receivers took the message, remote servers counted once each.
  public int delivered() {
    return delivered;
  }

  void took() {
    delivered++;
  }

  /// Whoever takes the message now is a part of the server itself, which is sent nothing.
  public void staysInside() {
    inside++;
  }

  /// To how many receivers it goes out.
  int sent() {
    return delivered - inside;
  }

  int overRoutes() {
    return overRoutes;
  }

  int overLeaves() {
    return overLeaves;
  }

  /// Ends a message: it counts for all that it went out to.
  void end() {
    outMessages += sent();
    outBytes += (long) sent() * frame.size();
  }

  /// Messages that this loop handed to receivers since the start.
  public long outMessages() {
    return outMessages;
  }

  public long outBytes() {
    return outBytes;
  }

  /// A receiver has much queued: the longest queue of a batch decides for how long its producer is
  /// held back.
  ///
  /// @param queuedBytes of the receiver
  public void hold(long queuedBytes) {
    hold = Math.max(hold, queuedBytes);
  }

  /// The longest queue since the last call, in bytes; 0 when no producer needs to wait.
  public long takeHold() {
    var longest = hold;
    hold = 0;
    return longest;
  }

  int random(int bound) {
    return random.nextInt(bound);
  }

  /// Builds the line of a client's MSG or HMSG in [#line], beginning at [#lineStart].
  ///
  /// @param withHeaders false for a client that takes none: it gets MSG and the payload alone
  /// @return where it ends
  public int clientLine(byte[] sid, boolean withHeaders) {
    var f = frame;
    if (prefixEnd == 0) {
      beginLine(f);
    }
    if (f.headerLength() > 0 && !withHeaders) {
      return plainLine(sid);
    }
    if (lineSid != null && Arrays.equals(lineSid, sid)) {
      return lineEnd;
    }
    var at = prefixEnd;
    ensure(at + sid.length + suffixLength);
    System.arraycopy(sid, 0, line, at, sid.length);
    System.arraycopy(suffix, 0, line, at + sid.length, suffixLength);
    lineSid = sid;
    lineEnd = at + sid.length + suffixLength;
    return lineEnd;
  }

  private void beginLine(MessageFrame f) {
    var plain = f.replyLength() == 0 && f.headerLength() == 0 && shown == null;
    if (plain && subject != null && subject == lineSubject && f.size() == lineSize) {
      prefixEnd = linePrefixEnd;
      return;
    }
    prefix(f);
    lineSid = null;
    lineSubject = plain ? subject : null;
    linePrefixEnd = prefixEnd;
    lineSize = f.size();
  }

  /// Where a client's line begins in [#line]: MSG has one letter less than HMSG.
  public int lineStart(boolean withHeaders) {
    return frame.headerLength() > 0 && withHeaders ? 0 : 1;
  }

  public byte[] line() {
    return line;
  }

  private void ensure(int length) {
    if (line.length < length) {
      line = Arrays.copyOf(line, 2 * length);
    }
  }

  private void prefix(MessageFrame f) {
    var replyLength = f.replyLength();
    var split = side == Side.LOCAL ? -1 : AckReply.shownAt(f);
    if (split >= 0) {
      replyLength = split - f.replyAt();
      putSubject(f.buffer(), split + 1, f.replyAt() + f.replyLength() - split - 1);
    } else if (shown != null) {
      ensure(6 + shown.length);
      System.arraycopy(shown, 0, line, 5, shown.length);
      prefixEnd = 5 + shown.length;
    } else {
      putSubject(f.buffer(), f.subjectAt(), f.subjectLength());
    }
    line[0] = 'H';
    ServerLine.putVerb(line, false);
    line[prefixEnd++] = ' ';
    if (suffix.length < replyLength + 32) {
      suffix = new byte[2 * (replyLength + 32)];
    }
    var to = 0;
    suffix[to++] = ' ';
    if (replyLength > 0) {
      f.buffer().get(f.replyAt(), suffix, to, replyLength);
      to += replyLength;
      suffix[to++] = ' ';
    }
    suffixReply = to;
    if (f.headerLength() > 0) {
      to = digits(suffix, to, f.headerLength());
      suffix[to++] = ' ';
    }
    to = digits(suffix, to, f.size());
    suffix[to++] = '\r';
    suffix[to++] = '\n';
    suffixLength = to;
  }

  private void putSubject(ByteBuffer from, int at, int length) {
    ensure(6 + length);
    from.get(at, line, 5, length);
    prefixEnd = 5 + length;
  }

  /// The line for a client without headers; rare, so built anew.
  private int plainLine(byte[] sid) {
    var f = frame;
    lineSid = null;
    ensure(prefixEnd + sid.length + suffixReply + 32);
    var to = prefixEnd;
    System.arraycopy(sid, 0, line, to, sid.length);
    to += sid.length;
    System.arraycopy(suffix, 0, line, to, suffixReply);
    to += suffixReply;
    to = digits(line, to, f.size() - f.headerLength());
    line[to++] = '\r';
    line[to++] = '\n';
    return to;
  }

  /// Writes a number in decimal; returns where it ends.
  public static int digits(byte[] to, int at, int value) {
    var end = at + 1;
    for (var rest = value / 10; rest > 0; rest /= 10) {
      end++;
    }
    var rest = value;
    for (var i = end - 1; i >= at; i--) {
      to[i] = (byte) ('0' + rest % 10);
      rest /= 10;
    }
    return end;
  }

  /// Remembers a remote server as a receiver, with a queue group or without.
  public void addTarget(RemoteTarget target, byte @Nullable [] queue) {
    targets.add(loop, target, queue);
  }

  /// Sends to every remembered server, once each.
  void sendToTargets() {
    var sent = trace == null ? targets.send(this) : targets.sendTraced(this, trace);
    delivered += sent;
    overRoutes = targets.overRoutes();
    overLeaves = sent - overRoutes;
    if (afterwardsCount > 0) {
      runAfterwards();
    }
  }

  void runAfterwards() {
    for (var i = 0; i < afterwardsCount; i++) { // what follows may have something follow
      var then = afterwards[i];
      afterwards[i] = null;
      if (then != null) {
        then.delivered(this);
      }
    }
    afterwardsCount = 0;
  }

  /// Builds the line of a message for another server in [#line], from its start: `RMSG account …`
  /// with an account, `LMSG …` without; `HMSG` when there are headers.
  ///
  /// @return its length
  public int serverLine(byte @Nullable [] account, byte[][] queues, int count) {
    return serverLine(null, account, queues, count);
  }

  /// The same for a route that takes origins: with one, `LMSG origin [account] …`, which has the
  /// headers' length even when there are none.
  ///
  /// @return its length
  public int serverLine(
      byte @Nullable [] origin, byte @Nullable [] account, byte[][] queues, int count) {
    return serverLine(-1, 0, origin, account, queues, count);
  }

  /// The same with a tag: `RTAG`, `LTAG` or `HTAG`, the number of the source and the low half of
  /// the sequence.
  ///
  /// @param source its number on the link, -1 for no tag
  public int serverLine(
      int source,
      long sequence,
      byte @Nullable [] origin,
      byte @Nullable [] account,
      byte[][] queues,
      int count) {
    prefixEnd = 0; // the clients' prefix is overwritten
    lineSubject = null;
    var named = frame.replyLength() > 0 ? shown : null;
    ensure(ServerLine.lengthMax(frame, named, origin, account, queues, count));
    return ServerLine.put(line, frame, named, source, sequence, origin, account, queues, count);
  }
}

package io.frond.leafnode;

import io.frond.account.Delivery;
import io.frond.account.Interest;
import io.frond.account.InterestListener;
import io.frond.account.RemoteTarget;
import io.frond.link.Link;
import io.frond.trace.TraceEnd;
import io.frond.wire.MessageFrame;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// What goes out on a leaf link: interest (`LS+`, `LS-`), with the account's interest lock held,
/// and messages (`LMSG`, `HMSG`), on any event loop.
final class LeafSender implements InterestListener, RemoteTarget {
  private static final byte[] PLUS = "LS+ ".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] MINUS = "LS- ".getBytes(StandardCharsets.US_ASCII);

  private final Leaf leaf;
  private final Link link;
  private final int[] slots;
  private final SiblingLoop siblings;
  private final boolean headers;

  LeafSender(Leaf leaf, Link link, SiblingLoop siblings, int loops, boolean headers) {
    this.leaf = leaf;
    this.link = link;
    this.siblings = siblings;
    this.headers = headers;
    slots = new int[loops];
  }

  @Override
  public int wanted(Interest interest) {
    var count = Loops.is(interest.subject()) ? ofLoop(interest) : ofSide(interest);
    if (count <= 0 || leaf.border().hides(interest.subject())) {
      return 0;
    }
    var rights = leaf.rights();
    return rights == null
            || Loops.is(interest.subject())
            || rights.mayShow(interest.subject(), interest.queue())
        ? count
        : 0;
  }

  /// Everything but what the other side and its cluster contribute, whichever hub they told.
  private int ofAll(Interest interest) {
    return interest.local()
        + routes(interest)
        + interest.spokes()
        + interest.hubs()
        - interest.of(leaf.origin());
  }

  /// What a server out of reach wants concerns those only that keep it for that server.
  private int routes(Interest interest) {
    return interest.routes() - (leaf.peer().keeps() ? 0 : interest.away());
  }

  /// A hub is told what servers of its own cluster showed as leaves, too: who is both above and
  /// below us would get every message by either way.
  private int ofLoop(Interest interest) {
    return ofAll(interest)
        + (leaf.isSpoke() ? interest.of(leaf.origin()) - interest.hubsOf(leaf.origin()) : 0);
  }

  private int ofSide(Interest interest) {
    if (leaf.isSpoke()) { // a hub is told of us and of those below us
      return interest.local() + (leaf.isolated() ? 0 : interest.spokes());
    }
    return leaf.isolated()
        ? interest.local() + routes(interest) - interest.routedLeaves()
        : ofAll(interest);
  }

  @Override
  public void changed(Interest interest, int count) {
    link.send(operation(interest.subject(), interest.queue(), count));
    siblings.changed(interest, count);
  }

  /// Tells of interest that is not counted with the account's: our subject of loop detection.
  void showLoop() {
    link.send(operation(siblings.subject(), null, 1));
  }

  private static byte[] operation(byte[] subject, byte @Nullable [] queue, int count) {
    var tail = queue == null ? "" : count > 0 ? " " + count + "\r\n" : "\r\n";
    var word = count > 0 ? PLUS : MINUS;
    var length = word.length + subject.length + (queue == null ? 2 : 1 + queue.length);
    var line = new byte[length + tail.length()];
    System.arraycopy(word, 0, line, 0, word.length);
    System.arraycopy(subject, 0, line, word.length, subject.length);
    var at = word.length + subject.length;
    if (queue == null) {
      line[at++] = '\r';
      line[at] = '\n';
      return line;
    }
    line[at++] = ' ';
    System.arraycopy(queue, 0, line, at, queue.length);
    at += queue.length;
    for (var i = 0; i < tail.length(); i++) {
      line[at++] = (byte) tail.charAt(i);
    }
    return line;
  }

  /// A message goes out that the other side may answer.
  private void expectReply(Delivery message) {
    var rights = leaf.rights();
    if (rights != null && rights.tracksReplies() && message.frame().replyLength() > 0) {
      rights.sent(message.frame().reply());
    }
  }

  @Override
  public void send(Delivery message, byte[][] queues, int count) {
    expectReply(message);
    if (!headers && message.frame().headerLength() > 0) {
      link.send(withoutHeaders(message.frame(), queues, count));
      return;
    }
    link.deliver(message, 0, message.serverLine(null, queues, count), 0, null);
  }

  boolean takesHeaders() {
    return headers;
  }

  /// Says what the tags of a source mean.
  ///
  /// @param number by which the other side knows the source from now on
  /// @param high the high half of its sequences
  /// @param repeats whether the other side may ask for its messages again
  void announce(int number, String source, int high, boolean repeats) {
    var line = "SRC " + number + ' ' + source + ' ' + Integer.toUnsignedString(high);
    link.send(line + (repeats ? " +\r\n" : "\r\n"));
  }

  /// What was sent of a source behind a sequence begins to come again.
  void again(String source, long after) {
    link.send("LAGN " + source + ' ' + after + "\r\n");
  }

  /// All of it has come again.
  void allAgain(String source) {
    link.send("LEND " + source + "\r\n");
  }

  /// Sends a message with its tag. Without one where it has headers that the other side does not
  /// take.
  void sendTagged(int number, long sequence, Delivery message, byte[][] queues, int count) {
    if (!headers && message.frame().headerLength() > 0) {
      send(message, queues, count);
      return;
    }
    expectReply(message);
    link.deliver(
        message, 0, message.serverLine(number, sequence, null, null, queues, count), 0, null);
  }

  /// Sends an empty message that nobody wants, in place of one that the other side may not have: so
  /// that it can settle the sequence.
  void sendNothing(int number, long sequence) {
    var low = Integer.toHexString((int) sequence);
    link.send("LTAG " + number + ':' + low + " $FROND.NOTHING 0\r\n\r\n");
  }

  /// For a server that takes no headers, which is rare: built anew.
  private static byte[] withoutHeaders(MessageFrame frame, byte[][] queues, int count) {
    var line = new StringBuilder("LMSG ").append(frame.subjectText()).append(' ');
    if (count > 0) {
      line.append(frame.replyLength() > 0 ? "+ " : "| ");
    }
    if (frame.replyLength() > 0) {
      line.append(new String(frame.reply(), StandardCharsets.UTF_8)).append(' ');
    }
    for (var i = 0; i < count; i++) {
      line.append(new String(queues[i], StandardCharsets.UTF_8)).append(' ');
    }
    var size = frame.size() - frame.headerLength();
    var head = line.append(size).append("\r\n").toString().getBytes(StandardCharsets.UTF_8);
    var all = new byte[head.length + size + 2];
    System.arraycopy(head, 0, all, 0, head.length);
    System.arraycopy(frame.body(), frame.headerLength(), all, head.length, size);
    all[all.length - 2] = '\r';
    all[all.length - 1] = '\n';
    return all;
  }

  @Override
  public boolean leavesToLane(Delivery message) {
    return leaf.lanes().hold(message);
  }

  @Override
  public TraceEnd traceEnd() {
    return leaf.traceEnd();
  }

  @Override
  public boolean isRoute() {
    return false;
  }

  @Override
  public int[] slots() {
    return slots;
  }
}

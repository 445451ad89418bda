package io.frond.session;

import io.frond.link.Link;
import io.frond.link.LinkLoop;
import io.frond.wire.ControlOp.SourceOp;
import io.frond.wire.MessageFrame;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.ObjLongConsumer;
import org.jspecify.annotations.Nullable;

/// Messages of leaves as one server of the cluster relays them to another: with the tags that they
/// came with, so that each server takes them once, by whatever way they come. What goes out may
/// come from any loop (of one source from one at a time); the rest belongs to the link's.
public final class Relay implements Arrears.Connection {
  /// Numbers of sources that are relayed lie below this one.
  public static final int NUMBERS_MAX = 1 << 16;

  /// A message is not to be sent now: see [Arrears#mayGo].
  public static final int NOT_NOW = -2;

  /// Takes a relayed message that is new here.
  public interface Taker {
    /// On the loop that the message's source belongs to, which may not be the link's.
    ///
    /// @param late whether something that was sent after it came before
    void take(LinkLoop on, MessageFrame frame, Seen seen, long sequence, boolean late);
  }

  private static final class Outbound {
    final int number;

    /// Of the loop that the source belongs to.
    long high = -1;

    /// Of the link by which the source came then.
    int generation;

    /// The last message. Written before its sender looks at the [Arrears].
    volatile long last;

    Outbound(int number) {
      this.number = number;
    }
  }

  private static final class Inbound {
    final Seen seen;
    final long high;
    final Way way = new Way(false);

    Inbound(Seen seen, long high) {
      this.seen = seen;
      this.high = high;
    }
  }

  private final Intake intake;
  private final Link link;
  private final Map<Seen, Outbound> out = new ConcurrentHashMap<>();
  private final AtomicInteger lastNumber = new AtomicInteger(-1);
  private @Nullable Inbound[] in = new Inbound[4];
  private volatile boolean used;

  public Relay(Intake intake, Link link) {
    this.intake = intake;
    this.link = link;
  }

  // ---- out ----

  /// The number of a message's source on this link, which the other side is told first, and again
  /// when the leaf's link has become another one: what comes then is another [Way]. On the loop of
  /// the message.
  ///
  /// @param arrears what the other side has to be sent before; null where nothing is kept for it
  /// @return -1 when there are no more numbers: then the message goes without a tag; [#NOT_NOW]
  ///   when it does not go, and comes again later
  public int number(Seen seen, long sequence, @Nullable Arrears arrears) {
    var to = out.get(seen);
    if (to == null) {
      var number = lastNumber.incrementAndGet();
      if (number >= NUMBERS_MAX) {
        return -1;
      }
      to = new Outbound(number);
      out.put(seen, to);
    }
    if (arrears != null) {
      to.last = sequence;
      if (!arrears.mayGo(this, seen, sequence)) {
        return NOT_NOW;
      }
    }
    var high = sequence >>> 32;
    if (to.high != high || to.generation != seen.generation()) {
      to.high = high;
      to.generation = seen.generation();
      link.send("SRC " + to.number + ' ' + seen.source() + ' ' + high + "\r\n");
    }
    return to.number;
  }

  @Override
  public void forEachRelayed(ObjLongConsumer<Seen> to) {
    out.forEach((seen, its) -> to.accept(seen, its.last));
  }

  /// A message with such a number is queued on the link. On the loop of the message. Only from now
  /// on the flag counts: a fence that takes it down goes out behind the message.
  public void queued() {
    if (!used) {
      used = true;
    }
  }

  /// Whether something was relayed since the last call. Any thread.
  public boolean takeUsed() {
    var was = used;
    used = false;
    return was;
  }

  // ---- in ----

  /// The other side names a source.
  ///
  /// @return false when the number is out of bounds
  public boolean announced(SourceOp op) {
    if (op.number() < 0 || op.number() >= NUMBERS_MAX) {
      return false;
    }
    if (op.number() >= in.length) {
      in = Arrays.copyOf(in, Math.max(op.number() + 1, 2 * in.length));
    }
    var name = new String(op.source(), StandardCharsets.ISO_8859_1);
    in[op.number()] = new Inbound(intake.of(name), op.high() << 32);
    return true;
  }

  /// A tagged message came.
  ///
  /// @return false when the other side did not say what the tag means
  public boolean take(MessageFrame frame, Taker taker) {
    var number = frame.source();
    var from = number < in.length ? in[number] : null;
    if (from == null) {
      return false;
    }
    var seen = from.seen;
    var sequence = from.high | frame.sequenceLow();
    if (seen.belongsTo(link.loop())) {
      taken(from, frame, sequence, link.loop(), taker);
      return true;
    }
    // its leaf has just come to this server, or has just left it
    var copy = frame.copy();
    seen.onItsLoop(() -> taken(from, copy, sequence, seen.itsLoop(), taker));
    if (!seen.comesDirectly()) {
      link.pause();
      seen.relayTo(link.loop(), link::resume);
    }
    return true;
  }

  private static void taken(
      Inbound from, MessageFrame frame, long sequence, LinkLoop on, Taker taker) {
    var verdict = from.seen.relayed(from.way, sequence);
    if (verdict != Seen.Verdict.SEEN) {
      taker.take(on, frame, from.seen, sequence, verdict == Seen.Verdict.LATE);
    }
  }
}

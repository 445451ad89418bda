package io.frond.session;

import io.frond.link.CloseReason;
import io.frond.link.Link;
import io.frond.wire.ControlOp.SourceOp;
import io.frond.wire.MessageFrame;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// The tagged messages that come directly over one link: what each number means, which messages are
/// new, and the acknowledgement of those that are settled. Owner: the link's event loop.
public final class Inflow implements Seen.Owner {
  private static final int NUMBERS_MAX = 1 << 16;

  /// At most so often is what came settled; the first message after a while at once, since what a
  /// killed process had delivered and not yet settled comes again.
  private static final long GATHER_NANOS = TimeUnit.MILLISECONDS.toNanos(3);

  private static final class Inbound {
    final Seen seen;
    Way way = new Way(true);
    long high;

    /// Of what is being settled, and told to the other side.
    long asked;

    long told;

    /// What was told has not reached the sender, who sends again.
    boolean again;

    Inbound(Seen seen) {
      this.seen = seen;
    }
  }

  private final Intake intake;
  private final Fence fence;
  private final Fence arrivals;
  private final Link link;
  private @Nullable Inbound[] numbers = new Inbound[4];
  private @Nullable Inbound current;
  private long sequence;
  private boolean asked;
  private long lastAsked = System.nanoTime() - GATHER_NANOS;

  public Inflow(Resuming of, Link link) {
    intake = of.intake();
    fence = of.fence();
    arrivals = of.arrivals();
    this.link = link;
  }

  /// The other side names a source, and hears how far it is settled.
  ///
  /// @return false when the number is out of bounds
  public boolean announced(SourceOp op) {
    if (op.number() < 0 || op.number() >= NUMBERS_MAX) {
      return false;
    }
    if (op.number() >= numbers.length) {
      numbers = Arrays.copyOf(numbers, Math.max(op.number() + 1, 2 * numbers.length));
    }
    var name = new String(op.source(), StandardCharsets.ISO_8859_1);
    var known = numbers[op.number()];
    if (known == null || !known.seen.source().equals(name)) {
      known = new Inbound(intake.of(name));
      numbers[op.number()] = known;
      known.asked = known.seen.settled();
      tell(known);
    }
    known.high = op.high() << 32;
    claim(known);
    return true;
  }

  /// From now on the source comes by this link: what still comes by an older one does not count,
  /// since the leaf sends it again. Waits until the older link's loop is through with what it has,
  /// and until what other servers relay of the leaf has come: what it publishes now comes behind.
  private void claim(Inbound of) {
    var seen = of.seen;
    if (seen.owner() == this) {
      return;
    }
    of.way = new Way(true);
    link.pause();
    if (seen.belongsTo(link.loop())) {
      awaitRelayed(() -> {
        if (seen.belongsTo(link.loop())) {
          seen.owner(this);
          link.resume();
        } else { // another link took it meanwhile, which is older
          seen.moveTo(link.loop(), this, link::resume);
        }
      });
      return;
    }
    awaitRelayed(() -> seen.moveTo(link.loop(), this, link::resume));
  }

  private void awaitRelayed(Runnable then) {
    arrivals.after(() -> {
      var loop = link.loop();
      if (!loop.executor().isShuttingDown()) {
        loop.executor().execute(() -> loop.batch(then));
      }
    });
  }

  @Override
  public boolean isOpen() {
    return link.reason() == null;
  }

  /// What to do with a tagged message; [#seen] and [#sequence] then tell of its tag.
  ///
  /// @return null when the other side did not say what the tag means
  public Seen.@Nullable Verdict take(MessageFrame frame) {
    var number = frame.source();
    var from = number < numbers.length ? numbers[number] : null;
    current = from;
    if (from == null) {
      return null;
    }
    if (from.seen.owner() != this) {
      return Seen.Verdict.SEEN;
    }
    if (!asked) {
      asked = true;
      gather();
    }
    sequence = from.high | frame.sequenceLow();
    var verdict = from.seen.direct(from.way, sequence);
    from.again |= verdict == Seen.Verdict.SEEN && sequence <= from.told;
    return verdict;
  }

  /// The sequence of the message that [#take] was asked about.
  public long sequence() {
    return sequence;
  }

  /// The source of the message that [#take] was asked about.
  public Seen seen() {
    var from = current;
    if (from == null) {
      throw new IllegalStateException("no message was taken");
    }
    return from.seen;
  }

  private void gather() {
    var left = GATHER_NANOS - (System.nanoTime() - lastAsked);
    if (left <= 0) {
      link.loop().executor().execute(this::ask); // behind what is being read now
    } else {
      var _ = link.loop().executor().schedule(this::ask, left, TimeUnit.NANOSECONDS);
    }
  }

  private void ask() {
    lastAsked = System.nanoTime();
    for (var each : numbers) {
      if (each != null) {
        each.asked = each.seen.direct();
      }
    }
    fence.after(() -> {
      var loop = link.loop();
      if (!loop.executor().isShuttingDown()) {
        loop.executor().execute(() -> loop.batch(this::settled));
      }
    });
  }

  private void settled() {
    asked = false;
    for (var each : numbers) {
      if (each == null) {
        continue;
      }
      intake.settled(each.seen, each.asked);
      tell(each);
      if (each.seen.direct() > each.asked && !asked) {
        asked = true;
        gather();
      }
    }
  }

  /// Ends the link, since the server ends in order: what it took goes out to its receivers before
  /// their sockets close, so the other side is told that now. Any thread.
  public void shutDown() {
    if (!link.loop().executor().isShuttingDown()) {
      link.loop().executor().execute(() -> link.loop().batch(this::finish));
    }
  }

  private void finish() {
    tellAll();
    if (link.reason() == null) {
      link.close(CloseReason.SERVER_SHUTDOWN, null);
    }
  }

  private void tellAll() {
    for (var each : numbers) {
      if (each != null) {
        each.asked = each.seen.direct();
        intake.settled(each.seen, each.asked);
        tell(each);
      }
    }
  }

  private void tell(Inbound each) {
    if (each.asked > each.told || each.again) {
      each.told = each.asked;
      each.again = false;
      link.send("LACK " + each.seen.source() + ' ' + each.asked + "\r\n");
    }
  }
}

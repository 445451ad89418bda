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

    /// Of what is being settled, and told to the other side: as settled, and as taken.
    long asked;

    long told;
    long toldTaken;

    /// What was told has not reached the sender, who sends again.
    boolean again;

    /// While the sender sends again what other servers missed: up to where this one has had all,
    /// and how far the sender is; else 0.
    long repeatedTo;

    long repeated;

    Inbound(Seen seen) {
      this.seen = seen;
    }

    /// Whether a message is one that this server has had, and others may not have. Notes that it
    /// came.
    boolean isRepeated(long sequence) {
      if (repeatedTo == 0) {
        return false;
      }
      repeated = sequence;
      return sequence <= repeatedTo;
    }

    /// Up to here all has come.
    long taken() {
      return repeatedTo == 0 ? seen.direct() : repeated;
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
    known.seen.repeats(op.session() != null);
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
          claimed(seen);
        } else { // another link took it meanwhile, which is older
          seen.moveTo(link.loop(), this, () -> claimed(seen));
        }
      });
      return;
    }
    awaitRelayed(() -> seen.moveTo(link.loop(), this, () -> claimed(seen)));
  }

  private void claimed(Seen seen) {
    seen.linkChanged();
    askAgain(seen);
    link.resume();
  }

  private void awaitRelayed(Runnable then) {
    arrivals.after(() -> onLoop(then));
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
    if (from.isRepeated(sequence)) {
      return Seen.Verdict.RELAY;
    }
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
        each.asked = each.taken();
      }
    }
    fence.after(() -> onLoop(this::settled));
  }

  private void settled() {
    asked = false;
    for (var each : numbers) {
      if (each == null) {
        continue;
      }
      tell(each);
      if (each.taken() > each.asked && !asked) {
        asked = true;
        gather();
      }
    }
  }

  /// Ends the link, since the server ends in order: what it took goes out to its receivers before
  /// their sockets close, so the other side is told that now. Any thread.
  public void shutDown() {
    onLoop(this::finish);
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
        each.asked = each.taken();
        tell(each);
      }
    }
  }

  /// Settles what nobody has to be sent again, and tells the other side of that, and of what it
  /// need not have under way any longer.
  private void tell(Inbound each) {
    var upTo = Math.max(each.told, Math.min(each.asked, each.seen.settledMax()));
    intake.settled(each.seen, upTo);
    var taken = Math.max(upTo, each.asked);
    if (upTo > each.told || taken > each.toldTaken || each.again) {
      each.told = upTo;
      each.toldTaken = taken;
      each.again = false;
      var more = taken > upTo ? " " + taken : "";
      link.send("LACK " + each.seen.source() + ' ' + upTo + more + "\r\n");
    }
  }

  // ---- what other servers missed ----

  @Override
  public void askAgain(Seen source) {
    onLoop(() -> {
      var after = source.againAfter();
      if (after >= 0 && source.owner() == this) {
        link.send("LAGN " + source.source() + ' ' + after + "\r\n");
      }
    });
  }

  @Override
  public void settleMore(Seen source) {
    onLoop(() -> {
      if (!asked) {
        asked = true;
        gather();
      }
    });
  }

  private void onLoop(Runnable task) {
    var loop = link.loop();
    if (!loop.executor().isShuttingDown()) {
      loop.executor().execute(() -> loop.batch(task));
    }
  }

  /// What comes of a source from now on begins again behind a sequence, as was asked.
  public void beginsAgain(String source, long after) {
    var from = named(source);
    if (from != null && from.seen.owner() == this) {
      from.repeatedTo = Math.max(from.repeatedTo, from.seen.direct());
      from.repeated = Math.min(after, from.repeatedTo);
      from.toldTaken = from.repeated;
      from.seen.beginsAgain(after);
    }
  }

  /// All that was asked for has come again.
  public void allAgain(String source) {
    var from = named(source);
    if (from == null || from.repeatedTo == 0) {
      return;
    }
    from.repeatedTo = 0;
    from.seen.allAgain();
    settleMore(from.seen);
  }

  private @Nullable Inbound named(String source) {
    for (var each : numbers) {
      if (each != null && each.seen.source().equals(source)) {
        return each;
      }
    }
    return null;
  }
}

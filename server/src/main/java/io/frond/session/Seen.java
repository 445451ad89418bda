package io.frond.session;

import io.frond.link.LinkLoop;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// What of another server's source has come to this one: directly, over a leaf link, where it comes
/// in order and whole; or relayed by another server of the cluster, which sends only what is wanted
/// here. When the leaf moves here it sends again what was not settled, and only some of that has
/// come before.
///
/// Owner: the loop of the link that it comes by.
public final class Seen {
  private static final VarHandle DIRECT;

  static {
    try {
      DIRECT = MethodHandles.lookup().findVarHandle(Seen.class, "direct", long.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  /// What to do with a message.
  public enum Verdict {
    NEW,
    /// It has come before: drop it.
    SEEN,
    /// It has come before, by way of another server, which others may not know: relay it, but
    /// deliver it to nobody here.
    RELAY
  }

  /// How far behind the last relayed message one is remembered. Feeds have less under way.
  static final int WINDOW = 1 << 16;

  private static final int WORDS_MIN = 16;

  private final String source;
  private final AtomicReference<@Nullable LinkLoop> loop = new AtomicReference<>();
  private volatile @Nullable Owner owner;

  /// All up to here has come, or does not matter.
  private long floor;

  /// The last that came directly.
  private long direct;

  /// Of the relayed ones above the floor: a bit for each, by its sequence modulo the size.
  private long[] bits = {};

  private long top;
  private volatile long settled;
  private long duplicates;

  /// @param settled what is known to be settled from before
  Seen(String source, long settled) {
    this.source = source;
    this.settled = settled;
    floor = settled;
    top = settled;
    direct = settled;
  }

  public String source() {
    return source;
  }

  /// Whether it belongs to this loop, which it does from now on when it belonged to none.
  boolean belongsTo(LinkLoop candidate) {
    return loop.get() == candidate || loop.compareAndSet(null, candidate);
  }

  /// A link by which it comes directly. It counts only as long as it is the owner: what comes by an
  /// older one comes again by the newer.
  interface Owner {
    boolean isOpen();
  }

  /// Gives it to another loop for a link by which it comes directly from now on, when the loop that
  /// has it is through with what it has to do.
  ///
  /// @param then runs on the other loop, which waits for it
  void moveTo(LinkLoop next, Owner by, Runnable then) {
    move(
        next,
        true,
        () -> {
          owner = by;
          then.run();
        });
  }

  /// Gives it to another loop, to which it comes by way of another server, unless it comes
  /// directly.
  ///
  /// @param then runs on the other loop, which waits for it
  void relayTo(LinkLoop next, Runnable then) {
    move(next, false, then);
  }

  private void move(LinkLoop next, boolean directly, Runnable then) {
    var from = loop.get();
    if (from == null) {
      if (loop.compareAndSet(null, next)) {
        arrive(next, directly, then);
      } else {
        move(next, directly, then);
      }
      return;
    }
    from.executor().execute(() -> leave(from, next, directly, then));
  }

  /// On the loop that may have it: only that loop gives it away.
  private void leave(LinkLoop from, LinkLoop next, boolean directly, Runnable then) {
    if (loop.get() != from) { // somebody else was quicker
      move(next, directly, then);
      return;
    }
    if (!directly && comesDirectly()) {
      next.executor().execute(then);
      return;
    }
    if (from != next) {
      owner = null; // what this loop still reads of the older link must not count
      loop.set(next);
    }
    arrive(next, directly, then);
  }

  private void arrive(LinkLoop next, boolean directly, Runnable then) {
    next.executor()
        .execute(() -> {
          if (loop.get() == next || !directly) {
            then.run();
          } else {
            move(next, true, then); // it was taken away before this loop came to it
          }
        });
  }

  /// Runs a task on the loop that it belongs to; tasks of one loop run in their order.
  void onItsLoop(Runnable task) {
    var at = loop.get();
    if (at != null) {
      at.executor().execute(() -> at.batch(task));
    }
  }

  /// The loop that it belongs to; on that loop.
  LinkLoop itsLoop() {
    return Objects.requireNonNull(loop.get());
  }

  /// Whether it comes by a leaf's own link now.
  boolean comesDirectly() {
    var by = owner;
    return by != null && by.isOpen();
  }

  /// The link by which it comes directly, null when none claimed it on the loop that has it now.
  @Nullable Owner owner() {
    return owner;
  }

  /// On the loop that it belongs to.
  void owner(Owner next) {
    owner = next;
  }

  /// The last sequence that came directly. Any thread.
  public long direct() {
    return (long) DIRECT.getAcquire(this);
  }

  /// The last sequence that is settled. Any thread.
  public long settled() {
    return settled;
  }

  /// Messages that came again; a moment old.
  public long duplicates() {
    return duplicates;
  }

  void settled(long upTo) {
    settled = Math.max(settled, upTo);
  }

  /// A message came over the leaf's own link.
  public Verdict direct(long sequence) {
    if (sequence <= floor) {
      duplicates++;
      return Verdict.SEEN;
    }
    var known = sequence <= top && isSet(sequence);
    floor = sequence;
    DIRECT.setRelease(this, sequence); // for each message: no fence
    if (!known) {
      return Verdict.NEW;
    }
    duplicates++;
    return Verdict.RELAY;
  }

  /// A message came by way of another server.
  public Verdict relayed(long sequence) {
    if (sequence <= floor) {
      duplicates++;
      return Verdict.SEEN;
    }
    if (sequence <= top) {
      if (isSet(sequence)) {
        duplicates++;
        return Verdict.SEEN;
      }
    } else {
      raise(sequence);
    }
    set(sequence);
    return Verdict.NEW;
  }

  /// The window moves up to a sequence.
  private void raise(long sequence) {
    floor = Math.max(floor, sequence - WINDOW);
    if (sequence - floor > bits.length * 64L) {
      grow(sequence - floor);
    }
    if (sequence - top >= bits.length * 64L) {
      Arrays.fill(bits, 0);
    } else {
      for (var s = top + 1; s <= sequence; s++) {
        bits[word(s, bits.length)] &= ~(1L << s);
      }
    }
    top = sequence;
  }

  /// Makes room for so many.
  private void grow(long span) {
    var size = Math.max(WORDS_MIN, bits.length);
    while (size * 64L < span) {
      size *= 2;
    }
    var old = bits;
    bits = new long[size];
    for (var s = Math.max(floor, top - old.length * 64L) + 1; s <= top && old.length > 0; s++) {
      if ((old[word(s, old.length)] & 1L << s) != 0) {
        set(s);
      }
    }
  }

  private static int word(long sequence, int words) {
    return (int) (sequence >>> 6) & words - 1;
  }

  private boolean isSet(long sequence) {
    return bits.length > 0
        && sequence > top - bits.length * 64L
        && (bits[word(sequence, bits.length)] & 1L << sequence) != 0;
  }

  private void set(long sequence) {
    bits[word(sequence, bits.length)] |= 1L << sequence;
  }
}

package io.frond.session;

import io.frond.link.LinkLoop;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// What of another server's source has come to this one: directly, over a leaf link, where it comes
/// in order and whole; or relayed by another server of the cluster, which sends only what is wanted
/// here. When the leaf moves here it sends again what was not settled, and only some of that has
/// come before.
///
/// The leaf's link changes, and what another server relays may be on its way for long. So each
/// [Way] keeps what came by it. Whatever none of them covers is new, however late; it is given up
/// only when a way began that the leaf itself has, or had, and nothing of what the others had
/// before can come any more: their servers were asked (`through`) and have answered, or their
/// routes ended.
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
    RELAY,
    /// It is new, though something that was sent after it has come by another way.
    LATE
  }

  /// Ways that are told apart. When there are more, what the one has not brought that is the
  /// furthest behind is not waited for.
  static final int WAYS_MAX = 16;

  private final String source;
  private final Consumer<Runnable> through;
  private final AtomicReference<@Nullable LinkLoop> loop = new AtomicReference<>();
  private volatile @Nullable Owner owner;

  /// All up to here has come, or does not matter.
  private long floor;

  /// The last that came directly.
  private long direct;

  private Way[] ways = new Way[2];
  private int count;

  /// The leaf's own link, while no other way matters.
  private @Nullable Way only;

  private volatile long settled;

  /// What other servers of the cluster have to be sent again.
  private final CopyOnWriteArrayList<Debt> debts = new CopyOnWriteArrayList<>();

  private volatile boolean repeats;
  private long duplicates;
  private long late;
  private long overtaken;
  private int generation;
  private int orders;

  /// @param settled what is known to be settled from before
  /// @param through runs a task when all has come that the other servers of the cluster had sent
  Seen(String source, long settled, Consumer<Runnable> through) {
    this.source = source;
    this.settled = settled;
    this.through = through;
    floor = settled;
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

    /// The leaf is to send again what other servers missed. Any thread.
    default void askAgain(Seen source) {}

    /// More of the source than before may be settled now. Any thread.
    default void settleMore(Seen source) {}
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
          owner(by);
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
    if (at == null) {
      task.run(); // it belongs to nobody
      return;
    }
    at.executor()
        .execute(() -> {
          if (loop.get() == at) {
            at.batch(task);
          } else {
            onItsLoop(task); // it was given away meanwhile
          }
        });
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
    generation++;
  }

  /// Changes with the link by which it comes directly. On the loop that it belongs to.
  int generation() {
    return generation;
  }

  /// The last sequence that came directly: up to here it may be settled, though what lies before
  /// its way may still be open, since that was settled by the server that the leaf was at. Any
  /// thread.
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

  /// Messages that came late; a moment old.
  public long late() {
    return late;
  }

  /// Ways that were not waited for, since there were too many; a moment old.
  long overtaken() {
    return overtaken;
  }

  /// Ways that are told apart now.
  int ways() {
    return count;
  }

  /// A message came over the leaf's own link.
  Verdict direct(Way by, long sequence) {
    if (only == by && sequence > floor) {
      by.take(sequence);
      floor = sequence;
      DIRECT.setRelease(this, sequence); // for each message: no fence
      return Verdict.NEW;
    }
    join(by);
    var verdict = sequence <= floor ? Verdict.SEEN : known(sequence);
    by.take(sequence);
    if (sequence > direct) {
      DIRECT.setRelease(this, sequence);
    }
    raise(by);
    if (verdict != Verdict.NEW) {
      duplicates++;
    }
    return verdict;
  }

  private Verdict known(long sequence) {
    var verdict = Verdict.NEW;
    for (var i = 0; i < count; i++) {
      if (ways[i].covers(sequence)) {
        if (ways[i].isDirect()) {
          return Verdict.SEEN;
        }
        verdict = Verdict.RELAY;
      }
    }
    return verdict;
  }

  /// A message came by way of another server.
  Verdict relayed(Way way, long sequence) {
    var by = way.keeper();
    join(by);
    var isKnown = sequence <= floor || known(sequence) != Verdict.NEW;
    by.take(sequence);
    var isLate = !isKnown && isOvertaken(by, sequence);
    raise(by);
    if (isKnown) {
      duplicates++;
      return Verdict.SEEN;
    }
    late += isLate ? 1 : 0;
    return isLate ? Verdict.LATE : Verdict.NEW;
  }

  private boolean isOvertaken(Way by, long sequence) {
    for (var i = 0; i < count; i++) {
      if (ways[i] != by && ways[i].top() > sequence) {
        return true;
      }
    }
    return false;
  }

  // ---- what other servers of the cluster missed; any thread but where it says ----

  /// Whether its leaf can be asked for messages again.
  boolean repeats() {
    return repeats;
  }

  void repeats(boolean can) {
    repeats = can;
  }

  void owes(Debt debt) {
    debts.add(debt);
  }

  void owesNoMore(Debt debt) {
    debts.remove(debt);
  }

  /// Up to here it may be settled; what is behind is to be sent again to others.
  long settledMax() {
    var max = Long.MAX_VALUE;
    for (var debt : debts) {
      max = Math.min(max, debt.from() - 1);
    }
    return max;
  }

  void askAgain() {
    var by = owner;
    if (by != null && by.isOpen()) {
      by.askAgain(this);
    }
  }

  void settleMore() {
    var by = owner;
    if (by != null && by.isOpen()) {
      by.settleMore(this);
    }
  }

  /// Behind which sequence the leaf has to send all again; -1 when it has not to.
  long againAfter() {
    var after = Long.MAX_VALUE;
    for (var debt : debts) {
      after = debt.isDue() ? Math.min(after, debt.from() - 1) : after;
    }
    return after == Long.MAX_VALUE ? -1 : after;
  }

  /// It comes by another link: what was asked for over the former one did not all come.
  void linkChanged() {
    debts.forEach(Debt::linkChanged);
  }

  /// The leaf begins again behind a sequence.
  void beginsAgain(long after) {
    debts.forEach(debt -> debt.begins(after));
  }

  /// The leaf has sent again all that it was asked for.
  void allAgain() {
    for (var debt : debts) {
      if (debt.comes()) {
        debt.of.sent(this, debt);
      }
    }
  }

  // ---- ways ----

  /// A message comes by this way.
  private void join(Way way) {
    if (!way.listed) {
      only = null;
      if (count == WAYS_MAX) {
        giveUp();
      }
      if (count == ways.length) {
        ways = Arrays.copyOf(ways, 2 * count);
      }
      ways[count++] = way;
      way.listed = true;
    }
    if (way.order == 0) {
      way.order = ++orders;
      through.accept(() -> onItsLoop(() -> alone(way)));
    }
  }

  private void giveUp() {
    var least = ways[0];
    for (var i = 1; i < count; i++) {
      least = ways[i].top() < least.top() ? ways[i] : least;
    }
    overtaken++;
    floor = Math.max(floor, least.top());
    removeCovered(null);
  }

  /// Nothing that another way had before this one began is to come any more.
  private void alone(Way way) {
    way.alone = true;
    if (!way.listed) {
      return;
    }
    if (!way.isDirect()) {
      var kept = 0;
      for (var i = 0; i < count; i++) {
        var each = ways[i];
        if (each.isDirect() || each.order >= way.order) {
          ways[kept++] = each;
        } else {
          way.merge(each);
        }
      }
      cutTo(kept);
    }
    raise(way);
  }

  private void raise(Way by) {
    for (var i = 0; i < count; i++) {
      if (ways[i].alone) {
        floor = Math.max(floor, ways[i].low());
      }
    }
    if (count > 1) {
      removeCovered(by);
    }
    only = count == 1 && by.alone && by.isDirect() ? by : null;
  }

  private void removeCovered(@Nullable Way except) {
    var kept = 0;
    for (var i = 0; i < count; i++) {
      var each = ways[i];
      if (each == except || each.top() > floor) {
        ways[kept++] = each;
      } else {
        each.listed = false;
      }
    }
    cutTo(kept);
  }

  private void cutTo(int kept) {
    Arrays.fill(ways, kept, count, null);
    count = kept;
  }
}

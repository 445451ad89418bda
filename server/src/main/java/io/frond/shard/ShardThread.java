package io.frond.shard;

import io.frond.account.Account;
import io.frond.account.Delivery;
import io.frond.buffer.FlushSet;
import io.frond.log.CommitLog;
import io.frond.log.LogBatch;
import io.frond.log.LogOwner;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// What runs a shard. It takes what event loops left for it, tasks and timers, lets the machine
/// turn them into entries, applies those that are committed ([ShardEntries]), and flushes receivers
/// once at the end of each turn.
///
/// There is one turn at a time, guarded by a lock; "on the shard's thread" everywhere means within
/// one. The shard has a thread of its own for them, but waking it costs more than all that is to be
/// done for one message. So an event loop that brings little takes the turn itself, as the log's
/// thread does for a few committed entries, if nobody else has it and nothing waits. They never
/// wait for the lock.
///
/// Everything but [#take], [#execute], [#queuedBytes], [#inlet], [#logOwner] and [#stop] belongs to
/// the shard's thread.
public final class ShardThread implements Shard {
  /// When a stream's entries are applied.
  public enum Commitment {
    /// At once: they don't go through the log.
    NONE,
    /// When the log has written them, before it has synced them.
    WRITTEN,
    /// When the log has committed them.
    SYNCED
  }

  /// What the shard's entries drive. On the shard's thread.
  public interface Machine {
    Commitment commitment(long stream);

    void apply(long index, byte kind, long stream, ByteBuffer bytes, int at, int length);

    /// An entry that the log could not take; its completion is told besides.
    void refused(byte kind, long stream, ByteBuffer bytes, int at, int length, IOException why);

    /// An entry that was applied early could not be committed: it is in no log.
    void unsafe(long stream);

    /// Something broke that should not; the thread goes on.
    void broke(String where, Throwable why);
  }

  private static final int CHUNKS_PER_TURN = 64;
  private static final int QUICK_PER_TURN = 16;
  private static final int AFTER_HERE_MAX = 64;
  private static final int TASKS_PER_TURN = 1024;
  private static final int SPARES_MAX = 16;

  /// A turn elsewhere than on the thread that took longer (a slow disk, a collection) is the last
  /// one for a while: an event loop has others to serve.
  private static final long SLOW_NANOS = 10_000_000;

  private static final long AFTER_SLOW_NANOS = 100_000_000;

  /// The thread may wake up so much too late.
  private static final long SLACK_NANOS = 50_000;

  private final Thread thread;
  private final Executor worker;
  private final ShardClock clock;
  private final FlushSet flushes = new FlushSet();
  private final Delivery delivery;
  private final Inlet[] inlets;
  private final ConcurrentLinkedQueue<Chunk> chunks = new ConcurrentLinkedQueue<>();
  private final ConcurrentLinkedQueue<Runnable> tasks = new ConcurrentLinkedQueue<>();
  private final ConcurrentLinkedQueue<Chunk> spares = new ConcurrentLinkedQueue<>();
  private final AtomicLong queued = new AtomicLong();
  private final AtomicLong taken = new AtomicLong();
  private volatile boolean parked;
  private volatile boolean stopping;

  /// The log's thread will see to it that the open batch does not wait too long.
  private volatile boolean watched;

  /// An event loop will commit the open batch. Set within a turn.
  private volatile boolean awaited;

  private final ReentrantLock turns = new ReentrantLock();

  // Within a turn only.
  private final ShardFences fences = new ShardFences();
  private final TimerQueue timers = new TimerQueue();
  private final ShardEntries entries;
  private final AfterBatch after = new AfterBatch();
  private boolean stopped;
  private long drained;
  private long slowAt = System.nanoTime() - AFTER_SLOW_NANOS;

  /// Who last took a turn of the event loops.
  private @Nullable Inlet publisher;

  /// The timer that the thread went to sleep for, and when it will look at the open batch.
  private long parkedFor;

  private long batchAt;

  /// How long the log's thread may sleep before it looks whether the batch waits too long.
  private long lookNanos;

  /// @param loops the event loops that publish, by their numbers; this thread has the next one
  /// @param worker for [#offload]
  public ShardThread(
      String name,
      List<PublishingLoop> loops,
      Machine machine,
      Executor worker,
      ShardClock clock,
      long seed) {
    this.clock = clock;
    this.worker = worker;
    entries = new ShardEntries(machine);
    delivery = new Delivery(loops.size(), flushes, seed);
    inlets = new Inlet[loops.size() + 1];
    for (var i = 0; i < inlets.length; i++) {
      inlets[i] = new Inlet(this, i < loops.size() ? loops.get(i) : null);
    }
    thread = new Thread(this::run, name);
    thread.setDaemon(true);
  }

  /// Begins to run; the log comes with [#goLive].
  public void start() {
    thread.start();
  }

  /// Replay is over: from now on entries go to `log`. On the thread.
  public void goLive(CommitLog log, long lastIndex) {
    entries.goLive(log, lastIndex);
  }

  /// A way into an account. On the thread or before [#start].
  public AccountOutlet outlet(Account account) {
    return new AccountOutlet(this, account);
  }

  /// Ends the thread after what it is doing now and waits for it.
  public void stop() throws InterruptedException {
    stopping = true;
    LockSupport.unpark(thread);
    thread.join();
    turns.lock();
    try {
      stopped = true; // and who has a turn elsewhere has ended it
    } finally {
      turns.unlock();
    }
  }

  Inlet inlet(int publisher) {
    return inlets[publisher];
  }

  FlushSet flushes() {
    return flushes;
  }

  /// How the shard's messages go out. Within a turn; what it counts may be read anywhere.
  public Delivery delivery() {
    return delivery;
  }

  /// Bytes that event loops left here and that were not looked at yet.
  public long queuedBytes() {
    return queued.get();
  }

  Chunk spareChunk() {
    var spare = spares.poll();
    return spare == null ? new Chunk() : spare;
  }

  /// @param by whose thread this is
  void take(Chunk full, Inlet by) {
    queued.addAndGet(full.size());
    taken.incrementAndGet();
    var quick = full.isQuick();
    chunks.add(full);
    if (!quick || !turnHere(null, by)) {
      wake();
    }
  }

  /// The event loop has read what its sockets had.
  void commit(Inlet by) {
    awaited = false;
    if (!turnHere(this::commitNow, by)) {
      LockSupport.unpark(thread); // who has the turn may just have left the batch to us
    }
  }

  private void commitNow() {
    drainChunks(QUICK_PER_TURN, true);
    entries.commitHere();
  }

  /// Any thread; the task runs on some.
  @Override
  public void fence(Runnable then) {
    var upTo = taken.get();
    if (turns.isHeldByCurrentThread()) {
      fences.add(upTo, then);
    } else {
      execute(() -> fences.add(upTo, then));
    }
    if (stopping) {
      then.run(); // nothing comes through any more
    }
  }

  @Override
  public void execute(Runnable task) {
    tasks.add(task);
    wake();
  }

  /// Whether the thread is not asleep.
  boolean isAwake() {
    return !parked;
  }

  private void wake() {
    if (parked) {
      LockSupport.unpark(thread);
    }
  }

  /// The shard as the log's thread sees it.
  public LogOwner logOwner() {
    return new LogOwner() {
      @Override
      public void execute(Runnable task) {
        watched = false;
        ShardThread.this.execute(task);
      }

      @Override
      public long settle(Runnable task) {
        if (turnHere(task, null)) {
          return lookNanos;
        }
        execute(task);
        return 0;
      }

      @Override
      public void look() {
        watched = false;
        if (!turnHere(null, null)) {
          LockSupport.unpark(thread); // it may have counted on us just now
        }
      }
    };
  }

  private void run() {
    while (!stopping) {
      var worked = false;
      boolean full;
      long nanos;
      turns.lock();
      try {
        worked = turn();
      } catch (Throwable e) {
        entries.broke("a turn of the shard", e);
      } finally {
        nanos = worked ? 0 : fallAsleep();
        full = !entries.hasRoom(); // then only the log's answer brings us on
        turns.unlock();
      }
      if (!worked) {
        park(nanos, full);
      }
    }
  }

  private void park(long nanos, boolean full) {
    if (tasks.isEmpty() && !stopping && (chunks.isEmpty() || full)) {
      if (nanos == Long.MAX_VALUE) {
        LockSupport.park(this);
      } else if (nanos > 0) {
        LockSupport.parkNanos(this, nanos);
      }
    }
    parked = false;
  }

  /// How long there is nothing to do by itself.
  private long fallAsleep() {
    var batch = watched || awaited ? Long.MAX_VALUE : entries.waitNanos();
    parkedFor = timers.next();
    batchAt = batch == Long.MAX_VALUE ? batch : System.nanoTime() + batch;
    parked = true;
    return Math.min(batch, parkedFor == Long.MAX_VALUE ? parkedFor : parkedFor - clock.tick());
  }

  private boolean turn() {
    var now = clock.tick();
    var worked = drainTasks();
    worked |= drainChunks(CHUNKS_PER_TURN, false);
    if (timers.next() <= now) {
      entries.guarded("a timer", () -> timers.run(now));
      worked = true;
    }
    worked |= entries.applyUnlogged();
    worked |= after.run(entries);
    fences.check(drained, entries.last(), entries.finished());
    propose();
    flushes.flushAll();
    return worked || !after.isEmpty() || entries.hasUnlogged();
  }

  /// Does on the calling thread what needs no more than a moment, if nothing else waits.
  ///
  /// @param first to be done before
  /// @param by the event loop; null for the log's thread
  /// @return false when nothing was done, and somebody has to wake the thread
  private boolean turnHere(@Nullable Runnable first, @Nullable Inlet by) {
    if (turns.isHeldByCurrentThread() || !turns.tryLock()) {
      return false;
    }
    try {
      var began = System.nanoTime();
      if (stopped
          || entries.replaying()
          || began - slowAt < AFTER_SLOW_NANOS
          || !tasks.isEmpty()
          || timers.next() <= clock.tick()) {
        return false;
      }
      if (by != null) {
        publisher = by;
      }
      if (first != null) {
        entries.guarded("what the log did", first);
      }
      drainChunks(QUICK_PER_TURN, true);
      entries.applyUnlogged();
      if (after.size() <= AFTER_HERE_MAX) { // consumers hear of a message before its publisher
        after.run(entries);
        fences.check(drained, entries.last(), entries.finished());
      }
      proposeOrLeave(by);
      flushes.flushAll();
      if (first != null && by == null) {
        lookNanos = Math.max(0, entries.expectNanos());
        watched = lookNanos > 0;
      }
      if (needsThread()) {
        LockSupport.unpark(thread);
      }
      if (System.nanoTime() - began > SLOW_NANOS) {
        slowAt = System.nanoTime();
      }
      return true;
    } finally {
      turns.unlock();
    }
  }

  /// At the end of a turn elsewhere.
  ///
  /// @param by the event loop; null for the log's thread
  private void proposeOrLeave(@Nullable Inlet by) {
    var to = by == null ? publisher : by;
    if (!awaited && to != null && entries.canCommitHere()) {
      awaited = true; // before the loop can come
      if (!(by == null ? to.commitSoon() : to.commitAfterReading())) {
        awaited = false;
      }
    }
    propose();
  }

  private void propose() {
    if (!awaited) {
      entries.proposeBatch();
    }
  }

  /// Whether a turn elsewhere left something to do that the thread does not know of.
  private boolean needsThread() {
    if (!tasks.isEmpty()
        || !after.isEmpty()
        || !fences.isEmpty()
        || entries.hasUnlogged()
        || (!chunks.isEmpty() && entries.hasRoom())) {
      return true;
    }
    if (timers.next() < parkedFor) {
      return true;
    }
    var wait = watched || awaited ? Long.MAX_VALUE : entries.waitNanos();
    return wait != Long.MAX_VALUE
        && (batchAt == Long.MAX_VALUE || System.nanoTime() + wait < batchAt - SLACK_NANOS);
  }

  private boolean drainTasks() {
    var left = TASKS_PER_TURN;
    for (var task = tasks.poll(); task != null; task = --left > 0 ? tasks.poll() : null) {
      entries.guarded("a task", task);
    }
    return left < TASKS_PER_TURN;
  }

  private boolean drainChunks(int most, boolean quick) {
    var left = most;
    while (left > 0 && entries.hasRoom()) {
      var chunk = chunks.peek();
      if (chunk == null || (quick && !chunk.isQuick())) {
        break;
      }
      chunks.remove();
      left--;
      drained++;
      queued.addAndGet(-chunk.size());
      entries.guarded("a message", chunk);
      if (chunk.reset() && spares.size() < SPARES_MAX) {
        spares.add(chunk);
      }
    }
    return left < most;
  }

  @Override
  public long now() {
    return clock.now();
  }

  @Override
  public Timer schedule(long at, Runnable task) {
    return timers.add(at, task);
  }

  @Override
  public void afterBatch(Runnable task) {
    after.add(task);
  }

  @Override
  public LogBatch begin(byte kind, long stream) {
    return entries.begin(kind, stream);
  }

  @Override
  public void propose(@Nullable Completion done) {
    entries.propose(done);
  }

  @Override
  public void answer(@Nullable Object result) {
    entries.answer(result);
  }

  @Override
  public boolean replaying() {
    return entries.replaying();
  }

  @Override
  public void offload(Runnable work, Runnable then) {
    worker.execute(() -> {
      try {
        work.run();
      } catch (RuntimeException | Error e) {
        execute(() -> entries.broke("a worker", e));
      }
      execute(then);
    });
  }

  /// What the log calls back: give it to the log as its machine.
  public CommitLog.Machine entries() {
    return entries;
  }

  /// The last entry of the log that was applied.
  public long applied() {
    return entries.applied();
  }

  /// Entries that are proposed or about to be, and not applied.
  public boolean isBusy() {
    return entries.isBusy();
  }
}

package io.frond.shard;

import io.frond.account.Account;
import io.frond.account.Delivery;
import io.frond.buffer.FlushSet;
import io.frond.log.CommitLog;
import io.frond.log.LogBatch;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// The one thread of a shard. It takes what event loops left for it, tasks and timers, lets the
/// machine turn them into entries, hands full batches to the log while the one before is being
/// synced (group commit), applies what is committed, and flushes receivers once at the end of each
/// turn.
///
/// Everything but [#take], [#execute], [#queuedBytes], [#inlet] and [#stop] belongs to the thread.
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

  /// A batch that waits for its turn takes no more input from here on, in bytes.
  private static final int BATCH_MAX = 1 << 20;

  /// Bytes of all batches that the log has, from which on it gets no further one.
  private static final long IN_FLIGHT_MAX = 4 << 20;

  private static final int CHUNKS_PER_TURN = 64;
  private static final int TASKS_PER_TURN = 1024;
  private static final int SPARES_MAX = 16;

  private record Waiting(long index, Completion done) {}

  private final Thread thread;
  private final Machine machine;
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
  private final ShardFences fences = new ShardFences();
  private long drained;

  /// The last entry that was applied or refused, of those that go through the log.
  private long finished;

  private volatile boolean parked;
  private volatile boolean stopping;

  private final TimerQueue timers = new TimerQueue();
  private final Grouping grouping = new Grouping();
  private ArrayList<Runnable> after = new ArrayList<>();
  private ArrayList<Runnable> afterNext = new ArrayList<>();
  private final ArrayDeque<Waiting> waiting = new ArrayDeque<>();
  private final ArrayDeque<Waiting> waitingEarly = new ArrayDeque<>();
  private final ArrayDeque<Waiting> waitingUnlogged = new ArrayDeque<>();
  private @Nullable CommitLog log;
  private LogBatch batch = new LogBatch(1024);
  private LogBatch unlogged = new LogBatch(64 << 10);
  private LogBatch unloggedSpare = new LogBatch(64 << 10);
  private long inFlightBytes;
  private Commitment open = Commitment.SYNCED;
  private boolean replaying = true;
  private @Nullable Object answer;
  private long applied;

  /// The last entry that was applied early.
  private long early;

  /// @param publishers how many threads publish, this one included, which is the last
  /// @param worker for [#offload]
  public ShardThread(
      String name, int publishers, Machine machine, Executor worker, ShardClock clock, long seed) {
    this.clock = clock;
    this.machine = machine;
    this.worker = worker;
    delivery = new Delivery(publishers - 1, flushes, seed);
    inlets = new Inlet[publishers];
    for (var i = 0; i < publishers; i++) {
      inlets[i] = new Inlet(this);
    }
    unlogged.reset(1);
    thread = new Thread(this::run, name);
    thread.setDaemon(true);
  }

  /// Begins to run; the log comes with [#goLive].
  public void start() {
    thread.start();
  }

  /// Replay is over: from now on entries go to `log`. On the thread.
  public void goLive(CommitLog log, long lastIndex) {
    this.log = log;
    batch = log.newBatch();
    applied = lastIndex;
    finished = lastIndex;
    replaying = false;
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
  }

  Inlet inlet(int publisher) {
    return inlets[publisher];
  }

  FlushSet flushes() {
    return flushes;
  }

  Delivery delivery() {
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

  void take(Chunk full) {
    queued.addAndGet(full.size());
    taken.incrementAndGet();
    chunks.add(full);
    wake();
  }

  /// Runs a task when all messages that came before are stored or refused. Any thread; the task
  /// runs on some.
  public void fence(Runnable then) {
    var upTo = taken.get();
    execute(() -> fences.add(upTo, then));
    if (stopping) {
      then.run(); // nothing comes through any more
    }
  }

  @Override
  public void execute(Runnable task) {
    tasks.add(task);
    wake();
  }

  private void wake() {
    if (parked) {
      LockSupport.unpark(thread);
    }
  }

  private void run() {
    while (!stopping) {
      var worked = false;
      try {
        worked = turn();
      } catch (Throwable e) {
        machine.broke("a turn of the shard", e);
      }
      if (!worked) {
        park();
      }
    }
  }

  private void park() {
    parked = true;
    var full = batch.size() >= BATCH_MAX; // then only the log's answer brings us on
    if ((full || chunks.isEmpty()) && tasks.isEmpty() && !stopping) {
      var wait = idleNanos();
      if (wait == Long.MAX_VALUE) {
        LockSupport.park(this);
      } else if (wait > 0) {
        LockSupport.parkNanos(this, wait);
      }
    }
    parked = false;
  }

  /// How long there is nothing to do by itself.
  private long idleNanos() {
    var next = timers.next();
    var wait = next == Long.MAX_VALUE ? next : next - clock.tick();
    var to = log;
    return to == null || batch.isEmpty() || to.inFlight() > 0
        ? wait
        : Math.min(wait, grouping.left(System.nanoTime()));
  }

  private boolean turn() {
    var now = clock.tick();
    var worked = drainTasks();
    worked |= drainChunks();
    if (timers.next() <= now) {
      guarded("a timer", () -> timers.run(now));
      worked = true;
    }
    worked |= applyUnlogged();
    worked |= runAfter();
    fences.check(drained, batch.firstIndex() + batch.count() - 1, finished);
    proposeBatch();
    flushes.flushAll();
    return worked || !after.isEmpty() || !unlogged.isEmpty();
  }

  private boolean drainTasks() {
    var left = TASKS_PER_TURN;
    for (var task = tasks.poll(); task != null; task = --left > 0 ? tasks.poll() : null) {
      guarded("a task", task);
    }
    return left < TASKS_PER_TURN;
  }

  private boolean drainChunks() {
    var left = CHUNKS_PER_TURN;
    while (left > 0 && batch.size() < BATCH_MAX && unlogged.size() < BATCH_MAX) {
      var chunk = chunks.poll();
      if (chunk == null) {
        break;
      }
      left--;
      drained++;
      queued.addAndGet(-chunk.size());
      guarded("a message", chunk);
      if (chunk.reset() && spares.size() < SPARES_MAX) {
        spares.add(chunk);
      }
    }
    return left < CHUNKS_PER_TURN;
  }

  private void guarded(String where, Runnable step) {
    try {
      step.run();
    } catch (RuntimeException | Error e) {
      machine.broke(where, e);
    }
  }

  private boolean runAfter() {
    if (after.isEmpty()) {
      return false;
    }
    var now = after;
    after = afterNext;
    for (var i = 0; i < now.size(); i++) {
      guarded("what follows a batch", now.get(i));
    }
    now.clear();
    afterNext = now;
    return true;
  }

  private void proposeBatch() {
    var to = log;
    if (to == null || batch.isEmpty() || inFlightBytes >= IN_FLIGHT_MAX) {
      return;
    }
    var now = System.nanoTime();
    var inFlight = to.inFlight();
    if (grouping.isReady(inFlight, batch.count(), batch.size(), now)) {
      var full = batch;
      grouping.proposed(inFlight, full.count(), now);
      inFlightBytes += full.size();
      to.propose(full);
      batch = to.newBatch();
    }
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
    open = machine.commitment(stream);
    return (open == Commitment.NONE ? unlogged : batch).begin(kind, stream);
  }

  @Override
  public void propose(@Nullable Completion done) {
    var index = (open == Commitment.NONE ? unlogged : batch).end();
    if (open == Commitment.WRITTEN) {
      batch.markEarly();
    }
    if (done != null) {
      var to =
          switch (open) {
            case NONE -> waitingUnlogged;
            case WRITTEN -> waitingEarly;
            case SYNCED -> waiting;
          };
      to.add(new Waiting(index, done));
    }
  }

  @Override
  public void answer(@Nullable Object result) {
    answer = result;
  }

  @Override
  public boolean replaying() {
    return replaying;
  }

  @Override
  public void offload(Runnable work, Runnable then) {
    worker.execute(() -> {
      try {
        work.run();
      } catch (RuntimeException | Error e) {
        execute(() -> machine.broke("a worker", e));
      }
      execute(then);
    });
  }

  private boolean applyUnlogged() {
    if (unlogged.isEmpty()) {
      return false;
    }
    var full = unlogged;
    unlogged = unloggedSpare;
    unlogged.reset(full.firstIndex() + full.count());
    full.forEach((index, kind, stream, bytes, at, length) ->
        applyOne(waitingUnlogged, index, kind, stream, bytes, at, length));
    unloggedSpare = full;
    return true;
  }

  /// What the log calls back, on the thread: give it to the log as its machine.
  public CommitLog.Machine entries() {
    return new CommitLog.Machine() {
      @Override
      public void written(LogBatch written) {
        written.forEach((index, kind, stream, bytes, at, length) -> {
          if (written.isEarly(index) && index > early) {
            early = index;
            applyOne(waitingEarly, index, kind, stream, bytes, at, length);
          }
        });
      }

      @Override
      public void committed(LogBatch committed) {
        committed.forEach((index, kind, stream, bytes, at, length) -> {
          if (!committed.isEarly(index)) {
            applyOne(waiting, index, kind, stream, bytes, at, length);
          }
          applied = index;
          finished = index;
        });
        var to = log;
        if (to != null) {
          inFlightBytes -= committed.size();
          grouping.committed(to.inFlight(), committed.count(), batch.count(), System.nanoTime());
        }
      }

      @Override
      public void failed(LogBatch failed, IOException why) {
        inFlightBytes -= failed.size();
        failed.forEach((index, kind, stream, bytes, at, length) -> {
          finished = index;
          if (failed.isEarly(index) && index <= early) {
            guarded("an entry that is not safe", () -> machine.unsafe(stream));
            return;
          }
          guarded("a refused entry", () -> machine.refused(kind, stream, bytes, at, length, why));
          var completions = failed.isEarly(index) ? waitingEarly : waiting;
          var first = completions.peek();
          if (first != null && first.index == index) {
            completions.poll();
            guarded("a completion", () -> first.done.done(null, why));
          }
        });
      }
    };
  }

  private void applyOne(
      ArrayDeque<Waiting> completions,
      long index,
      byte kind,
      long stream,
      ByteBuffer bytes,
      int at,
      int length) {
    answer = null;
    Throwable failure = null;
    try {
      machine.apply(index, kind, stream, bytes, at, length);
    } catch (RuntimeException | Error e) {
      failure = e;
      machine.broke("applying an entry of kind " + kind + " for stream " + stream, e);
    }
    var first = completions.peek();
    if (first != null && first.index == index) {
      completions.poll();
      var result = answer;
      var why = failure;
      guarded("a completion", () -> first.done.done(result, why));
    }
  }

  /// The last entry of the log that was applied.
  public long applied() {
    return applied;
  }

  /// Entries that are proposed or about to be, and not applied.
  public boolean isBusy() {
    var to = log;
    return !batch.isEmpty() || !unlogged.isEmpty() || (to != null && to.inFlight() > 0);
  }
}

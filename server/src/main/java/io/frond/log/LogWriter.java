package io.frond.log;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// The thread that writes. It takes all batches that wait, writes them, syncs once, and hands them
/// back: while one group is being synced the next one gathers. The monitor guards what waits.
///
/// The owner may write a group itself ([#commitHere]) when the thread has nothing to do. Who has
/// the lock `writing` writes; it is held while the disk works, so nobody but the thread waits for
/// it.
final class LogWriter implements Runnable {
  /// Batches that share one fate.
  ///
  /// @param why null when they are committed
  record Outcome(List<LogBatch> batches, @Nullable IOException why) {}

  /// What became of so few entries may be settled on this thread.
  private static final int FEW = 64;

  private static final long FOREVER = Long.MAX_VALUE;

  /// While the owner commits here the thread looks so much less often whether it has stopped.
  private static final int LOOK_TIMES = 8;

  private final Appender appender;
  private final LogOwner owner;
  private final Consumer<Outcome> settle;
  private final Consumer<LogBatch> written;
  private final LogListener listener;
  private final Counters counters;
  private final long markNanos;
  private final Thread thread;

  // Guarded by the monitor.
  private final ArrayDeque<LogBatch> waiting = new ArrayDeque<>();
  private long cutTo;
  private boolean stopping;

  private final ReentrantLock writing = new ReentrantLock();

  // Guarded by `writing`, as is the appender.
  private int failedEpoch = -1;
  private @Nullable IOException failure;
  private final LongSupplier nanos;
  private final DiskPace pace;

  // The writer's thread.
  private long cutDone;
  private @Nullable IOException closingFailure;
  private boolean looking;
  private long lookAt;

  private volatile int segments;
  private volatile boolean parked;

  /// Something was committed since the log was marked, and when that was last.
  private volatile boolean unmarked;

  private volatile long committedAt = System.nanoTime();

  /// @param settle what the owner does about batches
  /// @param written what the owner does about a batch that is written and not synced
  /// @param markMillis how long nothing must happen before the log notes what is safe; 0 for never
  /// @param nanos the clock that tells how quick the disk is
  LogWriter(
      Appender appender,
      LogOwner owner,
      Consumer<Outcome> settle,
      Consumer<LogBatch> written,
      LogListener listener,
      Counters counters,
      long markMillis,
      LongSupplier nanos) {
    this.appender = appender;
    this.owner = owner;
    this.settle = settle;
    this.written = written;
    this.listener = listener;
    this.counters = counters;
    this.nanos = nanos;
    markNanos = markMillis == 0 ? FOREVER : markMillis * 1_000_000;
    segments = appender.segmentCount();
    pace = new DiskPace(nanos.getAsLong());
    thread = new Thread(this, "js-log");
    thread.setDaemon(true);
  }

  void start() {
    thread.start();
  }

  void propose(LogBatch batch) {
    add(batch);
    wake();
  }

  /// As [#propose], by an owner that calls [#commitHere] next.
  synchronized void add(LogBatch batch) {
    if (stopping) {
      throw new IllegalStateException("the log is closed");
    }
    waiting.add(batch);
  }

  /// Whether the owner may wait for the disk. Any thread.
  boolean isQuick() {
    return pace.isQuick(nanos.getAsLong());
  }

  /// Writes on the owner's thread what waits. All that was written before has been settled.
  ///
  /// @return null when the writer's thread does it
  @Nullable Outcome commitHere() {
    if (!writing.tryLock()) {
      wake();
      return null;
    }
    try {
      var group = new ArrayList<LogBatch>();
      synchronized (this) {
        for (var batch = waiting.peek(); batch != null; batch = waiting.peek()) {
          if (!appender.hasRoom(batch)) {
            break; // a new file takes its time
          }
          group.add(waiting.remove());
        }
      }
      var wasMarked = !unmarked;
      var outcome = group.isEmpty() ? null : new Outcome(group, attempt(group));
      lookBehind();
      if (outcome == null || (wasMarked && unmarked)) {
        wake();
      }
      return outcome;
    } finally {
      writing.unlock();
    }
  }

  void cut(long index) {
    synchronized (this) {
      cutTo = Math.max(cutTo, index);
    }
    wake();
  }

  /// Not within the monitor: the thread would have to wait for it at once.
  private void wake() {
    if (parked) {
      LockSupport.unpark(thread);
    }
  }

  int segments() {
    return segments;
  }

  /// Writes what waits and ends the thread. Any thread but the writer's.
  void close() throws IOException {
    synchronized (this) {
      stopping = true;
    }
    wake();
    Threads.join(thread);
    if (closingFailure != null) {
      throw closingFailure;
    }
  }

  @Override
  public void run() {
    var group = new ArrayList<LogBatch>();
    while (await(group)) {
      if (!group.isEmpty()) {
        process(group);
        group.clear();
      }
      maintain();
    }
    maintain();
    writing.lock();
    try {
      appender.close();
    } catch (IOException e) {
      closingFailure = e;
    } finally {
      writing.unlock();
    }
  }

  /// Waits for something to do and takes all batches. After a quiet while the log is marked.
  private boolean await(List<LogBatch> group) {
    if (looking && !pause(Math.max(0, lookAt - System.nanoTime()))) {
      looking = false;
      owner.look();
    }
    for (var nanos = markNanos; !pause(nanos); ) {
      var quiet = System.nanoTime() - committedAt >= markNanos;
      if (quiet) {
        mark();
      }
      nanos = unmarked ? LOOK_TIMES * markNanos : FOREVER;
    }
    synchronized (this) {
      group.addAll(waiting);
      waiting.clear();
      looking = looking && group.isEmpty();
      return !group.isEmpty() || !stopping;
    }
  }

  /// @return whether there is something to do
  private boolean pause(long nanos) {
    var until = System.nanoTime() + nanos;
    parked = true;
    try {
      while (isIdle()) {
        var _ = Thread.interrupted(); // nobody does so on purpose: it ends by close
        if (nanos == FOREVER) {
          if (unmarked) {
            return false;
          }
          LockSupport.park(this);
          continue;
        }
        var left = until - System.nanoTime();
        if (left <= 0) {
          return false;
        }
        LockSupport.parkNanos(this, left);
      }
      return true;
    } finally {
      parked = false;
    }
  }

  private synchronized boolean isIdle() {
    return waiting.isEmpty() && !stopping && cutTo == cutDone;
  }

  private void mark() {
    writing.lock();
    try {
      unmarked = false;
      appender.mark();
    } catch (IOException e) {
      appender.rollBack(e);
      listener.trouble("could not note what is safe", e);
    } finally {
      writing.unlock();
    }
  }

  private void maintain() {
    long index;
    synchronized (this) {
      index = cutTo;
    }
    writing.lock();
    try {
      if (index != cutDone) {
        cutDone = index;
        appender.cut(index);
      }
      lookBehind();
    } catch (IOException e) {
      listener.trouble("could not delete what is no longer needed", e);
    } finally {
      writing.unlock();
    }
  }

  /// What syncs in the background came to, and how many segments there are. With the lock.
  private void lookBehind() {
    var why = appender.backgroundFailure();
    if (why != null) {
      listener.trouble("could not sync; the log goes on in a new file", why);
    }
    segments = appender.segmentCount();
  }

  // Batches.

  /// Commits the group, or tells why not. What was proposed before the owner knew of a failure
  /// fails with it.
  private void process(List<LogBatch> group) {
    var outcomes = new ArrayList<Outcome>();
    writing.lock();
    try {
      var stale = 0;
      while (stale < group.size() && group.get(stale).epoch <= failedEpoch) {
        stale++;
      }
      if (stale > 0 && failure != null) {
        outcomes.add(new Outcome(List.copyOf(group.subList(0, stale)), failure));
      }
      var live = List.copyOf(group.subList(stale, group.size()));
      if (!live.isEmpty()) {
        outcomes.add(new Outcome(live, attempt(live)));
      }
    } finally {
      writing.unlock();
    }
    outcomes.forEach(this::tell);
  }

  /// With the lock.
  private @Nullable IOException attempt(List<LogBatch> live) {
    var begin = nanos.getAsLong();
    var why = write(live);
    var end = nanos.getAsLong();
    committedAt = System.nanoTime();
    unmarked = markNanos != FOREVER;
    if (why == null) {
      pace.took(end - begin, live.stream().mapToLong(LogBatch::size).sum(), end);
    } else {
      counters.failed();
      failure = why;
      failedEpoch = live.getLast().epoch;
    }
    segments = appender.segmentCount();
    return why;
  }

  private void tell(Outcome outcome) {
    Runnable task = () -> settle.accept(outcome);
    if (outcome.batches().stream().mapToInt(LogBatch::count).sum() > FEW) {
      owner.execute(task);
      return;
    }
    var nanos = owner.settle(task);
    looking = nanos > 0;
    lookAt = System.nanoTime() + nanos;
  }

  private void tellWritten(List<LogBatch> batches) throws IOException {
    var early = batches.stream().filter(LogBatch::hasEarly).toList();
    if (!early.isEmpty()) {
      appender.write();
      owner.execute(() -> early.forEach(written));
    }
  }

  /// Writes and syncs; when a file fails it is tried once more with another. On a full disk there
  /// is no other.
  private @Nullable IOException write(List<LogBatch> batches) {
    var why = writeOnce(batches);
    if (why == null || why instanceof Appender.NoRoomException) {
      return why;
    }
    listener.trouble("could not write; the log goes on in a new file", why);
    return writeOnce(batches);
  }

  private @Nullable IOException writeOnce(List<LogBatch> batches) {
    var entries = 0;
    var bytes = 0L;
    try {
      for (var batch : batches) {
        appender.append(batch);
        entries += batch.count();
        bytes += batch.size();
      }
      tellWritten(batches);
      appender.commit();
      counters.committed(entries, bytes);
      return null;
    } catch (IOException e) {
      appender.rollBack(e);
      return e;
    } catch (RuntimeException | OutOfMemoryError e) {
      var why = new IOException("the log failed: " + e, e);
      appender.rollBack(why);
      return why;
    }
  }
}

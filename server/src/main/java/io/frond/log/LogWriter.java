package io.frond.log;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The thread that writes. It takes all batches that wait, writes them, syncs once, and hands them
/// back: while one group is being synced the next one gathers. The monitor guards what waits.
final class LogWriter implements Runnable {
  /// Batches that share one fate.
  ///
  /// @param why null when they are committed
  record Outcome(List<LogBatch> batches, @Nullable IOException why) {}

  /// What became of so few entries may be settled on this thread.
  private static final int FEW = 64;

  private static final long FOREVER = Long.MAX_VALUE;

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

  // The writer's thread.
  private long cutDone;
  private int failedEpoch = -1;
  private @Nullable IOException failure;
  private @Nullable IOException closingFailure;
  private boolean looking;
  private long lookAt;
  private volatile int segments;
  private volatile boolean parked;

  /// @param settle what the owner does about batches
  /// @param written what the owner does about a batch that is written and not synced
  /// @param markMillis how long nothing must happen before the log notes what is safe; 0 for never
  LogWriter(
      Appender appender,
      LogOwner owner,
      Consumer<Outcome> settle,
      Consumer<LogBatch> written,
      LogListener listener,
      Counters counters,
      long markMillis) {
    this.appender = appender;
    this.owner = owner;
    this.settle = settle;
    this.written = written;
    this.listener = listener;
    this.counters = counters;
    markNanos = markMillis == 0 ? FOREVER : markMillis * 1_000_000;
    segments = appender.segmentCount();
    thread = new Thread(this, "js-log");
    thread.setDaemon(true);
  }

  void start() {
    thread.start();
  }

  void propose(LogBatch batch) {
    synchronized (this) {
      if (stopping) {
        throw new IllegalStateException("the log is closed");
      }
      waiting.add(batch);
    }
    wake();
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
    try {
      appender.close();
    } catch (IOException e) {
      closingFailure = e;
    }
  }

  /// Waits for something to do and takes all batches. After a quiet while the log is marked.
  private boolean await(List<LogBatch> group) {
    if (looking && !pause(Math.max(0, lookAt - System.nanoTime()))) {
      looking = false;
      owner.look();
    }
    if (!pause(markNanos)) {
      mark();
      pause(FOREVER);
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
    try {
      appender.mark();
    } catch (IOException e) {
      appender.rollBack(e);
      listener.trouble("could not note what is safe", e);
    }
  }

  private void maintain() {
    long index;
    synchronized (this) {
      index = cutTo;
    }
    if (index != cutDone) {
      try {
        appender.cut(index);
      } catch (IOException e) {
        listener.trouble("could not delete what is no longer needed", e);
      }
      cutDone = index;
    }
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
    var stale = 0;
    while (stale < group.size() && group.get(stale).epoch <= failedEpoch) {
      stale++;
    }
    if (stale > 0 && failure != null) {
      tell(group.subList(0, stale), failure);
    }
    var live = group.subList(stale, group.size());
    if (!live.isEmpty()) {
      var why = write(live);
      if (why != null) {
        counters.failed();
        failure = why;
        failedEpoch = live.getLast().epoch;
      }
      segments = appender.segmentCount();
      tell(live, why);
    }
  }

  private void tell(List<LogBatch> batches, @Nullable IOException why) {
    var outcome = new Outcome(List.copyOf(batches), why);
    Runnable task = () -> settle.accept(outcome);
    if (batches.stream().mapToInt(LogBatch::count).sum() > FEW) {
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

package io.frond.log;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Syncs what was committed, every so often, on a thread of its own. The monitor guards what the
/// writer told; files are forced outside of it.
final class IntervalSync implements Runnable {
  private final long everyMillis;
  private final Counters counters;
  private final Thread thread;
  private final List<Segment> retired = new ArrayList<>();
  private @Nullable Segment current;
  private long written;
  private boolean stopping;
  private volatile long synced;
  private volatile @Nullable IOException failure;

  /// Begins at once.
  IntervalSync(Duration every, long synced, Counters counters) {
    this.counters = counters;
    everyMillis = Math.max(1, every.toMillis());
    this.synced = synced;
    written = synced;
    thread = new Thread(this, "js-log-sync");
    thread.setDaemon(true);
    thread.start();
  }

  /// Entries up to `index` were written, the last of them into `segment`.
  synchronized void written(Segment segment, long index) {
    current = segment;
    written = index;
  }

  /// The segment is not written any more: it is closed after it was synced.
  synchronized void retire(Segment segment) {
    retired.add(segment);
    if (current == segment) {
      current = null;
    }
  }

  /// Up to where all is safe.
  long synced() {
    return synced;
  }

  /// Why the last sync failed, once; null when it did not.
  @Nullable IOException takeFailure() {
    var why = failure;
    if (why != null) {
      failure = null;
    }
    return why;
  }

  @Override
  public void run() {
    while (await()) {
      sync();
    }
  }

  private synchronized boolean await() {
    var until = System.nanoTime() + everyMillis * 1_000_000;
    while (!stopping) {
      var left = (until - System.nanoTime()) / 1_000_000;
      if (left <= 0) {
        return true;
      }
      try {
        wait(left);
      } catch (InterruptedException e) {
        // Nothing interrupts this thread on purpose: it ends by close.
      }
    }
    return false;
  }

  private void sync() {
    List<Segment> finished;
    Segment open;
    long index;
    synchronized (this) {
      if (written == synced && retired.isEmpty()) {
        return;
      }
      finished = List.copyOf(retired);
      retired.clear();
      open = current;
      index = written;
    }
    try {
      for (var segment : finished) {
        segment.force(counters);
      }
      if (open != null) {
        open.force(counters);
      }
      synced = index;
    } catch (IOException e) {
      failure = e;
    }
    finished.forEach(Segment::closeQuietly);
  }

  /// Syncs what is left and ends the thread.
  void close() {
    synchronized (this) {
      stopping = true;
      notifyAll();
    }
    Threads.join(thread);
    sync();
  }
}

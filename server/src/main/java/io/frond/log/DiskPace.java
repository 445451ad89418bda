package io.frond.log;

/// How quick the disk has been lately: whether a thread that has others to serve may wait for it.
/// Written by the holder of the writer's lock; [#isQuick] by any thread.
final class DiskPace {
  /// On average a group of moderate size takes no longer.
  private static final long QUICK_NANOS = 400_000;

  /// A group that took so long is the last that such a thread waits for, for a while.
  private static final long SLOW_NANOS = 5_000_000;

  private static final long PAUSE_MIN = 1_000_000_000L;
  private static final long PAUSE_MAX = 64_000_000_000L;

  /// What it takes to write more says little about the disk.
  private static final int BYTES_MAX = 64 << 10;

  private volatile long averageNanos = 2 * QUICK_NANOS;
  private volatile long slowUntil = System.nanoTime() - PAUSE_MAX;
  private long pauseNanos = PAUSE_MIN;

  /// A group was written and synced.
  ///
  /// @param now as of [System#nanoTime]
  void took(long nanos, long bytes, long now) {
    if (bytes > BYTES_MAX) {
      return;
    }
    var average = averageNanos;
    averageNanos = average + (Math.min(nanos, SLOW_NANOS) - average) / 8;
    if (nanos > SLOW_NANOS) {
      var soon = now - slowUntil < pauseNanos;
      pauseNanos = soon ? Math.min(2 * pauseNanos, PAUSE_MAX) : PAUSE_MIN;
      slowUntil = now + pauseNanos;
    }
  }

  boolean isQuick(long now) {
    return averageNanos <= QUICK_NANOS && now - slowUntil >= 0;
  }
}

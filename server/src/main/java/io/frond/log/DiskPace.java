package io.frond.log;

/// How quick the disk has been lately: whether a thread that has others to serve may wait for it.
/// Written by the holder of the writer's lock; [#isQuick] by any thread.
final class DiskPace {
  /// On average a group of moderate size takes no longer.
  private static final long QUICK_NANOS = 400_000;

  /// A group that took so long is the last that such a thread waits for, for so many times as long:
  /// a disk that hangs now and then keeps it waiting for a fiftieth of the time at most. Not more:
  /// on a busy machine a moment without a processor looks the same.
  private static final long SLOW_NANOS = 5_000_000;

  private static final long PAUSE_TIMES = 50;
  private static final long PAUSE_MAX = 3_600_000_000_000L;

  /// What it takes to write more says little about the disk.
  private static final int BYTES_MAX = 64 << 10;

  private volatile long averageNanos = 2 * QUICK_NANOS;
  private volatile long slowUntil;

  /// @param now as of [System#nanoTime], as everywhere here
  DiskPace(long now) {
    slowUntil = now;
  }

  /// A group was written and synced.
  void took(long nanos, long bytes, long now) {
    if (bytes > BYTES_MAX) {
      return;
    }
    var average = averageNanos;
    averageNanos = average + (Math.min(nanos, SLOW_NANOS) - average) / 8;
    if (nanos > SLOW_NANOS) {
      var until = now + Math.min(nanos, PAUSE_MAX / PAUSE_TIMES) * PAUSE_TIMES;
      slowUntil = until - slowUntil > 0 ? until : slowUntil;
    }
  }

  boolean isQuick(long now) {
    return averageNanos <= QUICK_NANOS && now - slowUntil >= 0;
  }
}

package io.frond.link;

/// For how long a producer is held back when a receiver's queue is long: the longer the queue, the
/// longer, so that a fast receiver is never waited for and a slow one is given time before it
/// counts as slow. Each hold is for one batch of at most 128 KiB, so even a stuck receiver leaves
/// its producers some megabytes a second.
final class Hold {
  /// Below this a queue is no reason to wait.
  static final long BYTES_MIN = 1 << 20;

  private static final long BYTES_MORE = 8 << 20;
  private static final long BYTES_MUCH = 32 << 20;

  private Hold() {}

  static long millis(long queuedBytes) {
    if (queuedBytes >= BYTES_MUCH) {
      return 50;
    }
    return queuedBytes >= BYTES_MORE ? 10 : queuedBytes >= BYTES_MIN ? 2 : 0;
  }
}

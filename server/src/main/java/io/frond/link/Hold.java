package io.frond.link;

import io.netty.channel.Channel;

/// Holds a producer back while a receiver's queue is long: the longer the queue, the longer, so
/// that a fast receiver is never waited for and a slow one is given time before it counts as slow.
/// Each hold is for one batch of at most 128 KiB, so even a stuck receiver leaves its producers
/// some megabytes a second. Owned by the producer's event loop.
final class Hold {
  /// Below this a queue is no reason to wait.
  static final long BYTES_MIN = 1 << 20;

  private static final long BYTES_MORE = 8 << 20;
  private static final long BYTES_MUCH = 32 << 20;

  private boolean holds;
  private long millis;

  /// Stops reading when the longest queue that the last batch added to is a reason to.
  ///
  /// @return whether a hold began, which ends after [#millis]
  boolean begin(Channel producer, long longestQueueBytes) {
    if (holds || longestQueueBytes < BYTES_MIN) {
      return false;
    }
    millis = longestQueueBytes >= BYTES_MUCH ? 50 : longestQueueBytes >= BYTES_MORE ? 10 : 2;
    holds = true;
    producer.config().setAutoRead(false);
    return true;
  }

  long millis() {
    return millis;
  }

  void end() {
    holds = false;
  }

  boolean holds() {
    return holds;
  }
}

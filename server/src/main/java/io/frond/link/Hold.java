package io.frond.link;

import io.netty.channel.Channel;

/// Holds a producer back while a receiver's queue is long: the longer the queue, the longer, so
/// that a fast receiver is never waited for and a slow one is given time before it counts as slow.
/// Each hold is for one batch of at most 128 KiB, so even a stuck receiver leaves its producers
/// some megabytes a second. Owned by the producer's event loop.
///
/// A route or a leaf's link carries what many publish to many, so it is held later and more mildly:
/// a stuck receiver, which its limits end in seconds, leaves it 25 MB a second.
final class Hold {
  /// Below this a queue is no reason to wait.
  static final long BYTES_MIN = 1 << 20;

  private static final long BYTES_MORE = 8 << 20;
  private static final long BYTES_MUCH = 32 << 20;

  /// No receiver's queue grows to this: it is said of a disk that is behind.
  private static final long BYTES_FULL = 128 << 20;

  private boolean holds;
  private long millis;

  /// Stops reading when the longest queue that the last batch added to is a reason to.
  ///
  /// @param from who is at the producer's end
  /// @return whether a hold began, which ends after [#millis]
  boolean begin(Channel producer, long longestQueueBytes, LinkKind from) {
    if (holds || longestQueueBytes < BYTES_MIN) {
      return false;
    }
    millis = from == LinkKind.CLIENT ? ofClient(longestQueueBytes) : ofServer(longestQueueBytes);
    if (millis == 0) {
      return false;
    }
    holds = true;
    producer.config().setAutoRead(false);
    return true;
  }

  private static long ofClient(long queueBytes) {
    return queueBytes >= BYTES_FULL
        ? 250
        : queueBytes >= BYTES_MUCH ? 50 : queueBytes >= BYTES_MORE ? 10 : 2;
  }

  private static long ofServer(long queueBytes) {
    return queueBytes >= BYTES_FULL
        ? 50
        : queueBytes >= BYTES_MUCH
            ? 5
            : queueBytes >= 2 * BYTES_MORE ? 2 : queueBytes >= BYTES_MORE ? 1 : 0;
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

package io.frond.outage;

import java.util.concurrent.atomic.AtomicLongArray;

/// What all logs of a server hold together, against what they may. Each log tells its part; any
/// thread reads.
final class Budget {
  /// Longs from one log's part to the next one's, so that they lie in cache lines of their own.
  private static final int STRIDE = 16;

  private final AtomicLongArray parts;
  private final int logs;
  final long bytesMax;

  Budget(int logs, long bytesMax) {
    this.logs = logs;
    this.bytesMax = bytesMax;
    parts = new AtomicLongArray((logs + 1) * STRIDE);
  }

  /// The log's loop.
  void tell(int log, long bytes) {
    parts.setOpaque(log * STRIDE, bytes);
  }

  long bytes() {
    var all = 0L;
    for (var log = 0; log < logs; log++) {
      all += parts.getOpaque(log * STRIDE);
    }
    return all;
  }

  /// Whether `more` bytes of a log that holds `own` are too many. A log within its even share
  /// always has room, without a look at the others: who has more gives way, at its next tick at the
  /// latest.
  boolean isOver(long own, long more) {
    return (own + more) * logs > bytesMax && bytes() + more > bytesMax;
  }
}

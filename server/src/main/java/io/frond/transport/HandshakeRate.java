package io.frond.transport;

import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/// Counts TLS handshakes of one listener in each second (`connection_rate_limit`). Safe for any
/// thread.
final class HandshakeRate {
  private static final long SECOND_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final LongSupplier clockNanos;
  private long secondBegan;
  private long begun;

  HandshakeRate(LongSupplier clockNanos) {
    this.clockNanos = clockNanos;
    secondBegan = clockNanos.getAsLong();
  }

  /// Whether one more may begin now.
  ///
  /// @param limit handshakes a second, 0 for no limit
  synchronized boolean allows(long limit) {
    if (limit <= 0) {
      return true;
    }
    var now = clockNanos.getAsLong();
    if (now - secondBegan >= SECOND_NANOS) {
      secondBegan = now;
      begun = 0;
    }
    return ++begun <= limit;
  }
}

package io.frond.testkit;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/// Waits for what other threads bring about, no longer than it takes.
public final class Await {
  private static final long POLL_NANOS = 5_000_000;
  private static final Duration LIMIT = Duration.ofSeconds(30);

  private Await() {}

  /// @throws AssertionError when it does not become true within half a minute
  public static void until(String what, BooleanSupplier condition) {
    var end = System.nanoTime() + LIMIT.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - end > 0) {
        throw new AssertionError("in vain waited for: " + what);
      }
      LockSupport.parkNanos(POLL_NANOS);
    }
  }

  /// Whether the condition stays true for so long.
  public static boolean holds(Duration span, BooleanSupplier condition) {
    var end = System.nanoTime() + span.toNanos();
    while (System.nanoTime() - end < 0) {
      if (!condition.getAsBoolean()) {
        return false;
      }
      LockSupport.parkNanos(POLL_NANOS);
    }
    return true;
  }
}

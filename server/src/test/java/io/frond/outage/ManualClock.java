package io.frond.outage;

/// A clock that a test moves; any thread.
final class ManualClock implements OutageClock {
  private long wall = 1_700_000_000_000L;
  private long nanos = 5;

  @Override
  public synchronized long wallMillis() {
    return wall;
  }

  @Override
  public synchronized long nanos() {
    return nanos;
  }

  /// Time passes.
  synchronized void pass(long millis) {
    wall += millis;
    nanos += millis * 1_000_000;
  }

  /// Somebody sets the wall clock.
  synchronized void set(long wallMillis) {
    wall = wallMillis;
  }
}

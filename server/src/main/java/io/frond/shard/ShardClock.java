package io.frond.shard;

import java.util.function.LongSupplier;

/// The wall clock, but never backwards: when it is set back, time goes on at half its speed until
/// the wall has caught up, so that timers don't stand still. One owner.
public final class ShardClock {
  private final LongSupplier wall;
  private final LongSupplier monotonic;
  private long now;
  private long nanos;

  /// @param wall nanoseconds since the epoch, in whole milliseconds
  /// @param monotonic nanoseconds since whenever, never backwards
  public ShardClock(LongSupplier wall, LongSupplier monotonic) {
    this.wall = wall;
    this.monotonic = monotonic;
    now = wall.getAsLong();
    nanos = monotonic.getAsLong();
  }

  /// The machine's.
  public static ShardClock system() {
    return new ShardClock(() -> System.currentTimeMillis() * 1_000_000, System::nanoTime);
  }

  /// Looks at the clock.
  long tick() {
    var at = monotonic.getAsLong();
    var passed = at - nanos;
    nanos = at;
    var shown = wall.getAsLong();
    var reckoned = now + passed;
    // the wall ticks in milliseconds: within one it is not "behind"
    now = shown >= reckoned ? shown : shown > reckoned - 2_000_000 ? reckoned : now + passed / 2;
    return now;
  }

  /// When [#tick] was last called, nanoseconds since the epoch.
  long now() {
    return now;
  }
}

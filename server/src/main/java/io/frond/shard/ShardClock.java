package io.frond.shard;

/// The wall clock, but never backwards: when it is set back, time goes on at half its speed until
/// the wall has caught up, so that timers don't stand still. One owner.
final class ShardClock {
  private long now = wall();
  private long nanos = System.nanoTime();

  private static long wall() {
    return System.currentTimeMillis() * 1_000_000;
  }

  /// Looks at the clock.
  long tick() {
    var monotonic = System.nanoTime();
    var passed = monotonic - nanos;
    nanos = monotonic;
    var wall = wall();
    var reckoned = now + passed;
    // the wall ticks in milliseconds: within one it is not "behind"
    now = wall >= reckoned ? wall : wall > reckoned - 2_000_000 ? reckoned : now + passed / 2;
    return now;
  }

  /// When [#tick] was last called, nanoseconds since the epoch.
  long now() {
    return now;
  }
}

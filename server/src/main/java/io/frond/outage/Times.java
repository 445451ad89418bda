package io.frond.outage;

/// A log's clock: milliseconds that only run on, and what the wall clock shows. Setting the wall
/// clock changes what entries show from then on, never how old they are. The loop.
final class Times {
  private static final long NANOS_PER_MILLI = 1_000_000;

  private final OutageClock clock;
  private final long startNanos;
  private final long startMillis;

  /// From the steady clock to the wall's, as of the last look.
  private long offset;

  /// @param startNanos, startMillis the same moment on both clocks, the same for all logs
  Times(OutageClock clock, long startNanos, long startMillis) {
    this.clock = clock;
    this.startNanos = startNanos;
    this.startMillis = startMillis;
  }

  long steadyMillis() {
    return startMillis + (clock.nanos() - startNanos) / NANOS_PER_MILLI;
  }

  long wallMillis(long steady) {
    return steady + offset;
  }

  /// Looks at both clocks.
  ///
  /// @return the steady one
  long tick() {
    var steady = steadyMillis();
    offset = clock.wallMillis() - steady;
    return steady;
  }
}

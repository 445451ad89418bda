package io.frond.session;

/// How many bytes a feed may have under way, so that what is queued on a slow line leaves within
/// about a second, and how fast it may catch up. The feed's thread.
final class Pace {
  private static final int MIN = 16 << 10;
  private static final int FIRST = 64 << 10;
  private static final long AIM_NANOS = 1_000_000_000;

  /// What a rate may save up: a quarter of a second.
  private static final int SAVED_PARTS = 4;

  private int window = FIRST;
  private long shortestNanos = AIM_NANOS;
  private long tokens;
  private long tokensNanos;
  private long bytesPerSecond;

  int window() {
    return window;
  }

  /// Whether the line takes all that it is given soon.
  boolean isQuick() {
    return window > FIRST;
  }

  /// A measure: so many bytes arrived while one of them was under way for so long. How long the way
  /// is when nothing waits on it is the shortest time of all: only what goes beyond that is the
  /// line's slowness. Little under way tells nothing of the line, nor do the first of many that
  /// were sent at once.
  void measured(long delivered, long rttNanos, long inFlightBefore, int max) {
    if (delivered <= 0) {
      return;
    }
    shortestNanos = Math.min(shortestNanos, rttNanos);
    if (inFlightBefore <= window / 4) {
      return;
    }
    var rate = (double) delivered / rttNanos;
    var aim = (long) (rate * (AIM_NANOS + shortestNanos));
    if (aim > window + window / 2) {
      window = (int) Math.min(max, Math.min(aim, 2L * window));
    } else if (aim < window && delivered >= window / 2 && rttNanos > AIM_NANOS / 4) {
      window = (int) Math.max(MIN, Math.max(aim, window / 2));
    }
  }

  /// A new carrier, perhaps a slower line.
  void begin() {
    window = Math.min(window, 4 * FIRST);
    shortestNanos = AIM_NANOS;
  }

  /// How many milliseconds to wait before so many bytes of the backlog may be sent, 0 for none.
  ///
  /// @param rate bytes a second, 0 for any
  long waitMillis(int bytes, long rate, long now) {
    if (rate <= 0) {
      return 0;
    }
    var most = Math.max(1, rate / SAVED_PARTS);
    if (rate != bytesPerSecond) {
      bytesPerSecond = rate;
      tokens = most;
      tokensNanos = now;
    }
    var earned = (long) ((double) (now - tokensNanos) * rate / 1e9);
    if (earned > 0) {
      tokens = Math.min(most, tokens + earned);
      tokensNanos = now;
    }
    if (tokens > 0) {
      tokens -= bytes;
      return 0;
    }
    return Math.max(1, (1 - tokens) * 1000 / rate);
  }
}

package io.frond.lane;

import java.util.random.RandomGenerator;

/// When a lane may send: no faster than its rate, later and later after failures, in time measured
/// by the shard's clock. The shard's thread.
final class Pace {
  private static final long SECOND = 1_000_000_000L;
  private static final long FIRST_PAUSE = SECOND / 4;
  private static final long LONGEST_PAUSE = 30 * SECOND;
  private static final int DOUBLINGS_MAX = 10;

  /// The rate's bucket holds what so much time brings.
  private static final long BURST = SECOND / 10;

  /// Over how long the rate that is shown is averaged.
  private static final long SHOWN = 2 * SECOND;

  private final RandomGenerator random;
  private long rate;
  private long freeAt;
  private long resumeAt;
  private int failures;
  private long spanBegan;
  private long spanBytes;
  private long shown;

  /// @param rate bytes a second, 0 for any
  Pace(long rate, RandomGenerator random) {
    this.rate = rate;
    this.random = random;
  }

  void rate(long next) {
    rate = next;
  }

  /// When something may be sent; not in the future when now.
  long at() {
    return Math.max(freeAt - BURST, resumeAt);
  }

  /// Whether a failure is being waited out.
  boolean pauses(long now) {
    return now < resumeAt;
  }

  /// Whether the rate is used up.
  boolean throttles(long now) {
    return now < freeAt - BURST;
  }

  void sent(int bytes, long now) {
    if (rate > 0) {
      freeAt = Math.max(freeAt, now) + (long) ((double) bytes * SECOND / rate);
    }
    if (now - spanBegan > SHOWN) {
      shown = spanBytes * SECOND / Math.max(now - spanBegan, 1);
      spanBegan = now;
      spanBytes = 0;
    }
    spanBytes += bytes;
  }

  /// Bytes a second that were sent lately.
  long shown(long now) {
    var span = now - spanBegan;
    return span > SHOWN ? (span > 2 * SHOWN ? 0 : spanBytes * SECOND / span) : shown;
  }

  /// Something went wrong: the next try is after a pause that doubles.
  void failed(long now) {
    var pause = Math.min(LONGEST_PAUSE, FIRST_PAUSE << Math.min(failures, DOUBLINGS_MAX));
    failures++;
    resumeAt = now + pause - pause / 4 + random.nextLong(pause / 2 + 1);
  }

  /// Waits a moment that is no failure.
  void hold(long until) {
    resumeAt = Math.max(resumeAt, until);
  }

  int failures() {
    return failures;
  }

  /// It works again.
  void worked() {
    failures = 0;
  }

  /// Things have changed: no more waiting.
  void hurry() {
    failures = 0;
    resumeAt = 0;
  }
}

package io.frond.lane;

/// Runs a task when several others are through. One thread.
final class Countdown {
  private final Runnable then;
  private int left = 1;

  Countdown(Runnable then) {
    this.then = then;
  }

  /// One more to wait for, until it runs what this returns.
  Runnable one() {
    left++;
    return this::count;
  }

  /// All are known.
  void begin() {
    count();
  }

  private void count() {
    left--;
    if (left == 0) {
      then.run();
    }
  }
}

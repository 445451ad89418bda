package io.frond.consumer;

import io.frond.shard.Shard;

/// Notices that nobody uses a consumer any more. On the shard's thread.
final class Inactivity {
  private static final long MILLI = 1_000_000L;

  /// What decides whether a consumer is used.
  interface Use {
    /// Whether someone listens (push) or waits (pull).
    boolean inUse();

    /// When the last message that was sent and not settled stops being waited for; 0 when there is
    /// none.
    long lastDeadline();

    void end();
  }

  private final Shard shard;
  private final Use use;
  private final long jitter;
  private final Alarm alarm;
  private long threshold;
  private boolean pull;
  private long used;

  /// @param name makes the moment differ between consumers
  Inactivity(Shard shard, String name, ConsumerConfig config, Use use) {
    this.shard = shard;
    this.use = use;
    jitter = (100 + Math.floorMod(name.hashCode(), 900)) * MILLI;
    alarm = new Alarm(shard, this::check);
    set(config);
  }

  private void set(ConsumerConfig config) {
    pull = !config.isPush();
    var base = config.inactiveThreshold();
    threshold = base <= 0 ? 0 : pull ? base + jitter : base;
  }

  void configured(ConsumerConfig now) {
    set(now);
    alarm.cancel();
    start();
  }

  /// Begins to count.
  void start() {
    used();
    if (threshold > 0 && (pull || !use.inUse())) {
      alarm.set(used + threshold);
    }
  }

  /// Someone did something.
  void used() {
    used = shard.now();
  }

  /// A push consumer's listener came or went.
  void listened(boolean now) {
    used();
    if (now) {
      alarm.cancel();
    } else if (threshold > 0) {
      alarm.atLatest(used + threshold);
    }
  }

  private void check() {
    var now = shard.now();
    if (now < used + threshold) {
      alarm.set(used + threshold);
      return;
    }
    if (use.inUse()) {
      if (pull) {
        alarm.set(now + threshold);
      }
      return;
    }
    var until = pull ? use.lastDeadline() + threshold : 0;
    if (until > now && use.lastDeadline() > 0) {
      alarm.set(until);
      return;
    }
    use.end();
    alarm.set(now + threshold + 1_000 * MILLI);
  }

  void stop() {
    alarm.cancel();
  }
}

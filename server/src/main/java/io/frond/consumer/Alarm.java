package io.frond.consumer;

import io.frond.shard.Shard;
import org.jspecify.annotations.Nullable;

/// One timer that is set again and again. On the shard's thread.
final class Alarm {
  private final Shard shard;
  private final Runnable task;
  private Shard.@Nullable Timer timer;
  private long at = Long.MAX_VALUE;

  Alarm(Shard shard, Runnable task) {
    this.shard = shard;
    this.task = task;
  }

  /// Rings at `time` (nanoseconds since the epoch) unless it rings earlier anyway.
  void atLatest(long time) {
    if (time < at) {
      cancel();
      at = time;
      timer = shard.schedule(time, this::ring);
    }
  }

  /// Rings at `time` and not before.
  void set(long time) {
    if (time != at) {
      cancel();
      atLatest(time);
    }
  }

  boolean isSet() {
    return at != Long.MAX_VALUE;
  }

  private void ring() {
    at = Long.MAX_VALUE;
    timer = null;
    task.run();
  }

  void cancel() {
    if (timer != null) {
      timer.cancel();
      timer = null;
    }
    at = Long.MAX_VALUE;
  }
}

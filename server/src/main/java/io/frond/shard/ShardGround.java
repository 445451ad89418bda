package io.frond.shard;

import io.frond.buffer.FlushSet;
import io.frond.session.Ground;

/// The shard's thread as a feed's.
public final class ShardGround implements Ground {
  private static final long NANOS_PER_MILLI = 1_000_000;

  private final ShardThread shard;

  public ShardGround(ShardThread shard) {
    this.shard = shard;
  }

  @Override
  public void execute(Runnable task) {
    shard.execute(task);
  }

  @Override
  public void later(Runnable task, long millis) {
    shard.execute(() -> {
      var _ = shard.schedule(shard.now() + millis * NANOS_PER_MILLI, task);
    });
  }

  @Override
  public FlushSet flushes() {
    return shard.flushes();
  }
}

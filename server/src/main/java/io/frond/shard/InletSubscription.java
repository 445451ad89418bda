package io.frond.shard;

import io.frond.account.Delivery;
import io.frond.account.Side;
import io.frond.account.Subscription;
import org.jspecify.annotations.Nullable;

/// Interest of the shard's: what matches goes to its thread.
final class InletSubscription extends Subscription {
  private final ShardThread shard;
  private final Chunk.Target target;

  InletSubscription(
      ShardThread shard, byte[] subject, byte @Nullable [] queue, Chunk.Target target) {
    super(subject, queue);
    this.shard = shard;
    this.target = target;
  }

  @Override
  public Side side() {
    return Side.LOCAL;
  }

  @Override
  public @Nullable Object owner() {
    return null;
  }

  @Override
  public boolean deliver(Delivery message) {
    shard.inlet(message.loop()).add(target, message);
    return true;
  }
}

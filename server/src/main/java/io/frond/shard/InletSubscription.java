package io.frond.shard;

import io.frond.account.Delivery;
import io.frond.account.Side;
import io.frond.account.Subscription;
import org.jspecify.annotations.Nullable;

/// Interest of the shard's: what matches goes to its thread.
///
/// On the side of the hub it stands for the hub: it takes what is published here and below, not
/// what comes from a hub or over a route, and only leaves are told of it.
final class InletSubscription extends Subscription {
  private final ShardThread shard;
  private final Side side;
  private final Chunk.Target target;
  private final boolean withSource;

  InletSubscription(
      ShardThread shard,
      Side side,
      byte[] subject,
      byte @Nullable [] queue,
      Chunk.Target target,
      boolean withSource) {
    super(subject, queue);
    this.withSource = withSource;
    this.shard = shard;
    this.side = side;
    this.target = target;
  }

  @Override
  public Side side() {
    return side;
  }

  @Override
  public @Nullable Object owner() {
    return null;
  }

  @Override
  public boolean deliver(Delivery message) {
    if (side == Side.HUB && message.side() == Side.HUB) {
      return false; // it stands for the hub
    }
    shard.inlet(message.loop()).add(target, message, withSource);
    return true;
  }
}

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
  /// What a target wants to know of a message beside itself.
  enum With {
    NOTHING,
    /// The link that it came from.
    SENDER,
    /// The tag that it came with over a leaf link.
    TAG
  }

  private final ShardThread shard;
  private final Side side;
  private final Chunk.Target target;
  private final With with;

  InletSubscription(
      ShardThread shard,
      Side side,
      byte[] subject,
      byte @Nullable [] queue,
      Chunk.Target target,
      With with) {
    super(subject, queue);
    this.with = with;
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
    if (side == Side.HUB && (message.side() == Side.HUB || !message.keep())) {
      return false; // it stands for the hub; a stream that changes may have two
    }
    shard.inlet(message.loop()).add(target, message, with);
    return true;
  }
}

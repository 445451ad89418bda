package io.frond.leafnode;

import io.frond.account.Delivery;
import io.frond.account.Side;
import io.frond.account.WeightedSubscription;
import org.jspecify.annotations.Nullable;

/// Interest that the server at the other end of a leaf link showed.
final class LeafSubscription extends WeightedSubscription {
  private final Leaf leaf;

  LeafSubscription(Leaf leaf, byte[] subject, byte @Nullable [] queue, int weight) {
    super(subject, queue, weight);
    this.leaf = leaf;
  }

  @Override
  public Side side() {
    return leaf.side();
  }

  @Override
  public Object owner() {
    return leaf.origin();
  }

  /// Only remembers the leaf: it gets the message once however many of its subscriptions match.
  /// True for a member of a queue group, which is chosen by that; the others are counted when the
  /// message is sent.
  @Override
  public boolean deliver(Delivery message) {
    if (message.excludes(leaf.origin()) || !leaf.maySend(message)) {
      return false;
    }
    var queue = queue();
    message.addTarget(leaf.sender(), queue);
    return queue != null;
  }
}

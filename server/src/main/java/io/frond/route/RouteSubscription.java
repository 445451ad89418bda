package io.frond.route;

import io.frond.account.Delivery;
import io.frond.account.Side;
import io.frond.account.WeightedSubscription;
import io.frond.link.Link;

/// Interest that another server told of. Delivers from any loop.
final class RouteSubscription extends WeightedSubscription {
  private final RouteAccount account;
  private final boolean filtered;

  /// @param filtered whether each message needs a look at what the cluster may export
  RouteSubscription(
      RouteAccount account,
      byte[] subject,
      byte @org.jspecify.annotations.Nullable [] queue,
      int weight,
      boolean filtered) {
    super(subject, queue, weight);
    this.account = account;
    this.filtered = filtered;
  }

  @Override
  public Side side() {
    return Side.ROUTE;
  }

  @Override
  public Link owner() {
    return account.route().link();
  }

  /// Names the other server as a receiver. A plain one counts once the message is sent, a queue
  /// group's member at once.
  @Override
  public boolean deliver(Delivery message) {
    if (filtered && !account.route().mayExport(message.frame())) {
      return false;
    }
    var queue = queue();
    message.addTarget(account, queue);
    return queue != null;
  }
}

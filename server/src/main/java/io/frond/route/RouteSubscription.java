package io.frond.route;

import io.frond.account.Delivery;
import io.frond.account.Origin;
import io.frond.account.Side;
import io.frond.account.WeightedSubscription;
import org.jspecify.annotations.Nullable;

/// Interest that another server told of. Delivers from any loop.
final class RouteSubscription extends WeightedSubscription {
  private final RouteAccount account;
  private final @Nullable Origin origin;
  private final boolean filtered;

  /// @param origin the leaves that the other server told of it for, null for its own clients
  /// @param filtered whether each message needs a look at what the cluster may export
  RouteSubscription(
      RouteAccount account,
      @Nullable Origin origin,
      byte[] subject,
      byte @Nullable [] queue,
      int weight,
      boolean filtered) {
    super(subject, queue, weight);
    this.account = account;
    this.origin = origin;
    this.filtered = filtered;
  }

  @Override
  public Side side() {
    return Side.ROUTE;
  }

  @Nullable Origin origin() {
    return origin;
  }

  /// Whether it is remembered while the other server is away: what leaves want is by their
  /// sessions.
  boolean outlives() {
    return origin == null && queue() == null && !filtered && AwayInterest.outlives(subject());
  }

  @Override
  public Object owner() {
    return origin == null ? account.route().link() : origin;
  }

  /// Names the other server as a receiver. A plain one counts once the message is sent, a queue
  /// group's member at once.
  @Override
  public boolean deliver(Delivery message) {
    if (origin != null && message.excludes(origin)) {
      return false; // its leaves have it already
    }
    if (filtered && !account.route().mayExport(message.frame())) {
      return false;
    }
    var queue = queue();
    if (queue != null && !account.takesNow(message)) {
      return false; // what comes again later is for no queue group
    }
    message.addTarget(account, queue);
    return queue != null;
  }
}

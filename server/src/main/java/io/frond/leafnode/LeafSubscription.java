package io.frond.leafnode;

import io.frond.account.Delivery;
import io.frond.account.Side;
import io.frond.account.WeightedSubscription;
import io.frond.trace.Trace;
import org.jspecify.annotations.Nullable;

/// Interest that the server at the other end of a leaf link showed.
final class LeafSubscription extends WeightedSubscription {
  private final Holder holder;

  /// Which of the holder's links showed it last, by their number.
  private volatile long shownBy;

  LeafSubscription(
      Holder holder, byte[] subject, byte @Nullable [] queue, int weight, long shownBy) {
    super(subject, queue, weight);
    this.holder = holder;
    this.shownBy = shownBy;
  }

  Holder holder() {
    return holder;
  }

  long shownBy() {
    return shownBy;
  }

  void shownBy(long link) {
    shownBy = link;
  }

  @Override
  public boolean present() {
    return holder.present(shownBy);
  }

  @Override
  public Side side() {
    return holder.side();
  }

  @Override
  public Object owner() {
    return holder.origin();
  }

  @Override
  public boolean deliverTraced(Delivery message, Trace trace) {
    if (!message.excludes(holder.origin())
        && !holder.lanes().hold(message)
        && !holder.maySend(message)) {
      trace.denied(holder.target().traceEnd());
      return false;
    }
    return deliver(message);
  }

  /// Only remembers the holder: it gets the message once however many of its subscriptions match.
  /// True for a member of a queue group, which is chosen by that; the others are counted when the
  /// message is sent.
  @Override
  public boolean deliver(Delivery message) {
    if (message.excludes(holder.origin())
        || holder.lanes().hold(message)
        || !holder.maySend(message)) {
      return false;
    }
    var queue = queue();
    message.addTarget(holder.target(), queue);
    return queue != null;
  }
}

package io.frond.shard;

import io.frond.account.Delivery;
import io.frond.account.Side;
import io.frond.account.Subscription;
import io.frond.trace.Trace;
import io.frond.trace.TraceHeaders;
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

  /// A stream's part is told when its thread has done it. What asks the API of JetStream leaves the
  /// account, as in nats-server, and with that the trace.
  @Override
  public boolean deliverTraced(Delivery message, Trace trace) {
    var subject = message.frame().subjectText();
    var service = target.service(subject);
    if (service != null) {
      if (!service.equals(subject)) {
        trace.mapped(service);
      }
      trace.imported(service, service);
      return trace.only() || deliver(message);
    }
    var stream = target.stream();
    if (stream == null) {
      return deliver(message);
    }
    if (side == Side.HUB && (message.side() == Side.HUB || !message.keep())) {
      return false;
    }
    var whole = message.frame();
    if (!trace.only()) { // a consumer's delivery elsewhere is no part of this trace
      var _ = message.exchange(TraceHeaders.disabled(whole));
    }
    shard.inlet(message.loop()).addTraced(target, message, trace.toStream(stream));
    var _ = message.exchange(whole);
    message.staysInside();
    return true;
  }

  @Override
  public boolean deliver(Delivery message) {
    if (side == Side.HUB && (message.side() == Side.HUB || !message.keep())) {
      return false; // it stands for the hub; a stream that changes may have two
    }
    shard.inlet(message.loop()).add(target, message, with);
    message.staysInside();
    return true;
  }
}

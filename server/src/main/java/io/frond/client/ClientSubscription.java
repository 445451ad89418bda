package io.frond.client;

import io.frond.account.Delivery;
import io.frond.account.Side;
import io.frond.account.Subscription;
import io.frond.link.Gate;
import io.frond.link.Link;
import io.frond.trace.Trace;
import io.frond.trace.TraceText;
import org.jspecify.annotations.Nullable;

/// A client's subscription. `delivered` and `max` are guarded by the link's monitor.
public final class ClientSubscription extends Subscription implements Gate {
  private final Client client;
  private final byte[] sid;
  private final boolean filtered;
  private long delivered;
  private long max;

  /// @param filtered whether each message needs a look at the client's permissions
  ClientSubscription(
      Client client, byte[] subject, byte @Nullable [] queue, byte[] sid, boolean filtered) {
    super(subject, queue);
    this.client = client;
    this.sid = sid;
    this.filtered = filtered;
  }

  public byte[] sid() {
    return sid;
  }

  @Override
  public Side side() {
    return Side.LOCAL;
  }

  @Override
  public Link owner() {
    return client.link();
  }

  @Override
  public boolean deliver(Delivery message) {
    var link = client.link();
    if (message.excludes(link) || (filtered && !client.rights().mayReceive(this, message))) {
      return false;
    }
    client.rights().expectReply(message);
    var headers = client.takesHeaders();
    var end = message.clientLine(sid, headers);
    var frame = message.frame();
    var skip = headers ? 0 : frame.headerLength();
    if (!link.deliver(message, message.lineStart(headers), end, skip, this)) {
      return false;
    }
    if (max > 0 && delivered >= max) { // exact: only this deliverer saw the last one pass
      client.expired(this);
    }
    return true;
  }

  @Override
  public boolean deliverTraced(Delivery message, Trace trace) {
    var link = client.link();
    var why =
        message.excludes(link)
            ? TraceText.NO_ECHO
            : filtered && !client.rights().mayReceive(this, message)
                ? TraceText.SUBSCRIPTION_DENIES
                : null;
    if (why == null && !trace.only() && !deliver(message)) {
      why = link.reason() == null ? TraceText.SUBSCRIPTION_OVER : TraceText.CLIENT_CLOSED;
    }
    trace.toClient(client.traceEnd(), subjectText(), queueText(), why);
    return why == null;
  }

  @Override
  public boolean pass() {
    if (max > 0 && delivered >= max) {
      return false;
    }
    delivered++;
    return true;
  }

  /// Ends the subscription after so many messages in all.
  ///
  /// @return whether it already had them
  boolean limit(long messages) {
    synchronized (client.link()) {
      max = messages;
      return delivered >= messages;
    }
  }

  public long delivered() {
    synchronized (client.link()) {
      return delivered;
    }
  }

  public long max() {
    synchronized (client.link()) {
      return max;
    }
  }
}

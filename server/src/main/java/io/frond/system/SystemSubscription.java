package io.frond.system;

import io.frond.account.Delivery;
import io.frond.account.Side;
import io.frond.account.Subscription;
import io.frond.trace.Trace;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// The server's own interest in requests. Called on any event loop; what takes a request must not
/// block.
final class SystemSubscription extends Subscription {
  /// Takes a request.
  interface Taker {
    /// @param source who asks: a link, or null for the server itself
    /// @param body the payload without headers; its own copy
    void take(String subject, byte[] reply, byte[] body, @Nullable Object source);
  }

  private final boolean onlyLocal;
  private final @Nullable String service;
  private final Taker taker;

  /// Interest of the system account's.
  SystemSubscription(String subject, Taker taker) {
    this(subject, false, null, taker);
  }

  /// @param onlyLocal whether only clients of this server are heard
  /// @param service the subject in the system account that stands behind it, as a trace tells it;
  ///   null for none
  SystemSubscription(String subject, boolean onlyLocal, @Nullable String service, Taker taker) {
    super(subject.getBytes(StandardCharsets.UTF_8), null);
    this.service = service;
    this.onlyLocal = onlyLocal;
    this.taker = taker;
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
  public boolean deliverTraced(Delivery message, Trace trace) {
    if (service == null) {
      return deliver(message);
    }
    if (onlyLocal && message.side() != Side.LOCAL) {
      return false;
    }
    trace.imported(subjectText(), service);
    return trace.only() || deliver(message);
  }

  @Override
  public boolean deliver(Delivery message) {
    if (onlyLocal && message.side() != Side.LOCAL) {
      return false;
    }
    var frame = message.frame();
    var subject = frame.subject();
    var reply = frame.reply(); // where there is none its place means nothing
    var body = new byte[frame.size() - frame.headerLength()];
    frame.buffer().get(frame.bodyAt() + frame.headerLength(), body);
    message.staysInside();
    taker.take(new String(subject, StandardCharsets.UTF_8), reply, body, message.source());
    return true;
  }
}

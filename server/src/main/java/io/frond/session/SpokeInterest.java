package io.frond.session;

import io.frond.account.Delivery;
import io.frond.account.Side;
import io.frond.account.WeightedSubscription;
import io.frond.trace.Trace;
import org.jspecify.annotations.Nullable;

/// Interest of a leaf that its session remembers. It stands on the side of the leaves at the server
/// that the leaf is or was last connected to, and on the side of the routes at the others: so what
/// a hub above or a server without sessions sends is kept once, by the first.
final class SpokeInterest extends WeightedSubscription {
  private final SpokeSession session;
  private final Side side;

  /// Whether the leaf told of it on its present connection. Written with the lock of
  /// [SpokeSessions].
  private volatile boolean shown;

  /// Since when the leaf wants it no more, by the count of such cases; 0 when that is not so.
  private int lost;

  SpokeInterest(
      SpokeSession session,
      Side side,
      byte[] subject,
      byte @Nullable [] queue,
      int weight,
      boolean shown) {
    super(subject, queue, weight);
    this.session = session;
    this.side = side;
    this.shown = shown;
  }

  boolean shown() {
    return shown;
  }

  void shown(boolean now) {
    shown = now;
  }

  int lost() {
    return lost;
  }

  void lost(int since) {
    lost = since;
  }

  @Override
  public Side side() {
    return side;
  }

  @Override
  public boolean remembered() {
    return true;
  }

  /// A member of a queue group of which its leaf has not told again may have gone: others come
  /// first.
  @Override
  public boolean present() {
    return session.present() && (queue() == null || shown);
  }

  @Override
  public Object owner() {
    return session.origin();
  }

  @Override
  public boolean deliverTraced(Delivery message, Trace trace) {
    if (session.keeps(message)
        && !message.excludes(session.origin())
        && !(queue() == null && message.servesSessions())
        && !session.mayHave(message)) {
      trace.denied(session.traceEnd());
      return false;
    }
    return deliver(message);
  }

  /// Only names the session: it gets the message once however much of its interest matches.
  @Override
  public boolean deliver(Delivery message) {
    if (message.excludes(session.origin())) {
      return false;
    }
    var queue = queue();
    if (!session.keeps(message)
        && (session.present() || !Buffering.asksWithPatience(message.frame()))) {
      return session.straight(message, queue);
    }
    if (queue == null && message.servesSessions()) {
      return false; // the server that sent it keeps it for the session
    }
    if (!session.mayHave(message)) {
      return false;
    }
    message.addTarget(session, queue);
    return queue != null;
  }
}

package io.frond.route;

import io.frond.account.Delivery;
import io.frond.outage.Entry;
import io.frond.session.Carrier;
import io.frond.session.Feed;
import io.frond.session.SpokeSession;

/// The route to the server that a leaf is connected to, as what carries its session's messages.
final class RouteCarrier implements Carrier {
  private static final int WINDOW = 4 << 20;

  private final RouteSessions route;
  private final SpokeSession session;

  RouteCarrier(RouteSessions route, SpokeSession session) {
    this.route = route;
    this.session = session;
  }

  /// Told with the first message, for all sessions that it is for.
  @Override
  public void announce(Feed feed, int high) {}

  @Override
  public void send(Feed feed, Delivery message, byte[][] queues, int count, long sequence) {
    route.send(session, feed, message, queues, count, sequence);
  }

  @Override
  public Verdict verdict(Entry entry) {
    return session.verdict(entry);
  }

  @Override
  public boolean isFirm() {
    return session.firm();
  }

  @Override
  public boolean tagged() {
    return true;
  }

  @Override
  public int windowMax() {
    return WINDOW;
  }

  @Override
  public void sent() {}

  @Override
  public long catchUpRate() {
    return route.catchUpRate();
  }
}

package io.frond.route;

import io.frond.account.Delivery;
import io.frond.outage.Entry;
import io.frond.session.Carrier;
import io.frond.session.Feed;
import io.frond.session.SpokeSession;

/// The route to the server that a leaf is connected to, as what carries its session's messages.
final class RouteCarrier implements Carrier {
  private static final int WINDOW = 3 << 20;

  private final RouteSessions route;
  private final SpokeSession session;
  private final int ordinal;
  private final String token;

  /// @param ordinal of the carrier, among all of the route
  /// @param link number of the leaf's link at the other server
  /// @param handle the session's, in our logs
  RouteCarrier(RouteSessions route, SpokeSession session, int ordinal, long link, int handle) {
    this.route = route;
    this.session = session;
    this.ordinal = ordinal;
    token = session.id() + ':' + Integer.toString(handle, 36) + ':' + link;
  }

  /// By which it is told from others of the route, those to earlier links of the leaf among them.
  int ordinal() {
    return ordinal;
  }

  /// What `SRC` says of it: the session, its handle here, and the link of the leaf for which the
  /// messages are. What was under way to an earlier link must not come over a later one, since then
  /// it would come before what the earlier one lost.
  String token() {
    return token;
  }

  /// Told with the first message, for all sessions that it is for.
  @Override
  public void announce(Feed feed, int high) {}

  @Override
  public void send(Feed feed, Delivery message, byte[][] queues, int count, long sequence) {
    route.send(this, feed, message, queues, count, sequence);
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

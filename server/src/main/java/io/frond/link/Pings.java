package io.frond.link;

/// When a link is pinged, and what its pings tell: the round trip, and whether the peer is alive.
/// Owned by the link's event loop; the round trip may be read by any thread.
final class Pings {
  private volatile long rttNanos;
  private long sentNanos;
  private long nextNanos = Long.MAX_VALUE;
  private int unanswered;
  private boolean asked;

  /// A PING goes out behind the data, whose PONG is waited for. There is one PING under way at a
  /// time, so that each PONG is known to be the answer to it.
  ///
  /// @return false when there is one under way
  boolean ask() {
    if (asked || sentNanos != 0) {
      return false;
    }
    asked = true;
    return true;
  }

  /// Any byte that came is life.
  void heard() {
    unanswered = 0;
  }

  void start(long now, long intervalNanos, LinkKind to) {
    var first =
        to == LinkKind.CLIENT ? LinkOptions.FIRST_CLIENT_PING_NANOS : LinkOptions.FIRST_PING_NANOS;
    nextNanos = now + Math.min(first, intervalNanos);
  }

  /// A PONG came.
  ///
  /// @return whether it answers [#ask]
  boolean answered(long now) {
    if (asked) {
      asked = false;
      return true;
    }
    if (sentNanos != 0) {
      rttNanos = now - sentNanos;
      sentNanos = 0;
    }
    return false;
  }

  boolean due(long now) {
    return nextNanos != Long.MAX_VALUE && now - nextNanos >= 0;
  }

  boolean stale(int most) {
    return unanswered >= most;
  }

  /// It is time for a PING.
  ///
  /// @return whether to send one: not when one is under way that was asked for
  boolean sent(long now, long intervalNanos) {
    unanswered++;
    nextNanos = now + intervalNanos;
    if (asked) {
      return false;
    }
    sentNanos = now;
    return true;
  }

  /// The last measured round trip, 0 when there was none.
  long rttNanos() {
    return rttNanos;
  }
}

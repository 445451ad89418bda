package io.frond.link;

/// When a link is pinged, and what its pings tell: the round trip, and whether the peer is alive.
/// Owned by the link's event loop; the round trip may be read by any thread.
final class Pings {
  private volatile long rttNanos;
  private long sentNanos;
  private long nextNanos = Long.MAX_VALUE;
  private int unanswered;

  /// Any byte that came is life.
  void heard() {
    unanswered = 0;
  }

  void start(long now, long intervalNanos) {
    nextNanos = now + Math.min(LinkOptions.FIRST_PING_NANOS, intervalNanos);
  }

  void answered(long now) {
    if (sentNanos != 0) {
      rttNanos = now - sentNanos;
      sentNanos = 0;
    }
  }

  boolean due(long now) {
    return nextNanos != Long.MAX_VALUE && now - nextNanos >= 0;
  }

  boolean stale(int most) {
    return unanswered >= most;
  }

  void sent(long now, long intervalNanos) {
    unanswered++;
    sentNanos = now;
    nextNanos = now + intervalNanos;
  }

  /// The last measured round trip, 0 when there was none.
  long rttNanos() {
    return rttNanos;
  }
}

package io.frond.transport;

/// Limits a listener's TLS handshakes in each second (`connection_rate_limit`): a handshake costs
/// the server far more than the one who asks for it. For any thread; a lock guards three numbers.
public final class TlsHandshakeRate {
  private static final long WINDOW_NANOS = 1_000_000_000;

  private final long limit;
  private final Object lock = new Object();
  private long windowStartNanos;
  private long begun;
  private long refused;

  /// @param limit handshakes a second, 0 for no limit
  /// @param nowNanos of the clock that [#tryBegin] is given
  public TlsHandshakeRate(long limit, long nowNanos) {
    this.limit = limit;
    windowStartNanos = nowNanos;
  }

  /// Whether one more handshake may begin now; the connection is closed otherwise.
  public boolean tryBegin(long nowNanos) {
    if (limit == 0) {
      return true;
    }
    synchronized (lock) {
      if (nowNanos - windowStartNanos >= WINDOW_NANOS) {
        windowStartNanos = nowNanos;
        begun = 0;
      }
      if (begun == limit) {
        refused++;
        return false;
      }
      begun++;
      return true;
    }
  }

  /// Connections refused since this was last asked, for a log line now and then.
  public long takeRefused() {
    synchronized (lock) {
      var count = refused;
      refused = 0;
      return count;
    }
  }
}

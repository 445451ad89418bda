package io.frond.consumer;

/// When a message may go out: at its original distance from the one before (replay policy
/// `original`), and within the rate limit. One thread.
final class Pacing {
  private static final long MILLI = 1_000_000L;
  private static final double SECOND = 1e9;

  private boolean replaying;
  private long replayUntil;
  private long lastTimestamp;
  private long lastSent;
  private double bytesPerNano;
  private long burst;
  private double tokens;
  private long filled;

  /// @param lastSequence up to which messages are old
  void replayUntil(long lastSequence) {
    replaying = true;
    replayUntil = lastSequence;
    lastTimestamp = 0;
  }

  /// @param bitsPerSecond 0 for no limit
  /// @param largest message, bytes
  void limit(long bitsPerSecond, long largest, long now) {
    bytesPerNano = (double) (bitsPerSecond >>> 3) / SECOND;
    burst = largest;
    tokens = (double) largest;
    filled = now;
  }

  /// When a message may be sent, nanoseconds since the epoch; not after `now` for "at once".
  long notBefore(long timestamp, int size, long now) {
    var at = now;
    if (replaying && lastTimestamp > 0 && timestamp - lastTimestamp > MILLI) {
      at = lastSent + timestamp - lastTimestamp;
    }
    if (bytesPerNano > 0) {
      tokens = Math.min((double) burst, tokens + (double) (now - filled) * bytesPerNano);
      filled = now;
      double needed = Math.min(size, burst);
      if (tokens < needed) {
        at = Math.max(at, now + 1 + (long) ((needed - tokens) / bytesPerNano));
      }
    }
    return at;
  }

  void sent(long timestamp, int size, long now) {
    lastTimestamp = timestamp;
    lastSent = now;
    if (bytesPerNano > 0) {
      tokens -= size;
    }
  }

  /// All up to before `next` was sent.
  void reached(long next) {
    if (replaying && next > replayUntil) {
      replaying = false;
    }
  }
}

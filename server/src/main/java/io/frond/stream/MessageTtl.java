package io.frond.stream;

import java.util.Locale;

/// The value of `Nats-TTL` (ADR-43): seconds, a duration as Go writes it, or `never`. Stateless.
final class MessageTtl {
  /// The message never expires, not even by the stream's `max_age`.
  static final long NEVER = -1;

  /// The text is none.
  static final long INVALID = -2;

  private static final long SECOND = 1_000_000_000;

  private MessageTtl() {}

  /// Seconds; 0 for no TTL, or [#NEVER] or [#INVALID].
  static long parse(String text) {
    if (text.isEmpty()) {
      return 0;
    }
    if (text.toLowerCase(Locale.ROOT).equals("never")) {
      return NEVER;
    }
    try {
      var nanos = GoDuration.parse(text);
      return nanos < SECOND ? INVALID : nanos / SECOND;
    } catch (NumberFormatException e) {
      return seconds(text);
    }
  }

  private static long seconds(String text) {
    for (var i = 0; i < text.length(); i++) {
      if (text.charAt(i) < '0' || text.charAt(i) > '9') {
        return INVALID;
      }
    }
    return text.length() > 18 ? INVALID : Long.parseLong(text);
  }

  /// What a store is told: when it ends, nanoseconds since the epoch.
  ///
  /// @param seconds as [#parse] gives them, not [#INVALID]
  static long expiry(long seconds, long time) {
    if (seconds <= 0) {
      return seconds;
    }
    return seconds > (Long.MAX_VALUE - time) / SECOND ? NEVER : time + seconds * SECOND;
  }
}

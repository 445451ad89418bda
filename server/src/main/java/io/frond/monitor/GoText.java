package io.frond.monitor;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.util.concurrent.TimeUnit;

/// Times and durations in the texts that nats-server's documents have.
public final class GoText {
  private static final long MICRO = 1_000;
  private static final long MILLI = 1_000_000;
  private static final long SECOND = 1_000_000_000;

  private GoText() {}

  /// As Go prints a duration: `1m2.5s`, `608µs`.
  public static String duration(long nanos) {
    if (nanos == 0) {
      return "0s";
    }
    var sign = nanos < 0 ? "-" : "";
    var size = Math.abs(nanos);
    if (size < MICRO) {
      return sign + size + "ns";
    }
    if (size < MILLI) {
      return sign + fraction(size, MICRO) + "µs";
    }
    if (size < SECOND) {
      return sign + fraction(size, MILLI) + "ms";
    }
    var minutes = size / (60 * SECOND);
    var seconds = fraction(size % (60 * SECOND), SECOND) + "s";
    if (minutes == 0) {
      return sign + seconds;
    }
    var hours = minutes / 60;
    return sign + (hours == 0 ? "" : hours + "h") + minutes % 60 + "m" + seconds;
  }

  private static String fraction(long nanos, long unit) {
    return BigDecimal.valueOf(nanos)
        .divide(BigDecimal.valueOf(unit), 9, RoundingMode.DOWN)
        .stripTrailingZeros()
        .toPlainString();
  }

  /// A round trip: below a millisecond, to the microsecond.
  static String roundTrip(long nanos) {
    return duration(nanos > MICRO && nanos < MILLI ? nanos - nanos % MICRO : nanos);
  }

  /// As nats-server prints how long something is up or idle: `1y2d3h4m5s`, in whole seconds.
  static String uptime(long millis) {
    var seconds = Math.max(0, TimeUnit.MILLISECONDS.toSeconds(millis));
    var minutes = seconds / 60;
    var hours = minutes / 60;
    var days = hours / 24;
    var years = days / 365;
    var text = new StringBuilder();
    if (years > 0) {
      text.append(years).append('y');
    }
    if (days > 0) {
      text.append(days % 365).append('d');
    }
    if (hours > 0) {
      text.append(hours % 24).append('h');
    }
    if (minutes > 0) {
      text.append(minutes % 60).append('m');
    }
    return text.append(seconds % 60).append('s').toString();
  }

  /// RFC 3339 in UTC.
  static String time(long millis) {
    return Instant.ofEpochMilli(millis).toString();
  }
}

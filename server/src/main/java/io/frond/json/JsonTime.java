package io.frond.json;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;

/// Times as Go's encoder writes and reads them: RFC 3339, in UTC, with as many digits of a second's
/// fraction as are needed. Stateless.
public final class JsonTime {
  /// What Go writes for a time that was never set.
  public static final String ZERO = "0001-01-01T00:00:00Z";

  /// [#ZERO] in seconds since the epoch.
  public static final long ZERO_SECOND = -62_135_596_800L;

  private static final long SECOND = 1_000_000_000;

  private JsonTime() {}

  /// @param nanos since the epoch; 0 stands for no time, as Go's zero time
  public static String of(long nanos) {
    return nanos == 0
        ? ZERO
        : of(Instant.ofEpochSecond(Math.floorDiv(nanos, SECOND), Math.floorMod(nanos, SECOND)));
  }

  public static String of(Instant time) {
    var at = time.atOffset(ZoneOffset.UTC);
    var to = new StringBuilder(30);
    pad(to, at.getYear(), 4).append('-');
    pad(to, at.getMonthValue(), 2).append('-');
    pad(to, at.getDayOfMonth(), 2).append('T');
    pad(to, at.getHour(), 2).append(':');
    pad(to, at.getMinute(), 2).append(':');
    pad(to, at.getSecond(), 2);
    if (at.getNano() > 0) {
      pad(to.append('.'), at.getNano(), 9);
      while (to.charAt(to.length() - 1) == '0') {
        to.setLength(to.length() - 1);
      }
    }
    return to.append('Z').toString();
  }

  private static StringBuilder pad(StringBuilder to, int value, int digits) {
    var text = Integer.toString(value);
    return to.repeat('0', Math.max(0, digits - text.length())).append(text);
  }

  /// @throws JsonException when it is no time of RFC 3339
  public static Instant parse(String text) throws JsonException {
    try {
      return OffsetDateTime.parse(text).toInstant();
    } catch (DateTimeException e) {
      var what = text.matches("\\d{4}.*") ? "it" : '"' + text + "\" as \"2006\"";
      throw new JsonException(
          "parsing time \"" + text + "\" as \"2006-01-02T15:04:05Z07:00\": cannot parse " + what);
    }
  }

  /// Nanoseconds since the epoch, within what 64 bits hold (the years 1677 to 2262).
  public static long nanos(Instant time) {
    var seconds = time.getEpochSecond();
    if (seconds > Long.MAX_VALUE / SECOND - 1) {
      return Long.MAX_VALUE;
    }
    if (seconds < Long.MIN_VALUE / SECOND + 1) {
      return Long.MIN_VALUE;
    }
    return seconds * SECOND + time.getNano();
  }
}

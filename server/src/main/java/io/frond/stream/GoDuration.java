package io.frond.stream;

import java.math.BigDecimal;

/// Durations as Go writes and reads them: `1h30m0s`, `1.5s`, `100ms`. Stateless.
public final class GoDuration {
  private static final long SECOND = 1_000_000_000;

  private GoDuration() {}

  public static String of(long nanos) {
    if (nanos == 0) {
      return "0s";
    }
    if (nanos < 0) {
      return "-" + of(-nanos);
    }
    if (nanos < SECOND) {
      return nanos < 1_000
          ? nanos + "ns"
          : nanos < 1_000_000 ? decimal(nanos, 1_000) + "µs" : decimal(nanos, 1_000_000) + "ms";
    }
    var seconds = nanos / SECOND;
    var text = new StringBuilder();
    if (seconds >= 3600) {
      text.append(seconds / 3600).append('h');
    }
    if (seconds >= 60) {
      text.append(seconds / 60 % 60).append('m');
    }
    return text.append(decimal(nanos % (60 * SECOND), SECOND)).append('s').toString();
  }

  private static String decimal(long nanos, long unit) {
    var whole = Long.toString(nanos / unit);
    var rest = nanos % unit;
    if (rest == 0) {
      return whole;
    }
    var digits = Long.toString(unit + rest).substring(1);
    var end = digits.length();
    while (digits.charAt(end - 1) == '0') {
      end--;
    }
    return whole + "." + digits.substring(0, end);
  }

  /// Reads a duration.
  ///
  /// @return nanoseconds
  /// @throws NumberFormatException when it is none
  public static long parse(String text) {
    var at = text.startsWith("-") || text.startsWith("+") ? 1 : 0;
    if (text.substring(at).equals("0")) {
      return 0;
    }
    if (at == text.length()) {
      throw new NumberFormatException(text);
    }
    var nanos = 0L;
    while (at < text.length()) {
      var unit = at;
      while (unit < text.length() && (isDigit(text.charAt(unit)) || text.charAt(unit) == '.')) {
        unit++;
      }
      var end = unit;
      while (end < text.length() && !isDigit(text.charAt(end)) && text.charAt(end) != '.') {
        end++;
      }
      nanos = sum(nanos, new BigDecimal(text.substring(at, unit)), unit(text.substring(unit, end)));
      at = end;
    }
    return text.startsWith("-") ? -nanos : nanos;
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  private static long sum(long nanos, BigDecimal number, long unit) {
    var more = number.multiply(BigDecimal.valueOf(unit)).add(BigDecimal.valueOf(nanos));
    if (more.compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) > 0) {
      throw new NumberFormatException();
    }
    return more.longValue();
  }

  private static long unit(String name) {
    return switch (name) {
      case "ns" -> 1;
      case "us", "µs", "μs" -> 1_000;
      case "ms" -> 1_000_000;
      case "s" -> SECOND;
      case "m" -> 60 * SECOND;
      case "h" -> 3600 * SECOND;
      default -> throw new NumberFormatException(name);
    };
  }
}

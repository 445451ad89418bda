package io.frond.consumer;

/// Reads durations as Go writes them: `30s`, `1m30s`, `1.5h`, `100ms`. Stateless.
final class Durations {
  private static final String[] UNITS = {"ns", "us", "µs", "μs", "ms", "s", "m", "h"};
  private static final double[] NANOS = {1, 1e3, 1e3, 1e3, 1e6, 1e9, 60e9, 3600e9};

  private Durations() {}

  /// Nanoseconds.
  ///
  /// @param otherwise for what is no duration
  static long parse(String text, long otherwise) {
    var at = 0;
    var sign = 1;
    if (!text.isEmpty() && (text.charAt(0) == '-' || text.charAt(0) == '+')) {
      sign = text.charAt(0) == '-' ? -1 : 1;
      at = 1;
    }
    if (text.substring(at).equals("0")) {
      return 0;
    }
    var total = 0.0;
    if (at == text.length()) {
      return otherwise;
    }
    while (at < text.length()) {
      var from = at;
      while (at < text.length() && (Character.isDigit(text.charAt(at)) || text.charAt(at) == '.')) {
        at++;
      }
      var number = text.substring(from, at);
      var unit = -1;
      for (var i = 0; i < UNITS.length && unit < 0; i++) {
        if (text.startsWith(UNITS[i], at)
            && (at + UNITS[i].length() == text.length()
                || !Character.isLetter(text.charAt(at + UNITS[i].length())))) {
          unit = i;
        }
      }
      if (unit < 0) {
        return otherwise;
      }
      try {
        total += Double.parseDouble(number) * NANOS[unit];
      } catch (NumberFormatException e) {
        return otherwise;
      }
      at += UNITS[unit].length();
    }
    return sign * (long) total;
  }
}

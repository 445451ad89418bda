package io.frond.conf;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Tells what an unquoted word is. A word that begins like a number but is none, such as an address
/// or `3secret`, is a string.
final class Scalar {
  private Scalar() {}

  /// @param word not empty, not a variable
  static Value of(String word, Position at) throws ConfException {
    var first = word.charAt(0);
    if (first == '-' || isDigit(first)) {
      var number = number(word, at);
      if (number != null) {
        return number;
      }
      if (first == '-') {
        throw new ConfException(
            at, "expected a number after '-', got " + word, "put quotes around a string");
      }
      var time = time(word, at);
      return time == null ? new Value.Text(word, at) : time;
    }
    if (word.length() <= 5) {
      switch (word.toLowerCase(Locale.ROOT)) {
        case "true", "yes", "on" -> {
          return new Value.Flag(true, at);
        }
        case "false", "no", "off" -> {
          return new Value.Flag(false, at);
        }
        default -> {}
      }
    }
    return new Value.Text(word, at);
  }

  private static @Nullable Value number(String word, Position at) throws ConfException {
    var end = digits(word, word.charAt(0) == '-' ? 1 : 0);
    if (end == (word.charAt(0) == '-' ? 1 : 0)) {
      return null;
    }
    if (end == word.length()) {
      return whole(word, "", 1, at);
    }
    var unit = unit(word.substring(end));
    if (unit != 0) {
      return whole(word.substring(0, end), word.substring(end), unit, at);
    }
    if (word.charAt(end) == '.') {
      var fraction = digits(word, end + 1);
      if (fraction == end + 1) {
        return null;
      }
      end = fraction;
    }
    if (end < word.length() && (word.charAt(end) == 'e' || word.charAt(end) == 'E')) {
      var sign = end + 1 < word.length() && "+-".indexOf(word.charAt(end + 1)) >= 0 ? 2 : 1;
      var exponent = digits(word, Math.min(end + sign, word.length()));
      end = exponent > end + sign ? exponent : end;
    }
    return end == word.length() ? decimal(word, at) : null;
  }

  private static Value whole(String digits, String unit, long factor, Position at)
      throws ConfException {
    try {
      return new Value.Whole(Math.multiplyExact(Long.parseLong(digits), factor), unit, at);
    } catch (NumberFormatException | ArithmeticException e) {
      throw new ConfException(
          at, "number " + digits + unit + " does not fit into 64 bits", "use a smaller one");
    }
  }

  private static Value decimal(String word, Position at) throws ConfException {
    var number = Double.parseDouble(word);
    if (Double.isInfinite(number)) {
      throw new ConfException(at, "number " + word + " is too large", "use a smaller one");
    }
    return new Value.Decimal(number, at);
  }

  private static int digits(String word, int from) {
    var i = from;
    while (i < word.length() && isDigit(word.charAt(i))) {
      i++;
    }
    return i;
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  /// The factor of `k`, `kb`, `ki`, `kib` and so on; 0 when it is no unit.
  private static long unit(String text) {
    var power = "kmgtpe".indexOf(Character.toLowerCase(text.charAt(0))) + 1;
    if (power == 0) {
      return 0;
    }
    var base =
        switch (text.substring(1).toLowerCase(Locale.ROOT)) {
          case "" -> 1000L;
          case "b", "i", "ib" -> 1024L;
          default -> 0L;
        };
    var factor = base == 0 ? 0 : 1L;
    for (var i = 0; i < power; i++) {
      factor *= base;
    }
    return factor;
  }

  /// `2006-01-02T15:04:05Z`; null when the word has another form.
  private static @Nullable Value time(String word, Position at) throws ConfException {
    var form = "0000-00-00T00:00:00Z";
    if (word.length() != form.length()) {
      return null;
    }
    for (var i = 0; i < form.length(); i++) {
      var expected = form.charAt(i);
      if (expected == '0' ? !isDigit(word.charAt(i)) : word.charAt(i) != expected) {
        return null;
      }
    }
    try {
      Instant time =
          LocalDateTime.of(
                  Integer.parseInt(word.substring(0, 4)),
                  Integer.parseInt(word.substring(5, 7)),
                  Integer.parseInt(word.substring(8, 10)),
                  Integer.parseInt(word.substring(11, 13)),
                  Integer.parseInt(word.substring(14, 16)),
                  Integer.parseInt(word.substring(17, 19)))
              .toInstant(ZoneOffset.UTC);
      return new Value.Time(time, at);
    } catch (DateTimeException e) {
      throw new ConfException(at, word + " is no date and time", "correct it or put it in quotes");
    }
  }
}

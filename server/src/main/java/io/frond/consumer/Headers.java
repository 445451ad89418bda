package io.frond.consumer;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Finds single headers of small messages. Stateless.
final class Headers {
  private Headers() {}

  static String text(byte[] body, int headerLength) {
    return new String(body, 0, headerLength, StandardCharsets.UTF_8);
  }

  /// Null when it is not there; names differ by case only.
  static @Nullable String value(String headers, String name) {
    var at = headers.toLowerCase(Locale.ROOT).indexOf("\r\n" + name.toLowerCase(Locale.ROOT) + ":");
    if (at < 0) {
      return null;
    }
    var from = at + name.length() + 3;
    var to = headers.indexOf('\r', from);
    return headers.substring(from, to < 0 ? headers.length() : to).strip();
  }

  /// -1 when it is not there or no number.
  static long number(String headers, String name) {
    var value = value(headers, name);
    try {
      return value == null ? -1 : Long.parseLong(value);
    } catch (NumberFormatException e) {
      return -1;
    }
  }
}

package io.frond.api;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// Header blocks (ADR-4). Stateless.
final class MessageHeaders {
  static final byte[] NONE = {};

  private MessageHeaders() {}

  /// A block that is nothing but a status.
  static byte[] status(String line) {
    return ("NATS/1.0 " + line + "\r\n\r\n").getBytes(StandardCharsets.UTF_8);
  }

  /// The first value of a header, null when it is not there. Names are matched exactly.
  static @Nullable String value(byte[] block, int length, String name) {
    var text = new String(block, 0, length, StandardCharsets.UTF_8);
    for (var at = text.indexOf("\r\n"); at >= 0; ) {
      var begin = at + 2;
      var end = text.indexOf("\r\n", begin);
      if (end < 0) {
        return null;
      }
      if (text.startsWith(name, begin) && text.startsWith(":", begin + name.length())) {
        return text.substring(begin + name.length() + 1, end).strip();
      }
      at = end;
    }
    return null;
  }
}

package io.frond.lane;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/// The header blocks of messages that lanes send. Pure functions.
final class LaneHeaders {
  /// By which a stream recognizes a message that it has.
  static final String MSG_ID = "Nats-Msg-Id";

  /// The publisher's own message id, which the lane's replaced.
  static final String PUBLISHER_ID = "Frond-Msg-Id";

  /// The id that the last message of a stream must have.
  static final String LAST_ID = "Nats-Expected-Last-Msg-Id";

  private static final String FIRST = "NATS/1.0\r\n";

  private LaneHeaders() {}

  /// Headers and payload as they go to the hub: with the lane's message id in place of the
  /// publisher's, and more headers where given.
  ///
  /// @param body headers, of `headerLength` bytes, and payload
  /// @param more lines with their ends
  /// @return the new block alone
  static byte[] with(byte[] body, int headerLength, String id, String more) {
    var lines = new StringBuilder(FIRST.length() + headerLength + id.length() + 64);
    lines.append(FIRST);
    var text = new String(body, 0, headerLength, StandardCharsets.ISO_8859_1);
    for (var at = text.indexOf("\r\n") + 2; headerLength > 0 && at < text.length(); ) {
      var end = text.indexOf("\r\n", at);
      if (end <= at) {
        break;
      }
      var line = text.substring(at, end);
      at = end + 2;
      if (isNamed(line, MSG_ID)) {
        lines.append(PUBLISHER_ID).append(line, MSG_ID.length(), line.length()).append("\r\n");
      } else {
        lines.append(line).append("\r\n");
      }
    }
    lines.append(MSG_ID).append(": ").append(id).append("\r\n").append(more).append("\r\n");
    return lines.toString().getBytes(StandardCharsets.ISO_8859_1);
  }

  /// The headers of a dead letter: the message's own, those that a stream acts upon renamed, and
  /// more.
  static byte[] buried(byte[] body, int headerLength, String more) {
    var lines = new StringBuilder(FIRST);
    var text = new String(body, 0, headerLength, StandardCharsets.ISO_8859_1);
    for (var at = text.indexOf("\r\n") + 2; headerLength > 0 && at < text.length(); ) {
      var end = text.indexOf("\r\n", at);
      if (end <= at) {
        break;
      }
      var line = text.substring(at, end);
      at = end + 2;
      var acts = line.regionMatches(true, 0, "Nats-", 0, 5);
      lines.append(acts ? "Frond-Lane-" : "").append(line).append("\r\n");
    }
    lines.append(more).append("\r\n");
    return lines.toString().getBytes(StandardCharsets.ISO_8859_1);
  }

  private static boolean isNamed(String line, String name) {
    return line.length() > name.length()
        && line.charAt(name.length()) == ':'
        && line.toLowerCase(Locale.ROOT).startsWith(name.toLowerCase(Locale.ROOT));
  }

  static boolean has(byte[] body, int headerLength, String name) {
    var text = new String(body, 0, headerLength, StandardCharsets.ISO_8859_1);
    return text.toLowerCase(Locale.ROOT).contains("\r\n" + name.toLowerCase(Locale.ROOT) + ":");
  }

  /// The value of a header, empty when there is none.
  static String value(byte[] headers, String name) {
    for (var line : new String(headers, StandardCharsets.ISO_8859_1).split("\r\n", -1)) {
      if (isNamed(line, name)) {
        return line.substring(name.length() + 1).strip();
      }
    }
    return "";
  }

  /// A decimal number; 0 when it is none.
  static long number(String text) {
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException e) {
      return 0;
    }
  }

  /// A header's line; what would end it early is left out.
  static String line(String name, String value) {
    var clean = value.replace('\r', ' ').replace('\n', ' ');
    var latin = new String(clean.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    return name + ": " + latin + "\r\n";
  }

  /// The status of an answer without payload, 0 for none.
  static int status(byte[] body, int headerLength) {
    var first = new String(body, 0, Math.min(headerLength, 12), StandardCharsets.ISO_8859_1);
    if (first.length() < 12 || !first.startsWith("NATS/1.0 ")) {
      return 0;
    }
    try {
      return Integer.parseInt(first.substring(9, 12));
    } catch (NumberFormatException e) {
      return 0;
    }
  }

  static byte[] join(byte[] block, byte[] body, int from) {
    var out = new ByteArrayOutputStream(block.length + body.length - from);
    out.writeBytes(block);
    out.write(body, from, body.length - from);
    return out.toByteArray();
  }
}

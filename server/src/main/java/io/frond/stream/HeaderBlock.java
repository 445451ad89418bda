package io.frond.stream;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/// A header block that is changed: read from bytes, lines taken out and added, written back. Names
/// are matched with their case. One thread.
final class HeaderBlock {
  private static final String FIRST = "NATS/1.0\r\n";

  private final StringBuilder lines = new StringBuilder();

  /// An empty block.
  HeaderBlock() {}

  /// @param headers a block, or nothing; a status in its first line is left out
  HeaderBlock(byte[] headers) {
    var text = new String(headers, StandardCharsets.ISO_8859_1);
    var first = text.indexOf("\r\n");
    if (first >= 0) {
      lines.append(text, first + 2, text.length());
      if (text.endsWith("\r\n") && lines.length() >= 2) {
        lines.setLength(lines.length() - 2);
      }
    }
  }

  HeaderBlock add(String name, String value) {
    lines.append(name).append(": ").append(latin(value)).append("\r\n");
    return this;
  }

  HeaderBlock add(HeaderName name, String value) {
    return add(name.wire(), value);
  }

  HeaderBlock remove(HeaderName name) {
    return removeLines(name.wire() + ":");
  }

  /// Removes all headers whose names begin so.
  HeaderBlock removeAll(String namePrefix) {
    return removeLines(namePrefix);
  }

  private HeaderBlock removeLines(String prefix) {
    for (var at = 0; at < lines.length(); ) {
      var end = lines.indexOf("\r\n", at);
      end = end < 0 ? lines.length() : end + 2;
      if (lines.indexOf(prefix, at) == at) {
        lines.delete(at, end);
      } else {
        at = end;
      }
    }
    return this;
  }

  /// Replaces the first header of a name, or adds it.
  HeaderBlock set(HeaderName name, String value) {
    var prefix = name.wire() + ":";
    for (var at = 0; at < lines.length(); ) {
      var end = lines.indexOf("\r\n", at);
      end = end < 0 ? lines.length() : end;
      if (lines.indexOf(prefix, at) == at) {
        lines.replace(at, end, prefix + " " + latin(value));
        return this;
      }
      at = end + 2;
    }
    return add(name, value);
  }

  /// One character for each byte, as the lines are kept.
  private static String latin(String value) {
    return new String(value.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
  }

  /// Nothing when there is no header.
  byte[] bytes() {
    if (lines.isEmpty()) {
      return new byte[0];
    }
    var out = new ByteArrayOutputStream(FIRST.length() + lines.length() + 2);
    out.writeBytes(FIRST.getBytes(StandardCharsets.ISO_8859_1));
    out.writeBytes(lines.toString().getBytes(StandardCharsets.ISO_8859_1));
    out.write('\r');
    out.write('\n');
    return out.toByteArray();
  }
}

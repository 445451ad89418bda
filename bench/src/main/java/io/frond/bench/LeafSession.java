package io.frond.bench;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The receiving end of a leaf's session: reads the hub's operations, counts messages, and says
/// which of them are settled. One thread.
final class LeafSession {
  private static final class Source {
    final String name;
    final long high;
    long last;
    long told;

    Source(String name, long high) {
      this.name = name;
      this.high = high;
    }
  }

  private final Map<Integer, Source> sources = new HashMap<>();
  private byte[] line = new byte[256];
  private int length;

  /// Bytes of a body that are still to come.
  private int body;

  private long messages;
  private boolean pinged;

  long messages() {
    return messages;
  }

  /// Takes what came.
  ///
  /// @return whether the hub wants a PONG
  boolean take(ByteBuffer in) {
    pinged = false;
    while (in.hasRemaining()) {
      if (body > 0) {
        var skipped = Math.min(body, in.remaining());
        in.position(in.position() + skipped);
        body -= skipped;
        continue;
      }
      var next = in.get();
      if (next == '\n') {
        operation();
        length = 0;
      } else {
        if (length == line.length) {
          line = java.util.Arrays.copyOf(line, 2 * length);
        }
        line[length++] = next;
      }
    }
    return pinged;
  }

  private void operation() {
    if (length > 5 && (line[0] == 'L' || line[0] == 'H') && line[1] == 'T' && line[4] == ' ') {
      tagged();
      return;
    }
    var text = new String(line, 0, length, StandardCharsets.US_ASCII).trim();
    if (text.equals("PING")) {
      pinged = true;
    } else if (text.startsWith("SRC ")) {
      var words = text.split(" ", -1);
      sources.put(Integer.valueOf(words[1]), new Source(words[2], Long.parseLong(words[3])));
    } else if (text.startsWith("LMSG ") || text.startsWith("HMSG ")) {
      size();
      messages++;
    }
  }

  /// `LTAG source:sequence subject … size`.
  private void tagged() {
    var number = 0;
    var at = 5;
    for (; line[at] != ':'; at++) {
      number = 10 * number + line[at] - '0';
    }
    var low = 0L;
    for (at++; line[at] != ' '; at++) {
      low = low << 4 | Character.digit(line[at], 16);
    }
    var source = sources.get(number);
    if (source != null) {
      source.last = source.high << 32 | low;
    }
    size();
    messages++;
  }

  private void size() {
    var size = 0;
    var unit = 1;
    for (var at = length - 2; line[at] != ' '; at--) { // the last is a carriage return
      size += unit * (line[at] - '0');
      unit *= 10;
    }
    body = size + 2;
  }

  /// What is new since it was asked last, as operations; null for nothing.
  byte @Nullable [] settlements() {
    StringBuilder text = null;
    for (var source : sources.values()) {
      if (source.last > source.told) {
        source.told = source.last;
        text = text == null ? new StringBuilder() : text;
        text.append("LACK ").append(source.name).append(' ').append(source.last).append("\r\n");
      }
    }
    return text == null ? null : text.toString().getBytes(StandardCharsets.US_ASCII);
  }
}

package io.frond.trace;

import io.frond.wire.MessageFrame;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The headers that ask for a trace. Stateless.
public final class TraceHeaders {
  /// Where the trace goes.
  static final String DEST = "Nats-Trace-Dest";

  /// In the place of a destination: no server traces this message any more.
  static final String DISABLED = "trace disabled";

  static final String ONLY = "Nats-Trace-Only";
  static final String HOP = "Nats-Trace-Hop";
  static final String ORIGIN_ACCOUNT = "Nats-Trace-Origin-Account";
  static final String ACCEPT_ENCODING = "Accept-Encoding";

  /// W3C's trace context, in any spelling.
  private static final String PARENT = "traceparent";

  private static final byte[] LINE = "NATS/1.0\r\n".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] DEST_BYTES = (DEST + ":").getBytes(StandardCharsets.US_ASCII);
  private static final byte[] PARENT_BYTES = (PARENT + ":").getBytes(StandardCharsets.US_ASCII);

  private static final long ONES = 0x0101010101010101L;
  private static final long HIGHS = 0x8080808080808080L;
  private static final long NEWLINES = '\n' * ONES;

  private TraceHeaders() {}

  /// Headers of a message that asks for a trace: names with their values, in the order of names.
  ///
  /// @param external only `traceparent` asks: where the trace goes is the account's business
  record Asked(Map<String, List<String>> headers, boolean external) {
    /// The first value of a header, empty when there is none.
    String first(String name) {
      var values = headers.get(name);
      return values == null ? "" : values.getFirst();
    }
  }

  /// Whether a message may ask for a trace: its headers have a line that begins like that. Every
  /// message with headers is looked at, so this is all that those without such a line cost.
  public static boolean isIn(MessageFrame frame) {
    var buffer = frame.buffer();
    var at = frame.bodyAt() + LINE.length;
    var end = frame.bodyAt() + frame.headerLength();
    while (at < end - PARENT_BYTES.length) {
      var first = buffer.get(at);
      if (first == 'N' ? isDest(buffer, at, end) : (first | 0x20) == 't' && isParent(buffer, at)) {
        return true;
      }
      at = afterLine(buffer, at, end);
    }
    return false;
  }

  private static boolean isDest(ByteBuffer buffer, int at, int end) {
    if (end - at <= DEST_BYTES.length || buffer.get(at + 5) != 'T') {
      return false;
    }
    for (var i = 0; i < DEST_BYTES.length; i++) {
      if (buffer.get(at + i) != DEST_BYTES[i]) {
        return false;
      }
    }
    return true;
  }

  private static boolean isParent(ByteBuffer buffer, int at) {
    for (var i = 0; i < PARENT_BYTES.length; i++) {
      var letter = buffer.get(at + i);
      if ((letter >= 'A' && letter <= 'Z' ? letter | 0x20 : letter) != PARENT_BYTES[i]) {
        return false;
      }
    }
    return true;
  }

  /// Where the next line begins; eight bytes at a time.
  private static int afterLine(ByteBuffer buffer, int from, int end) {
    var at = from;
    for (; at <= end - Long.BYTES; at += Long.BYTES) {
      var differ = buffer.getLong(at) ^ NEWLINES;
      if (((differ - ONES) & ~differ & HIGHS) != 0) {
        break;
      }
    }
    while (at < end && buffer.get(at) != '\n') {
      at++;
    }
    return at + 1;
  }

  /// Reads the headers; null when they ask for no trace after all.
  static @Nullable Asked read(MessageFrame frame) {
    var block = new byte[frame.headerLength()];
    frame.buffer().get(frame.bodyAt(), block);
    var text = new String(block, StandardCharsets.UTF_8);
    if (!text.startsWith("NATS/1.0\r\n")) {
      return null;
    }
    var headers = new TreeMap<String, List<String>>();
    var toSubject = false;
    var sampled = false;
    for (var at = LINE.length; ; ) {
      var colon = text.indexOf(':', at);
      var end = colon < 0 ? -1 : text.indexOf("\r\n", colon + 1);
      if (end < 0) {
        break;
      }
      var name = text.substring(at, colon);
      var value = text.substring(colon + 1, end).strip();
      at = end + 2;
      if (name.isEmpty() || value.isEmpty()) {
        continue;
      }
      if (name.equals(DEST)) {
        if (value.equals(DISABLED) && !toSubject) {
          return null;
        }
        toSubject = true;
      }
      sampled |= name.equalsIgnoreCase(PARENT) && isSampled(value);
      headers.computeIfAbsent(name, _ -> new ArrayList<>(1)).add(value);
    }
    return toSubject || sampled ? new Asked(headers, !toSubject) : null;
  }

  /// Whether the flags of a `traceparent`, its last two digits, have the one for sampling.
  private static boolean isSampled(String value) {
    var parts = value.split("-", -1);
    if (parts.length != 4 || parts[3].length() != 2) {
      return false;
    }
    try {
      var flags = Integer.parseInt(parts[3], 16);
      return flags >= 0 && flags <= Byte.MAX_VALUE && (flags & 1) == 1;
    } catch (NumberFormatException e) {
      return false;
    }
  }

  /// The message as one that is not traced any more, here or elsewhere.
  public static MessageFrame disabled(MessageFrame frame) {
    return with(frame, DEST, DISABLED);
  }

  /// The message with a header, which replaces one of the same name.
  static MessageFrame with(MessageFrame frame, String name, String value) {
    var body = frame.body();
    var headers = frame.headerLength();
    var to = new ByteArrayOutputStream(body.length + name.length() + value.length() + 4);
    var prefix = (name + ":").getBytes(StandardCharsets.UTF_8);
    var end = headers - 2; // before the empty line
    for (var at = 0; at < end; ) {
      var next = afterLine(ByteBuffer.wrap(body), at, end);
      if (!startsWith(body, at, prefix)) {
        to.write(body, at, Math.min(next, end) - at);
      }
      at = next;
    }
    to.writeBytes(prefix);
    to.writeBytes((" " + value + "\r\n\r\n").getBytes(StandardCharsets.UTF_8));
    var length = to.size();
    to.write(body, headers, body.length - headers);
    return frame.with(length, to.toByteArray());
  }

  private static boolean startsWith(byte[] bytes, int at, byte[] prefix) {
    for (var i = 0; i < prefix.length; i++) {
      if (at + i >= bytes.length || bytes[at + i] != prefix[i]) {
        return false;
      }
    }
    return true;
  }
}

package io.frond.stream;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;

/// Where in a header block the headers are that a stream looks at: found in one pass, values taken
/// out only when asked for. As in nats-server names are matched with their case, and of several
/// headers of a name the first counts. Reused; one thread.
final class MessageHeaders {
  private static final HeaderName[] NAMES = HeaderName.values();

  private final int[] starts = new int[NAMES.length];
  private final int[] ends = new int[NAMES.length];
  private byte[] bytes = {};
  private long present;

  /// Looks through a header block; values stay where they are.
  ///
  /// @param length 0 for a message without headers
  MessageHeaders read(ByteBuffer from, int at, int length) {
    present = 0;
    if (length == 0) {
      return this;
    }
    var begin = 0;
    if (from.hasArray()) {
      bytes = from.array();
      begin = from.arrayOffset() + at;
    } else {
      bytes = new byte[length];
      from.get(at, bytes);
    }
    var end = begin + length;
    var line = lineEnd(bytes, begin, end) + 2;
    while (line < end) {
      var stop = lineEnd(bytes, line, end);
      if (bytes[line] == 'N' || bytes[line] == 'K') {
        header(bytes, line, stop);
      }
      line = stop + 2;
    }
    return this;
  }

  private static int lineEnd(byte[] from, int at, int end) {
    for (var i = at; i < end; i++) {
      if (from[i] == '\r' && (i + 1 == end || from[i + 1] == '\n')) {
        return i;
      }
    }
    return end;
  }

  private void header(byte[] from, int at, int end) {
    var colon = at;
    while (colon < end && from[colon] != ':') {
      colon++;
    }
    if (colon == end) {
      return;
    }
    for (var name : HeaderName.ofLength(colon - at)) {
      if (Arrays.equals(from, at, colon, name.bytes(), 0, colon - at)) {
        var bit = 1L << name.ordinal();
        if ((present & bit) == 0) {
          present |= bit;
          var start = colon + 1;
          while (start < end && from[start] == ' ') {
            start++;
          }
          starts[name.ordinal()] = start;
          ends[name.ordinal()] = end;
        }
        return;
      }
    }
  }

  /// Whether there is none that means anything.
  boolean isEmpty() {
    return present == 0;
  }

  /// Whether the header is there, even with an empty value.
  boolean has(HeaderName name) {
    return (present & (1L << name.ordinal())) != 0;
  }

  /// Whether the header is there and has a value.
  boolean says(HeaderName name) {
    return has(name) && ends[name.ordinal()] > starts[name.ordinal()];
  }

  /// Empty when absent.
  String text(HeaderName name) {
    var at = starts[name.ordinal()];
    return has(name)
        ? new String(bytes, at, ends[name.ordinal()] - at, StandardCharsets.UTF_8)
        : "";
  }

  String lowerCase(HeaderName name) {
    return text(name).toLowerCase(Locale.ROOT);
  }

  /// Empty when absent.
  byte[] bytes(HeaderName name) {
    if (!has(name)) {
      return new byte[0];
    }
    return Arrays.copyOfRange(bytes, starts[name.ordinal()], ends[name.ordinal()]);
  }

  /// A decimal number; -1 when it is none, or so large that no sequence can be it.
  long number(HeaderName name) {
    if (!has(name)) {
      return -1;
    }
    return number(bytes, starts[name.ordinal()], ends[name.ordinal()]);
  }

  /// A decimal number within an array; -1 when it is none or has over 18 digits.
  static long number(byte[] from, int at, int end) {
    if (at >= end || end - at > 18) {
      return -1;
    }
    var number = 0L;
    for (var i = at; i < end; i++) {
      var digit = from[i] - '0';
      if (digit < 0 || digit > 9) {
        return -1;
      }
      number = number * 10 + digit;
    }
    return number;
  }

  /// Whether the value is this text.
  boolean is(HeaderName name, String text) {
    var at = starts[name.ordinal()];
    if (!has(name) || ends[name.ordinal()] - at != text.length()) {
      return false;
    }
    for (var i = 0; i < text.length(); i++) {
      if (bytes[at + i] != text.charAt(i)) {
        return false;
      }
    }
    return true;
  }
}

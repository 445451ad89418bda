package io.frond.consumer;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// The reply subjects of a consumer's messages:
/// `$JS.ACK.stream.consumer.deliveries.streamSequence.consumerSequence.timestamp.pending`, built
/// without allocation; the longer form with domain and account hash behind `ACK`, and anything
/// behind the numbers, is understood too. One thread.
final class AckSubject {
  private static final int NUMBERS = 5;
  private static final int DIGITS_MAX = 20;
  private static final int TOKENS = 9;
  private static final int LONG_TOKENS = 11;

  private final int prefix;
  private final byte[] bytes;
  private int length;

  /// What [#read] found.
  long sequence;

  long consumerSequence;
  long deliveries;

  AckSubject(String stream, String consumer) {
    var text = ("$JS.ACK." + stream + '.' + consumer + '.').getBytes(StandardCharsets.UTF_8);
    prefix = text.length;
    bytes = Arrays.copyOf(text, prefix + NUMBERS * (DIGITS_MAX + 1));
  }

  /// Builds one.
  ///
  /// @return its length; it is in [#bytes]
  int write(long deliveries, long sequence, long consumerSequence, long timestamp, long pending) {
    var at = number(prefix, deliveries);
    bytes[at++] = '.';
    at = number(at, sequence);
    bytes[at++] = '.';
    at = number(at, consumerSequence);
    bytes[at++] = '.';
    at = number(at, timestamp);
    bytes[at++] = '.';
    length = number(at, pending);
    return length;
  }

  byte[] bytes() {
    return bytes;
  }

  private int number(int at, long value) {
    var digits = 1;
    for (var limit = 10L; digits < 19 && value >= limit; limit *= 10) {
      digits++;
    }
    var rest = value;
    for (var i = at + digits - 1; i >= at; i--) {
      var quotient = rest / 10;
      bytes[i] = (byte) ('0' + (rest - quotient * 10));
      rest = quotient;
    }
    return at + digits;
  }

  /// Reads the numbers of a subject.
  ///
  /// @return false when it is none of these subjects
  boolean read(ByteBuffer from, int at, int size) {
    var end = at + size;
    var tokens = 1;
    for (var i = at; i < end; i++) {
      if (from.get(i) == '.') {
        tokens++;
      }
    }
    if (tokens != TOKENS && tokens < LONG_TOKENS) {
      return false;
    }
    var i = at;
    for (var skip = tokens == TOKENS ? 4 : 6; skip > 0; i++) {
      if (from.get(i) == '.') {
        skip--;
      }
    }
    deliveries = number(from, i, end);
    i = behind(from, i, end);
    sequence = number(from, i, end);
    i = behind(from, i, end);
    consumerSequence = number(from, i, end);
    return sequence > 0 && consumerSequence >= 0 && deliveries >= 0;
  }

  private static int behind(ByteBuffer from, int at, int end) {
    var i = at;
    while (i < end && from.get(i) != '.') {
      i++;
    }
    return i + 1;
  }

  private static long number(ByteBuffer from, int at, int end) {
    var value = 0L;
    var i = at;
    for (; i < end && from.get(i) != '.'; i++) {
      var digit = from.get(i) - '0';
      if (digit < 0 || digit > 9 || i - at >= 19) {
        return -1;
      }
      value = value * 10 + digit;
    }
    return i == at ? -1 : value;
  }
}

package io.frond.stream;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// What the acknowledgement subject of a consumer's message says: `$JS.ACK.`, then in the newer
/// form domain and account, then stream, consumer, deliveries, the two sequences, time and pending.
///
/// @param sequence in the origin stream
/// @param delivery the consumer's own count
/// @param time when the origin stored it, nanoseconds since the epoch
/// @param pending messages behind it
record OriginAck(
    String consumer, long deliveries, long sequence, long delivery, long time, long pending) {
  private static final int SHORT = 9;
  private static final int LONG = 11;

  /// Null when it is no such subject.
  static @Nullable OriginAck parse(byte[] reply) {
    var words = new String(reply, StandardCharsets.UTF_8).split("\\.", -1);
    if ((words.length != SHORT && words.length < LONG)
        || !words[0].equals("$JS")
        || !words[1].equals("ACK")) {
      return null;
    }
    var at = words.length == SHORT ? 2 : 4;
    try {
      return new OriginAck(
          words[at + 1],
          Long.parseLong(words[at + 2]),
          Long.parseLong(words[at + 3]),
          Long.parseLong(words[at + 4]),
          Long.parseLong(words[at + 5]),
          Long.parseLong(words[at + 6]));
    } catch (NumberFormatException e) {
      return null;
    }
  }
}

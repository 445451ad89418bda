package io.frond.stream;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/// The status that may stand behind the version in the first line of a message's headers, such as
/// `NATS/1.0 503`. A stream that takes such a message stores it without, as nats-server does: to
/// who gets it later it would look like the server's own word about the delivery. Stateless.
final class StatusLine {
  private static final byte[] VERSION = "NATS/1.0".getBytes(StandardCharsets.US_ASCII);

  /// Bytes of headers of which none is left.
  private static final int EMPTY = VERSION.length + "\r\n\r\n".length();

  private StatusLine() {}

  /// How many bytes of a message's headers go with the status: 0 when there is none, all when there
  /// is nothing else.
  static int excess(ByteBuffer from, int at, int headerLength) {
    if (headerLength <= VERSION.length || from.get(at + VERSION.length) == '\r') {
      return 0;
    }
    for (var i = 0; i < VERSION.length; i++) {
      if (from.get(at + i) != VERSION[i]) {
        return 0;
      }
    }
    for (var i = VERSION.length; i < headerLength; i++) {
      if (from.get(at + i) == '\r') {
        var status = i - VERSION.length;
        return headerLength - status == EMPTY ? headerLength : status;
      }
    }
    return 0;
  }

  /// The message without what [#excess] says.
  ///
  /// @param from holds subject and reply from `at` on, headers and payload from `headersAt` on
  static ByteBuffer without(
      ByteBuffer from, int at, int headersAt, int headerLength, int bodyLength, int excess) {
    var kept = headersAt - at + (excess == headerLength ? 0 : VERSION.length);
    var end = headersAt + bodyLength;
    var rest = end - at - kept - excess;
    var to = new byte[kept + rest];
    from.get(at, to, 0, kept);
    from.get(end - rest, to, kept, rest);
    return ByteBuffer.wrap(to);
  }
}

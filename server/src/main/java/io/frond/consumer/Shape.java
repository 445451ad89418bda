package io.frond.consumer;

import io.frond.store.StoredMessage;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/// A stored message as it is sent: as it is, or with a header more and perhaps without its payload.
/// Reused; valid as long as the message. On the shard's thread.
final class Shape {
  private static final byte[] LINE = "NATS/1.0\r\n".getBytes(StandardCharsets.UTF_8);

  private ByteBuffer scratch = ByteBuffer.allocate(0);
  private ByteBuffer buffer = scratch;
  private int at;
  private int headerLength;
  private int length;

  /// @param headersOnly whether the payload is replaced by a header with its size
  void set(StoredMessage message, boolean headersOnly) {
    buffer = message.buffer();
    at = message.bodyAt();
    headerLength = message.headerLength();
    length = message.bodyLength();
    if (headersOnly) {
      var size = length - headerLength;
      length = headerLength;
      header("Nats-Msg-Size: " + size);
    }
  }

  /// Adds a header.
  ///
  /// @param line name and value without the line's end
  void header(String line) {
    var added = line.getBytes(StandardCharsets.UTF_8);
    var need = length + LINE.length + added.length + 4;
    var to =
        scratch == buffer || scratch.capacity() < need ? ByteBuffer.allocate(2 * need) : scratch;
    to.clear();
    if (headerLength == 0) {
      to.put(LINE);
    } else {
      to.put(0, buffer, at, headerLength - 2).position(headerLength - 2);
    }
    to.put(added).put((byte) '\r').put((byte) '\n').put((byte) '\r').put((byte) '\n');
    var headers = to.position();
    var payload = length - headerLength;
    to.put(headers, buffer, at + headerLength, payload);
    scratch = to;
    buffer = to;
    at = 0;
    headerLength = headers;
    length = headers + payload;
  }

  ByteBuffer buffer() {
    return buffer;
  }

  int at() {
    return at;
  }

  int headerLength() {
    return headerLength;
  }

  /// Bytes of headers and payload.
  int length() {
    return length;
  }
}

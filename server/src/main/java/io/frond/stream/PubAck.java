package io.frond.stream;

import io.frond.json.JsonWriter;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Writes answers to publishes: those to messages that were stored by hand into one array that is
/// used again, as nats-server's template has them. The shard's thread.
final class PubAck {
  private static final byte[] DUPLICATE =
      ",\"duplicate\": true".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] BATCH = ",\"batch\":\"".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] COUNT = "\",\"count\":".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] VALUE = ",\"val\":\"".getBytes(StandardCharsets.US_ASCII);

  private final String stream;
  private final int prefix;
  private byte[] bytes;
  private int length;

  PubAck(String stream, String domain) {
    this.stream = stream;
    var to = JsonWriter.compact().begin().put("stream", stream);
    var head = to.putIf("domain", domain).put("seq", 0).end().bytes();
    prefix = head.length - 2;
    bytes = Arrays.copyOf(head, prefix + 64);
  }

  /// The sequence; more fields may follow, then [#end].
  PubAck begin(long sequence) {
    length = prefix;
    return number(sequence);
  }

  PubAck duplicate() {
    return put(DUPLICATE);
  }

  PubAck batch(String id, long count) {
    put(BATCH);
    put(escaped(id));
    put(COUNT);
    return number(count);
  }

  PubAck value(String value) {
    put(VALUE);
    put(value.getBytes(StandardCharsets.US_ASCII));
    return put((byte) '"');
  }

  PubAck end() {
    return put((byte) '}');
  }

  private static byte[] escaped(String text) {
    var quoted = JsonWriter.compact().beginArray().add(text).endArray().bytes();
    return Arrays.copyOfRange(quoted, 2, quoted.length - 2);
  }

  private PubAck number(long number) {
    ensure(20);
    var digits = 1;
    for (var rest = number; rest > 9; rest /= 10) {
      digits++;
    }
    var rest = number;
    for (var i = length + digits - 1; i >= length; i--) {
      bytes[i] = (byte) ('0' + rest % 10);
      rest /= 10;
    }
    length += digits;
    return this;
  }

  private PubAck put(byte[] more) {
    ensure(more.length);
    System.arraycopy(more, 0, bytes, length, more.length);
    length += more.length;
    return this;
  }

  private PubAck put(byte one) {
    ensure(1);
    bytes[length++] = one;
    return this;
  }

  private void ensure(int more) {
    if (bytes.length - length < more) {
      bytes = Arrays.copyOf(bytes, 2 * (length + more));
    }
  }

  /// What was written since [#begin]; valid to [#length].
  byte[] bytes() {
    return bytes;
  }

  int length() {
    return length;
  }

  /// The answer to a message that was refused.
  byte[] refusal(ApiError error) {
    return error
        .write(JsonWriter.compact().begin())
        .put("stream", stream)
        .put("seq", 0)
        .end()
        .bytes();
  }
}

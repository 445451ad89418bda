package io.frond.api;

import io.frond.json.JsonTime;
import io.frond.shard.Outlet;
import io.frond.store.StoredMessage;
import java.nio.charset.StandardCharsets;

/// Sends stored messages to the one who asked for them directly (ADR-31). On the shard's thread.
final class DirectReply {
  /// Bytes after which a batch ends where the request does not say: nats-server's default of
  /// `max_pending`.
  static final int BYTES_MAX = 64 << 20;

  private static final byte[] LINE = ascii("NATS/1.0\r\n");
  private static final byte[] STREAM = ascii("Nats-Stream: ");
  private static final byte[] SUBJECT = ascii("\r\nNats-Subject: ");
  private static final byte[] SEQUENCE = ascii("\r\nNats-Sequence: ");
  private static final byte[] TIME = ascii("\r\nNats-Time-Stamp: ");
  private static final byte[] PENDING = ascii("\r\nNats-Num-Pending: ");
  private static final byte[] LAST = ascii("\r\nNats-Last-Sequence: ");
  private static final byte[] END = ascii("\r\n\r\n");

  private final Call call;
  private final byte[] stream;
  private final boolean headers;

  DirectReply(Call call, String stream, boolean headers) {
    this.call = call;
    this.stream = stream.getBytes(StandardCharsets.UTF_8);
    this.headers = headers;
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  /// Sends a message alone.
  Outlet.Taken send(StoredMessage message) {
    return send(message, false, 0, 0);
  }

  /// Sends a message of a batch.
  ///
  /// @param pending how many come behind it
  /// @param last the sequence of the one before it, 0 for the first
  Outlet.Taken send(StoredMessage message, long pending, long last) {
    return send(message, true, pending, last);
  }

  private Outlet.Taken send(StoredMessage message, boolean batch, long pending, long last) {
    if (!headers) {
      return call.outlet().publish(call.reply(), MessageHeaders.NONE, 0, message.payload());
    }
    var sequence = ascii(Long.toString(message.sequence()));
    var time = ascii(JsonTime.of(message.timestamp()));
    var pendingText = batch ? ascii(Long.toString(pending)) : MessageHeaders.NONE;
    var lastText = batch ? ascii(Long.toString(last)) : MessageHeaders.NONE;
    var existing = Math.max(message.headerLength() - 2, LINE.length);
    var length =
        existing
            + STREAM.length
            + stream.length
            + SUBJECT.length
            + message.subjectLength()
            + SEQUENCE.length
            + sequence.length
            + TIME.length
            + time.length
            + (batch ? PENDING.length + pendingText.length + LAST.length + lastText.length : 0)
            + END.length;
    var body = new byte[length + message.payloadLength()];
    var at = 0;
    if (message.headerLength() > 2) {
      message.buffer().get(message.bodyAt(), body, 0, existing);
      at = existing;
    } else {
      at = put(body, at, LINE);
    }
    at = put(body, put(body, at, STREAM), stream);
    at = put(body, at, SUBJECT);
    message.buffer().get(message.subjectAt(), body, at, message.subjectLength());
    at = put(body, put(body, at + message.subjectLength(), SEQUENCE), sequence);
    at = put(body, put(body, at, TIME), time);
    if (batch) {
      at = put(body, put(body, at, PENDING), pendingText);
      at = put(body, put(body, at, LAST), lastText);
    }
    at = put(body, at, END);
    message
        .buffer()
        .get(message.bodyAt() + message.headerLength(), body, at, message.payloadLength());
    return call.outlet().publish(call.reply(), MessageHeaders.NONE, length, body);
  }

  private static int put(byte[] to, int at, byte[] what) {
    System.arraycopy(what, 0, to, at, what.length);
    return at + what.length;
  }

  /// Ends a batch.
  void end(long pending, long last) {
    call.status("204 EOB\r\nNats-Num-Pending: " + pending + "\r\nNats-Last-Sequence: " + last);
  }

  /// Ends a batch of newest messages.
  void end(long pending, long last, long upTo) {
    call.status(
        "204 EOB\r\nNats-Num-Pending: "
            + pending
            + "\r\nNats-Last-Sequence: "
            + last
            + "\r\nNats-UpTo-Sequence: "
            + upTo);
  }
}

package io.frond.store;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/// A message as a store holds it: offsets into memory of the store's. Reused, so it is valid only
/// until the next call on the store that gave it. The body is headers and payload, in that order.
public final class StoredMessage {
  private ByteBuffer buffer = ByteBuffer.allocate(0);
  private long sequence;
  private long timestamp;
  private long expiry;
  private int subjectAt;
  private int subjectLength;
  private int headerLength;
  private int bodyAt;
  private int bodyLength;

  /// @param timestamp nanoseconds since the epoch
  /// @param expiry when its own TTL ends, nanoseconds since the epoch; 0 for no TTL, -1 for a TTL
  ///   of "never"
  public StoredMessage set(
      ByteBuffer buffer,
      long sequence,
      long timestamp,
      long expiry,
      int subjectAt,
      int subjectLength,
      int headerLength,
      int bodyAt,
      int bodyLength) {
    this.buffer = buffer;
    this.sequence = sequence;
    this.timestamp = timestamp;
    this.expiry = expiry;
    this.subjectAt = subjectAt;
    this.subjectLength = subjectLength;
    this.headerLength = headerLength;
    this.bodyAt = bodyAt;
    this.bodyLength = bodyLength;
    return this;
  }

  /// The memory that the offsets refer to, absolutely.
  public ByteBuffer buffer() {
    return buffer;
  }

  public long sequence() {
    return sequence;
  }

  public long timestamp() {
    return timestamp;
  }

  public long expiry() {
    return expiry;
  }

  public int subjectAt() {
    return subjectAt;
  }

  public int subjectLength() {
    return subjectLength;
  }

  /// Bytes of the header block at the beginning of the body, 0 when there is none.
  public int headerLength() {
    return headerLength;
  }

  public int bodyAt() {
    return bodyAt;
  }

  /// Bytes of headers and payload together.
  public int bodyLength() {
    return bodyLength;
  }

  /// Bytes of the payload alone.
  public int payloadLength() {
    return bodyLength - headerLength;
  }

  public byte[] subject() {
    return bytes(subjectAt, subjectLength);
  }

  public String subjectText() {
    return new String(subject(), StandardCharsets.UTF_8);
  }

  public byte[] headers() {
    return bytes(bodyAt, headerLength);
  }

  public byte[] payload() {
    return bytes(bodyAt + headerLength, bodyLength - headerLength);
  }

  public byte[] body() {
    return bytes(bodyAt, bodyLength);
  }

  private byte[] bytes(int at, int length) {
    var copy = new byte[length];
    if (length > 0) {
      buffer.get(at, copy);
    }
    return copy;
  }
}

package io.frond.backup;

import io.frond.store.StoredMessage;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/// Builds one block of messages as nats-server's file store has them: for each message length u32
/// (its highest bit tells of headers), sequence u64, time u64, subject's length u16, subject, with
/// headers their length u32, headers, payload, and a HighwayHash; little endian. One thread.
final class BlockWriter {
  static final int HEADERS_BIT = 1 << 31;
  static final long ERASED_BIT = 1L << 63;
  static final long TOMBSTONE_BIT = 1L << 62;
  static final int HEAD = 22;
  static final int HASH = 8;

  private final HighwayHash hash;
  private ByteBuffer out;

  /// @param stream its name, from which with the block's number the hash's key comes
  BlockWriter(String stream, int number, int capacity) {
    hash = new HighwayHash(key(stream + '-' + number));
    out = ByteBuffer.allocate(capacity).order(ByteOrder.LITTLE_ENDIAN);
  }

  /// The key that nats-server makes of a name.
  static byte[] key(String name) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(name.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e); // every JDK has it
    }
  }

  void add(StoredMessage message) {
    var headers = message.headerLength();
    var length =
        HEAD + message.subjectLength() + (headers > 0 ? 4 : 0) + message.bodyLength() + HASH;
    var start = begin(length, headers > 0, message.sequence(), message.timestamp());
    out.putShort((short) message.subjectLength());
    copy(message.buffer(), message.subjectAt(), message.subjectLength());
    if (headers > 0) {
      out.putInt(headers);
    }
    copy(message.buffer(), message.bodyAt(), message.bodyLength());
    end(start, message.subjectLength(), headers > 0);
  }

  /// Says that a message was there and is gone: so that the last sequence is known.
  void addErased(long sequence, long timestamp) {
    var start = begin(HEAD + HASH, false, sequence | ERASED_BIT, timestamp);
    out.putShort((short) 0);
    end(start, 0, false);
  }

  private int begin(int length, boolean headers, long sequence, long timestamp) {
    if (out.remaining() < length) {
      var size = Math.max(out.capacity() * 2, out.position() + length);
      out = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN).put(out.flip());
    }
    var start = out.position();
    out.putInt(headers ? length | HEADERS_BIT : length).putLong(sequence).putLong(timestamp);
    return start;
  }

  private void copy(ByteBuffer from, int at, int length) {
    out.put(out.position(), from, at, length).position(out.position() + length);
  }

  private void end(int start, int subject, boolean headers) {
    var body = start + HEAD + subject + (headers ? 4 : 0);
    var bytes = out.array();
    hash.reset().update(bytes, start + 4, 16).update(bytes, start + HEAD, subject);
    out.putLong(hash.update(bytes, body, out.position() - body).finish());
  }

  int size() {
    return out.position();
  }

  /// The block, from 0 to [#size].
  byte[] bytes() {
    return out.array();
  }
}

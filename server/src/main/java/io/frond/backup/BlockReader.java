package io.frond.backup;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/// Reads one block of messages, see [BlockWriter]. Stateless.
final class BlockReader {
  private BlockReader() {}

  /// @param key of the block's hash, see [BlockWriter#key]
  /// @throws BackupException when a record is damaged
  static void read(byte[] block, byte[] key, Messages to) throws BackupException {
    var in = ByteBuffer.wrap(block).order(ByteOrder.LITTLE_ENDIAN);
    var hash = new HighwayHash(key);
    for (var at = 0; at < block.length; ) {
      if (block.length - at < BlockWriter.HEAD + BlockWriter.HASH) {
        throw new BackupException("a block of messages is cut");
      }
      var word = in.getInt(at);
      var headers = word < 0;
      var length = word & ~BlockWriter.HEADERS_BIT;
      var subject = in.getShort(at + 20) & 0xffff;
      var body = at + BlockWriter.HEAD + subject + (headers ? 4 : 0);
      var end = (long) at + length - BlockWriter.HASH;
      if (end > block.length - BlockWriter.HASH || body > end) {
        throw new BackupException("a record's length is wrong");
      }
      var bodyLength = (int) end - body;
      hash.reset()
          .update(block, at + 4, 16)
          .update(block, at + BlockWriter.HEAD, subject)
          .update(block, body, bodyLength);
      if (hash.finish() != in.getLong((int) end)) {
        throw new BackupException("a record's checksum is wrong");
      }
      var headerLength = headers ? in.getInt(body - 4) : 0;
      if (headerLength < 0 || headerLength > bodyLength) {
        throw new BackupException("a record's length is wrong");
      }
      give(in, at, subject, headerLength, body, bodyLength, to);
      at += length;
    }
  }

  private static void give(
      ByteBuffer in, int at, int subject, int headerLength, int body, int bodyLength, Messages to)
      throws BackupException {
    var sequence = in.getLong(at + 4);
    var timestamp = in.getLong(at + 12);
    if ((sequence & BlockWriter.TOMBSTONE_BIT) != 0) {
      to.deleted(sequence & ~BlockWriter.TOMBSTONE_BIT, timestamp);
    } else if (sequence < 0) {
      to.erased(sequence & ~BlockWriter.ERASED_BIT, timestamp);
    } else if (sequence > 0) {
      var name = new byte[subject];
      in.get(at + BlockWriter.HEAD, name);
      to.message(sequence, timestamp, name, in, body, headerLength, bodyLength);
    }
  }

  /// Takes what a block holds, in order.
  interface Messages {
    /// @param buffer holds headers and payload: `length` bytes from `at` on
    void message(
        long sequence,
        long timestamp,
        byte[] subject,
        ByteBuffer buffer,
        int at,
        int headerLength,
        int length)
        throws BackupException;

    /// There was a message which is gone; the sequence counts all the same.
    void erased(long sequence, long timestamp) throws BackupException;

    /// A message that came before was deleted later.
    void deleted(long sequence, long timestamp) throws BackupException;
  }
}

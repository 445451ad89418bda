package io.frond.outage;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/// A segment on disk (docs/storage-format.md): a header, then records, which are entries as they
/// lie in memory ([Layout]) with the checksum in the place of [Layout#LIVE] and with plain handles
/// in place of pairs, and the sessions' positions. Every checksum depends on the segment's number
/// and the record's ordinal, so that nothing is ever taken for what it is not.
final class Format {
  static final int VERSION = 1;

  /// "FRONDOUT"
  static final long MAGIC = 0x54554f444e4f5246L;

  static final int SEGMENT_HEADER = 64;

  /// Bytes of a listed session in a record.
  static final int SESSION = 4;

  static final short ENTRY = 0;

  /// Positions of all sessions that matter: what earlier records say of any counts no more.
  static final short SNAPSHOT = 1;

  /// Positions that changed.
  static final short POSITIONS = 2;

  /// One position: session, group, last settled sequence.
  static final int POSITION = 16;

  private static final long ODD = 0x9e3779b97f4a7c15L;

  private final CRC32C crc = new CRC32C();

  static ByteBuffer buffer(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static int mix(long segment, long ordinal) {
    var mixed = (segment * ODD ^ ordinal) * ODD;
    mixed = (mixed ^ mixed >>> 32) * ODD;
    return (int) (mixed >>> 32);
  }

  // Segments.

  /// @param previous number of the segment before this one, 0 for none
  /// @param records that it has
  void putSegment(ByteBuffer into, long segment, long previous, long records) {
    var at = into.position();
    into.putLong(MAGIC).putInt(VERSION).putInt(0);
    into.putLong(segment).putLong(previous).putLong(records);
    into.put(new byte[SEGMENT_HEADER - 40]);
    into.putInt(at + 12, headerSum(into, at));
  }

  private int headerSum(ByteBuffer bytes, int at) {
    crc.reset();
    crc.update(bytes.array(), bytes.arrayOffset() + at, 12);
    crc.update(bytes.array(), bytes.arrayOffset() + at + 16, SEGMENT_HEADER - 16);
    return (int) crc.getValue();
  }

  boolean isSegment(ByteBuffer bytes, long segment) {
    return bytes.getLong(0) == MAGIC
        && bytes.getInt(12) == headerSum(bytes, 0)
        && bytes.getLong(16) == segment;
  }

  // Records.

  /// The bytes of a record's fixed part for `length` bytes in all, at the buffer's position.
  static void putRecord(ByteBuffer into, int at, int length, int ordinal, short kind) {
    into.putInt(at + Layout.LENGTH, length);
    into.putInt(at + Layout.ORDINAL, ordinal);
    into.putShort(at + Layout.KIND, kind);
  }

  /// Puts the checksums of all records in a part of a buffer.
  void seal(ByteBuffer bytes, int from, int to, long segment) {
    for (var at = from; at < to; at += bytes.getInt(at + Layout.LENGTH)) {
      bytes.putInt(at + Layout.LIVE, sum(bytes, at, segment));
    }
  }

  private int sum(ByteBuffer bytes, int at, long segment) {
    var start = bytes.arrayOffset() + at;
    crc.reset();
    crc.update(bytes.array(), start, 4);
    crc.update(bytes.array(), start + 8, bytes.getInt(at + Layout.LENGTH) - 8);
    return (int) crc.getValue() ^ mix(segment, bytes.getInt(at + Layout.ORDINAL));
  }

  /// What the length of a record at a place would be, as far as its fixed part can be one; 0 when
  /// it cannot.
  static int plausible(ByteBuffer bytes, int at, long left) {
    var length = bytes.getInt(at + Layout.LENGTH);
    if (length < Layout.HEADER || length > left || (length & 3) != 0) {
      return 0;
    }
    var kind = bytes.getShort(at + Layout.KIND);
    if (kind < ENTRY || kind > POSITIONS) {
      return 0;
    }
    var sessions = bytes.getInt(at + Layout.PAIRS);
    return sessions >= 0 && sessions <= (length - Layout.HEADER) / SESSION ? length : 0;
  }

  /// Whether a record is whole; its bytes are all there.
  boolean isValid(ByteBuffer bytes, int at, long segment) {
    return bytes.getInt(at + Layout.LIVE) == sum(bytes, at, segment);
  }
}

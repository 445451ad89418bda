package io.frond.log;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/// The log's format on disk, described in docs/storage-format.md. All numbers are little endian.
///
/// A segment's header, then frames, each at a multiple of 8: a header and some entries as they are
/// in a [LogBatch]. Every checksum depends on the segment's number, which is in the file's name, so
/// that nothing of a file's earlier life is ever taken for valid; an entry's depends on its index
/// too.
final class Format {
  static final int VERSION = 1;

  /// "FRONDLOG"
  static final long SEGMENT_MAGIC = 0x474f4c444e4f5246L;

  static final int SEGMENT_HEADER = 64;

  /// "FLF1"
  static final int FRAME_MAGIC = 0x31464c46;

  static final int FRAME_HEADER = 48;

  /// The frame was committed, or will be, before it is synced.
  static final int RELAXED = 1;

  private static final long ODD = 0x9e3779b97f4a7c15L;

  private final CRC32C crc = new CRC32C();

  /// What a checksum is mixed with.
  private static int mix(long segment, long index) {
    var mixed = (segment * ODD ^ index) * ODD;
    mixed = (mixed ^ mixed >>> 32) * ODD;
    return (int) (mixed >>> 32);
  }

  private int sum(ByteBuffer bytes, int at, int length) {
    crc.reset();
    crc.update(bytes.array(), bytes.arrayOffset() + at, length);
    return (int) crc.getValue();
  }

  static int aligned(int length) {
    return length + 7 & ~7;
  }

  static long aligned(long at) {
    return at + 7 & ~7L;
  }

  // Entries.

  /// @param at where the entry begins
  /// @param length of its payload
  int entrySum(ByteBuffer bytes, int at, int length, long segment, long index) {
    return sum(bytes, at + 4, LogBatch.HEADER - 4 + length) ^ mix(segment, index);
  }

  // Frames.

  /// What a frame's header says.
  ///
  /// @param length bytes of its entries
  /// @param count of entries
  /// @param first index of the first entry
  /// @param previous index of the last entry before it that counts; what lies between was never
  ///   committed
  /// @param synced index up to which all was synced when this was written
  record Frame(int length, int count, long first, long previous, long synced, int flags) {
    long last() {
      return first + count - 1;
    }

    /// Bytes in the file, with header and padding.
    int size() {
      return FRAME_HEADER + aligned(length);
    }
  }

  /// Puts a frame's header at the buffer's position.
  void putFrame(ByteBuffer into, long segment, Frame frame) {
    var at = into.position();
    into.putInt(FRAME_MAGIC)
        .putInt(0)
        .putInt(frame.length)
        .putInt(frame.count)
        .putLong(frame.first)
        .putLong(frame.previous)
        .putLong(frame.synced)
        .putInt(frame.flags)
        .putInt(0);
    crc.reset();
    crc.update(into.slice(at + 8, FRAME_HEADER - 8));
    into.putInt(at + 4, (int) crc.getValue() ^ mix(segment, -1));
  }

  /// Whether a frame of this segment begins at `at` of the buffer, as far as its header tells.
  boolean isFrame(ByteBuffer from, int at, long segment) {
    return from.getInt(at) == FRAME_MAGIC
        && (sum(from, at + 8, FRAME_HEADER - 8) ^ mix(segment, -1)) == from.getInt(at + 4);
  }

  Frame frame(ByteBuffer from, int at) {
    return new Frame(
        from.getInt(at + 8),
        from.getInt(at + 12),
        from.getLong(at + 16),
        from.getLong(at + 24),
        from.getLong(at + 32),
        from.getInt(at + 40));
  }

  // Segments.

  /// Puts a segment's header at the buffer's position.
  void putSegment(ByteBuffer into, long segment, long previous, long synced) {
    var header = ByteBuffer.allocate(SEGMENT_HEADER).order(into.order());
    header.putLong(SEGMENT_MAGIC).putInt(VERSION).putInt(0);
    header.putLong(segment).putLong(previous).putLong(synced);
    header.putInt(12, sum(header, 0, SEGMENT_HEADER));
    into.put(header.rewind());
  }

  /// Whether the buffer begins with a segment's header.
  boolean isSegment(ByteBuffer from) {
    var copy = ByteBuffer.allocate(SEGMENT_HEADER).order(from.order());
    copy.put(0, from, 0, SEGMENT_HEADER);
    copy.putInt(12, 0);
    return from.getLong(0) == SEGMENT_MAGIC && sum(copy, 0, SEGMENT_HEADER) == from.getInt(12);
  }
}

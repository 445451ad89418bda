package io.frond.jetstream;

import io.frond.disk.Disk;
import io.frond.store.MessageStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.zip.CRC32C;

/// The file `covered`: up to which entry of the log everything is in streams' checkpoints, so that
/// a start knows from where on it needs the log; and where each stream stood at its checkpoint, for
/// when that cannot be read. Written before the log is cut.
///
/// Big endian: magic u32, version u16, CRC32C of the rest u32, index i64; from version 2 on the
/// number of streams i32, and for each its number, and the numbers of its [Mark], each i64.
///
/// @param index of the last entry that is in checkpoints
/// @param marks by the stream's number: of streams that have checkpoints
record CoveredIndex(long index, Map<Long, Mark> marks) {
  private static final String FILE = "covered";
  private static final String DRAFT = "covered.new";
  private static final int MAGIC = 0x46724349; // "FrCI"
  private static final short VERSION = 2;
  private static final int HEADER = 10;
  private static final int MARK = 40;

  static final CoveredIndex NOTHING = new CoveredIndex(0, Map.of());

  /// Where a stream stood.
  ///
  /// @param index of the last entry that the checkpoint contains
  /// @param first sequence
  /// @param last sequence
  record Mark(long index, long first, long last, long messages) {
    Mark(long index, MessageStore store) {
      this(index, store.firstSequence(), store.lastSequence(), store.messages());
    }
  }

  /// Replaces the file, safely.
  void write(Disk disk, Path root) throws IOException {
    var bytes = ByteBuffer.allocate(HEADER + 12 + MARK * marks.size());
    bytes.putInt(MAGIC).putShort(VERSION).putInt(0).putLong(index).putInt(marks.size());
    marks.forEach((stream, mark) ->
        bytes
            .putLong(stream)
            .putLong(mark.index)
            .putLong(mark.first)
            .putLong(mark.last)
            .putLong(mark.messages));
    bytes.flip();
    bytes.putInt(6, crc(bytes));
    var draft = root.resolve(DRAFT);
    try (var file = disk.open(draft)) {
      file.truncate(0);
      file.write(bytes, 0);
      file.force();
    }
    disk.rename(draft, root.resolve(FILE));
    disk.forceDirectory(root);
  }

  /// [#NOTHING] when there is no such file yet.
  ///
  /// @throws IOException when it is damaged, or of a version that this program doesn't know
  static CoveredIndex read(Disk disk, Path root) throws IOException {
    var path = root.resolve(FILE);
    if (!disk.exists(path)) {
      return NOTHING;
    }
    ByteBuffer bytes;
    try (var file = disk.open(path)) {
      bytes = ByteBuffer.allocate((int) Math.min(file.size(), Integer.MAX_VALUE - 8));
      file.read(bytes, 0);
    }
    bytes.flip();
    if (bytes.remaining() < HEADER + Long.BYTES || bytes.getInt() != MAGIC) {
      throw new IOException(path + " is damaged");
    }
    var version = bytes.getShort();
    if (version < 1 || version > VERSION) {
      throw new IOException(
          path + " has version " + version + ", this program reads version " + VERSION);
    }
    if (bytes.getInt() != crc(bytes)) {
      throw new IOException(path + " is damaged: its checksum is wrong");
    }
    var index = bytes.getLong();
    var marks = new HashMap<Long, Mark>();
    for (var left = version == 1 ? 0 : bytes.getInt(); left > 0; left--) {
      marks.put(
          bytes.getLong(),
          new Mark(bytes.getLong(), bytes.getLong(), bytes.getLong(), bytes.getLong()));
    }
    return new CoveredIndex(index, marks);
  }

  /// Of all behind the header; the buffer's position stays.
  private static int crc(ByteBuffer bytes) {
    var crc = new CRC32C();
    crc.update(bytes.duplicate().position(HEADER));
    return (int) crc.getValue();
  }
}

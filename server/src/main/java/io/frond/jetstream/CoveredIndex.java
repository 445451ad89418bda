package io.frond.jetstream;

import io.frond.disk.Disk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.zip.CRC32C;

/// The file `covered`: up to which entry of the log everything is in streams' checkpoints, so that
/// a start knows from where on it needs the log. Written before the log is cut.
///
/// Big endian: magic u32, version u16, CRC32C of the index u32, index i64.
final class CoveredIndex {
  private static final String FILE = "covered";
  private static final String DRAFT = "covered.new";
  private static final int MAGIC = 0x46724349; // "FrCI"
  private static final short VERSION = 1;
  private static final int SIZE = 18;

  private CoveredIndex() {}

  /// Replaces the file, safely.
  static void write(Disk disk, Path root, long index) throws IOException {
    var bytes = ByteBuffer.allocate(SIZE);
    bytes.putInt(MAGIC).putShort(VERSION).putInt(crc(index)).putLong(index).flip();
    var draft = root.resolve(DRAFT);
    try (var file = disk.open(draft)) {
      file.truncate(0);
      file.write(bytes, 0);
      file.force();
    }
    disk.rename(draft, root.resolve(FILE));
    disk.forceDirectory(root);
  }

  /// 0 when there is no such file yet.
  ///
  /// @throws IOException when it is damaged, or of a version that this program doesn't know
  static long read(Disk disk, Path root) throws IOException {
    var path = root.resolve(FILE);
    if (!disk.exists(path)) {
      return 0;
    }
    var bytes = ByteBuffer.allocate(SIZE);
    try (var file = disk.open(path)) {
      file.read(bytes, 0);
    }
    bytes.flip();
    if (bytes.remaining() != SIZE || bytes.getInt() != MAGIC) {
      throw new IOException(path + " is damaged");
    }
    var version = bytes.getShort();
    if (version != VERSION) {
      throw new IOException(
          path + " has version " + version + ", this program reads version " + VERSION);
    }
    var sum = bytes.getInt();
    var index = bytes.getLong();
    if (sum != crc(index)) {
      throw new IOException(path + " is damaged: its checksum is wrong");
    }
    return index;
  }

  private static int crc(long index) {
    var crc = new CRC32C();
    crc.update(ByteBuffer.allocate(Long.BYTES).putLong(0, index));
    return (int) crc.getValue();
  }
}

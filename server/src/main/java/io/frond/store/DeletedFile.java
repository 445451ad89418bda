package io.frond.store;

import io.frond.disk.Disk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/// The file that says which messages of a segment are gone, where that is too long for the
/// manifest: the same twice, each with a checksum. Written once. Stateless.
final class DeletedFile {
  private static final int MAGIC = 0x4472_7246; // "FrrD"
  private static final int HEADER = 20;

  private DeletedFile() {}

  static Path path(Path directory, long segment, long version) {
    return directory.resolve(SegmentNames.deleted(segment, version));
  }

  static byte[] encode(long segment, byte[] runs) {
    int size = HEADER + runs.length;
    var bytes = new byte[2 * size];
    LittleEndian.putInt(bytes, 0, MAGIC);
    LittleEndian.putInt(bytes, 4, runs.length);
    LittleEndian.putLong(bytes, 8, segment);
    System.arraycopy(runs, 0, bytes, HEADER, runs.length);
    LittleEndian.putInt(bytes, 16, checksum(bytes, 0, runs.length));
    System.arraycopy(bytes, 0, bytes, size, size);
    return bytes;
  }

  private static int checksum(byte[] bytes, int at, int length) {
    var crc = new CRC32C();
    crc.update(bytes, at, 16);
    crc.update(bytes, at + HEADER, length);
    return (int) crc.getValue();
  }

  /// Reads a file; null when it is missing or both copies are damaged.
  static byte @Nullable [] read(Disk disk, Path path, long segment) throws IOException {
    if (!disk.exists(path)) {
      return null;
    }
    try (var file = disk.open(path)) {
      var bytes = new byte[(int) Math.min(file.size(), Integer.MAX_VALUE - 8)];
      int count = file.read(ByteBuffer.wrap(bytes), 0);
      var first = find(bytes, 0, count, segment);
      return first != null ? first : find(bytes, bytes.length / 2, count, segment);
    }
  }

  private static byte @Nullable [] find(byte[] bytes, int at, int end, long segment) {
    if (at + HEADER > end || LittleEndian.getInt(bytes, at) != MAGIC) {
      return null;
    }
    int length = LittleEndian.getInt(bytes, at + 4);
    if (length < 0
        || length > end - at - HEADER
        || LittleEndian.getLong(bytes, at + 8) != segment
        || LittleEndian.getInt(bytes, at + 16) != checksum(bytes, at, length)) {
      return null;
    }
    var runs = new byte[length];
    System.arraycopy(bytes, at + HEADER, runs, 0, length);
    return runs;
  }
}

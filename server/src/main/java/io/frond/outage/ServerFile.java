package io.frond.outage;

import io.frond.disk.Disk;
import io.frond.logging.Log;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.random.RandomGenerator;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/// The file `server`: the server's id, and the upper half of the sequences that it may use, which
/// never goes back. It is replaced as a whole. One thread at a time.
final class ServerFile {
  private static final String FILE = "server";
  private static final String DRAFT = "server.new";

  /// "FRONDOSV"
  private static final long MAGIC = 0x56534f444e4f5246L;

  private static final int VERSION = 1;
  private static final int ID_LENGTH = 12;
  private static final int SIZE = 32 + ID_LENGTH;
  private static final String DIGITS =
      "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

  private final Disk disk;
  private final Path directory;
  private final String id;
  private long high;

  private ServerFile(Disk disk, Path directory, String id, long high) {
    this.disk = disk;
    this.directory = directory;
    this.id = id;
    this.high = high;
  }

  static String randomId(RandomGenerator random) {
    var id = new StringBuilder(ID_LENGTH);
    for (var i = 0; i < ID_LENGTH; i++) {
      id.append(DIGITS.charAt(random.nextInt(DIGITS.length())));
    }
    return id.toString();
  }

  /// Reads it; when it is missing or damaged the server has a new id.
  static ServerFile open(Disk disk, Path directory, RandomGenerator random, Log log)
      throws IOException {
    var path = directory.resolve(FILE);
    if (disk.exists(path)) {
      var bytes = Format.buffer(SIZE);
      try (var file = disk.open(path)) {
        file.read(bytes, 0);
      }
      var read = parse(bytes, path);
      if (read != null) {
        return new ServerFile(disk, directory, read, bytes.getLong(16));
      }
      log.warn(
          "Leaf node outage log: "
              + path
              + " is damaged: far ends take this server for a new one, and may get twice what"
              + " they had not settled");
    }
    return new ServerFile(disk, directory, randomId(random), 0);
  }

  private static @Nullable String parse(ByteBuffer bytes, Path path) throws IOException {
    if (bytes.hasRemaining() || bytes.getLong(0) != MAGIC || bytes.getInt(12) != sum(bytes)) {
      return null;
    }
    if (bytes.getInt(8) != VERSION) {
      throw new IOException(
          path + " has version " + bytes.getInt(8) + ", this program reads version " + VERSION);
    }
    var id = new byte[ID_LENGTH];
    bytes.get(24, id);
    return new String(id, StandardCharsets.US_ASCII);
  }

  private static int sum(ByteBuffer bytes) {
    var crc = new CRC32C();
    crc.update(bytes.array(), bytes.arrayOffset(), 12);
    crc.update(bytes.array(), bytes.arrayOffset() + 16, SIZE - 16);
    return (int) crc.getValue();
  }

  String id() {
    return id;
  }

  long high() {
    return high;
  }

  /// Makes a higher value safe.
  void raise(long to) throws IOException {
    var bytes = Format.buffer(SIZE);
    bytes.putLong(0, MAGIC).putInt(8, VERSION).putLong(16, to);
    bytes.put(24, id.getBytes(StandardCharsets.US_ASCII));
    bytes.putInt(12, sum(bytes));
    var draft = directory.resolve(DRAFT);
    disk.delete(draft);
    try (var file = disk.open(draft)) {
      file.write(bytes, 0);
      file.force();
    }
    disk.rename(draft, directory.resolve(FILE));
    disk.forceDirectory(directory);
    high = to;
  }
}

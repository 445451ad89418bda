package io.frond.jetstream;

import io.frond.disk.Disk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/// All of one stream at one index of the log, as its file `checkpoint` has it: what it is, what it
/// has seen, where its messages are, and its consumers. Immutable; the arrays are not changed.
///
/// It is written twice, as `checkpoint` and `checkpoint.copy`, so that damage costs nothing unless
/// both have it at the same place. An older one with the same configuration and the same consumers
/// stays as `checkpoint.older`: with the segments and the log it makes up for both.
///
/// On disk, big endian: magic, version u16, CRC32C of the rest u32, then the fields in order; texts
/// and blobs have their length before them. A later version's checksum is to begin with the
/// version: so a version that is damaged is not taken for a later program's.
///
/// @param index the last entry of the log that it contains
/// @param state what the stream remembers besides messages (duplicates' ids and such)
/// @param manifest what the store needs to find its messages
/// @param nextConsumer the number that the next consumer gets
record StreamCheckpoint(
    long id,
    long index,
    String account,
    long created,
    byte[] config,
    byte[] state,
    byte[] manifest,
    int nextConsumer,
    List<OneConsumer> consumers) {

  /// A consumer within its stream's checkpoint.
  record OneConsumer(int number, String name, long created, byte[] config, byte[] state) {}

  static final String FILE = "checkpoint";
  static final String COPY = "checkpoint.copy";

  /// The last but one; or the last, where configuration or consumers have changed since.
  static final String OLDER = "checkpoint.older";

  private static final String DRAFT = ".new";
  private static final int MAGIC = 0x46724353; // "FrCS"
  private static final short VERSION = 1;
  private static final int VERSION_AT = 4;
  private static final int CRC_AT = 6;
  private static final int HEADER = 10;

  /// Replaces the files in the directory, safely.
  ///
  /// @param sameShape whether the file `checkpoint` there has the same [#shape]
  void write(Disk disk, Path directory, boolean sameShape) throws IOException {
    var bytes = encode();
    disk.createDirectories(directory);
    draft(disk, directory, FILE, bytes);
    draft(disk, directory, COPY, bytes);
    if (sameShape && disk.exists(directory.resolve(FILE))) {
      disk.rename(directory.resolve(FILE), directory.resolve(OLDER));
    } else {
      draft(disk, directory, OLDER, bytes);
      disk.rename(directory.resolve(OLDER + DRAFT), directory.resolve(OLDER));
    }
    disk.rename(directory.resolve(FILE + DRAFT), directory.resolve(FILE));
    disk.rename(directory.resolve(COPY + DRAFT), directory.resolve(COPY));
    disk.forceDirectory(directory);
  }

  private static void draft(Disk disk, Path directory, String name, byte[] bytes)
      throws IOException {
    try (var file = disk.open(directory.resolve(name + DRAFT))) {
      file.truncate(0);
      file.write(ByteBuffer.wrap(bytes), 0);
      file.force();
    }
  }

  /// Whether there is one.
  static boolean exists(Disk disk, Path directory) {
    return disk.exists(directory.resolve(FILE)) || disk.exists(directory.resolve(COPY));
  }

  /// What does not change with every message: a checksum of the configuration and the consumers'.
  int shape() {
    var crc = new CRC32C();
    crc.update(account.getBytes(StandardCharsets.UTF_8));
    crc.update(config);
    for (var one : consumers) {
      crc.update(one.number);
      crc.update(one.number >>> 8);
      crc.update(one.config.length);
      crc.update(one.config);
    }
    return (int) crc.getValue();
  }

  /// Deletes the files; the ones that a start looks at first go last.
  static void delete(Disk disk, Path directory) throws IOException {
    disk.delete(directory.resolve(OLDER));
    disk.delete(directory.resolve(COPY));
    disk.delete(directory.resolve(FILE));
  }

  /// A checkpoint that was read.
  ///
  /// @param damage what is wrong with the two files, null for nothing
  record Found(StreamCheckpoint checkpoint, @Nullable String damage) {}

  /// Reads the newer of the two files, and writes the other one anew when it is not the same.
  ///
  /// @throws IOException when neither can be read, nor both together, or one is of a later version
  static Found read(Disk disk, Path directory) throws IOException {
    @Nullable StreamCheckpoint newest = null;
    @Nullable String damage = null;
    @Nullable IOException why = null;
    var equal = true;
    for (var name : List.of(FILE, COPY)) {
      try {
        var one = readOne(disk, directory.resolve(name));
        equal &= newest == null || Arrays.equals(newest.encode(), one.encode());
        newest = newest == null || one.index > newest.index ? one : newest;
      } catch (NoSuchFileException e) {
        equal = false; // of an older program, or of a crash between the two
      } catch (LaterVersionException e) {
        throw e;
      } catch (IOException e) {
        damage = e.getMessage();
        why = e;
      }
    }
    if (newest == null && why != null) {
      newest = together(disk, directory);
      damage =
          directory + ": both copies of the checkpoint are damaged, but together they are whole";
    }
    if (newest == null) {
      throw why == null ? new IOException(directory + " has no checkpoint") : why;
    }
    if (why != null || !equal) {
      newest.write(disk, directory, false);
    }
    return new Found(newest, damage);
  }

  /// Reads the older one.
  ///
  /// @throws IOException when there is none, or it is damaged
  static StreamCheckpoint readOlder(Disk disk, Path directory) throws IOException {
    return readOne(disk, directory.resolve(OLDER));
  }

  /// Null when the two don't make a whole one.
  private static @Nullable StreamCheckpoint together(Disk disk, Path directory) {
    try {
      var one = bytes(disk, directory.resolve(FILE));
      var copy = bytes(disk, directory.resolve(COPY));
      setVersion(one);
      setVersion(copy);
      var whole =
          isWhole(one)
              ? one
              : isWhole(copy) ? copy : TwoCopies.merge(one, copy, StreamCheckpoint::isWhole);
      return whole == null ? null : decode(whole, directory.toString());
    } catch (IOException | RuntimeException e) {
      return null; // the reason is known already
    }
  }

  /// The checksum tells the version, too: what was written there says no more.
  private static void setVersion(byte[] bytes) {
    if (bytes.length >= HEADER) {
      ByteBuffer.wrap(bytes).putShort(VERSION_AT, VERSION);
    }
  }

  private static boolean isWhole(byte[] bytes) {
    var from = ByteBuffer.wrap(bytes);
    return bytes.length >= HEADER
        && from.getInt(0) == MAGIC
        && from.getShort(VERSION_AT) == VERSION
        && from.getInt(CRC_AT) == crc(bytes, bytes.length);
  }

  private static byte[] bytes(Disk disk, Path path) throws IOException {
    if (!disk.exists(path)) {
      throw new NoSuchFileException(path.toString());
    }
    try (var file = disk.open(path)) {
      var bytes = new byte[(int) Math.min(file.size(), Integer.MAX_VALUE - 8)];
      if (file.read(ByteBuffer.wrap(bytes), 0) != bytes.length) {
        throw new IOException(path + " got shorter while it was read");
      }
      return bytes;
    }
  }

  private static StreamCheckpoint readOne(Disk disk, Path path) throws IOException {
    var bytes = bytes(disk, path);
    try {
      return decode(bytes, path.toString());
    } catch (RuntimeException e) {
      throw new IOException(path + " is damaged", e);
    }
  }

  /// A later program wrote it: nothing may be done to it.
  static final class LaterVersionException extends IOException {
    private static final long serialVersionUID = 1;

    LaterVersionException(String message) {
      super(message);
    }
  }

  private byte[] encode() {
    var configs = config.length + state.length + manifest.length;
    for (var one : consumers) {
      configs += one.config.length + one.state.length + 64 + 4 * one.name.length();
    }
    var to = ByteBuffer.allocate(HEADER + 128 + 4 * account.length() + configs);
    to.putInt(MAGIC).putShort(VERSION).putInt(0);
    to.putLong(id).putLong(index).putLong(created).putInt(nextConsumer);
    blob(to, account.getBytes(StandardCharsets.UTF_8));
    blob(to, config);
    blob(to, state);
    blob(to, manifest);
    to.putInt(consumers.size());
    for (var one : consumers) {
      to.putInt(one.number).putLong(one.created);
      blob(to, one.name.getBytes(StandardCharsets.UTF_8));
      blob(to, one.config);
      blob(to, one.state);
    }
    to.putInt(CRC_AT, crc(to.array(), to.position()));
    var bytes = new byte[to.position()];
    to.get(0, bytes);
    return bytes;
  }

  private static int crc(byte[] bytes, int end) {
    var crc = new CRC32C();
    crc.update(bytes, HEADER, end - HEADER);
    return (int) crc.getValue();
  }

  private static boolean isOfLaterVersion(byte[] bytes, int version, int sum) {
    var crc = new CRC32C();
    crc.update(bytes, VERSION_AT, CRC_AT - VERSION_AT);
    crc.update(bytes, HEADER, bytes.length - HEADER);
    return version != VERSION && sum == (int) crc.getValue();
  }

  private static void blob(ByteBuffer to, byte[] bytes) {
    to.putInt(bytes.length).put(bytes);
  }

  private static StreamCheckpoint decode(byte[] bytes, String path) throws IOException {
    var from = ByteBuffer.wrap(bytes);
    if (bytes.length < HEADER || from.getInt() != MAGIC) {
      throw new IOException(path + " is no checkpoint of a stream");
    }
    var version = from.getShort();
    var sum = from.getInt();
    if (isOfLaterVersion(bytes, version, sum)) {
      throw new LaterVersionException(
          path + " has version " + version + ", this program reads version " + VERSION);
    }
    if (version != VERSION) {
      throw new IOException(path + " is damaged: its version is wrong");
    }
    if (sum != crc(bytes, bytes.length)) {
      throw new IOException(path + " is damaged: its checksum is wrong");
    }
    var id = from.getLong();
    var index = from.getLong();
    var created = from.getLong();
    var nextConsumer = from.getInt();
    var account = text(from);
    var config = blob(from);
    var state = blob(from);
    var manifest = blob(from);
    var consumers = new ArrayList<OneConsumer>();
    for (var left = from.getInt(); left > 0; left--) {
      var number = from.getInt();
      var made = from.getLong();
      consumers.add(new OneConsumer(number, text(from), made, blob(from), blob(from)));
    }
    return new StreamCheckpoint(
        id, index, account, created, config, state, manifest, nextConsumer, consumers);
  }

  private static byte[] blob(ByteBuffer from) {
    var bytes = new byte[from.getInt()];
    from.get(bytes);
    return bytes;
  }

  private static String text(ByteBuffer from) {
    return new String(blob(from), StandardCharsets.UTF_8);
  }
}

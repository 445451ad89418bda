package io.frond.jetstream;

import io.frond.disk.Disk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;

/// All of one stream at one index of the log, as its file `checkpoint` has it: what it is, what it
/// has seen, where its messages are, and its consumers. Immutable; the arrays are not changed.
///
/// On disk, big endian: magic, version u16, CRC32C of the rest u32, then the fields in order; texts
/// and blobs have their length before them.
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
  private static final String DRAFT = "checkpoint.new";
  private static final int MAGIC = 0x46724353; // "FrCS"
  private static final short VERSION = 1;
  private static final int HEADER = 10;

  /// Replaces the file in the directory, safely.
  void write(Disk disk, Path directory) throws IOException {
    var bytes = encode();
    var draft = directory.resolve(DRAFT);
    disk.createDirectories(directory);
    try (var file = disk.open(draft)) {
      file.truncate(0);
      file.write(ByteBuffer.wrap(bytes), 0);
      file.force();
    }
    disk.rename(draft, directory.resolve(FILE));
    disk.forceDirectory(directory);
  }

  /// Reads the file.
  ///
  /// @throws IOException when it is damaged or of a version that this program doesn't know
  static StreamCheckpoint read(Disk disk, Path directory) throws IOException {
    var path = directory.resolve(FILE);
    byte[] bytes;
    try (var file = disk.open(path)) {
      bytes = new byte[(int) Math.min(file.size(), Integer.MAX_VALUE - 8)];
      if (file.read(ByteBuffer.wrap(bytes), 0) != bytes.length) {
        throw new IOException(path + " got shorter while it was read");
      }
    }
    try {
      return decode(bytes, path.toString());
    } catch (RuntimeException e) {
      throw new IOException(path + " is damaged", e);
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
    to.putInt(6, crc(to.array(), to.position()));
    var bytes = new byte[to.position()];
    to.get(0, bytes);
    return bytes;
  }

  private static int crc(byte[] bytes, int end) {
    var crc = new CRC32C();
    crc.update(bytes, HEADER, end - HEADER);
    return (int) crc.getValue();
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
    if (version != VERSION) {
      throw new IOException(
          path + " has version " + version + ", this program reads version " + VERSION);
    }
    if (from.getInt() != crc(bytes, bytes.length)) {
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

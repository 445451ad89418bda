package io.frond.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/// The header of an encrypted file (docs/storage-format.md). It is there twice, each copy in a
/// sector of its own, so that neither a torn write nor a flipped bit takes the file's key away.
///
/// @param cipher see [DiskCipher#id]
/// @param sequence rises with each change
/// @param salt random; the file's key is made of it and the configured one
/// @param check tells whether a configured key is the right one
/// @param epochs in the order of their places
record EncryptedHeader(byte cipher, int sequence, byte[] salt, byte[] check, List<Epoch> epochs) {
  static final int COPY_BYTES = 512;
  static final int BYTES = 2 * COPY_BYTES;
  static final int SALT_BYTES = 16;
  static final int CHECK_BYTES = 16;
  static final int EPOCHS_MAX = 36;

  /// "FRONDENC"
  static final long MAGIC = 0x434e45444e4f5246L;

  private static final int VERSION = 1;

  /// From a place on the stream of another number is used.
  record Epoch(long from, int number) {}

  private ByteBuffer copy() {
    var into = ByteBuffer.allocate(COPY_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    into.putLong(MAGIC).putInt(VERSION).putInt(0).putInt(sequence);
    into.put(cipher).put((byte) epochs.size()).putShort((short) 0);
    into.put(salt).put(check);
    for (var epoch : epochs) {
      into.putLong(epoch.from).putInt(epoch.number);
    }
    return into.putInt(12, sum(into)).rewind();
  }

  private static int sum(ByteBuffer copy) {
    var crc = new CRC32C();
    crc.update(copy.array(), copy.arrayOffset(), 12);
    crc.update(copy.array(), copy.arrayOffset() + 16, COPY_BYTES - 16);
    return (int) crc.getValue();
  }

  /// Writes the first header of a file, and makes it safe.
  void create(DiskFile file) throws IOException {
    file.write(ByteBuffer.allocate(BYTES).put(copy()).put(copy()).flip(), 0);
    file.force();
  }

  /// Replaces the header: one copy after the other, so that one is always whole.
  void replace(DiskFile file) throws IOException {
    file.write(copy(), 0);
    file.force();
    file.write(copy(), COPY_BYTES);
    file.force();
  }

  /// Whether one of the two copies is at its place in the first bytes of a file.
  static boolean begins(ByteBuffer begin) {
    var bytes = begin.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    return bytes.getLong(0) == MAGIC || bytes.getLong(COPY_BYTES) == MAGIC;
  }

  /// @return null when the file is new: there is nothing, or a header that was not finished
  /// @throws IOException when there is something else
  static @Nullable EncryptedHeader read(DiskFile file) throws IOException {
    var first = read(file, 0);
    var second = read(file, COPY_BYTES);
    if (first == null && second == null) {
      if (!isUnfinished(file)) {
        throw new IOException(
            file + ": is not encrypted, or both copies of its header are damaged");
      }
      return null;
    }
    if (first == null || second == null) {
      return first == null ? second : first;
    }
    return first.sequence >= second.sequence ? first : second;
  }

  /// Whether there is nothing in a file but zeros and beginnings of headers.
  private static boolean isUnfinished(DiskFile file) throws IOException {
    var all = ByteBuffer.allocate(BYTES + 1);
    var size = file.read(all, 0);
    var magic = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(0, MAGIC);
    for (var from = 0; from < size; from += COPY_BYTES) {
      var to = Math.min(size, from + COPY_BYTES);
      var begun = true;
      for (var at = from; at < Math.min(to, from + 8); at++) {
        begun &= all.get(at) == magic.get(at - from);
      }
      for (var at = from; at < to && !begun; at++) {
        if (all.get(at) != 0) {
          return false;
        }
      }
    }
    return size <= BYTES;
  }

  private static @Nullable EncryptedHeader read(DiskFile file, long at) throws IOException {
    var copy = ByteBuffer.allocate(COPY_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    if (file.read(copy, at) < COPY_BYTES
        || copy.getLong(0) != MAGIC
        || copy.getInt(12) != sum(copy)) {
      return null;
    }
    if (copy.getInt(8) != VERSION) {
      throw new IOException(
          file + ": format " + copy.getInt(8) + " of encryption is not known; this server reads 1");
    }
    var salt = new byte[SALT_BYTES];
    var check = new byte[CHECK_BYTES];
    var count = copy.get(21);
    copy.position(24).get(salt).get(check);
    var epochs = new ArrayList<Epoch>();
    for (var i = 0; i < count; i++) {
      epochs.add(new Epoch(copy.getLong(), copy.getInt()));
    }
    return new EncryptedHeader(copy.get(20), copy.getInt(16), salt, check, epochs);
  }

  /// The header after everything from a place on was cut off: what is written there next gets a
  /// stream of its own.
  EncryptedHeader truncated(long size) {
    var kept = new ArrayList<Epoch>();
    var number = 0;
    for (var epoch : epochs) {
      number = Math.max(number, epoch.number);
      if (epoch.from < size) {
        kept.add(epoch);
      }
    }
    if (kept.size() < EPOCHS_MAX) {
      kept.add(new Epoch(size, number + 1));
    }
    return new EncryptedHeader(cipher, sequence + 1, salt, check, kept);
  }
}

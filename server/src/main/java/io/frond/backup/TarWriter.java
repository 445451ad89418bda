package io.frond.backup;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;

/// Writes a tar archive (POSIX ustar, with pax records for long names). Stateless.
final class TarWriter {
  static final int BLOCK = 512;

  private static final int NAME_MAX = 100;

  private TarWriter() {}

  /// A file with all that belongs to it in the archive.
  ///
  /// @param seconds when it was changed, since the epoch
  static byte[] file(String name, byte[] content, int length, long seconds) {
    var bytes = name.getBytes(StandardCharsets.UTF_8);
    var before = bytes.length > NAME_MAX ? longName(bytes, seconds) : new byte[0];
    var out = Arrays.copyOf(before, before.length + BLOCK + padded(length));
    header(out, before.length, bytes, '0', length, seconds);
    System.arraycopy(content, 0, out, before.length + BLOCK, length);
    return out;
  }

  /// What an archive ends with.
  static byte[] end() {
    return new byte[2 * BLOCK];
  }

  private static int padded(int length) {
    return (length + BLOCK - 1) & -BLOCK;
  }

  private static byte[] longName(byte[] name, long seconds) {
    var rest = " path=" + new String(name, StandardCharsets.UTF_8) + "\n";
    var size = rest.getBytes(StandardCharsets.UTF_8).length;
    var digits = 1;
    while (Integer.toString(size + digits).length() != digits) {
      digits++;
    }
    var record = (size + digits + rest).getBytes(StandardCharsets.UTF_8);
    var out = new byte[BLOCK + padded(record.length)];
    header(out, 0, "pax".getBytes(StandardCharsets.US_ASCII), 'x', record.length, seconds);
    System.arraycopy(record, 0, out, BLOCK, record.length);
    return out;
  }

  private static void header(byte[] out, int at, byte[] name, char type, int length, long seconds) {
    System.arraycopy(name, 0, out, at, Math.min(name.length, NAME_MAX));
    octal(out, at + 100, 8, 0600);
    octal(out, at + 108, 8, 0);
    octal(out, at + 116, 8, 0);
    octal(out, at + 124, 12, length);
    octal(out, at + 136, 12, seconds);
    Arrays.fill(out, at + 148, at + 156, (byte) ' ');
    out[at + 156] = (byte) type;
    put(out, at + 257, "ustar\00000");
    put(out, at + 265, "nats");
    put(out, at + 297, "nats");
    var sum = 0;
    for (var i = 0; i < BLOCK; i++) {
      sum += out[at + i] & 0xff;
    }
    octal(out, at + 148, 7, sum);
    out[at + 155] = ' ';
  }

  private static void put(byte[] out, int at, String text) {
    var bytes = text.getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(bytes, 0, out, at, bytes.length);
  }

  private static void octal(byte[] out, int at, int width, long value) {
    var digits = Long.toOctalString(value).toLowerCase(Locale.ROOT);
    put(out, at, "0".repeat(Math.max(0, width - 1 - digits.length())) + digits);
  }
}

package io.frond.backup;

import java.util.zip.CRC32C;

/// What S2 and Snappy frames have in common (Snappy framing format, S2 stream format). Stateless.
final class S2 {
  static final int COMPRESSED = 0x00;
  static final int UNCOMPRESSED = 0x01;
  static final int IDENTIFIER = 0xff;

  /// Bytes that one frame holds at most, uncompressed.
  static final int FRAME_MAX = 4 << 20;

  private static final int MASK = 0xa282ead8;

  private S2() {}

  /// The checksum that a frame carries.
  static int checksum(byte[] data, int at, int length) {
    var crc = new CRC32C();
    crc.update(data, at, length);
    return Integer.rotateRight((int) crc.getValue(), 15) + MASK;
  }
}

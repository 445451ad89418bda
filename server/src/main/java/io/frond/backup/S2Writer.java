package io.frond.backup;

import java.nio.charset.StandardCharsets;

/// Puts bytes into S2 frames, as they are: any S2 or Snappy reader understands them. Stateless.
final class S2Writer {
  private static final int FRAME = 64 << 10;
  private static final int OVERHEAD = 8;

  private S2Writer() {}

  /// What a stream begins with.
  static byte[] begin() {
    var begin = new byte[10];
    begin[0] = (byte) S2.IDENTIFIER;
    begin[1] = 6;
    var name = "sNaPpY".getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(name, 0, begin, 4, name.length);
    return begin;
  }

  /// Frames of some bytes.
  static byte[] frames(byte[] data, int from, int length) {
    var count = (length + FRAME - 1) / FRAME;
    var out = new byte[length + count * OVERHEAD];
    var to = 0;
    for (var at = 0; at < length; at += FRAME) {
      var size = Math.min(FRAME, length - at);
      out[to] = S2.UNCOMPRESSED;
      out[to + 1] = (byte) (size + 4);
      out[to + 2] = (byte) ((size + 4) >> 8);
      out[to + 3] = (byte) ((size + 4) >> 16);
      var sum = S2.checksum(data, from + at, size);
      out[to + 4] = (byte) sum;
      out[to + 5] = (byte) (sum >> 8);
      out[to + 6] = (byte) (sum >> 16);
      out[to + 7] = (byte) (sum >> 24);
      System.arraycopy(data, from + at, out, to + OVERHEAD, size);
      to += OVERHEAD + size;
    }
    return out;
  }
}

package io.frond.backup;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.compression.Snappy;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Puts bytes into Snappy frames: any S2 or Snappy reader understands them. Stateless.
public final class S2Writer {
  private static final int FRAME = 64 << 10;
  private static final int OVERHEAD = 8;
  private static final int CHECKSUM = 4;

  private S2Writer() {}

  /// A whole stream.
  public static byte[] stream(byte[] data) {
    var begin = begin();
    var frames = frames(data, 0, data.length);
    var all = Arrays.copyOf(begin, begin.length + frames.length);
    System.arraycopy(frames, 0, all, begin.length, frames.length);
    return all;
  }

  /// What a stream begins with.
  static byte[] begin() {
    var begin = new byte[10];
    begin[0] = (byte) S2.IDENTIFIER;
    begin[1] = 6;
    var name = "sNaPpY".getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(name, 0, begin, 4, name.length);
    return begin;
  }

  /// Frames of some bytes, compressed where that pays.
  static byte[] frames(byte[] data, int from, int length) {
    var snappy = new Snappy();
    var packed = Unpooled.buffer(FRAME);
    var out = Unpooled.buffer(length / 2 + OVERHEAD);
    for (var at = from; at < from + length; at += FRAME) {
      var size = Math.min(FRAME, from + length - at);
      packed.clear();
      snappy.reset();
      snappy.encode(Unpooled.wrappedBuffer(data, at, size), packed, size);
      var pays = packed.readableBytes() < size - size / 8;
      out.writeByte(pays ? S2.COMPRESSED : S2.UNCOMPRESSED);
      out.writeMediumLE((pays ? packed.readableBytes() : size) + CHECKSUM);
      out.writeIntLE(S2.checksum(data, at, size));
      if (pays) {
        out.writeBytes(packed);
      } else {
        out.writeBytes(data, at, size);
      }
    }
    var all = new byte[out.readableBytes()];
    out.readBytes(all);
    return all;
  }
}

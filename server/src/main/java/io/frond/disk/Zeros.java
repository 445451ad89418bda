package io.frond.disk;

import java.io.IOException;
import java.nio.ByteBuffer;

/// Fills parts of files with zeros.
final class Zeros {
  private static final ByteBuffer ZEROS = ByteBuffer.allocateDirect(1 << 16).asReadOnlyBuffer();

  private Zeros() {}

  static void write(DiskFile file, long from, long to) throws IOException {
    var zeros = ZEROS.duplicate();
    for (var at = from; at < to; at += zeros.limit()) {
      zeros.clear();
      zeros.limit((int) Math.min(zeros.capacity(), to - at));
      file.write(zeros, at);
    }
  }
}

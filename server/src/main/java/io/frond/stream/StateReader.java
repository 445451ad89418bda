package io.frond.stream;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/// Reads what [StateWriter] wrote. The bytes are known to be undamaged.
final class StateReader {
  private final ByteBuffer from;

  StateReader(byte[] from) {
    this.from = ByteBuffer.wrap(from);
  }

  long number() {
    return from.getLong();
  }

  /// Whether anything is left.
  boolean more() {
    return from.hasRemaining();
  }

  boolean flag() {
    return from.get() != 0;
  }

  byte[] bytes() {
    var bytes = new byte[from.getInt()];
    from.get(bytes);
    return bytes;
  }

  String text() {
    return new String(bytes(), StandardCharsets.UTF_8);
  }
}

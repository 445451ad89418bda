package io.frond.stream;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Writes a checkpoint's part: numbers of eight bytes, big endian, and byte arrays after their
/// length. One thread.
final class StateWriter {
  private ByteBuffer to = ByteBuffer.allocate(256);

  StateWriter number(long value) {
    ensure(Long.BYTES).putLong(value);
    return this;
  }

  StateWriter flag(boolean value) {
    ensure(1).put((byte) (value ? 1 : 0));
    return this;
  }

  StateWriter bytes(byte[] value) {
    ensure(Integer.BYTES + value.length).putInt(value.length).put(value);
    return this;
  }

  StateWriter text(String value) {
    return bytes(value.getBytes(StandardCharsets.UTF_8));
  }

  private ByteBuffer ensure(int more) {
    if (to.remaining() < more) {
      var larger = Arrays.copyOf(to.array(), Math.max(2 * to.capacity(), to.position() + more));
      to = ByteBuffer.wrap(larger).position(to.position());
    }
    return to;
  }

  byte[] done() {
    return Arrays.copyOf(to.array(), to.position());
  }
}

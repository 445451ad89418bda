package io.frond.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/// Numbers in as few bytes as they need: seven bits in each, the lowest first, the highest bit says
/// that more follow. Any 64 bits can be written; small positive numbers are short.
final class Varints {
  private Varints() {}

  /// One owner.
  static final class Writer {
    private byte[] bytes = new byte[64];
    private int size;

    void write(long value) {
      ensure(10);
      long left = value;
      while ((left & ~0x7fL) != 0) {
        bytes[size++] = (byte) (left | 0x80);
        left >>>= 7;
      }
      bytes[size++] = (byte) left;
    }

    void write(byte[] blob) {
      write(blob.length);
      ensure(blob.length);
      System.arraycopy(blob, 0, bytes, size, blob.length);
      size += blob.length;
    }

    private void ensure(int more) {
      if (size + more > bytes.length) {
        bytes = Arrays.copyOf(bytes, Math.max(size + more, bytes.length * 2));
      }
    }

    int size() {
      return size;
    }

    byte[] toBytes() {
      return Arrays.copyOf(bytes, size);
    }
  }

  /// One owner.
  static final class Reader {
    private final ByteBuffer from;

    Reader(ByteBuffer from) {
      this.from = from;
    }

    boolean hasMore() {
      return from.hasRemaining();
    }

    long read() throws IOException {
      long value = 0;
      for (int shift = 0; shift < 64; shift += 7) {
        if (!from.hasRemaining()) {
          break;
        }
        byte next = from.get();
        value |= (next & 0x7fL) << shift;
        if (next >= 0) {
          return value;
        }
      }
      throw new IOException("a number is cut off");
    }

    int readInt() throws IOException {
      long value = read();
      if (value < 0 || value > Integer.MAX_VALUE) {
        throw new IOException("a number is too large");
      }
      return (int) value;
    }

    byte[] readBytes() throws IOException {
      int length = readInt();
      if (length > from.remaining()) {
        throw new IOException("bytes are cut off");
      }
      var bytes = new byte[length];
      from.get(bytes);
      return bytes;
    }
  }
}

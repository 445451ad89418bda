package io.frond.consumer;

import java.nio.ByteBuffer;
import java.util.Arrays;

/// Numbers of variable length in a growing array: seven bits a byte, low ones first. What log
/// entries and states of consumers are made of. One thread.
final class Numbers {
  private byte[] bytes;
  private int length;

  Numbers(int capacity) {
    bytes = new byte[capacity];
  }

  void clear() {
    length = 0;
  }

  boolean isEmpty() {
    return length == 0;
  }

  int length() {
    return length;
  }

  /// The array behind it, filled up to [#length].
  byte[] bytes() {
    return bytes;
  }

  byte[] copy() {
    return Arrays.copyOf(bytes, length);
  }

  /// Taken as unsigned.
  void put(long value) {
    if (bytes.length - length < 10) {
      bytes = Arrays.copyOf(bytes, 2 * bytes.length + 10);
    }
    var rest = value;
    while ((rest & ~0x7fL) != 0) {
      bytes[length++] = (byte) (rest | 0x80);
      rest >>>= 7;
    }
    bytes[length++] = (byte) rest;
  }

  /// A small number of either sign as a small one without.
  static long zigzag(long value) {
    return (value << 1) ^ (value >> 63);
  }

  static long unzigzag(long value) {
    return (value >>> 1) ^ -(value & 1);
  }

  /// Reads what [Numbers#put] wrote.
  static final class Reader {
    private final ByteBuffer bytes;
    private int at;
    private final int end;

    /// @param at absolute offset in `bytes`
    Reader(ByteBuffer bytes, int at, int length) {
      this.bytes = bytes;
      this.at = at;
      end = at + length;
    }

    boolean hasMore() {
      return at < end;
    }

    long next() {
      var value = 0L;
      for (var shift = 0; ; shift += 7) {
        if (at >= end || shift > 63) {
          throw new IllegalStateException("a consumer's data are damaged");
        }
        var b = bytes.get(at++);
        value |= (long) (b & 0x7f) << shift;
        if (b >= 0) {
          return value;
        }
      }
    }
  }
}

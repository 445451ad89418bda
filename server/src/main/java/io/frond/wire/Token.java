package io.frond.wire;

import java.nio.ByteBuffer;

/// The words of a line where they lie in a buffer of big-endian order. Stateless: any thread.
final class Token {
  private static final int SIZE_DIGITS_MAX = 9;
  private static final long HIGH_BITS = 0x8080_8080_8080_8080L;

  /// Added to seven bits, carries into the eighth where they are more than a blank's.
  private static final long OVER_BLANK = 0x5f5f_5f5f_5f5f_5f5fL;

  private Token() {}

  /// Where the next blank or control character is from `from` on; -1 when the buffer ends within
  /// the eight bytes to look at.
  static int end(ByteBuffer memory, int from, int end) {
    for (var i = from; i + Long.BYTES <= end; i += Long.BYTES) {
      var eight = memory.getLong(i);
      var ends = ~((eight & ~HIGH_BITS) + OVER_BLANK | eight) & HIGH_BITS;
      if (ends != 0) {
        return i + Long.numberOfLeadingZeros(ends) / Byte.SIZE;
      }
    }
    return -1;
  }

  /// The value of 1 to 9 digits, else -1.
  static int number(ByteBuffer memory, int begin, int stop) {
    if (stop - begin > SIZE_DIGITS_MAX) {
      return -1;
    }
    var value = 0;
    for (var i = begin; i < stop; i++) {
      var digit = memory.get(i) - '0';
      if (digit < 0 || digit > 9) {
        return -1;
      }
      value = value * 10 + digit;
    }
    return value;
  }
}

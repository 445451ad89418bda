package io.frond.backup;

/// Decodes one S2 block: literals and copies of what came before, as in Snappy, and copies that
/// repeat the last distance (S2 block format). One use.
final class S2Block {
  private final byte[] from;
  private final int end;
  private final byte[] to;
  private final int toEnd;
  private int at;
  private int out;
  private int distance = 1;

  /// @param at where the operations begin, behind the block's length
  S2Block(byte[] from, int at, int end, byte[] to, int toEnd) {
    this.from = from;
    this.at = at;
    this.end = end;
    this.to = to;
    this.toEnd = toEnd;
  }

  /// Returns how many bytes came out.
  ///
  /// @throws IndexOutOfBoundsException when the block is damaged
  int decode() throws BackupException {
    while (at < end) {
      var tag = from[at++] & 0xff;
      switch (tag & 3) {
        case 0 -> literal(tag >> 2);
        case 1 -> near(tag);
        case 2 -> {
          distance = number(2);
          copy((tag >> 2) + 1);
        }
        default -> {
          distance = number(4);
          copy((tag >> 2) + 1);
        }
      }
    }
    return out;
  }

  private int number(int bytes) {
    if (at + bytes > end) {
      throw new IndexOutOfBoundsException();
    }
    var value = 0;
    for (var i = 0; i < bytes; i++) {
      value |= (from[at++] & 0xff) << (8 * i);
    }
    return value;
  }

  private void literal(int code) {
    var length = (code < 60 ? code : number(code - 59)) + 1;
    if (length <= 0 || length > end - at || length > toEnd - out) {
      throw new IndexOutOfBoundsException();
    }
    System.arraycopy(from, at, to, out, length);
    at += length;
    out += length;
  }

  /// A copy from near by, or of the last distance again.
  private void near(int tag) throws BackupException {
    var length = (tag >> 2) & 7;
    var far = ((tag & 0xe0) << 3) | number(1);
    if (far != 0) {
      distance = far;
    } else {
      length =
          switch (length) {
            case 5 -> number(1) + 4;
            case 6 -> number(2) + (1 << 8);
            case 7 -> number(3) + (1 << 16);
            default -> length;
          };
    }
    copy(length + 4);
  }

  private void copy(int length) throws BackupException {
    if (distance <= 0 || distance > out || length > toEnd - out) {
      throw new BackupException("a frame is damaged");
    }
    if (distance >= length) {
      System.arraycopy(to, out - distance, to, out, length);
      out += length;
      return;
    }
    for (var i = 0; i < length; i++) {
      to[out] = to[out - distance];
      out++;
    }
  }
}

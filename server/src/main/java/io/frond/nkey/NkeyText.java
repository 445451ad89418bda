package io.frond.nkey;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// The text of nkeys: base32 (RFC 4648) without padding over the bytes and, little-endian, their
/// CRC-16 (XMODEM: polynomial 0x1021, start 0).
final class NkeyText {
  private static final String ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  private static final int CHECK_BYTES = 2;

  private NkeyText() {}

  static String encode(byte[] bytes) {
    var checked = Arrays.copyOf(bytes, bytes.length + CHECK_BYTES);
    var crc = crc16(bytes, bytes.length);
    checked[bytes.length] = (byte) crc;
    checked[bytes.length + 1] = (byte) (crc >> 8);
    var text = new StringBuilder((checked.length * 8 + 4) / 5);
    var bits = 0;
    var held = 0;
    for (var b : checked) {
      held = held << 8 | (b & 0xff);
      bits += 8;
      while (bits >= 5) {
        bits -= 5;
        text.append(ALPHABET.charAt(held >> bits & 31));
      }
      held &= (1 << bits) - 1;
    }
    if (bits > 0) {
      text.append(ALPHABET.charAt(held << (5 - bits) & 31));
    }
    return text.toString();
  }

  /// @return the bytes without their check sum; null when the text is no base32, its left-over bits
  ///   are not zero (a second spelling of the same key) or the check sum does not fit
  static byte @Nullable [] decode(String text) {
    var bytes = new byte[text.length() * 5 / 8];
    if (bytes.length <= CHECK_BYTES || (bytes.length * 8 + 4) / 5 != text.length()) {
      return null;
    }
    var bits = 0;
    var held = 0;
    var at = 0;
    for (var i = 0; i < text.length(); i++) {
      var value = valueOf(text.charAt(i));
      if (value < 0) {
        return null;
      }
      held = held << 5 | value;
      bits += 5;
      if (bits >= 8) {
        bits -= 8;
        bytes[at++] = (byte) (held >> bits);
        held &= (1 << bits) - 1;
      }
    }
    var length = bytes.length - CHECK_BYTES;
    var crc = (bytes[length] & 0xff) | (bytes[length + 1] & 0xff) << 8;
    if (held != 0 || crc != crc16(bytes, length)) {
      return null;
    }
    return Arrays.copyOf(bytes, length);
  }

  private static int valueOf(char c) {
    if (c >= 'A' && c <= 'Z') {
      return c - 'A';
    }
    return c >= '2' && c <= '7' ? c - '2' + 26 : -1;
  }

  private static int crc16(byte[] bytes, int length) {
    var crc = 0;
    for (var i = 0; i < length; i++) {
      crc ^= (bytes[i] & 0xff) << 8;
      for (var bit = 0; bit < 8; bit++) {
        crc = (crc & 0x8000) != 0 ? crc << 1 ^ 0x1021 : crc << 1;
      }
      crc &= 0xffff;
    }
    return crc;
  }
}

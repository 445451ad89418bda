package io.frond.config;

/// Tells whether a text is an nkey: base 32 of prefix, key and a CRC-16.
final class Nkeys {
  private static final int USER = 20 << 3;
  private static final int SEED = 18 << 3;
  private static final int PUBLIC_LENGTH = 56;
  private static final int SEED_LENGTH = 58;
  private static final String BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

  private Nkeys() {}

  /// A user's public key, `U…`.
  static boolean isPublicUser(String text) {
    if (text.length() != PUBLIC_LENGTH) {
      return false;
    }
    var bytes = decoded(text);
    return bytes.length == 35 && (bytes[0] & 0xff) == USER;
  }

  /// A user's seed, `SU…`.
  static boolean isUserSeed(String text) {
    if (text.length() != SEED_LENGTH) {
      return false;
    }
    var bytes = decoded(text);
    return bytes.length == 36
        && (bytes[0] & 0xf8) == SEED
        && ((bytes[0] & 7) << 5 | (bytes[1] & 0xf8) >> 3) == USER;
  }

  /// The bytes of a text whose checksum is right; empty when it is no nkey.
  private static byte[] decoded(String text) {
    var bytes = new byte[text.length() * 5 / 8];
    var buffer = 0;
    var bits = 0;
    var count = 0;
    for (var i = 0; i < text.length(); i++) {
      var digit = BASE32.indexOf(text.charAt(i));
      if (digit < 0) {
        return new byte[0];
      }
      buffer = (buffer << 5 | digit) & 0xffff;
      bits += 5;
      if (bits >= 8) {
        bits -= 8;
        bytes[count++] = (byte) (buffer >> bits);
      }
    }
    var sum = (bytes[count - 2] & 0xff) | (bytes[count - 1] & 0xff) << 8;
    return crc16(bytes, count - 2) == sum ? bytes : new byte[0];
  }

  /// CRC-16/XMODEM: polynomial 0x1021, start 0.
  private static int crc16(byte[] bytes, int length) {
    var crc = 0;
    for (var i = 0; i < length; i++) {
      crc ^= (bytes[i] & 0xff) << 8;
      for (var bit = 0; bit < 8; bit++) {
        crc = (crc & 0x8000) == 0 ? crc << 1 : crc << 1 ^ 0x1021;
      }
    }
    return crc & 0xffff;
  }
}

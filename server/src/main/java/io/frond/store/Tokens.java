package io.frond.store;

import java.util.Arrays;

/// Tokens of subjects within larger arrays. Stateless.
final class Tokens {
  private Tokens() {}

  /// Where the token that begins at `from` ends: its `.`, or `end`.
  static int end(byte[] s, int from, int end) {
    int i = from;
    while (i < end && s[i] != '.') {
      i++;
    }
    return i;
  }

  /// Whether a pattern's part, from a token's beginning to its end, covers a literal's part. Empty
  /// covers empty.
  static boolean matches(byte[] literal, int at, int end, byte[] pattern, int patternAt) {
    int l = at;
    int p = patternAt;
    while (p < pattern.length && l < end) {
      int pEnd = end(pattern, p, pattern.length);
      if (isFull(pattern, p, pEnd)) {
        return true;
      }
      int lEnd = end(literal, l, end);
      if (!isStar(pattern, p, pEnd) && !Arrays.equals(literal, l, lEnd, pattern, p, pEnd)) {
        return false;
      }
      p = pEnd + 1;
      l = lEnd + 1;
    }
    return p >= pattern.length && l >= end;
  }

  static int hash(byte[] s, int from, int to) {
    int hash = 0;
    for (int i = from; i < to; i++) {
      hash = hash * 31 + s[i];
    }
    return mix(hash);
  }

  /// Spreads a hash over all its bits.
  static int mix(int value) {
    int hash = (value ^ (value >>> 16)) * 0x85EB_CA6B;
    hash = (hash ^ (hash >>> 13)) * 0xC2B2_AE35;
    return hash ^ (hash >>> 16);
  }

  static boolean isStar(byte[] s, int from, int to) {
    return to - from == 1 && s[from] == '*';
  }

  /// Whether it is a `>` that ends the pattern.
  static boolean isFull(byte[] s, int from, int to) {
    return to - from == 1 && s[from] == '>' && to == s.length;
  }
}

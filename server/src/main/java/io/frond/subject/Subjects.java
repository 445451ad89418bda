package io.frond.subject;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Checks and relations on subjects as bytes: UTF-8, tokens split on `.`, a token that is `*` alone
/// stands for any one token, a last token that is `>` alone for one or more.
///
/// A `*` or `>` beside other bytes in a token is an ordinary byte. Bytes above 127 are never
/// examined. Stateless: any thread.
public final class Subjects {
  private static final long ONES = 0x0101_0101_0101_0101L;
  private static final long HIGHS = 0x8080_8080_8080_8080L;
  private static final long DOTS = '.' * ONES;

  private Subjects() {}

  /// Whether one may subscribe to it: tokens are not empty and hold neither white space nor NUL,
  /// and a `>` token comes last.
  public static boolean isValid(byte[] s) {
    return isValid(s, 0, s.length, true);
  }

  /// Whether one may publish to it: valid, and no token is a wildcard.
  public static boolean isValidLiteral(byte[] s, int off, int len) {
    return isValid(s, off, len, false);
  }

  /// As [#isValidLiteral(byte[],int,int)], of all bytes.
  public static boolean isValidLiteral(byte[] s) {
    return isValid(s, 0, s.length, false);
  }

  private static boolean isValid(byte[] s, int off, int len, boolean wildcards) {
    int end = off + len;
    int start = off;
    for (int i = off; i < end; i++) {
      byte b = s[i];
      if (b == '.') {
        if (i == start || isFull(s, start, i) || (!wildcards && isStar(s, start, i))) {
          return false;
        }
        start = i + 1;
      } else if (b >= 0 && b <= ' ' && isForbidden(b)) {
        return false;
      }
    }
    return start < end && (wildcards || !(isStar(s, start, end) || isFull(s, start, end)));
  }

  private static boolean isForbidden(byte b) {
    return b == ' ' || b == '\t' || b == '\n' || b == '\f' || b == '\r' || b == 0;
  }

  /// Whether no token of a valid subject is a wildcard.
  public static boolean isLiteral(byte[] s) {
    int last = s.length - 1;
    for (int i = 0; i <= last; i++) {
      if ((s[i] == '*' || s[i] == '>')
          && (i == 0 || s[i - 1] == '.')
          && (i == last || s[i + 1] == '.')) {
        return false;
      }
    }
    return true;
  }

  /// Whether a pattern covers a literal subject. The literal's tokens are taken as they are, even
  /// where one is `*` or `>`.
  public static boolean matches(byte[] literal, byte[] pattern) {
    int l = 0;
    int p = 0;
    while (true) {
      int pEnd = tokenEnd(pattern, p);
      if (l > literal.length) {
        return false;
      }
      if (isFull(pattern, p, pEnd) && pEnd == pattern.length) {
        return true;
      }
      int lEnd = tokenEnd(literal, l);
      if (!isStar(pattern, p, pEnd) && !Arrays.equals(literal, l, lEnd, pattern, p, pEnd)) {
        return false;
      }
      if (pEnd == pattern.length) {
        return lEnd == literal.length;
      }
      p = pEnd + 1;
      l = lEnd + 1;
    }
  }

  /// Whether each literal subject that `a` covers is covered by `b` too; both valid, either may be
  /// a pattern.
  public static boolean isSubset(byte[] a, byte[] b) {
    int i = 0;
    int k = 0;
    while (true) {
      if (i > a.length) {
        return false;
      }
      int aEnd = tokenEnd(a, i);
      int bEnd = tokenEnd(b, k);
      if (isFull(b, k, bEnd)) {
        return true;
      }
      if (isFull(a, i, aEnd)) {
        return false;
      }
      if (!isStar(b, k, bEnd) && (isStar(a, i, aEnd) || !Arrays.equals(a, i, aEnd, b, k, bEnd))) {
        return false;
      }
      if (bEnd == b.length) {
        return aEnd == a.length;
      }
      i = aEnd + 1;
      k = bEnd + 1;
    }
  }

  /// Whether some literal subject is covered by both; both valid, either may be a pattern.
  public static boolean collide(byte[] a, byte[] b) {
    int i = 0;
    int k = 0;
    while (i <= a.length && k <= b.length) {
      int aEnd = tokenEnd(a, i);
      int bEnd = tokenEnd(b, k);
      if (isFull(a, i, aEnd) || isFull(b, k, bEnd)) {
        return true;
      }
      if (!isStar(a, i, aEnd) && !isStar(b, k, bEnd) && !Arrays.equals(a, i, aEnd, b, k, bEnd)) {
        return false;
      }
      i = aEnd + 1;
      k = bEnd + 1;
    }
    return i > a.length && k > b.length;
  }

  /// How many tokens a valid subject has.
  public static int tokens(byte[] s) {
    int count = 1;
    for (byte b : s) {
      if (b == '.') {
        count++;
      }
    }
    return count;
  }

  /// As [#isValid(byte[])].
  public static boolean isValid(String s) {
    return isValid(utf8(s));
  }

  /// As [#isValidLiteral(byte[])].
  public static boolean isValidLiteral(String s) {
    return isValidLiteral(utf8(s));
  }

  /// As [#isLiteral(byte[])].
  public static boolean isLiteral(String s) {
    return isLiteral(utf8(s));
  }

  /// As [#matches(byte[],byte[])].
  public static boolean matches(String literal, String pattern) {
    return matches(utf8(literal), utf8(pattern));
  }

  /// As [#isSubset(byte[],byte[])].
  public static boolean isSubset(String a, String b) {
    return isSubset(utf8(a), utf8(b));
  }

  /// As [#collide(byte[],byte[])].
  public static boolean collide(String a, String b) {
    return collide(utf8(a), utf8(b));
  }

  /// As [#tokens(byte[])].
  public static int tokens(String s) {
    return tokens(utf8(s));
  }

  /// Where the token that begins at `from` ends: the next `.`, or the subject's end.
  static int tokenEnd(byte[] s, int from) {
    int i = from;
    if (s.length >= Long.BYTES) {
      ByteBuffer words = ByteBuffer.wrap(s);
      for (; i <= s.length - Long.BYTES; i += Long.BYTES) {
        long dots = zeroBytes(words.getLong(i) ^ DOTS);
        if (dots != 0) {
          return i + (Long.numberOfLeadingZeros(dots) >>> 3);
        }
      }
    }
    while (i < s.length && s[i] != '.') {
      i++;
    }
    return i;
  }

  /// Whether a token is missing: nothing matches such a subject.
  static boolean hasEmptyToken(byte[] s) {
    return hasEmptyToken(s, 0, s.length);
  }

  /// Whether a token is missing in a part of an array. Eight bytes at a time, as each uncached
  /// match asks.
  public static boolean hasEmptyToken(byte[] s, int offset, int length) {
    int limit = offset + length;
    if (length == 0 || s[offset] == '.' || s[limit - 1] == '.') {
      return true;
    }
    if (length < Long.BYTES) {
      for (int i = offset + 1; i < limit; i++) {
        if (s[i] == '.' && s[i - 1] == '.') {
          return true;
        }
      }
      return false;
    }
    ByteBuffer words = ByteBuffer.wrap(s);
    int last = limit - Long.BYTES;
    // Words overlap by a byte or more, so that a pair of dots never falls between two.
    for (int i = offset; i < last; i += Long.BYTES - 1) {
      if (hasTwoDots(words.getLong(i))) {
        return true;
      }
    }
    return hasTwoDots(words.getLong(last));
  }

  private static boolean hasTwoDots(long word) {
    long dots = zeroBytes(word ^ DOTS);
    return (dots & (dots << Byte.SIZE)) != 0;
  }

  /// The high bit of each byte that is zero, exactly.
  private static long zeroBytes(long word) {
    return ~(((word & ~HIGHS) + ~HIGHS) | word | ~HIGHS);
  }

  static boolean isStar(byte[] s, int from, int to) {
    return to - from == 1 && s[from] == '*';
  }

  static boolean isFull(byte[] s, int from, int to) {
    return to - from == 1 && s[from] == '>';
  }

  private static byte[] utf8(String s) {
    return s.getBytes(StandardCharsets.UTF_8);
  }
}

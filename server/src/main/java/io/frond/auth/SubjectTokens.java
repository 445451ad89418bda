package io.frond.auth;

import java.util.Arrays;

/// Subjects as bytes, token by token ('.' between them, `*` for one, `>` for the rest).
final class SubjectTokens {
  private SubjectTokens() {}

  /// Not empty, no empty token, no white space, `>` only at the end.
  static boolean isValid(byte[] subject) {
    var start = 0;
    while (true) {
      var end = tokenEnd(subject, start, subject.length);
      if (end == start || (isFull(subject, start, end) && end < subject.length)) {
        return false;
      }
      for (var i = start; i < end; i++) {
        var b = subject[i];
        if (b == ' ' || b == '\t' || b == '\r' || b == '\n' || b == '\f') {
          return false;
        }
      }
      if (end == subject.length) {
        return true;
      }
      start = end + 1;
    }
  }

  static boolean isLiteral(byte[] subject) {
    for (var start = 0; start < subject.length; ) {
      var end = tokenEnd(subject, start, subject.length);
      if (isFull(subject, start, end) || isPartial(subject, start, end)) {
        return false;
      }
      start = end + 1;
    }
    return true;
  }

  /// Whether the literal subject is among those that the pattern stands for.
  static boolean matches(byte[] subject, int offset, int length, byte[] pattern) {
    return isSubset(subject, offset, offset + length, pattern);
  }

  /// Whether all literal subjects that `subject` stands for are among those of `pattern`.
  static boolean isSubset(byte[] subject, byte[] pattern) {
    return isSubset(subject, 0, subject.length, pattern);
  }

  private static boolean isSubset(byte[] subject, int offset, int limit, byte[] pattern) {
    var s = offset;
    var p = 0;
    while (s < limit && p < pattern.length) {
      var sEnd = tokenEnd(subject, s, limit);
      var pEnd = tokenEnd(pattern, p, pattern.length);
      if (isFull(pattern, p, pEnd)) {
        return true;
      }
      if (isFull(subject, s, sEnd)
          || (!isPartial(pattern, p, pEnd) && !same(subject, s, sEnd, pattern, p, pEnd))) {
        return false;
      }
      s = sEnd + 1;
      p = pEnd + 1;
    }
    return s > limit && p > pattern.length;
  }

  /// Whether a literal subject exists that both stand for.
  static boolean collide(byte[] a, byte[] b) {
    var i = 0;
    var j = 0;
    while (i < a.length && j < b.length) {
      var iEnd = tokenEnd(a, i, a.length);
      var jEnd = tokenEnd(b, j, b.length);
      if (isFull(a, i, iEnd) || isFull(b, j, jEnd)) {
        return true;
      }
      if (!isPartial(a, i, iEnd) && !isPartial(b, j, jEnd) && !same(a, i, iEnd, b, j, jEnd)) {
        return false;
      }
      i = iEnd + 1;
      j = jEnd + 1;
    }
    return i > a.length && j > b.length;
  }

  private static int tokenEnd(byte[] subject, int start, int limit) {
    var end = start;
    while (end < limit && subject[end] != '.') {
      end++;
    }
    return end;
  }

  private static boolean isFull(byte[] subject, int start, int end) {
    return end - start == 1 && subject[start] == '>';
  }

  private static boolean isPartial(byte[] subject, int start, int end) {
    return end - start == 1 && subject[start] == '*';
  }

  private static boolean same(byte[] a, int i, int iEnd, byte[] b, int j, int jEnd) {
    return Arrays.equals(a, i, iEnd, b, j, jEnd);
  }
}

package io.frond.auth;

import io.frond.subject.Subjects;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// A set of subjects with wildcards that answers for literal subjects without allocating: the
/// literal ones stand in a hash table, those with wildcards are tried in turn. Immutable.
final class SubjectPatterns {
  private final byte[][] all;
  private final byte[][] wildcards;
  private final byte[][] literals;

  SubjectPatterns(List<byte[]> patterns) {
    all = patterns.toArray(byte[][]::new);
    var wild = new ArrayList<byte[]>();
    var literal = new ArrayList<byte[]>();
    for (var pattern : patterns) {
      (Subjects.isLiteral(pattern) ? literal : wild).add(pattern);
    }
    wildcards = wild.toArray(byte[][]::new);
    literals = table(literal);
  }

  static SubjectPatterns of(List<String> patterns) {
    return new SubjectPatterns(
        patterns.stream().map(p -> p.getBytes(StandardCharsets.UTF_8)).toList());
  }

  boolean isEmpty() {
    return all.length == 0;
  }

  /// Whether one of them matches the literal subject. A subject with an empty token matches none,
  /// not even `>`.
  boolean matches(byte[] subject, int offset, int length) {
    if (literals.length > 0 && hasLiteral(subject, offset, length)) {
      return true;
    }
    if (wildcards.length == 0 || Subjects.hasEmptyToken(subject, offset, length)) {
      return false;
    }
    for (var pattern : wildcards) {
      if (covers(subject, offset, length, pattern)) {
        return true;
      }
    }
    return false;
  }

  /// Whether one of them covers everything that the subject, which may have wildcards, matches.
  boolean covers(byte[] subject) {
    for (var pattern : all) {
      if (Subjects.isSubset(subject, pattern)) {
        return true;
      }
    }
    return false;
  }

  /// Whether one of them and the subject have a literal subject in common.
  boolean collides(byte[] subject) {
    for (var pattern : all) {
      if (Subjects.collide(subject, pattern)) {
        return true;
      }
    }
    return false;
  }

  /// [Subjects#matches(byte[],byte[])] of a literal subject in a larger array: its tokens are taken
  /// as they are, even where one is `*` or `>`.
  static boolean covers(byte[] subject, int offset, int length, byte[] pattern) {
    var limit = offset + length;
    var s = offset;
    var p = 0;
    while (s <= limit) {
      var pEnd = tokenEnd(pattern, p, pattern.length);
      var single = pEnd - p == 1;
      if (single && pattern[p] == '>') {
        return true;
      }
      var sEnd = tokenEnd(subject, s, limit);
      if (!(single && pattern[p] == '*') && !Arrays.equals(subject, s, sEnd, pattern, p, pEnd)) {
        return false;
      }
      if (pEnd == pattern.length) {
        return sEnd == limit;
      }
      s = sEnd + 1;
      p = pEnd + 1;
    }
    return false;
  }

  private static int tokenEnd(byte[] subject, int from, int limit) {
    var end = from;
    while (end < limit && subject[end] != '.') {
      end++;
    }
    return end;
  }

  private boolean hasLiteral(byte[] subject, int offset, int length) {
    var mask = literals.length - 1;
    for (var i = hash(subject, offset, length) & mask; literals[i].length > 0; i = i + 1 & mask) {
      if (Arrays.equals(literals[i], 0, literals[i].length, subject, offset, offset + length)) {
        return true;
      }
    }
    return false;
  }

  /// Open addressing, at most half full; empty arrays mark free places, since no subject is empty.
  private static byte[][] table(List<byte[]> entries) {
    if (entries.isEmpty()) {
      return new byte[0][];
    }
    var table = new byte[Integer.highestOneBit(entries.size()) * 4][];
    Arrays.fill(table, new byte[0]);
    for (var entry : entries) {
      var i = hash(entry, 0, entry.length) & (table.length - 1);
      while (table[i].length > 0) {
        i = i + 1 & (table.length - 1);
      }
      table[i] = entry;
    }
    return table;
  }

  static int hash(byte[] bytes, int offset, int length) {
    var hash = 1;
    for (var i = offset; i < offset + length; i++) {
      hash = 31 * hash + bytes[i];
    }
    return hash ^ hash >>> 15;
  }
}

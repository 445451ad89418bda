package io.frond.store;

import io.frond.subject.Subjects;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// Which subjects are meant: all of them, or those that one of some patterns matches. Immutable.
public final class SubjectFilter {
  /// Every subject.
  public static final SubjectFilter ALL = new SubjectFilter(List.of());

  /// With more pairs to compare, patterns are taken for overlapping.
  private static final long PAIRS_MAX = 1 << 20;

  private final List<byte[]> patterns;
  private final boolean disjoint;

  private SubjectFilter(List<byte[]> patterns) {
    this.patterns = patterns;
    this.disjoint = areDisjoint(patterns);
  }

  /// @param patterns may hold wildcards; none, or one that is `>`, means every subject
  public static SubjectFilter of(List<String> patterns) {
    if (patterns.isEmpty() || patterns.contains(">")) {
      return ALL;
    }
    return new SubjectFilter(
        patterns.stream().distinct().map(text -> text.getBytes(StandardCharsets.UTF_8)).toList());
  }

  private static boolean areDisjoint(List<byte[]> distinct) {
    var wildcards = distinct.stream().filter(pattern -> !Subjects.isLiteral(pattern)).toList();
    if ((long) wildcards.size() * distinct.size() > PAIRS_MAX) {
      return false;
    }
    for (var wildcard : wildcards) {
      for (var other : distinct) {
        if (other != wildcard && Subjects.collide(wildcard, other)) {
          return false;
        }
      }
    }
    return true;
  }

  public static SubjectFilter of(String pattern) {
    return pattern.isEmpty() ? ALL : of(List.of(pattern));
  }

  public boolean isAll() {
    return patterns.isEmpty();
  }

  /// Empty for [#isAll]. The arrays must not be changed.
  public List<byte[]> patterns() {
    return patterns;
  }

  /// Whether no subject is matched by two of the patterns; false when that is too much to find out.
  public boolean isDisjoint() {
    return disjoint;
  }

  /// Whether it names exactly one literal subject.
  public boolean isLiteral() {
    return patterns.size() == 1 && Subjects.isLiteral(patterns.getFirst());
  }

  public boolean matches(byte[] literalSubject) {
    if (patterns.isEmpty()) {
      return true;
    }
    for (var pattern : patterns) {
      if (Subjects.matches(literalSubject, pattern)) {
        return true;
      }
    }
    return false;
  }
}

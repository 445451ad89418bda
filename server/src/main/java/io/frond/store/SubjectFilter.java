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
  private final byte[][] wildcards;
  private final LiteralSet literals;
  private final boolean disjoint;

  private SubjectFilter(List<byte[]> patterns) {
    this.patterns = patterns;
    this.wildcards =
        patterns.stream().filter(pattern -> !Subjects.isLiteral(pattern)).toArray(byte[][]::new);
    this.literals = new LiteralSet(patterns.stream().filter(Subjects::isLiteral).toList());
    this.disjoint = areDisjoint();
  }

  /// @param patterns may hold wildcards; none, or one that is `>`, means every subject
  public static SubjectFilter of(List<String> patterns) {
    if (patterns.isEmpty() || patterns.contains(">")) {
      return ALL;
    }
    return new SubjectFilter(
        patterns.stream().distinct().map(text -> text.getBytes(StandardCharsets.UTF_8)).toList());
  }

  private boolean areDisjoint() {
    if ((long) wildcards.length * patterns.size() > PAIRS_MAX) {
      return false;
    }
    for (var wildcard : wildcards) {
      for (var other : patterns) {
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
    return patterns.size() == 1 && wildcards.length == 0;
  }

  public boolean matches(byte[] literalSubject) {
    return matches(literalSubject, 0, literalSubject.length);
  }

  /// As [#matches(byte[])], of a range.
  boolean matches(byte[] literalSubject, int at, int end) {
    if (patterns.isEmpty()) {
      return true;
    }
    if (literals.holds(literalSubject, at, end)) {
      return true;
    }
    for (var pattern : wildcards) {
      if (Tokens.matches(literalSubject, at, end, pattern, 0)) {
        return true;
      }
    }
    return false;
  }
}

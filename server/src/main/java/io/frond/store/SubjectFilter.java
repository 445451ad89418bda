package io.frond.store;

import io.frond.subject.Subjects;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// Which subjects are meant: all of them, or those that one of some patterns matches. Immutable.
public final class SubjectFilter {
  /// Every subject.
  public static final SubjectFilter ALL = new SubjectFilter(List.of());

  private final List<byte[]> patterns;

  private SubjectFilter(List<byte[]> patterns) {
    this.patterns = patterns;
  }

  /// @param patterns may hold wildcards; none, or one that is `>`, means every subject
  public static SubjectFilter of(List<String> patterns) {
    if (patterns.isEmpty() || patterns.contains(">")) {
      return ALL;
    }
    return new SubjectFilter(
        patterns.stream().map(text -> text.getBytes(StandardCharsets.UTF_8)).toList());
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

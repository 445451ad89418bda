package io.frond.store;

import org.jspecify.annotations.Nullable;

/// Says for most subjects that are not in a segment that they are not there, from at most 1 KiB. A
/// segment with very many subjects has none. Immutable once filled.
final class SubjectBloom {
  private static final int SUBJECTS_MAX = 1_024;
  private static final int BITS_EACH = 8;

  private final long[] words;

  private SubjectBloom(int subjects) {
    int bits = Math.max(64, Integer.highestOneBit(subjects * BITS_EACH * 2 - 1));
    words = new long[bits >> 6];
  }

  /// Null for too many subjects.
  static @Nullable SubjectBloom of(int subjects) {
    return subjects > SUBJECTS_MAX ? null : new SubjectBloom(subjects);
  }

  /// @param hash a [SubjectHash]
  void add(int hash) {
    int bits = words.length << 6;
    int first = hash & (bits - 1);
    int second = (hash >>> 15) & (bits - 1);
    words[first >> 6] |= 1L << first;
    words[second >> 6] |= 1L << second;
  }

  boolean mayHave(int hash) {
    int bits = words.length << 6;
    int first = hash & (bits - 1);
    int second = (hash >>> 15) & (bits - 1);
    return (words[first >> 6] & 1L << first) != 0 && (words[second >> 6] & 1L << second) != 0;
  }
}

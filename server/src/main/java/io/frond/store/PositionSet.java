package io.frond.store;

import java.util.Arrays;

/// A set of positions within a segment, a bit each. Owner-thread only.
final class PositionSet {
  private long[] words = {};
  private int size;

  int size() {
    return size;
  }

  boolean has(int position) {
    int word = position >>> 6;
    return word < words.length && (words[word] & 1L << position) != 0;
  }

  void add(int position) {
    int word = position >>> 6;
    if (word >= words.length) {
      words = Arrays.copyOf(words, Math.max(word + 1, words.length * 2));
    }
    if ((words[word] & 1L << position) == 0) {
      words[word] |= 1L << position;
      size++;
    }
  }

  /// Forgets positions from `end` on.
  void cut(int end) {
    for (int position = next(end); position >= 0; position = next(position + 1)) {
      words[position >>> 6] &= ~(1L << position);
      size--;
    }
  }

  /// The first position at or behind `from` that is in the set; -1 for none.
  int next(int from) {
    int word = from >>> 6;
    if (word >= words.length) {
      return -1;
    }
    long bits = words[word] & -1L << from;
    while (bits == 0) {
      if (++word == words.length) {
        return -1;
      }
      bits = words[word];
    }
    return (word << 6) + Long.numberOfTrailingZeros(bits);
  }

  /// The first position at or behind `from` that is not in the set.
  int nextAbsent(int from) {
    int word = from >>> 6;
    if (word >= words.length) {
      return from;
    }
    long bits = ~words[word] & -1L << from;
    while (bits == 0) {
      if (++word == words.length) {
        return word << 6;
      }
      bits = ~words[word];
    }
    return (word << 6) + Long.numberOfTrailingZeros(bits);
  }

  /// The last position at or before `from` that is not in the set; -1 for none.
  int previousAbsent(int from) {
    int word = from >>> 6;
    if (word >= words.length) {
      return from;
    }
    long bits = ~words[word] & (-1L >>> (63 - (from & 63)));
    while (bits == 0) {
      if (--word < 0) {
        return -1;
      }
      bits = ~words[word];
    }
    return (word << 6) + 63 - Long.numberOfLeadingZeros(bits);
  }

  /// How many from `from` on and before `to` are in the set.
  int count(int from, int to) {
    int count = 0;
    int end = Math.min(to, words.length << 6);
    for (int position = from; position < end; ) {
      int word = position >>> 6;
      long bits = words[word] & -1L << position;
      int next = (word + 1) << 6;
      if (next > end) {
        bits &= (1L << end) - 1;
      }
      count += Long.bitCount(bits);
      position = next;
    }
    return count;
  }
}

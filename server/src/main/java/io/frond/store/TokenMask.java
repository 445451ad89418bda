package io.frond.store;

/// Which tokens some subjects have at their first three places, as a bit each of 64: what a pattern
/// asks for and is not in the mask is in none of them. Owner-thread only.
final class TokenMask {
  private static final int PLACES = 3;

  private final long[] masks = new long[PLACES];

  /// Of what a pattern asks for.
  static TokenMask of(byte[] pattern) {
    var mask = new TokenMask();
    int place = 0;
    for (int from = 0; from < pattern.length && place < PLACES; place++) {
      int to = Tokens.end(pattern, from, pattern.length);
      if (Tokens.isFull(pattern, from, to)) {
        break;
      }
      if (!Tokens.isStar(pattern, from, to)) {
        mask.masks[place] = bit(pattern, from, to);
      }
      from = to + 1;
    }
    return mask;
  }

  /// Adds a literal subject.
  void add(byte[] s, int at, int end) {
    int from = at;
    for (int place = 0; from < end && place < PLACES; place++) {
      int to = Tokens.end(s, from, end);
      masks[place] |= bit(s, from, to);
      from = to + 1;
    }
  }

  boolean covers(TokenMask other) {
    for (int place = 0; place < PLACES; place++) {
      if ((other.masks[place] & ~masks[place]) != 0) {
        return false;
      }
    }
    return true;
  }

  private static long bit(byte[] s, int from, int to) {
    return 1L << (Tokens.hash(s, from, to) & (Long.SIZE - 1));
  }
}

package io.frond.store;

import java.util.Arrays;
import java.util.List;

/// A set of byte strings that is asked for ranges of arrays. Immutable.
final class LiteralSet {
  private static final byte[] NOTHING = {};

  /// Open addressing, at most half full.
  private final byte[][] table;

  private final int size;

  LiteralSet(List<byte[]> literals) {
    size = literals.size();
    table = new byte[Math.max(2, Integer.highestOneBit(size) * 4)][];
    Arrays.fill(table, NOTHING);
    for (byte[] literal : literals) {
      int slot = slot(literal, 0, literal.length);
      while (table[slot] != NOTHING) {
        slot = (slot + 1) & (table.length - 1);
      }
      table[slot] = literal;
    }
  }

  boolean holds(byte[] s, int at, int end) {
    if (size == 0) {
      return false;
    }
    for (int slot = slot(s, at, end); ; slot = (slot + 1) & (table.length - 1)) {
      byte[] literal = table[slot];
      if (literal == NOTHING) {
        return false;
      }
      if (Arrays.equals(literal, 0, literal.length, s, at, end)) {
        return true;
      }
    }
  }

  private int slot(byte[] s, int at, int end) {
    return Tokens.hash(s, at, end) & (table.length - 1);
  }
}

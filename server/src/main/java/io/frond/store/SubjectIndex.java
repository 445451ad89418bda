package io.frond.store;

import static io.frond.store.SubjectNodes.NONE;

import java.nio.ByteBuffer;
import java.util.Arrays;

/// What a store holds by subject: for each how many messages, the first and the last sequence.
/// Subjects are entries with a number, which stays the same as long as the subject has messages, so
/// that a store can keep more about a subject in arrays of its own. Owner-thread only.
///
/// A tree over tokens whose last level holds all that is left of a subject; children are found
/// through one hash table over all nodes, by parent and token. Finding a subject costs a probe for
/// each token that it shares with others and one more; matching a pattern costs what matches and
/// where `*` branches; what is below a `>` is counted without being visited. A subject takes 48
/// bytes, 6 to 12 of the table, and the bytes that it does not share, rounded up to eight.
///
/// First and last are exact unless dirty: when the oldest message of a subject goes and the next
/// one is not known, [#first] is only a bound until the store looks and calls [#setFirst]; `last`
/// in the same way.
final class SubjectIndex {
  /// Longer subjects cannot be put in.
  static final int SUBJECT_BYTES_MAX = Labels.BYTES_MAX;

  private static final int ROOT = 0;
  private static final int TABLE_MIN = 8;

  /// An index that becomes empty keeps its memory when it never had more nodes.
  private static final int KEPT_NODES_MAX = 64;

  private final SubjectNodes nodes = new SubjectNodes();

  /// Open addressing, linear probing; a power of two, at most two thirds full.
  private int[] table = new int[TABLE_MIN];

  private int tableUsed;

  private byte[] scratch = {};

  /// How many subjects there are.
  long size() {
    return nodes.leaves(ROOT);
  }

  /// How many messages all subjects have.
  long messages() {
    return nodes.count(ROOT);
  }

  /// Entries' numbers are below it and above 0: the size of arrays beside.
  int end() {
    return nodes.end();
  }

  /// The entry of a literal subject, 0 when there is none.
  int find(byte[] subject) {
    return find(subject, 0, subject.length);
  }

  /// As [#find(byte[])], of a range.
  int find(ByteBuffer buffer, int at, int length) {
    if (buffer.hasArray()) {
      return find(buffer.array(), buffer.arrayOffset() + at, length);
    }
    return find(copied(buffer, at, length), 0, length);
  }

  /// As [#find(byte[])], of a range.
  int find(byte[] s, int at, int length) {
    int end = at + length;
    int node = ROOT;
    for (int from = at; ; ) {
      int to = Tokens.end(s, from, end);
      node = child(node, s, from, to);
      if (node == NONE) {
        return NONE;
      }
      if (nodes.isLeaf(node)) {
        return labelIs(node, s, from, end) ? node : NONE;
      }
      if (to == end) {
        return child(node, s, end, end);
      }
      from = to + 1;
    }
  }

  /// The entry of a literal subject, made with no messages when it is not there: give it some
  /// before the next call.
  int put(ByteBuffer buffer, int at, int length) {
    if (buffer.hasArray()) {
      return put(buffer.array(), buffer.arrayOffset() + at, length);
    }
    return put(copied(buffer, at, length), 0, length);
  }

  /// As [#put(ByteBuffer,int,int)].
  int put(byte[] s, int at, int length) {
    if (length > SUBJECT_BYTES_MAX) {
      throw new IllegalArgumentException("a subject of " + length + " bytes");
    }
    int end = at + length;
    int node = ROOT;
    for (int from = at; ; ) {
      int to = Tokens.end(s, from, end);
      int hash = hash(node, s, from, to);
      int child = child(node, hash, s, from, to);
      if (child == NONE) {
        return addLeaf(node, hash, s, from, end);
      }
      if (nodes.isLeaf(child)) {
        if (labelIs(child, s, from, end)) {
          return child;
        }
        child = split(child, to - from);
      }
      node = child;
      if (to == end) {
        int leaf = child(node, s, end, end);
        return leaf != NONE ? leaf : addLeaf(node, hash(node, s, end, end), s, end, end);
      }
      from = to + 1;
    }
  }

  private int addLeaf(int parent, int hash, byte[] s, int from, int end) {
    int leaf = nodes.create(true, s, from, end - from);
    link(leaf, SubjectNodes.key(parent, hash));
    for (int above = parent; ; above = nodes.parent(above)) {
      nodes.addLeaves(above, 1);
      if (above == ROOT) {
        return leaf;
      }
    }
  }

  /// Puts a new inner node with the first token of a leaf's label between the leaf and its parent.
  private int split(int leaf, int tokenLength) {
    int inner = nodes.create(false, nodes.labelArray(leaf), nodes.labelAt(leaf), tokenLength);
    long key = nodes.key(leaf);
    unlink(leaf);
    nodes.shortenLabel(leaf, Math.min(tokenLength + 1, nodes.labelLength(leaf)));
    link(inner, key);
    byte[] label = nodes.labelArray(leaf);
    int at = nodes.labelAt(leaf);
    int end = at + nodes.labelLength(leaf);
    link(leaf, SubjectNodes.key(inner, hash(inner, label, at, Tokens.end(label, at, end))));
    nodes.addLeaves(inner, 1);
    nodes.addCount(inner, nodes.count(leaf));
    nodes.setLast(inner, nodes.last(leaf));
    return inner;
  }

  /// A message of the subject was appended.
  void appended(int entry, long sequence) {
    if (nodes.count(entry) == 0) {
      nodes.setFirst(entry, sequence);
    }
    nodes.flag(entry, SubjectNodes.LAST_DIRTY, false);
    add(entry, 1, sequence);
  }

  /// Sets all that is known of a subject, as when it is read from a file.
  ///
  /// @param messages more than 0
  void set(int entry, long messages, long first, long last) {
    nodes.setFirst(entry, first);
    nodes.flag(entry, SubjectNodes.FIRST_DIRTY, false);
    nodes.flag(entry, SubjectNodes.LAST_DIRTY, false);
    add(entry, messages - nodes.count(entry), last);
  }

  private void add(int entry, long messages, long last) {
    nodes.addCount(entry, messages);
    nodes.setLast(entry, last);
    for (int above = entry; above != ROOT; ) {
      above = nodes.parent(above);
      nodes.addCount(above, messages);
      if (last > nodes.last(above)) {
        nodes.setLast(above, last);
      }
    }
  }

  /// A message of the subject went; with the last one the entry goes.
  ///
  /// @return how many are left
  long removed(int entry, long sequence) {
    if (sequence == nodes.last(entry)) {
      nodes.setLast(entry, sequence - 1);
      nodes.flag(entry, SubjectNodes.LAST_DIRTY, true);
    }
    return removed(entry, 1, sequence == nodes.first(entry) ? sequence + 1 : nodes.first(entry));
  }

  /// The oldest `messages` messages of a subject went; with the last one the entry goes.
  ///
  /// @param first what is left is at or behind it
  /// @return how many are left
  long removed(int entry, long messages, long first) {
    long left = nodes.count(entry) - messages;
    for (int above = entry; above != ROOT; ) {
      nodes.addCount(above, -messages);
      above = nodes.parent(above);
    }
    nodes.addCount(ROOT, -messages);
    if (left == 0) {
      remove(entry);
      return 0;
    }
    if (first > nodes.first(entry)) {
      nodes.setFirst(entry, first);
      nodes.flag(entry, SubjectNodes.FIRST_DIRTY, true);
    }
    if (left == 1 && isFirstDirty(entry) != isLastDirty(entry)) {
      if (isFirstDirty(entry)) {
        setFirst(entry, nodes.last(entry));
      } else {
        setLast(entry, nodes.first(entry));
      }
    }
    return left;
  }

  private void remove(int leaf) {
    int above = nodes.parent(leaf);
    unlink(leaf);
    nodes.delete(leaf);
    while (true) {
      nodes.addLeaves(above, -1);
      if (above == ROOT) {
        break;
      }
      int parent = nodes.parent(above);
      if (nodes.firstChild(above) == NONE) {
        unlink(above);
        nodes.delete(above);
      }
      above = parent;
    }
    if (size() == 0 && nodes.end() > KEPT_NODES_MAX) {
      clear();
    }
  }

  /// Forgets everything.
  void clear() {
    nodes.clear();
    table = new int[TABLE_MIN];
    tableUsed = 0;
  }

  /// How many messages an entry has.
  long messages(int entry) {
    return nodes.count(entry);
  }

  /// The oldest message's sequence, or one before it when [#isFirstDirty].
  long first(int entry) {
    return nodes.first(entry);
  }

  /// The newest message's sequence, or one behind it when [#isLastDirty].
  long last(int entry) {
    return nodes.last(entry);
  }

  boolean isFirstDirty(int entry) {
    return nodes.has(entry, SubjectNodes.FIRST_DIRTY);
  }

  boolean isLastDirty(int entry) {
    return nodes.has(entry, SubjectNodes.LAST_DIRTY);
  }

  /// Now it is known exactly.
  void setFirst(int entry, long first) {
    nodes.setFirst(entry, first);
    nodes.flag(entry, SubjectNodes.FIRST_DIRTY, false);
  }

  /// Now it is known exactly. Not greater than it was.
  void setLast(int entry, long last) {
    nodes.setLast(entry, last);
    nodes.flag(entry, SubjectNodes.LAST_DIRTY, false);
  }

  /// An entry's subject.
  byte[] subject(int entry) {
    int length = subjectLength(entry);
    var subject = new byte[length];
    int at = length;
    for (int node = entry; node != ROOT; node = nodes.parent(node)) {
      int label = nodes.labelLength(node);
      if (at < length && label > 0) {
        subject[--at] = '.';
      }
      at -= label;
      System.arraycopy(nodes.labelArray(node), nodes.labelAt(node), subject, at, label);
    }
    return subject;
  }

  /// How many bytes an entry's subject has.
  int subjectLength(int entry) {
    int length = -1;
    for (int node = entry; node != ROOT; node = nodes.parent(node)) {
      int label = nodes.labelLength(node);
      length += label == 0 ? 0 : label + 1;
    }
    return length;
  }

  /// Takes entries of a [#match]; must not change the index.
  interface Visitor {
    /// @return whether to go on
    boolean entry(int entry);
  }

  /// Gives each entry that a filter matches and whose last message may be at or behind `from`,
  /// once, in no order.
  ///
  /// @return false when the visitor ended it
  boolean match(SubjectFilter filter, long from, Visitor visitor) {
    return walk(from, Long.MAX_VALUE).match(filter, visitor);
  }

  /// As [#match], for one use and at most so many steps.
  SubjectMatch walk(long from, long steps) {
    return new SubjectMatch(nodes, this, from, steps);
  }

  /// How many messages the subjects have that a filter matches. What is below a pattern's `>` costs
  /// nothing.
  long messages(SubjectFilter filter) {
    return walk(0, Long.MAX_VALUE).sum(filter, true);
  }

  /// How many subjects a filter matches. What is below a pattern's `>` costs nothing.
  long size(SubjectFilter filter) {
    return walk(0, Long.MAX_VALUE).sum(filter, false);
  }

  /// The child of a node by its label's first token.
  int child(int parent, byte[] s, int from, int to) {
    return child(parent, hash(parent, s, from, to), s, from, to);
  }

  private int child(int parent, int hash, byte[] s, int from, int to) {
    long key = SubjectNodes.key(parent, hash);
    int mask = table.length - 1;
    for (int slot = hash & mask; ; slot = (slot + 1) & mask) {
      int node = table[slot];
      if (node == NONE || (nodes.key(node) == key && tokenIs(node, s, from, to))) {
        return node;
      }
    }
  }

  private boolean tokenIs(int node, byte[] s, int from, int to) {
    int length = to - from;
    int label = nodes.labelLength(node);
    if (length > label || (length == 0 && label != 0)) {
      return false;
    }
    byte[] array = nodes.labelArray(node);
    int at = nodes.labelAt(node);
    return (length == label || array[at + length] == '.')
        && Arrays.equals(array, at, at + length, s, from, to);
  }

  private boolean labelIs(int leaf, byte[] s, int from, int end) {
    int at = nodes.labelAt(leaf);
    return Arrays.equals(nodes.labelArray(leaf), at, at + nodes.labelLength(leaf), s, from, end);
  }

  private void link(int node, long key) {
    nodes.link(node, key);
    if (++tableUsed * 3L > table.length * 2L) {
      int[] old = table;
      table = new int[old.length * 2];
      for (int other : old) {
        if (other != NONE) {
          insert(other);
        }
      }
    }
    insert(node);
  }

  private void insert(int node) {
    int mask = table.length - 1;
    int slot = (int) nodes.key(node) & mask;
    while (table[slot] != NONE) {
      slot = (slot + 1) & mask;
    }
    table[slot] = node;
  }

  private void unlink(int node) {
    nodes.unlink(node);
    tableUsed--;
    int mask = table.length - 1;
    int hole = (int) nodes.key(node) & mask;
    while (table[hole] != node) {
      hole = (hole + 1) & mask;
    }
    for (int slot = (hole + 1) & mask; table[slot] != NONE; slot = (slot + 1) & mask) {
      int home = (int) nodes.key(table[slot]) & mask;
      if (((slot - home) & mask) >= ((slot - hole) & mask)) {
        table[hole] = table[slot];
        hole = slot;
      }
    }
    table[hole] = NONE;
  }

  private static int hash(int parent, byte[] s, int from, int to) {
    int hash = parent * 0x9E37_79B9;
    for (int i = from; i < to; i++) {
      hash = hash * 31 + s[i];
    }
    return Tokens.mix(hash);
  }

  private byte[] copied(ByteBuffer buffer, int at, int length) {
    if (scratch.length < length) {
      scratch = new byte[Math.max(64, length)];
    }
    buffer.get(at, scratch, 0, length);
    return scratch;
  }
}

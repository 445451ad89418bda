package io.frond.store;

import java.util.Arrays;

/// The nodes of a [SubjectIndex]: records of six longs in pages, named by a number that is never 0.
/// Numbers of freed nodes are used again. Owner-thread only.
///
/// A node is a leaf (a subject) or an inner node (tokens that several subjects begin with). Its
/// label is the part of the subject behind its parent's: one token for an inner node; for a leaf
/// all that is left of the subject, which may be several tokens, or none when the subject is itself
/// the beginning of others.
final class SubjectNodes {
  static final int NONE = 0;

  private static final int LONGS = 6;
  private static final int PAGE_SHIFT = 10;
  private static final int PAGE_NODES = 1 << PAGE_SHIFT;
  private static final int FIRST_PAGE_NODES = 4;

  /// What the key of a node is: parent (high) and hash of its first token (low).
  private static final int KEY = 0;

  /// First child (high) and next sibling (low).
  private static final int CHILD_NEXT = 1;

  /// Previous sibling (high) and place of the label (low).
  private static final int PREVIOUS_LABEL = 2;

  /// Flags (4 bits), length of the label (16 bits), messages at or below (44 bits).
  private static final int COUNT = 3;

  /// Of a leaf the first sequence; of an inner node how many leaves are below.
  private static final int FIRST = 4;

  /// Of a leaf the last sequence; of an inner node a sequence that none below exceeds.
  private static final int LAST = 5;

  private static final int LENGTH_SHIFT = 44;
  private static final long COUNT_MASK = (1L << LENGTH_SHIFT) - 1;
  private static final long LEAF = 1L << 60;
  static final long FIRST_DIRTY = 1L << 61;
  static final long LAST_DIRTY = 1L << 62;

  private static final long LOW = 0xffff_ffffL;

  private final Labels labels = new Labels();
  private long[][] pages = {new long[FIRST_PAGE_NODES * LONGS]};

  /// Numbers given out so far, of which some may be free again. 0 is the root.
  private int end = 1;

  /// The first free number, which holds the next in `KEY`.
  private int free;

  /// A new node without relatives.
  int create(boolean leaf, byte[] label, int at, int length) {
    int node = free;
    if (node != NONE) {
      free = (int) get(node, KEY);
    } else {
      node = end;
      grow(node);
      end++;
    }
    set(node, KEY, 0);
    set(node, CHILD_NEXT, 0);
    set(node, COUNT, leaf ? LEAF : 0);
    set(node, FIRST, 0);
    set(node, LAST, 0);
    putLabel(node, label, at, length);
    return node;
  }

  private void grow(int node) {
    int page = node >>> PAGE_SHIFT;
    if (page == pages.length) {
      pages = Arrays.copyOf(pages, Math.max(4, page * 2));
    }
    if (page > 0) {
      if ((node & (PAGE_NODES - 1)) == 0) {
        pages[page] = new long[PAGE_NODES * LONGS];
      }
    } else if (node * LONGS == pages[0].length) {
      pages[0] = Arrays.copyOf(pages[0], Math.min(PAGE_NODES, node * 2) * LONGS);
    }
  }

  /// Frees a node that has no relatives any more.
  void delete(int node) {
    labels.free(labelPlace(node), labelLength(node));
    set(node, KEY, free);
    free = node;
  }

  void clear() {
    pages = new long[][] {new long[FIRST_PAGE_NODES * LONGS]};
    end = 1;
    free = NONE;
    labels.clear();
  }

  /// Numbers of nodes are below it.
  int end() {
    return end;
  }

  private long get(int node, int field) {
    return pages[node >>> PAGE_SHIFT][(node & (PAGE_NODES - 1)) * LONGS + field];
  }

  private void set(int node, int field, long value) {
    pages[node >>> PAGE_SHIFT][(node & (PAGE_NODES - 1)) * LONGS + field] = value;
  }

  static long key(int parent, int hash) {
    return ((long) parent << 32) | (hash & LOW);
  }

  long key(int node) {
    return get(node, KEY);
  }

  int parent(int node) {
    return (int) (get(node, KEY) >>> 32);
  }

  int firstChild(int node) {
    return (int) (get(node, CHILD_NEXT) >>> 32);
  }

  int next(int node) {
    return (int) get(node, CHILD_NEXT);
  }

  private void setFirstChild(int node, int child) {
    set(node, CHILD_NEXT, ((long) child << 32) | (next(node) & LOW));
  }

  private void setNext(int node, int next) {
    set(node, CHILD_NEXT, (get(node, CHILD_NEXT) & ~LOW) | (next & LOW));
  }

  private void setPrevious(int node, int previous) {
    set(node, PREVIOUS_LABEL, ((long) previous << 32) | (get(node, PREVIOUS_LABEL) & LOW));
  }

  /// Makes a node the first child of the parent that its key names.
  void link(int node, long key) {
    set(node, KEY, key);
    int parent = (int) (key >>> 32);
    int sibling = firstChild(parent);
    setNext(node, sibling);
    setPrevious(node, NONE);
    if (sibling != NONE) {
      setPrevious(sibling, node);
    }
    setFirstChild(parent, node);
  }

  /// Takes a node away from its parent.
  void unlink(int node) {
    int next = next(node);
    int previous = (int) (get(node, PREVIOUS_LABEL) >>> 32);
    if (previous == NONE) {
      setFirstChild(parent(node), next);
    } else {
      setNext(previous, next);
    }
    if (next != NONE) {
      setPrevious(next, previous);
    }
  }

  boolean isLeaf(int node) {
    return (get(node, COUNT) & LEAF) != 0;
  }

  boolean has(int node, long flag) {
    return (get(node, COUNT) & flag) != 0;
  }

  void flag(int node, long flag, boolean on) {
    long old = get(node, COUNT);
    set(node, COUNT, on ? old | flag : old & ~flag);
  }

  /// Messages at or below a node.
  long count(int node) {
    return get(node, COUNT) & COUNT_MASK;
  }

  void addCount(int node, long change) {
    set(node, COUNT, get(node, COUNT) + change);
  }

  long first(int node) {
    return get(node, FIRST);
  }

  void setFirst(int node, long first) {
    set(node, FIRST, first);
  }

  /// Subjects at or below a node.
  long leaves(int node) {
    return isLeaf(node) ? 1 : get(node, FIRST);
  }

  void addLeaves(int inner, long change) {
    set(inner, FIRST, get(inner, FIRST) + change);
  }

  long last(int node) {
    return get(node, LAST);
  }

  void setLast(int node, long last) {
    set(node, LAST, last);
  }

  int labelLength(int node) {
    return (int) (get(node, COUNT) >>> LENGTH_SHIFT) & 0xffff;
  }

  private int labelPlace(int node) {
    return (int) get(node, PREVIOUS_LABEL);
  }

  /// The array that holds a node's label, from [#labelAt] on.
  byte[] labelArray(int node) {
    return labels.page(labelPlace(node));
  }

  int labelAt(int node) {
    return Labels.offset(labelPlace(node));
  }

  /// Cuts off the first bytes of a label.
  void shortenLabel(int node, int cut) {
    int place = labelPlace(node);
    int length = labelLength(node);
    if (cut == length) {
      labels.free(place, length);
      putLabel(node, new byte[0], 0, 0);
    } else {
      byte[] rest =
          Arrays.copyOfRange(labelArray(node), labelAt(node) + cut, labelAt(node) + length);
      labels.free(place, length);
      putLabel(node, rest, 0, rest.length);
    }
  }

  private void putLabel(int node, byte[] label, int at, int length) {
    int place = labels.put(label, at, length);
    set(node, PREVIOUS_LABEL, place & LOW);
    long old = get(node, COUNT);
    set(node, COUNT, (old & ~(0xffffL << LENGTH_SHIFT)) | ((long) length << LENGTH_SHIFT));
  }
}

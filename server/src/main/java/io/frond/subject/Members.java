package io.frond.subject;

import java.util.Arrays;

/// A set of entries by identity: added, removed and found in constant time, copied as one array.
/// Guarded by the node that holds it.
///
/// Invariant: `items[0..size)` are the members; `index` is empty while they are few, else it maps
/// each member's identity hash by linear probing to its position in `items` plus one.
@SuppressWarnings("ReferenceEquality") // entries are told apart by identity
final class Members {
  /// Up to so many, a scan is as fast as the index and saves its memory.
  private static final int SCANNED_MAX = 16;

  private static final int[] NO_INDEX = {};
  private static final Object[] NO_ITEMS = {};

  private Object[] items;
  private int size;
  private int[] index = NO_INDEX;

  Members(int capacity) {
    items = capacity == 0 ? NO_ITEMS : new Object[capacity];
  }

  int size() {
    return size;
  }

  Object[] toArray() {
    return size == 0 ? NO_ITEMS : Arrays.copyOf(items, size, Object[].class);
  }

  /// Adds an entry that is not there yet.
  void add(Object entry) {
    if (size == items.length) {
      items = Arrays.copyOf(items, Math.max(2, size + (size >> 1)));
    }
    items[size++] = entry;
    if (index.length > 0 && size * 2 <= index.length) {
      enter(size - 1);
    } else if (size > SCANNED_MAX) {
      rebuildIndex();
    }
  }

  /// Whether the entry was there.
  boolean remove(Object entry) {
    int position = index.length == 0 ? scan(entry) : unindex(entry);
    if (position < 0) {
      return false;
    }
    int last = size - 1;
    if (position != last) {
      if (index.length > 0) {
        index[slotOf(items[last])] = position + 1;
      }
      items[position] = items[last];
    }
    // The capacity beyond `size` must not keep a closed connection alive.
    Arrays.fill(items, last, size, null);
    size = last;
    if (size * 4 < items.length && items.length > SCANNED_MAX) {
      items = Arrays.copyOf(items, Math.max(2, size * 2));
      rebuildIndex();
    }
    return true;
  }

  boolean contains(Object entry) {
    return index.length == 0 ? scan(entry) >= 0 : index[slotOf(entry)] != 0;
  }

  private int scan(Object entry) {
    for (int i = 0; i < size; i++) {
      if (items[i] == entry) {
        return i;
      }
    }
    return -1;
  }

  private void rebuildIndex() {
    if (size <= SCANNED_MAX) {
      index = NO_INDEX;
      return;
    }
    index = new int[Integer.highestOneBit(size) * 4];
    for (int i = 0; i < size; i++) {
      enter(i);
    }
  }

  private void enter(int position) {
    index[slotOf(items[position])] = position + 1;
  }

  /// The slot that points to the entry, or the free one where it would be entered.
  private int slotOf(Object entry) {
    int mask = index.length - 1;
    int slot = home(entry, mask);
    while (index[slot] != 0 && items[index[slot] - 1] != entry) {
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  /// Takes the entry out of the index and closes the gap.
  ///
  /// @return its position, or -1
  private int unindex(Object entry) {
    int mask = index.length - 1;
    int gap = slotOf(entry);
    int position = index[gap] - 1;
    if (position < 0) {
      return -1;
    }
    for (int i = (gap + 1) & mask; index[i] != 0; i = (i + 1) & mask) {
      int home = home(items[index[i] - 1], mask);
      // It may move back only if the gap is not ahead of its home.
      if (((i - home) & mask) >= ((i - gap) & mask)) {
        index[gap] = index[i];
        gap = i;
      }
    }
    index[gap] = 0;
    return position;
  }

  private static int home(Object entry, int mask) {
    int h = System.identityHashCode(entry) * 0x9E37_79B9;
    return (h ^ (h >>> 16)) & mask;
  }
}

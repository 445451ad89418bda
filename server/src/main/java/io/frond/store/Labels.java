package io.frond.store;

import java.util.Arrays;

/// Short byte strings in few large arrays: what is freed is used again for strings of the same size
/// class. A place is counted in units of eight bytes. Owner-thread only.
final class Labels {
  static final int BYTES_MAX = 65_535;

  private static final int UNIT_SHIFT = 3;
  private static final int PAGE_SHIFT = 16;
  private static final int PAGE_UNITS = 1 << (PAGE_SHIFT - UNIT_SHIFT);
  private static final int FIRST_PAGE_BYTES = 64;

  private byte[][] pages = {new byte[FIRST_PAGE_BYTES]};

  /// Pages in use, the last of which is being filled.
  private int pageCount = 1;

  /// Units taken of the last page.
  private int used;

  /// By units: the first free place of that size, plus one. A free place's first four bytes hold
  /// the next.
  private int[] free = {};

  /// Copies a string in and returns its place.
  int put(byte[] from, int at, int length) {
    if (length == 0) {
      return 0;
    }
    int place = allocate(units(length));
    System.arraycopy(from, at, page(place), offset(place), length);
    return place;
  }

  void free(int place, int length) {
    if (length > 0) {
      release(place, units(length));
    }
  }

  /// The array that holds a place.
  byte[] page(int place) {
    return pages[place >>> (PAGE_SHIFT - UNIT_SHIFT)];
  }

  /// Where in [#page] a place begins.
  static int offset(int place) {
    return (place & (PAGE_UNITS - 1)) << UNIT_SHIFT;
  }

  void clear() {
    pages = new byte[][] {new byte[FIRST_PAGE_BYTES]};
    pageCount = 1;
    used = 0;
    free = new int[0];
  }

  private int allocate(int units) {
    if (units < free.length && free[units] != 0) {
      int place = free[units] - 1;
      free[units] = next(place);
      return place;
    }
    if (used + units > PAGE_UNITS) {
      if (pageCount == pages.length) {
        pages = Arrays.copyOf(pages, pageCount * 2);
      }
      pages[pageCount++] = new byte[1 << PAGE_SHIFT];
      used = 0;
    }
    int place = end();
    used += units;
    int needed = used << UNIT_SHIFT;
    byte[] page = pages[pageCount - 1];
    if (needed > page.length) {
      pages[pageCount - 1] =
          Arrays.copyOf(page, Math.min(1 << PAGE_SHIFT, Math.max(needed, page.length * 2)));
    }
    return place;
  }

  private int end() {
    return (pageCount - 1) * PAGE_UNITS + used;
  }

  private void release(int place, int units) {
    if (units >= free.length) {
      free = Arrays.copyOf(free, units + 1);
    }
    byte[] page = page(place);
    int at = offset(place);
    int next = free[units];
    page[at] = (byte) next;
    page[at + 1] = (byte) (next >> 8);
    page[at + 2] = (byte) (next >> 16);
    page[at + 3] = (byte) (next >> 24);
    free[units] = place + 1;
  }

  private int next(int place) {
    byte[] page = page(place);
    int at = offset(place);
    return (page[at] & 0xff)
        | ((page[at + 1] & 0xff) << 8)
        | ((page[at + 2] & 0xff) << 16)
        | (page[at + 3] << 24);
  }

  private static int units(int length) {
    return (length + (1 << UNIT_SHIFT) - 1) >>> UNIT_SHIFT;
  }
}

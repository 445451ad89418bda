package io.frond.store;

import java.util.Arrays;

/// The pages of a store by number, none of them empty. Owner-thread only.
final class MemoryPages {
  private static final int CAPACITY_MIN = 4;

  /// Fills places that hold nothing.
  private final MemoryPage none = new MemoryPage(-1);

  /// From `head` to `tail`, ascending.
  private MemoryPage[] pages = new MemoryPage[0];

  private int head;
  private int tail;

  /// The place of the first page.
  int head() {
    return head;
  }

  /// Places of pages are below it.
  int tail() {
    return tail;
  }

  MemoryPage get(int place) {
    return pages[place];
  }

  /// The place of the first page that ends at or behind a sequence; [#tail] when there is none.
  int from(long sequence) {
    long number = sequence >> MemoryPage.SHIFT;
    int count = tail - head;
    if (count == 0 || number <= pages[head].number()) {
      return head;
    }
    long guess = number - pages[head].number();
    if (guess < count && pages[head + (int) guess].number() == number) {
      return head + (int) guess;
    }
    int low = head;
    int high = head + (int) Math.min(guess, count);
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (pages[middle].number() < number) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  /// The place of the page that a sequence belongs to, -1 when there is none.
  int exactly(long sequence) {
    int place = from(sequence);
    return place < tail && pages[place].number() == sequence >> MemoryPage.SHIFT ? place : -1;
  }

  /// The page that takes a sequence behind all others.
  MemoryPage forAppend(long sequence) {
    long number = sequence >> MemoryPage.SHIFT;
    if (tail > head && pages[tail - 1].number() == number) {
      return pages[tail - 1];
    }
    if (tail == pages.length) {
      int count = tail - head;
      var moved = head > tail / 2 ? pages : new MemoryPage[Math.max(CAPACITY_MIN, count * 2)];
      System.arraycopy(pages, head, moved, 0, count);
      Arrays.fill(moved, count, moved.length, none);
      pages = moved;
      head = 0;
      tail = count;
    }
    var page = new MemoryPage(number);
    pages[tail++] = page;
    return page;
  }

  /// Replaces a page by one of the same number.
  void set(int place, MemoryPage page) {
    pages[place] = page;
  }

  void remove(int place) {
    if (place == head) {
      pages[head++] = none;
    } else {
      System.arraycopy(pages, place + 1, pages, place, tail - place - 1);
      pages[--tail] = none;
    }
  }

  void clear() {
    pages = new MemoryPage[0];
    head = 0;
    tail = 0;
  }

  /// The first sequence at or behind `from` that is there, 0 when there is none.
  long next(long from) {
    for (int place = from(from); place < tail; place++) {
      int position = pages[place].positionFrom(from);
      if (position < pages[place].size()) {
        return pages[place].sequence(position);
      }
    }
    return 0;
  }

  /// The last sequence at or before `upTo` that is there, 0 when there is none.
  long previous(long upTo) {
    for (int place = Math.min(from(upTo), tail - 1); place >= head; place--) {
      int position = pages[place].positionUpTo(upTo);
      if (position >= 0) {
        return pages[place].sequence(position);
      }
    }
    return 0;
  }

  /// How many messages are at or behind `from`, of `all` in all pages.
  long countFrom(long from, long all) {
    int place = from(from);
    if (place == tail) {
      return 0;
    }
    long count = pages[place].countFrom(from);
    if (place - head < tail - place) {
      long before = pages[place].live() - count;
      for (int i = head; i < place; i++) {
        before += pages[i].live();
      }
      return all - before;
    }
    for (int i = place + 1; i < tail; i++) {
      count += pages[i].live();
    }
    return count;
  }

  /// The first sequence whose time is at or after `timestamp`, 0 when there is none.
  long nextByTime(long timestamp) {
    int low = head;
    int high = tail;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (pages[middle].firstTimestamp() < timestamp) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    for (int place = Math.max(head, low - 1); place < tail; place++) {
      MemoryPage page = pages[place];
      for (int position = page.positionFrom(0); position < page.size(); position++) {
        if (page.entry(position) != 0 && page.timestamp(position) >= timestamp) {
          return page.sequence(position);
        }
      }
    }
    return 0;
  }
}

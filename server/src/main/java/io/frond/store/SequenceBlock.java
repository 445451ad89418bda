package io.frond.store;

import java.util.Arrays;

/// Up to 512 sequences that lie within 2^31 of the first.
final class SequenceBlock implements SequenceList {
  static final int SIZE_MAX = 512;
  private static final int SIZE_MIN = 4;

  private final long base;

  /// Sequence minus base, ascending, from `head` to `tail`.
  private int[] offsets = new int[SIZE_MIN];

  private int head;
  private int tail;

  SequenceBlock(long base) {
    this.base = base;
  }

  /// No sequence is before it.
  long base() {
    return base;
  }

  boolean takes(long sequence) {
    return tail - head < SIZE_MAX && sequence - base <= Integer.MAX_VALUE;
  }

  @Override
  public SequenceList add(long sequence) {
    if (!takes(sequence)) {
      return new SequenceBlocks(this).add(sequence);
    }
    if (tail == offsets.length) {
      if (head > tail / 2) {
        System.arraycopy(offsets, head, offsets, 0, tail - head);
        tail -= head;
        head = 0;
      } else {
        resize((tail - head) * 2);
      }
    }
    offsets[tail++] = (int) (sequence - base);
    return this;
  }

  private void resize(int capacity) {
    var resized = new int[Math.max(SIZE_MIN, capacity)];
    System.arraycopy(offsets, head, resized, 0, tail - head);
    offsets = resized;
    tail -= head;
    head = 0;
  }

  @Override
  public void remove(long sequence) {
    int at = Arrays.binarySearch(offsets, head, tail, (int) (sequence - base));
    if (at - head < tail - at) {
      System.arraycopy(offsets, head, offsets, head + 1, at - head);
      head++;
    } else {
      System.arraycopy(offsets, at + 1, offsets, at, tail - at - 1);
      tail--;
    }
    if (offsets.length > SIZE_MIN * 4 && tail - head < offsets.length / 4) {
      resize((tail - head) * 2);
    }
  }

  @Override
  public int size() {
    return tail - head;
  }

  @Override
  public long first() {
    return base + offsets[head];
  }

  @Override
  public long last() {
    return base + offsets[tail - 1];
  }

  @Override
  public long atOrAfter(long from) {
    int at = position(from);
    return at < tail ? base + offsets[at] : 0;
  }

  @Override
  public long atOrBefore(long upTo) {
    int at = position(upTo + 1) - 1;
    return at >= head ? base + offsets[at] : 0;
  }

  @Override
  public int countFrom(long from) {
    return tail - position(from);
  }

  /// Of the first one at or behind `from`.
  private int position(long from) {
    if (from <= base) {
      return head;
    }
    if (from - base > Integer.MAX_VALUE) {
      return tail;
    }
    int at = Arrays.binarySearch(offsets, head, tail, (int) (from - base));
    return at < 0 ? -at - 1 : at;
  }
}

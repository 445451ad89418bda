package io.frond.store;

import java.util.Arrays;

/// Any number of sequences, in blocks of which none is empty but that of an empty list.
final class SequenceBlocks implements SequenceList {
  /// Fills places that hold nothing.
  private final SequenceBlock none = new SequenceBlock(0);

  /// From `head` to `tail`, ascending.
  private SequenceBlock[] blocks = {none, none, none, none};

  private int head;
  private int tail = 1;
  private int size;

  SequenceBlocks(SequenceBlock first) {
    blocks[0] = first;
    size = first.size();
  }

  @Override
  public SequenceList add(long sequence) {
    if (!blocks[tail - 1].takes(sequence)) {
      if (tail == blocks.length) {
        int count = tail - head;
        var moved = head > tail / 2 ? blocks : new SequenceBlock[count * 2];
        System.arraycopy(blocks, head, moved, 0, count);
        Arrays.fill(moved, count, moved.length, none);
        blocks = moved;
        head = 0;
        tail = count;
      }
      blocks[tail++] = new SequenceBlock(sequence);
    }
    blocks[tail - 1].add(sequence);
    size++;
    return this;
  }

  @Override
  public void remove(long sequence) {
    int at = block(sequence);
    blocks[at].remove(sequence);
    size--;
    if (blocks[at].size() > 0 || tail - head == 1) {
      return;
    }
    if (at == head) {
      blocks[head++] = none;
    } else {
      System.arraycopy(blocks, at + 1, blocks, at, tail - at - 1);
      blocks[--tail] = none;
    }
  }

  @Override
  public int size() {
    return size;
  }

  @Override
  public long first() {
    return blocks[head].first();
  }

  @Override
  public long last() {
    return blocks[tail - 1].last();
  }

  @Override
  public long atOrAfter(long from) {
    int at = block(from);
    long found = blocks[at].atOrAfter(from);
    return found != 0 || at + 1 == tail ? found : blocks[at + 1].first();
  }

  @Override
  public long atOrBefore(long upTo) {
    int at = block(upTo);
    long found = blocks[at].atOrBefore(upTo);
    return found != 0 || at == head ? found : blocks[at - 1].last();
  }

  @Override
  public int countFrom(long from) {
    int at = block(from);
    int count = blocks[at].countFrom(from);
    if (at - head < tail - at) {
      int before = blocks[at].size() - count;
      for (int i = head; i < at; i++) {
        before += blocks[i].size();
      }
      return size - before;
    }
    for (int i = at + 1; i < tail; i++) {
      count += blocks[i].size();
    }
    return count;
  }

  /// The last block that begins at or before a sequence, or else the first.
  private int block(long sequence) {
    int low = head;
    int high = tail - 1;
    while (low < high) {
      int middle = (low + high + 1) >>> 1;
      if (blocks[middle].base() <= sequence) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return low;
  }
}

package io.frond.consumer;

import java.util.Arrays;

/// Sequences that are to be sent again, in the order in which that turned out. One thread.
final class Queue {
  private long[] ring = new long[16];
  private int head;
  private int size;

  void add(long sequence) {
    if (size == ring.length) {
      var larger = Arrays.copyOf(ring, 2 * size);
      System.arraycopy(ring, 0, larger, size, head);
      ring = larger;
    }
    ring[(head + size++) & (ring.length - 1)] = sequence;
  }

  boolean isEmpty() {
    return size == 0;
  }

  int size() {
    return size;
  }

  long first() {
    return ring[head];
  }

  void removeFirst() {
    head = (head + 1) & (ring.length - 1);
    size--;
  }

  void clear() {
    head = 0;
    size = 0;
  }
}

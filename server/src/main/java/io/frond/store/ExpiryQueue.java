package io.frond.store;

import java.util.Arrays;

/// When messages with a TTL end: pairs of a time and a sequence, earliest first, 16 bytes each. A
/// message that went for another reason is dropped when it is met, or when half of the queue may be
/// such. Owner-thread only.
final class ExpiryQueue {
  /// Says what is still there.
  interface Alive {
    /// Whether the message is there and (in a store where sequences can come again) ends then.
    boolean alive(long sequence, long expiry);
  }

  private static final int PAIRS_MIN = 8;

  private final Alive messages;

  /// A binary heap: time at 2i, sequence at 2i + 1.
  private long[] heap = {};

  private int size;

  /// How many pairs may be of messages that are gone.
  private long stale;

  ExpiryQueue(Alive messages) {
    this.messages = messages;
  }

  void add(long expiry, long sequence) {
    if (size * 2 == heap.length) {
      heap = Arrays.copyOf(heap, Math.max(PAIRS_MIN, size * 2) * 2);
    }
    up(size++, expiry, sequence);
  }

  /// So many messages with a TTL went.
  void removed(long messagesGone) {
    stale += messagesGone;
    if (stale > PAIRS_MIN && stale > size / 2) {
      sweep();
    }
  }

  void clear() {
    heap = new long[0];
    size = 0;
    stale = 0;
  }

  /// Pairs held, of which some may be of messages that are gone.
  int size() {
    return size;
  }

  /// When the next message ends, nanoseconds since the epoch; `Long.MAX_VALUE` for never.
  long nextExpiry() {
    while (size > 0) {
      if (messages.alive(heap[1], heap[0])) {
        return heap[0];
      }
      pop();
    }
    return Long.MAX_VALUE;
  }

  /// Sequences of messages that have ended at `now`, ascending, at most `max`; they stay.
  long[] expired(long now, int max) {
    var found = new Found(now, max);
    found.below(0);
    long[] sequences = Arrays.copyOf(found.sequences, found.count);
    Arrays.sort(sequences);
    return sequences;
  }

  /// A walk over the part of the heap that has ended.
  private final class Found {
    final long now;
    final int max;
    long[] sequences = {};
    int count;

    Found(long now, int max) {
      this.now = now;
      this.max = max;
    }

    void below(int at) {
      if (at >= size || count == max || heap[at * 2] > now) {
        return;
      }
      if (messages.alive(heap[at * 2 + 1], heap[at * 2])) {
        if (count == sequences.length) {
          sequences = Arrays.copyOf(sequences, Math.max(PAIRS_MIN, count * 2));
        }
        sequences[count++] = heap[at * 2 + 1];
      }
      below(at * 2 + 1);
      below(at * 2 + 2);
    }
  }

  private void sweep() {
    int kept = 0;
    for (int i = 0; i < size; i++) {
      long expiry = heap[i * 2];
      long sequence = heap[i * 2 + 1];
      if (messages.alive(sequence, expiry)) {
        heap[kept * 2] = expiry;
        heap[kept * 2 + 1] = sequence;
        kept++;
      }
    }
    size = kept;
    stale = 0;
    if (heap.length > PAIRS_MIN * 8 && size < heap.length / 8) {
      heap = Arrays.copyOf(heap, Math.max(PAIRS_MIN, size) * 2);
    }
    for (int i = size / 2 - 1; i >= 0; i--) {
      down(i, heap[i * 2], heap[i * 2 + 1]);
    }
  }

  private void pop() {
    size--;
    stale = Math.max(0, stale - 1);
    if (size > 0) {
      down(0, heap[size * 2], heap[size * 2 + 1]);
    }
  }

  private void up(int start, long expiry, long sequence) {
    int at = start;
    while (at > 0) {
      int parent = (at - 1) / 2;
      if (heap[parent * 2] <= expiry) {
        break;
      }
      put(at, heap[parent * 2], heap[parent * 2 + 1]);
      at = parent;
    }
    put(at, expiry, sequence);
  }

  private void down(int start, long expiry, long sequence) {
    int at = start;
    while (at * 2 + 1 < size) {
      int child = at * 2 + 1;
      if (child + 1 < size && heap[(child + 1) * 2] < heap[child * 2]) {
        child++;
      }
      if (heap[child * 2] >= expiry) {
        break;
      }
      put(at, heap[child * 2], heap[child * 2 + 1]);
      at = child;
    }
    put(at, expiry, sequence);
  }

  private void put(int at, long expiry, long sequence) {
    heap[at * 2] = expiry;
    heap[at * 2 + 1] = sequence;
  }
}

package io.frond.outage;

import java.util.Arrays;

/// Sessions that may all need the same entries: those of an account. A heap tells which of them has
/// settled least, because what that one has settled nobody needs. The loop.
final class Group {
  /// The handle of a group for sessions whose group the disk has lost.
  static final int UNKNOWN = Integer.MAX_VALUE;

  final int handle;
  final EntryList list = new EntryList();

  /// The last of its entries that was written.
  long onDisk;

  /// Members with limits of their own.
  int limited;

  private Session[] heap = {};
  private int size;

  Group(int handle) {
    this.handle = handle;
  }

  int size() {
    return size;
  }

  /// In no order.
  Session session(int index) {
    return heap[index];
  }

  /// The last sequence that no session needs, nor any before it.
  long settled() {
    return size == 0 ? Long.MAX_VALUE : heap[0].acked;
  }

  void add(Session session) {
    if (size == heap.length) {
      heap = Arrays.copyOf(heap, Math.max(2, 2 * size));
    }
    put(session, size++);
    up(session);
  }

  void remove(Session session) {
    var end = heap[--size];
    if (end != session) {
      put(end, session.heapIndex);
      up(end);
      down(end);
    }
    heap = size == 0 ? new Session[0] : heap;
    if (size > 0) {
      heap = size < heap.length / 4 ? Arrays.copyOf(heap, heap.length / 2) : heap;
    }
  }

  /// A session has settled more.
  void settled(Session session) {
    down(session);
  }

  private void put(Session session, int at) {
    heap[at] = session;
    session.heapIndex = at;
  }

  private void up(Session session) {
    while (session.heapIndex > 0) {
      var parent = heap[(session.heapIndex - 1) / 2];
      if (parent.acked <= session.acked) {
        return;
      }
      swap(session, parent);
    }
  }

  private void down(Session session) {
    while (true) {
      var child = 2 * session.heapIndex + 1;
      if (child >= size) {
        return;
      }
      if (child + 1 < size && heap[child + 1].acked < heap[child].acked) {
        child++;
      }
      if (heap[child].acked >= session.acked) {
        return;
      }
      swap(session, heap[child]);
    }
  }

  private void swap(Session one, Session other) {
    var at = one.heapIndex;
    put(one, other.heapIndex);
    put(other, at);
  }
}

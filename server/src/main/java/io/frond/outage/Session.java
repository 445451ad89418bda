package io.frond.outage;

import org.jspecify.annotations.Nullable;

/// A far end, as one log knows it. The loop.
final class Session {
  final int handle;
  final Group group;
  final EntryList own = new EntryList();

  /// The last sequence that it does not need, nor any before it.
  long acked;

  /// Its place in the group's heap.
  int heapIndex;

  @Nullable Cursor cursor;
  final long[] discarded = new long[Discard.COUNT];

  Session(int handle, Group group, long acked) {
    this.handle = handle;
    this.group = group;
    this.acked = acked;
  }
}

package io.frond.outage;

import org.jspecify.annotations.Nullable;

/// A far end, as one log knows it. The loop.
final class Session {
  /// Of [#written]: no segment has it.
  static final long NEVER = -1;

  final int handle;
  Group group;
  final EntryList own = new EntryList();

  /// The last sequence that it does not need, nor any before it.
  long acked;

  /// Its place in the group's heap.
  int heapIndex;

  /// The position that the newest segment has.
  long written = NEVER;

  /// The last of its own entries that was written.
  long onDisk;

  /// Entries on disk up to here were counted as expired, or as damaged.
  long expiredTo;

  long damagedTo;
  @Nullable Cursor cursor;

  /// Null where only what holds for all logs limits it.
  @Nullable SessionLimit limit;

  final long[] discarded = new long[Discard.COUNT];

  Session(int handle, Group group, long acked) {
    this.handle = handle;
    this.group = group;
    this.acked = acked;
  }
}

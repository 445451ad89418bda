package io.frond.log;

import java.util.ArrayDeque;

/// How many bytes of log lie behind the last cut, to some 64 KiB. The owner's thread.
final class LiveBytes {
  private static final int STEP_BYTES = 1 << 16;

  /// All bytes up to an entry.
  private record Mark(long index, long total) {}

  private final ArrayDeque<Mark> marks = new ArrayDeque<>();
  private long total;
  private long lastMarked;
  private long lastIndex;
  private long cut;

  /// @param index the last of the entries that have so many bytes
  void add(long index, long bytes) {
    total += bytes;
    lastIndex = index;
    if (total - lastMarked >= STEP_BYTES) {
      marks.add(new Mark(index, total));
      lastMarked = total;
    }
  }

  void cut(long index) {
    if (index >= lastIndex) {
      cut = total;
      marks.clear();
    }
    while (!marks.isEmpty() && marks.element().index <= index) {
      cut = marks.remove().total;
    }
  }

  long get() {
    return total - cut;
  }
}

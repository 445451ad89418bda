package io.frond.outage;

/// Where a cursor stands in an [EntryList]: at the entry that it passed last. Entries may leave the
/// front of the list meanwhile, that one too: the ordinal tells. The loop.
final class ListPosition {
  private static final long NOWHERE = -1;

  private int passed;
  private long ordinal = NOWHERE;

  void reset() {
    ordinal = NOWHERE;
  }

  /// Passes entries up to a sequence.
  ///
  /// @return the pair of the next one, 0 for none
  int peek(Memory memory, EntryList list, long upTo) {
    var next = isInList(list) ? memory.next(passed) : list.first;
    if (!isInList(list)) {
      ordinal = list.firstOrdinal - 1;
    }
    while (next != 0 && memory.sequence(next) <= upTo) {
      take(next);
      next = memory.next(next);
    }
    return next;
  }

  /// Passes what [#peek] gave.
  void take(int pair) {
    passed = pair;
    ordinal++;
  }

  private boolean isInList(EntryList list) {
    return ordinal >= list.firstOrdinal;
  }
}

package io.frond.outage;

/// The entries in memory that one session needs, or that all sessions of a group may need, in their
/// order: pairs linked in place. The loop.
final class EntryList {
  /// References of pairs; 0 when the list is empty.
  int first;

  int last;

  /// How many entries were taken from the front so far: the first one's place in the list's
  /// history.
  long firstOrdinal;

  int count;

  void append(Memory memory, int pair) {
    if (count++ == 0) {
      first = pair;
    } else {
      memory.setNext(last, pair);
    }
    last = pair;
  }

  /// Takes the first away; the caller takes its entry down by one.
  void removeFirst(Memory memory) {
    first = memory.next(first);
    firstOrdinal++;
    if (--count == 0) {
      first = 0;
      last = 0;
    }
  }
}

package io.frond.store;

/// Ascending sequences of one subject's messages: appended behind, removed anywhere. Four bytes for
/// each and, while there are few, some 60 more. Owner-thread only.
sealed interface SequenceList permits SequenceBlock, SequenceBlocks {
  /// Adds a sequence behind all others.
  ///
  /// @return the list that goes on from here: this one, or one that took its sequences over
  SequenceList add(long sequence);

  /// Takes a sequence out that is there.
  void remove(long sequence);

  int size();

  /// The first one; the list is not empty.
  long first();

  /// The last one; the list is not empty.
  long last();

  /// The first one at or behind `from`, 0 when there is none.
  long atOrAfter(long from);

  /// The last one at or before `upTo`, 0 when there is none.
  long atOrBefore(long upTo);

  /// How many are at or behind `from`.
  int countFrom(long from);
}

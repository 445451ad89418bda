package io.frond.store;

import java.io.IOException;

/// What is known of a segment's messages without reading them. Messages have positions, from 0 in
/// the order of their sequences, and subjects have numbers from 0 that mean something only here.
/// Messages that were removed are still in it. Owner-thread only.
sealed interface SegmentIndex permits GrowingIndex, PagedIndex {
  /// How many messages it knows.
  int records();

  /// How many subjects it knows.
  int subjects();

  /// Position of the first message at or behind a sequence; [#records] when there is none.
  int position(long sequence) throws IOException;

  long sequence(int position) throws IOException;

  /// Copies the numbers of the subjects of `count` messages.
  void ids(int position, int count, int[] into) throws IOException;

  /// The number of a literal subject with this [SubjectHash]; -1 when it is not there.
  int find(byte[] subject, int hash) throws IOException;

  /// A subject by its number.
  byte[] subject(int id) throws IOException;

  /// No message of the subject is before this position.
  int firstPosition(int id) throws IOException;

  /// No message of the subject is behind this position.
  int lastPosition(int id) throws IOException;

  /// The last message at or before `position` whose place is known: its position in the upper half,
  /// where it begins in the segment in the lower.
  long anchor(int position) throws IOException;

  /// How many messages have an expiry other than 0.
  int expiries();

  int expiringPosition(int i) throws IOException;

  long expiry(int i) throws IOException;
}

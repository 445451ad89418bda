package io.frond.outage;

import java.nio.ByteBuffer;

/// How an entry lies in memory: a header, a *pair* for each list that it is in, then what
/// [OutageMessage#copy] writes. All is little endian and begins at a multiple of 4.
final class Layout {
  /// Bytes of the whole entry, a multiple of 4.
  static final int LENGTH = 0;

  /// Pairs that are still in their lists; 0 when nobody needs the entry.
  static final int LIVE = 4;

  static final int SEQUENCE = 8;

  /// Wall clock, milliseconds.
  static final int TIME = 16;

  /// The log's own clock, milliseconds, which nobody can set.
  static final int STEADY = 24;

  /// The group whose sessions all may need it; 0 when it lists its sessions.
  static final int GROUP = 32;

  static final int PAIRS = 36;
  static final int SUBJECT_LENGTH = 40;
  static final int REPLY_LENGTH = 44;
  static final int HEADER_LENGTH = 48;
  static final int BODY_LENGTH = 52;

  /// Number of queue groups, u16.
  static final int QUEUES = 56;

  /// Only on disk, u16: what the record is.
  static final int KIND = 58;

  /// Only on disk: the record's number in its segment.
  static final int ORDINAL = 60;

  static final int HEADER = 64;

  /// A pair: session (or 0 for the group), the next pair of the same list, and which pair of its
  /// entry it is.
  static final int PAIR = 12;

  static final int PAIR_NEXT = 4;
  static final int PAIR_INDEX = 8;

  private Layout() {}

  static int aligned(int length) {
    return length + 3 & ~3;
  }

  /// Where an entry begins that has a pair at this place.
  static int entryOfPair(ByteBuffer bytes, int pair) {
    return pair - HEADER - PAIR * bytes.getInt(pair + PAIR_INDEX);
  }
}

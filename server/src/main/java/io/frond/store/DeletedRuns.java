package io.frond.store;

import java.io.IOException;
import java.nio.ByteBuffer;

/// Which messages of a segment are gone, written down by sequence so that it holds whatever becomes
/// of the segment's index. Immutable; the array is not changed.
///
/// @param version under which it has a file of its own; 0 when it is small and stands in the
///   manifest
/// @param bytes a form's number, and what that form has
record DeletedRuns(long version, byte[] bytes) {
  /// What is larger gets a file of its own.
  static final int INLINE_MAX = 512;

  static final DeletedRuns NONE = new DeletedRuns(0, new byte[0]);

  /// Ranges of sequences: distance from the end of the one before, length less one.
  private static final byte RANGES = 1;

  /// A bit for each position of a segment without gaps.
  private static final byte BITS = 2;

  static byte[] encode(Segment segment) throws IOException {
    if (segment.isWhole()) {
      return NONE.bytes;
    }
    var to = new Varints.Writer();
    to.write(RANGES);
    long expected = segment.base;
    for (int gone = nextGone(segment, 0); gone < segment.records; ) {
      int next = segment.nextLive(gone);
      int end = next < 0 ? segment.records : next;
      long first = segment.sequence(gone);
      long last = segment.sequence(end - 1);
      to.write(first - expected);
      to.write(last - first);
      expected = last + 1;
      gone = nextGone(segment, end);
      if (segment.isContiguous() && to.size() > segment.records / 8 + 1) {
        return bits(segment);
      }
    }
    return to.toBytes();
  }

  private static int nextGone(Segment segment, int from) {
    if (from < segment.front) {
      return from;
    }
    var deleted = segment.deleted;
    int found = deleted == null ? -1 : deleted.next(from);
    return found < 0 ? segment.records : found;
  }

  private static byte[] bits(Segment segment) {
    var bytes = new byte[1 + (segment.records + 7) / 8];
    bytes[0] = BITS;
    for (int i = 0; i < segment.records; i++) {
      if (!segment.isLive(i)) {
        bytes[1 + i / 8] |= (byte) (1 << (i & 7));
      }
    }
    return bytes;
  }

  /// Takes the messages away that are gone. The segment has its records, all of them live.
  static void apply(byte[] bytes, Segment segment) throws IOException {
    if (bytes.length == 0) {
      return;
    }
    switch (bytes[0]) {
      case RANGES -> {
        var from = new Varints.Reader(ByteBuffer.wrap(bytes, 1, bytes.length - 1));
        for (long next = segment.base; from.hasMore(); ) {
          long first = next + from.read();
          next = first + from.read() + 1;
          int end = segment.position(next);
          for (int i = segment.position(first); i < end; i++) {
            segment.remove(i, 0);
          }
        }
      }
      case BITS -> {
        for (int i = 0; i < 8 * (bytes.length - 1); i++) {
          if ((bytes[1 + i / 8] & 1 << (i & 7)) != 0) {
            int position = segment.position(segment.base + i);
            if (position < segment.records && segment.sequence(position) == segment.base + i) {
              segment.remove(position, 0);
            }
          }
        }
      }
      default -> throw new IOException("removed messages are written in an unknown form");
    }
  }
}

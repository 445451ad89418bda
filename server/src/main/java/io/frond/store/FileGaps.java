package io.frond.store;

import java.io.IOException;
import java.util.Arrays;

/// Collects sequences that are not there. What has no gaps costs nothing. Used once.
final class FileGaps {
  private final long last;
  private final int max;
  private long[] found = new long[16];
  private int count;
  private long expected;

  /// @param max how many at most
  FileGaps(long first, long last, int max) {
    this.last = last;
    this.max = max;
    expected = first;
  }

  long[] find(SegmentList segments) throws IOException {
    for (int i = segments.from(expected); i < segments.size() && count < max; i++) {
      find(segments.get(i));
    }
    upTo(last + 1);
    return Arrays.copyOf(found, count);
  }

  private void find(Segment segment) throws IOException {
    int position = segment.nextLive(segment.position(expected));
    while (position >= 0 && count < max) {
      upTo(segment.sequence(position));
      if (segment.isContiguous()) {
        position = segment.endOfLive(position) - 1;
      }
      expected = segment.sequence(position) + 1;
      position = segment.nextLive(position + 1);
    }
  }

  private void upTo(long end) {
    for (; expected < end && count < max; expected++) {
      if (count == found.length) {
        found = Arrays.copyOf(found, count * 2);
      }
      found[count++] = expected;
    }
  }
}

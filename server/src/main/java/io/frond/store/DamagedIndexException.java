package io.frond.store;

import java.io.IOException;

/// A segment's index turned out to be damaged: it is to be made again from the segment.
final class DamagedIndexException extends IOException {
  private final long segment;

  DamagedIndexException(long segment, String what) {
    super(what);
    this.segment = segment;
  }

  /// The segment's number.
  long segment() {
    return segment;
  }
}

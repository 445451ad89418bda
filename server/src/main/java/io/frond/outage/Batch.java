package io.frond.outage;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// Records that are written together, to the end of one segment. Filled by the loop, written by the
/// writer, looked at by the loop again when it is done.
final class Batch {
  final DiskSegment segment;

  /// Whether the segment is made by it.
  final boolean isFirst;

  /// Where it goes in the segment.
  final long at;

  /// Records in the segment before it.
  final int recordsBefore;

  ByteBuffer bytes = Format.buffer(1 << 14);
  int entries;

  /// Whether more waits to be written than fits into it.
  boolean isFull;

  private volatile boolean done;
  private @Nullable IOException failure;

  Batch(DiskSegment segment, boolean isFirst) {
    this.segment = segment;
    this.isFirst = isFirst;
    at = isFirst ? 0 : segment.size;
    recordsBefore = segment.records;
  }

  /// Makes room for so many bytes more.
  void need(int more) {
    if (bytes.remaining() < more) {
      var larger = Format.buffer(Math.max(2 * bytes.capacity(), bytes.position() + more));
      bytes = larger.put(bytes.flip());
    }
  }

  /// Begins a record at the end.
  ///
  /// @return its place in the buffer
  int begin(int length, short kind) {
    need(length);
    var place = bytes.position();
    Format.putRecord(bytes, place, length, segment.records++, kind);
    bytes.position(place + length);
    segment.size += length;
    return place;
  }

  void done(@Nullable IOException why) {
    failure = why;
    done = true;
  }

  boolean isDone() {
    return done;
  }

  /// Once it is done.
  @Nullable IOException failure() {
    return failure;
  }
}

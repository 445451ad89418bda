package io.frond.log;

import io.frond.disk.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;

/// A file of the log that is being written, or was. The holder of the writer's lock.
final class Segment {
  /// A file grows by this much at a time, filled with zeros: syncing what is written into space
  /// that is there already takes two thirds of the time.
  private static final int RESERVE_BYTES = 1 << 18;

  final long number;
  final Path path;
  private final DiskFile file;

  /// Frames up to here are committed, or will never be anything else.
  private long kept = Format.SEGMENT_HEADER;

  private long position = Format.SEGMENT_HEADER;
  private long reserved;

  /// The last entry in it that counts.
  private long last;

  private volatile boolean closed;

  /// @param last the last entry before it
  Segment(long number, Path path, DiskFile file, long last) throws IOException {
    this.number = number;
    this.path = path;
    this.file = file;
    this.last = last;
    reserved = file.size();
  }

  /// Writes a header into what will be a segment, and makes it safe.
  static void begin(DiskFile file, Format format, long number, long previous, long synced)
      throws IOException {
    var header = ByteBuffer.allocate(Format.SEGMENT_HEADER).order(ByteOrder.LITTLE_ENDIAN);
    format.putSegment(header, number, previous, synced);
    if (file.size() < RESERVE_BYTES) {
      file.reserve(0, RESERVE_BYTES);
    }
    file.write(header.flip(), 0);
    file.force();
  }

  /// Takes space for so many bytes more than were written.
  void reserve(long bytes) throws IOException {
    if (position + bytes > reserved) {
      var to = position + bytes + RESERVE_BYTES & -RESERVE_BYTES;
      file.reserve(reserved, to);
      reserved = to;
    }
  }

  void write(ByteBuffer from) throws IOException {
    var bytes = from.remaining();
    file.write(from, position);
    position += bytes;
  }

  /// Any thread.
  void force(Counters counters) throws IOException {
    var start = System.nanoTime();
    file.force();
    counters.synced(System.nanoTime() - start);
  }

  /// What was written is committed.
  void keep(long last) {
    kept = position;
    this.last = last;
  }

  /// Whether something was written that was not kept.
  boolean isDirty() {
    return position > kept;
  }

  /// Makes what was not kept unreadable, if the disk lets us.
  void spoil() throws IOException {
    file.erase(kept, kept + Format.FRAME_HEADER);
    file.force();
  }

  boolean isEmpty() {
    return kept == Format.SEGMENT_HEADER;
  }

  long position() {
    return position;
  }

  long last() {
    return last;
  }

  boolean isClosed() {
    return closed;
  }

  /// Any thread.
  void closeQuietly() {
    closed = true;
    try {
      file.close();
    } catch (IOException e) {
      // All that counts was forced before, and a failure of that was told.
    }
  }
}

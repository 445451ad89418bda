package io.frond.log;

import io.frond.disk.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/// Reads a segment through a window that moves along. What the disk cannot read looks like zeros.
final class SegmentReader {
  private static final int WINDOW_BYTES = 1 << 18;
  private static final int PAGE = 4096;

  /// A file that was being enlarged at a crash has a multiple of this.
  private static final int STEP_BYTES = 1 << 16;

  private final Format format;
  private final long number;
  private final DiskFile file;
  private final long size;
  private ByteBuffer window =
      ByteBuffer.allocate(WINDOW_BYTES).order(ByteOrder.LITTLE_ENDIAN).limit(0);
  private long start;
  private long unreadable;

  SegmentReader(Format format, long number, DiskFile file) throws IOException {
    this.format = format;
    this.number = number;
    this.file = file;
    size = file.size();
  }

  long size() {
    return size;
  }

  /// Bytes that the disk could not read so far.
  long unreadable() {
    return unreadable;
  }

  /// What [#at] is an offset into; valid until the next call of [#holds].
  ByteBuffer window() {
    return window;
  }

  /// Where a place of the file is in the window.
  int at(long place) {
    return (int) (place - start);
  }

  /// Brings a part of the file into the window.
  ///
  /// @return false when the file ends before
  boolean holds(long place, int length) {
    if (length < 0 || place + length > size) {
      return false;
    }
    if (place < start || place + length > start + window.limit()) {
      fill(place, length);
    }
    return true;
  }

  private void fill(long place, int length) {
    if (length > window.capacity()) {
      window = ByteBuffer.allocate(length + PAGE).order(ByteOrder.LITTLE_ENDIAN);
    }
    start = place;
    window.clear().limit((int) Math.min(window.capacity(), size - place));
    try {
      file.read(window, start);
    } catch (IOException e) {
      fillByPages();
    }
    window.clear().limit((int) Math.min(window.capacity(), size - place));
  }

  private void fillByPages() {
    var end = window.limit();
    for (var from = 0; from < end; from += PAGE) {
      var to = Math.min(from + PAGE, end);
      window.limit(to).position(from);
      try {
        file.read(window, start + from);
      } catch (IOException e) {
        unreadable += to - from;
        window.limit(to).position(from);
      }
      while (window.hasRemaining()) {
        window.put((byte) 0);
      }
    }
  }

  // Frames.

  /// The frame at a place, if there is one; its entries are in the window then.
  Format.@Nullable Frame frame(long place) {
    if (!holds(place, Format.FRAME_HEADER) || !format.isFrame(window, at(place), number)) {
      return null;
    }
    var frame = format.frame(window, at(place));
    return holds(place, frame.size()) ? frame : null;
  }

  /// Whether the file ends where the writer would not have left it: it takes space in large steps,
  /// before it writes.
  boolean endsEarly(long place) {
    var cut = place + Format.FRAME_HEADER > size;
    if (!cut && holds(place, Format.FRAME_HEADER) && format.isFrame(window, at(place), number)) {
      cut = place + format.frame(window, at(place)).size() > size;
    }
    return cut && size % STEP_BYTES != 0;
  }

  /// The next place at or behind `place` where a frame is, -1 for none.
  long findFrame(long place) {
    for (var at = Format.aligned(place); holds(at, Format.FRAME_HEADER); at += 8) {
      if (window.getInt(at(at)) == Format.FRAME_MAGIC && frame(at) != null) {
        return at;
      }
    }
    return -1;
  }

  // Entries.

  /// The size of a valid entry at a place, 0 when there is none.
  ///
  /// @param end the first place behind what may belong to it
  int entry(long place, long end, long index) {
    if (place + LogBatch.HEADER > end || !holds(place, LogBatch.HEADER)) {
      return 0;
    }
    var length = LogBatch.payloadLength(window, at(place));
    if (length < 0 || length > end - place - LogBatch.HEADER) {
      return 0;
    }
    var all = LogBatch.HEADER + length;
    return holds(place, all)
            && format.entrySum(window, at(place), length, number, index) == window.getInt(at(place))
        ? all
        : 0;
  }
}

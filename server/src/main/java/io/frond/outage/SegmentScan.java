package io.frond.outage;

import io.frond.disk.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;

/// Reads a segment's records in order through a window that moves along. What is damaged, or cannot
/// be read, is passed; the next record's ordinal tells how many were lost. One thread.
final class SegmentScan {
  private static final int WINDOW_BYTES = 1 << 18;
  private static final int PAGE = 4096;

  private final Format format = new Format();
  private final DiskFile file;
  private final long number;
  private final long size;
  private ByteBuffer window = Format.buffer(WINDOW_BYTES).limit(0);
  private long windowStart;

  /// The next record's place and ordinal, where everything is whole.
  private long next;

  private int ordinal;

  /// Of the record that [#next] found.
  private int at;

  private int lost;

  /// @param from a record's place
  /// @param ordinal of that record; -1 when it is not known: then nothing before the first record
  ///   counts as lost
  /// @param end what is behind this place is not looked at
  SegmentScan(DiskFile file, long number, long from, int ordinal, long end) throws IOException {
    this.file = file;
    this.number = number;
    this.next = from;
    this.ordinal = ordinal;
    size = Math.min(file.size(), end);
  }

  /// Goes to the next whole record, wherever it is.
  ///
  /// @return false when there is none
  boolean next() {
    for (var place = next; holds(place, Layout.HEADER); place += 4) {
      var here = (int) (place - windowStart);
      var length = Format.plausible(window, here, size - place);
      if (length == 0 || !isNew(here) || !holds(place, length)) {
        continue;
      }
      here = (int) (place - windowStart);
      if (format.isValid(window, here, number)) {
        var found = window.getInt(here + Layout.ORDINAL);
        lost += ordinal < 0 ? 0 : found - ordinal;
        ordinal = found + 1;
        next = place + length;
        at = here;
        return true;
      }
    }
    return false;
  }

  /// Whether the ordinal is behind the last record's, and not further than there was room for.
  private boolean isNew(int here) {
    var found = window.getInt(here + Layout.ORDINAL);
    return found >= Math.max(0, ordinal) && found <= size / Layout.HEADER;
  }

  /// Records that were lost before the one that was found last.
  int lost() {
    return lost;
  }

  /// Where the record ends that was found last.
  long end() {
    return next;
  }

  /// The ordinal of the next record, where everything is whole.
  int ordinal() {
    return Math.max(0, ordinal);
  }

  /// The memory in which the record lies, until the next call of [#next].
  ByteBuffer bytes() {
    return window;
  }

  int at() {
    return at;
  }

  int length() {
    return window.getInt(at + Layout.LENGTH);
  }

  short kind() {
    return window.getShort(at + Layout.KIND);
  }

  long sequence() {
    return window.getLong(at + Layout.SEQUENCE);
  }

  /// Whether an entry is for a session.
  boolean isFor(int session, int group) {
    var of = window.getInt(at + Layout.GROUP);
    if (of != 0) {
      return of == group;
    }
    var count = window.getInt(at + Layout.PAIRS);
    for (var i = 0; i < count; i++) {
      if (window.getInt(at + Layout.HEADER + Format.SESSION * i) == session) {
        return true;
      }
    }
    return false;
  }

  /// Brings a part of the file into the window.
  ///
  /// @return false when the file ends before
  private boolean holds(long place, int length) {
    if (place + length > size) {
      return false;
    }
    if (place < windowStart || place + length > windowStart + window.limit()) {
      fill(place, length);
    }
    return true;
  }

  private void fill(long place, int length) {
    if (length > window.capacity()) {
      window = Format.buffer(length + PAGE);
    }
    windowStart = place;
    var bytes = (int) Math.min(window.capacity(), size - place);
    window.clear().limit(bytes);
    try {
      file.read(window, place);
    } catch (IOException e) {
      fillByPages(bytes);
    }
    while (window.hasRemaining()) {
      window.put((byte) 0); // it became shorter meanwhile
    }
    window.clear().limit(bytes);
  }

  /// What cannot be read looks like zeros.
  private void fillByPages(int bytes) {
    for (var from = 0; from < bytes; from += PAGE) {
      window.limit(Math.min(from + PAGE, bytes)).position(from);
      try {
        file.read(window, windowStart + from);
      } catch (IOException e) {
        window.position(from);
      }
      while (window.hasRemaining()) {
        window.put((byte) 0);
      }
    }
  }
}

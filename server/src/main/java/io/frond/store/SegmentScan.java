package io.frond.store;

import java.io.IOException;
import java.util.Arrays;

/// Reads a segment from its beginning to its end without any index, and steps over what is damaged.
/// Used once, by any one thread.
final class SegmentScan {
  private static final int WINDOW = 256 << 10;

  /// Gives a segment's bytes.
  interface Source {
    /// @return bytes read; fewer than `length` only at the end
    int read(byte[] into, int at, int length, int offset) throws IOException;
  }

  /// Takes what is found, in order.
  interface Visitor {
    /// An intact record; it may be erased.
    void record(byte[] bytes, int at, int offset) throws IOException;

    /// Bytes that are no intact record.
    void damaged(int from, int to);
  }

  private final Source source;
  private final int length;
  private final int salt;
  private final Visitor visitor;
  private final MessageRecord records = new MessageRecord();

  private byte[] window = new byte[WINDOW];
  private int start;
  private int end;

  /// @param length where the segment ends, as far as is known
  SegmentScan(Source source, int length, int salt, Visitor visitor) {
    this.source = source;
    this.length = length;
    this.salt = salt;
    this.visitor = visitor;
  }

  void run() throws IOException {
    int offset = Segment.HEADER;
    while (offset < length) {
      int next = intact(offset);
      if (next > 0) {
        visitor.record(window, offset - start, offset);
      } else {
        next = behindDamage(offset);
        visitor.damaged(offset, next);
      }
      offset = next;
    }
  }

  /// Where the intact record at a place ends; 0 when there is none.
  private int intact(int offset) throws IOException {
    int recordLength = plausible(offset);
    if (recordLength == 0
        || !fill(offset, recordLength)
        || !records.isIntact(window, offset - start, salt)) {
      return 0;
    }
    return offset + recordLength;
  }

  /// The length of what may be a record; 0 when it cannot be one.
  private int plausible(int offset) throws IOException {
    return length - offset >= MessageRecord.FIXED
            && fill(offset, MessageRecord.FIXED)
            && MessageRecord.isPlausible(window, offset - start, length - offset)
        ? MessageRecord.length(window, offset - start)
        : 0;
  }

  private int behindDamage(int offset) throws IOException {
    int recordLength = plausible(offset);
    if (recordLength > 0) {
      int next = offset + recordLength;
      if (next == length || intact(next) > 0) {
        return endIfLengthIsWrong(offset, next);
      }
    }
    for (int next = offset + 1; next < length; next++) {
      if (intact(next) > 0) {
        return next;
      }
    }
    return length;
  }

  /// Where a damaged record ends that seems to end at `end`. What looks like a record within it is
  /// one of its payload's, unless the checksum says that only the length is wrong.
  private int endIfLengthIsWrong(int offset, int end) throws IOException {
    for (int next = offset + MessageRecord.FIXED; next < end; next++) {
      if (intact(next) > 0
          && fill(offset, next - offset)
          && records.isIntact(window, offset - start, salt, next - offset)) {
        return next;
      }
    }
    return end;
  }

  /// Brings bytes into the window.
  ///
  /// @return false when there are not so many
  private boolean fill(int offset, int count) throws IOException {
    if (offset >= start && offset + count <= end) {
      return true;
    }
    if (count > window.length) {
      window = new byte[count];
    } else if (window.length > WINDOW && count <= WINDOW) {
      window = Arrays.copyOf(window, WINDOW);
    }
    start = offset;
    int wanted = Math.min(window.length, length - offset);
    end = offset + source.read(window, 0, wanted, offset);
    return offset + count <= end;
  }
}

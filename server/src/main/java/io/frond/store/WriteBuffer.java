package io.frond.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/// The end of the segment that is appended to: what is not in the file yet, and before it some of
/// what was written last, so that who reads at the head of the stream reads memory. It grows with
/// use, as far as the budget goes. Owner-thread only.
final class WriteBuffer {
  private static final int MIN = 1 << 10;
  private static final int MAX = 512 << 10;

  private final BufferBudget budget;
  private byte[] bytes = {};
  private ByteBuffer view = ByteBuffer.wrap(bytes);

  /// Places in the segment: of the first byte held, of the first that is not in the file, behind
  /// the last.
  private int start;

  private int flushed;
  private int end;

  WriteBuffer(BufferBudget budget, int offset) {
    this.budget = budget;
    start = offset;
    flushed = offset;
    end = offset;
  }

  int start() {
    return start;
  }

  /// What lies before it is in the file.
  int flushed() {
    return flushed;
  }

  int end() {
    return end;
  }

  byte[] bytes() {
    return bytes;
  }

  ByteBuffer view() {
    return view;
  }

  /// Makes room for `count` bytes behind the end and returns where they go in [#bytes].
  ///
  /// @throws IOException when that took a write, and it failed; nothing is lost then
  int room(int count, OpenFiles.Handle file) throws IOException {
    if (bytes.length - (end - start) < count && !grow(count)) {
      flush(file);
      slide(count);
    }
    return end - start;
  }

  private boolean grow(int count) {
    int needed = end - start + count;
    if (needed > MAX) {
      return false;
    }
    int size = Math.max(MIN, bytes.length);
    while (size < needed) {
      size *= 2;
    }
    if (size > MIN && !budget.take(size - bytes.length)) {
      return false;
    }
    if (size == MIN) {
      budget.force(size - bytes.length);
    }
    resize(size);
    return true;
  }

  private void resize(int size) {
    bytes = Arrays.copyOf(bytes, size);
    view = ByteBuffer.wrap(bytes);
  }

  /// Everything is in the file: keeps the newest half, or less where the room is needed.
  private void slide(int count) {
    int capacity = Math.min(bytes.length, MAX);
    if (count > capacity) {
      capacity = Math.max(count, MIN);
    }
    int kept = Math.min(Math.min(end - start, capacity / 2), capacity - count);
    System.arraycopy(bytes, end - start - kept, bytes, 0, kept);
    start = end - kept;
    if (capacity != bytes.length) {
      budget.force(capacity - bytes.length);
      resize(capacity);
    }
  }

  /// Bytes were put behind the end.
  void added(int count) {
    end += count;
  }

  /// Overwrites bytes that are not in the file yet.
  void zero(int from, int to) {
    Arrays.fill(bytes, from, to, (byte) 0);
  }

  /// Writes what is not in the file yet.
  void flush(OpenFiles.Handle file) throws IOException {
    if (flushed < end) {
      file.file().write(view.duplicate().limit(end - start).position(flushed - start), flushed);
      flushed = end;
    }
  }

  /// Gives the memory back. All is in the file, or not needed.
  void release() {
    budget.give(bytes.length);
    bytes = new byte[0];
    view = ByteBuffer.wrap(bytes);
    start = end;
    flushed = end;
  }
}

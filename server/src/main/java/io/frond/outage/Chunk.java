package io.frond.outage;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/// A piece of memory with entries one after the other. The loop.
final class Chunk {
  /// Of most chunks; an entry that is larger has one of its own.
  static final int BYTES = 1 << 16;

  /// In [Memory]'s table, from 1.
  final int index;

  final ByteBuffer bytes;

  /// Bytes that entries take.
  int filled;

  /// Entries that somebody needs.
  int live;

  /// Nobody needs the entries before this place.
  int dead;

  /// Entries before this place were handed to the writer.
  int spilled;

  /// Entries before this place were written: the end of the process does not harm them.
  int written;

  @Nullable Chunk next;
  @Nullable Chunk previous;

  Chunk(int index, int size) {
    this.index = index;
    bytes = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
  }

  void reset() {
    filled = 0;
    dead = 0;
    spilled = 0;
    written = 0;
  }

  boolean isStandard() {
    return bytes.capacity() == BYTES;
  }
}

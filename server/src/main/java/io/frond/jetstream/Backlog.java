package io.frond.jetstream;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;

/// Committed entries of a stream whose disk refuses them, in order, until it takes them again.
final class Backlog {
  record Entry(long index, byte kind, ByteBuffer payload) {}

  private final ArrayDeque<Entry> entries = new ArrayDeque<>();

  void add(long index, byte kind, ByteBuffer bytes, int at, int length) {
    var copy = new byte[length];
    if (length > 0) {
      bytes.get(at, copy);
    }
    entries.add(new Entry(index, kind, ByteBuffer.wrap(copy).order(ByteOrder.LITTLE_ENDIAN)));
  }

  ArrayDeque<Entry> entries() {
    return entries;
  }
}

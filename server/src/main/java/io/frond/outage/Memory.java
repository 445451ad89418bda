package io.frond.outage;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A log's entries in memory: chunks in the order of their entries, and references into them. A
/// reference is the chunk's index and a place in it, a multiple of 4. The loop.
final class Memory {
  private static final int PLACE_BITS = 14;
  private static final int PLACE_MASK = (1 << PLACE_BITS) - 1;

  /// Chunks at once; at the default bound there are far fewer.
  static final int CHUNKS_MAX = 1 << (32 - PLACE_BITS);

  /// Free chunks that are kept while the log is busy: one that is emptied as fast as it is filled
  /// allocates nothing, with all that feeds have under way.
  private static final int SPARES_MAX = 128;

  private final ArrayList<@Nullable Chunk> table = new ArrayList<>();
  private final ArrayList<Integer> freeIndexes = new ArrayList<>();
  private final ArrayList<Chunk> spares = new ArrayList<>();
  private @Nullable Chunk first;
  private @Nullable Chunk last;

  /// Bytes of all chunks that hold entries.
  private long held;

  private long liveEntries;
  private long liveBytes;

  /// Bytes of entries that the writer did not get.
  private long unspilled;

  Memory() {
    table.add(null); // no reference is 0
  }

  // References.

  private static int reference(Chunk chunk, int at) {
    return chunk.index << PLACE_BITS | at >> 2;
  }

  private Chunk chunk(int reference) {
    return Objects.requireNonNull(table.get(reference >>> PLACE_BITS));
  }

  ByteBuffer bytes(int reference) {
    return chunk(reference).bytes;
  }

  /// The place of a reference in its bytes.
  static int at(int reference) {
    return (reference & PLACE_MASK) << 2;
  }

  int next(int pair) {
    return bytes(pair).getInt(at(pair) + Layout.PAIR_NEXT);
  }

  void setNext(int pair, int next) {
    bytes(pair).putInt(at(pair) + Layout.PAIR_NEXT, next);
  }

  /// The place of the entry that a pair belongs to.
  int entry(int pair) {
    return Layout.entryOfPair(bytes(pair), at(pair));
  }

  long sequence(int pair) {
    return bytes(pair).getLong(entry(pair) + Layout.SEQUENCE);
  }

  // Appending.

  /// Makes room for an entry behind the last one and puts its length; the caller fills it.
  ///
  /// @return the reference of the entry's beginning
  int reserve(int length, int pairs) {
    var chunk = last;
    if (chunk == null || chunk.bytes.capacity() - chunk.filled < length) {
      chunk = add(length);
    }
    var at = chunk.filled;
    chunk.filled += length;
    chunk.live++;
    liveEntries++;
    liveBytes += length;
    unspilled += length;
    chunk.bytes.putInt(at + Layout.LENGTH, length);
    chunk.bytes.putInt(at + Layout.LIVE, pairs);
    chunk.bytes.putInt(at + Layout.PAIRS, pairs);
    return reference(chunk, at);
  }

  /// The reference of an entry's pair.
  static int pair(int entry, int index) {
    return entry + ((Layout.HEADER + Layout.PAIR * index) >> 2);
  }

  private Chunk add(int length) {
    Chunk chunk;
    if (length <= Chunk.BYTES && !spares.isEmpty()) {
      chunk = spares.removeLast();
    } else {
      var index = freeIndexes.isEmpty() ? table.size() : freeIndexes.removeLast();
      chunk = new Chunk(index, Math.max(length, Chunk.BYTES));
      if (index == table.size()) {
        table.add(chunk);
      } else {
        table.set(index, chunk);
      }
    }
    var before = last;
    chunk.previous = before;
    if (before == null) {
      first = chunk;
    } else {
      before.next = chunk;
    }
    last = chunk;
    held += chunk.bytes.capacity();
    if (before != null && before.live == 0) {
      free(before);
    }
    return chunk;
  }

  // Releasing.

  /// A pair left its list: when it was its entry's last one the entry's memory is free.
  ///
  /// @return whether it was the last one
  boolean release(int pair) {
    var chunk = chunk(pair);
    var entry = Layout.entryOfPair(chunk.bytes, at(pair));
    var live = chunk.bytes.getInt(entry + Layout.LIVE) - 1;
    chunk.bytes.putInt(entry + Layout.LIVE, live);
    if (live > 0) {
      return false;
    }
    var length = chunk.bytes.getInt(entry + Layout.LENGTH);
    liveEntries--;
    liveBytes -= length;
    if (entry >= chunk.spilled) {
      unspilled -= length;
    }
    if (--chunk.live == 0) {
      empty(chunk);
    }
    return true;
  }

  private void empty(Chunk chunk) {
    if (chunk == last && chunk.isStandard()) {
      chunk.reset();
    } else {
      free(chunk);
    }
  }

  private void free(Chunk chunk) {
    var before = chunk.previous;
    var after = chunk.next;
    if (before == null) {
      first = after;
    } else {
      before.next = after;
    }
    if (after == null) {
      last = before;
    } else {
      after.previous = before;
    }
    chunk.previous = null;
    chunk.next = null;
    held -= chunk.bytes.capacity();
    if (chunk.isStandard() && spares.size() < SPARES_MAX) {
      chunk.reset();
      spares.add(chunk);
    } else {
      forget(chunk);
    }
  }

  private void forget(Chunk chunk) {
    table.set(chunk.index, null);
    freeIndexes.add(chunk.index);
  }

  /// Gives back what a quiet log does not need.
  void trim() {
    spares.forEach(this::forget);
    spares.clear();
    if (last != null && last.live == 0) {
      free(last);
      spares.forEach(this::forget);
      spares.clear();
    }
  }

  // Spilling.

  /// The writer got an entry.
  void spilled(int length) {
    unspilled -= length;
  }

  /// What the writer got is written.
  void written() {
    for (var chunk = first; chunk != null; chunk = chunk.next) {
      chunk.written = chunk.spilled;
    }
  }

  /// What the writer got has to be written again.
  ///
  /// @param all also what it has written
  void unspill(boolean all) {
    for (var chunk = first; chunk != null; chunk = chunk.next) {
      chunk.written = all ? 0 : chunk.written;
      for (var at = chunk.written; at < chunk.spilled; ) {
        var length = chunk.bytes.getInt(at + Layout.LENGTH);
        unspilled += chunk.bytes.getInt(at + Layout.LIVE) > 0 ? length : 0;
        at += length;
      }
      chunk.spilled = chunk.written;
    }
  }

  /// Whether the oldest entry that somebody needs is on the disk.
  boolean isFirstWritten() {
    var entry = firstLive();
    return entry != 0 && at(entry) < chunk(entry).written;
  }

  /// Bytes of entries that somebody needs and that the writer did not get.
  long unspilled() {
    return unspilled;
  }

  // Looking.

  @Nullable Chunk first() {
    return first;
  }

  /// The reference of the oldest entry that somebody needs; 0 when there is none.
  int firstLive() {
    var chunk = first;
    while (chunk != null && chunk.live == 0) {
      chunk = chunk.next;
    }
    if (chunk == null) {
      return 0;
    }
    return firstLive(chunk);
  }

  /// The same for a chunk that has such an entry.
  int firstLive(Chunk chunk) {
    while (chunk.bytes.getInt(chunk.dead + Layout.LIVE) == 0) {
      chunk.dead += chunk.bytes.getInt(chunk.dead + Layout.LENGTH);
    }
    return reference(chunk, chunk.dead);
  }

  /// Bytes of memory that is held for entries, those that nobody needs any more included.
  long held() {
    return held;
  }

  /// Entries that somebody needs.
  long entries() {
    return liveEntries;
  }

  long entryBytes() {
    return liveBytes;
  }
}

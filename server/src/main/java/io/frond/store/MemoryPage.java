package io.frond.store;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// The messages of up to 1,024 sequences in memory. Records lie behind each other in chunks that
/// grow with the page; a chunk goes when its last message goes, and what is left is moved together
/// when half is dead. Owner-thread only.
///
/// A record: timestamp (8), length of the body (4), length of the headers (4, highest bit: has an
/// expiry), length of the subject (2), expiry if any (8), subject, body.
final class MemoryPage {
  static final int SHIFT = 10;
  private static final int SEQUENCES = 1 << SHIFT;

  private static final int CHUNK_MIN = 256;
  private static final int CHUNK_SHIFT = 16;
  static final int CHUNK_MAX = 1 << CHUNK_SHIFT;

  /// Longer records have a chunk of their own.
  private static final int SHARED_MAX = CHUNK_MAX / 2;

  private static final int FIXED = 18;
  private static final int HAS_EXPIRY = Integer.MIN_VALUE;

  /// Fills the places of chunks that went.
  private static final ByteBuffer NO_CHUNK = ByteBuffer.allocate(0);

  private final long number;

  /// Of the first message that ever was here.
  private long firstTimestamp;

  /// By position, ascending by sequence: chunk (high 16 bits) and offset of the record.
  private int[] places = new int[4];

  /// By position: the subject's entry, 0 for a message that went.
  private int[] entries = new int[4];

  /// By position: sequence within the page; empty while positions are without gaps, from `start`.
  private short[] slots = {};

  private int start;
  private int size;
  private int live;

  /// No position before it is live.
  private int firstLive;

  private ByteBuffer[] chunks = {NO_CHUNK};
  private short[] chunkLive = {0};
  private int chunkCount;

  /// By chunk: bytes that records took, live or not.
  private int[] chunkUsed = {0};

  /// The chunk that takes the next record; -1 for none yet.
  private int tail = -1;

  private long usedBytes;
  private long liveBytes;

  /// Which tokens its subjects have; null while nobody looked.
  private @Nullable TokenMask tokens;

  MemoryPage(long number) {
    this.number = number;
  }

  /// Sequences shifted by [#SHIFT].
  long number() {
    return number;
  }

  int live() {
    return live;
  }

  /// Positions are below it.
  int size() {
    return size;
  }

  /// Appends a message of a sequence of this page, greater than those before.
  void append(
      long sequence,
      int entry,
      byte[] subject,
      ByteBuffer from,
      int at,
      int headerLength,
      int length,
      long timestamp,
      long expiry) {
    int position = newPosition(slot(sequence), timestamp);
    int record = FIXED + (expiry == 0 ? 0 : Long.BYTES) + subject.length + length;
    int place = allocate(record);
    places[position] = place;
    entries[position] = entry;
    ByteBuffer chunk = chunks[place >>> CHUNK_SHIFT];
    int to = place & (CHUNK_MAX - 1);
    chunk.putLong(to, timestamp);
    chunk.putInt(to + 8, length);
    chunk.putInt(to + 12, expiry == 0 ? headerLength : headerLength | HAS_EXPIRY);
    chunk.putShort(to + 16, (short) subject.length);
    to += FIXED;
    if (expiry != 0) {
      chunk.putLong(to, expiry);
      to += Long.BYTES;
    }
    chunk.put(to, subject);
    chunk.put(to + subject.length, from, at, length);
    tokens = null;
    if (lastSlot() == SEQUENCES - 1) {
      trim();
    }
  }

  private static int slot(long sequence) {
    return (int) sequence & (SEQUENCES - 1);
  }

  private int newPosition(int slot, long timestamp) {
    if (size == places.length) {
      int capacity = Math.min(SEQUENCES, size * 2);
      places = Arrays.copyOf(places, capacity);
      entries = Arrays.copyOf(entries, capacity);
      if (slots.length > 0) {
        slots = Arrays.copyOf(slots, capacity);
      }
    }
    if (size == 0) {
      start = slot;
      firstTimestamp = timestamp;
    } else if (slots.length == 0 && slot != start + size) {
      slots = new short[places.length];
      for (int i = 0; i < size; i++) {
        slots[i] = (short) (start + i);
      }
    }
    if (slots.length > 0) {
      slots[size] = (short) slot;
    }
    return size++;
  }

  private int allocate(int length) {
    int chunk = tail;
    if (length > SHARED_MAX) {
      chunk = newChunk(length);
    } else if (tail < 0 || chunkUsed[tail] + length > chunks[tail].capacity()) {
      chunk = newChunk(Math.max(length, Math.clamp(usedBytes, CHUNK_MIN, CHUNK_MAX)));
      tail = chunk;
    }
    int place = (chunk << CHUNK_SHIFT) | chunkUsed[chunk];
    chunkUsed[chunk] += length;
    chunkLive[chunk]++;
    usedBytes += length;
    liveBytes += length;
    live++;
    return place;
  }

  private int newChunk(int capacity) {
    if (chunkCount == chunks.length) {
      chunks = Arrays.copyOf(chunks, chunkCount * 2);
      Arrays.fill(chunks, chunkCount, chunks.length, NO_CHUNK);
      chunkLive = Arrays.copyOf(chunkLive, chunkCount * 2);
      chunkUsed = Arrays.copyOf(chunkUsed, chunkCount * 2);
    }
    chunks[chunkCount] = ByteBuffer.allocate(capacity);
    return chunkCount++;
  }

  private int lastSlot() {
    return slots.length == 0 ? start + size - 1 : slots[size - 1];
  }

  /// Gives back what the last chunk has left.
  private void trim() {
    if (tail >= 0 && chunkLive[tail] > 0 && chunkUsed[tail] < chunks[tail].capacity()) {
      chunks[tail] = ByteBuffer.wrap(Arrays.copyOf(chunks[tail].array(), chunkUsed[tail]));
    }
  }

  /// The position of a sequence's message; negative when it is not there.
  int position(long sequence) {
    int slot = slot(sequence);
    int position =
        slots.length == 0 ? slot - start : Arrays.binarySearch(slots, 0, size, (short) slot);
    return position >= 0 && position < size && entries[position] != 0 ? position : -1;
  }

  /// The first live position at or behind a sequence; [#size] when there is none. All are behind a
  /// sequence of an earlier page.
  int positionFrom(long sequence) {
    int position = lowerBound(sequence);
    position = Math.max(position, firstLive);
    while (position < size && entries[position] == 0) {
      position++;
    }
    return position;
  }

  /// The last live position at or before a sequence; -1 when there is none.
  int positionUpTo(long sequence) {
    int position = lowerBound(sequence + 1) - 1;
    while (position >= 0 && entries[position] == 0) {
      position--;
    }
    return position;
  }

  /// How many live positions are at or behind a sequence.
  int countFrom(long sequence) {
    int count = 0;
    for (int position = positionFrom(sequence); position < size; position++) {
      count += entries[position] == 0 ? 0 : 1;
    }
    return count;
  }

  private int lowerBound(long sequence) {
    long base = number << SHIFT;
    if (sequence <= base) {
      return 0;
    }
    if (sequence - base >= SEQUENCES) {
      return size;
    }
    int slot = (int) (sequence - base);
    if (slots.length == 0) {
      return Math.clamp(slot - start, 0, size);
    }
    int position = Arrays.binarySearch(slots, 0, size, (short) slot);
    return position < 0 ? -position - 1 : position;
  }

  /// The subject's entry of a position, 0 when its message went.
  int entry(int position) {
    return entries[position];
  }

  long sequence(int position) {
    return (number << SHIFT) + (slots.length == 0 ? start + position : slots[position]);
  }

  /// Of a live position.
  long timestamp(int position) {
    return chunk(position).getLong(at(position));
  }

  /// Of a live position; see [StoredMessage#expiry].
  long expiry(int position) {
    ByteBuffer chunk = chunk(position);
    int at = at(position);
    return chunk.getInt(at + 12) < 0 ? chunk.getLong(at + FIXED) : 0;
  }

  /// The array that holds a live position's subject.
  byte[] subjectArray(int position) {
    return chunk(position).array();
  }

  int subjectAt(int position) {
    int at = at(position);
    return at + FIXED + (chunk(position).getInt(at + 12) < 0 ? Long.BYTES : 0);
  }

  int subjectLength(int position) {
    return chunk(position).getShort(at(position) + 16) & 0xffff;
  }

  /// Bytes of headers and payload of a live position.
  int bodyLength(int position) {
    return chunk(position).getInt(at(position) + 8);
  }

  void load(int position, StoredMessage into) {
    ByteBuffer chunk = chunk(position);
    int at = at(position);
    int flags = chunk.getInt(at + 12);
    int subjectLength = chunk.getShort(at + 16) & 0xffff;
    int subjectAt = at + FIXED + (flags < 0 ? Long.BYTES : 0);
    into.set(
        chunk,
        sequence(position),
        chunk.getLong(at),
        flags < 0 ? chunk.getLong(at + FIXED) : 0,
        subjectAt,
        subjectLength,
        flags & ~HAS_EXPIRY,
        subjectAt + subjectLength,
        chunk.getInt(at + 8));
  }

  private ByteBuffer chunk(int position) {
    return chunks[places[position] >>> CHUNK_SHIFT];
  }

  private int at(int position) {
    return places[position] & (CHUNK_MAX - 1);
  }

  private int recordLength(int position) {
    return subjectAt(position) - at(position) + subjectLength(position) + bodyLength(position);
  }

  /// Takes a live position's message out.
  void remove(int position) {
    int chunk = places[position] >>> CHUNK_SHIFT;
    liveBytes -= recordLength(position);
    entries[position] = 0;
    live--;
    if (--chunkLive[chunk] == 0) {
      usedBytes -= chunkUsed[chunk];
      chunkUsed[chunk] = 0;
      if (chunk != tail) {
        chunks[chunk] = NO_CHUNK;
      }
    }
    while (firstLive < size && entries[firstLive] == 0) {
      firstLive++;
    }
  }

  /// Forgets what behind a sequence was here and went: such sequences may come again.
  void truncate(long sequence) {
    while (size > 0 && sequence(size - 1) > sequence) {
      size--;
    }
  }

  /// Overwrites a live position's body.
  void erase(int position) {
    int bodyAt = subjectAt(position) + subjectLength(position);
    Arrays.fill(chunk(position).array(), bodyAt, bodyAt + bodyLength(position), (byte) 0);
  }

  /// Bytes that are taken for messages that went, when that is more than the others take.
  long waste() {
    long dead = usedBytes - liveBytes;
    return dead > liveBytes ? dead : 0;
  }

  /// A page with only what is live.
  MemoryPage packed() {
    var packed = new MemoryPage(number);
    for (int i = firstLive; i < size; i++) {
      if (entries[i] == 0) {
        continue;
      }
      int position = packed.newPosition(slot(sequence(i)), timestamp(i));
      int length = recordLength(i);
      int place = packed.allocate(length);
      packed.entries[position] = entries[i];
      packed.places[position] = place;
      packed.chunks[place >>> CHUNK_SHIFT].put(place & (CHUNK_MAX - 1), chunk(i), at(i), length);
    }
    packed.trim();
    return packed;
  }

  /// A time that no message here is before, and none in earlier pages behind.
  long firstTimestamp() {
    return firstTimestamp;
  }

  /// Whether messages here may match a pattern with these tokens.
  boolean mayHold(TokenMask pattern) {
    return tokens == null || tokens.covers(pattern);
  }

  /// Makes [#mayHold] answer, until the next message comes.
  void learnTokens() {
    if (tokens == null) {
      tokens = new TokenMask();
      for (int i = firstLive; i < size; i++) {
        if (entries[i] != 0) {
          int at = subjectAt(i);
          tokens.add(subjectArray(i), at, at + subjectLength(i));
        }
      }
    }
  }
}

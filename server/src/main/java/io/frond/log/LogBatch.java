package io.frond.log;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.BitSet;

/// Entries on their way through the log, in one growing array. An entry is a kind, the number of
/// the stream that it concerns, and a payload that only the stream understands.
///
/// In memory as on disk: checksum u32 (the log's matter), payload length u32, kind u8, stream u64,
/// payload; little endian. One owner at a time.
public final class LogBatch {
  /// Bytes before an entry's payload.
  public static final int HEADER = 17;

  private ByteBuffer bytes;
  private long firstIndex;
  private int count;
  private int open = -1;
  private final BitSet early = new BitSet();

  /// Which failures its proposer knew of, see [LocalLog].
  int epoch;

  /// @param capacity bytes to begin with
  public LogBatch(int capacity) {
    bytes = ByteBuffer.allocate(capacity).order(ByteOrder.LITTLE_ENDIAN);
  }

  /// Begins an entry; write its payload with the `put` methods and finish with [#end].
  public LogBatch begin(byte kind, long stream) {
    if (open >= 0) {
      throw new IllegalStateException("an entry is open");
    }
    ensure(HEADER);
    open = bytes.position();
    bytes.putLong(0).put(kind).putLong(stream);
    return this;
  }

  public LogBatch put(byte value) {
    ensure(1);
    bytes.put(value);
    return this;
  }

  public LogBatch putShort(int value) {
    ensure(2);
    bytes.putShort((short) value);
    return this;
  }

  public LogBatch putInt(int value) {
    ensure(4);
    bytes.putInt(value);
    return this;
  }

  public LogBatch putLong(long value) {
    ensure(8);
    bytes.putLong(value);
    return this;
  }

  public LogBatch put(byte[] value) {
    return put(value, 0, value.length);
  }

  public LogBatch put(byte[] value, int at, int length) {
    ensure(length);
    bytes.put(value, at, length);
    return this;
  }

  /// Copies from absolute offsets of a buffer, whose position stays.
  public LogBatch put(ByteBuffer from, int at, int length) {
    ensure(length);
    bytes.put(bytes.position(), from, at, length);
    bytes.position(bytes.position() + length);
    return this;
  }

  /// Ends the entry that was begun.
  ///
  /// @return its index in the log
  public long end() {
    bytes.putInt(open + 4, bytes.position() - open - HEADER);
    open = -1;
    return firstIndex + count++;
  }

  /// The entry that ended last may be applied as soon as it is written.
  public void markEarly() {
    early.set(count - 1);
  }

  public boolean isEarly(long index) {
    return early.get((int) (index - firstIndex));
  }

  /// Whether any entry may be applied as soon as it is written.
  public boolean hasEarly() {
    return !early.isEmpty();
  }

  /// Takes back the entry that was begun.
  public void abandon() {
    bytes.position(open);
    open = -1;
  }

  /// Takes over entries as they are on disk, which were checked.
  void load(ByteBuffer from, int at, int length, long firstIndex, int count) {
    reset(firstIndex);
    put(from, at, length);
    this.count = count;
  }

  /// @param at where an entry begins
  static int payloadLength(ByteBuffer bytes, int at) {
    return bytes.getInt(at + 4);
  }

  /// @param at where an entry begins
  static int entrySize(ByteBuffer bytes, int at) {
    return HEADER + payloadLength(bytes, at);
  }

  private void ensure(int more) {
    if (bytes.remaining() < more) {
      var size = Math.max(bytes.capacity() * 2, bytes.position() + more);
      var larger =
          ByteBuffer.wrap(Arrays.copyOf(bytes.array(), size)).order(ByteOrder.LITTLE_ENDIAN);
      larger.position(bytes.position());
      bytes = larger;
    }
  }

  /// Empties the batch for use with entries from `firstIndex` on.
  public void reset(long firstIndex) {
    bytes.clear();
    this.firstIndex = firstIndex;
    count = 0;
    open = -1;
    early.clear();
  }

  public long firstIndex() {
    return firstIndex;
  }

  public int count() {
    return count;
  }

  public boolean isEmpty() {
    return count == 0;
  }

  /// Bytes of all entries, headers included.
  public int size() {
    return bytes.position();
  }

  /// The memory behind it, entries from 0 to [#size].
  public ByteBuffer bytes() {
    return bytes;
  }

  /// Gives each entry in order.
  public void forEach(EntryVisitor visitor) {
    var index = firstIndex;
    for (var at = 0; at < bytes.position(); ) {
      var length = payloadLength(bytes, at);
      visitor.entry(index++, bytes.get(at + 8), bytes.getLong(at + 9), bytes, at + HEADER, length);
      at += HEADER + length;
    }
  }

  /// Takes an entry; the payload is valid only during the call.
  public interface EntryVisitor {
    void entry(long index, byte kind, long stream, ByteBuffer bytes, int at, int length);
  }
}

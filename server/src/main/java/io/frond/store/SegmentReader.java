package io.frond.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/// Reads messages of segments, and verifies each. Who reads a segment onwards reads blocks of 64
/// KiB, which stay in the cache; a message that is read alone costs one small read. Shared by the
/// stores of one factory. Owner-thread only.
final class SegmentReader {
  static final int BLOCK_SHIFT = 16;
  static final int BLOCK = 1 << BLOCK_SHIFT;
  private static final int PIECE = 8 << 10;
  private static final int KEPT_PIECE = 256 << 10;
  private static final int RECENT = 16;
  private static final int PLACES = 512;

  private final BlockCache cache;
  private final MessageRecord records;

  /// What [#place] found: bytes of a segment in memory, from `at` to `limit`.
  private byte[] bytes = {};

  private ByteBuffer buffer = ByteBuffer.wrap(bytes);
  private int at;
  private int limit;

  private BlockCache.Block near = new BlockCache.Block(0);

  /// A piece of a file that was read alone.
  private byte[] piece = new byte[PIECE];

  private ByteBuffer pieceBuffer = ByteBuffer.wrap(piece);
  private long pieceKey;
  private int pieceStart;
  private int pieceEnd;

  /// Blocks of which a piece was read lately.
  private final long[] recentKeys = new long[RECENT];

  private final int[] recentBlocks = new int[RECENT];
  private int recentNext;

  /// Where some messages begin: those behind the ones that were read last.
  private final long[] placeKeys = new long[PLACES];

  private final int[] placePositions = new int[PLACES];
  private final int[] placeOffsets = new int[PLACES];

  SegmentReader(BlockCache cache, MessageRecord records) {
    this.cache = cache;
    this.records = records;
  }

  /// Reads a message by its position.
  ///
  /// @return false when it is damaged
  boolean read(Segment segment, int position, long sequence, StoredMessage into)
      throws IOException {
    if (readOnce(segment, position, sequence, into)) {
      return true;
    }
    int slot = slot(segment.key(), position);
    if (placeKeys[slot] != segment.key() || placePositions[slot] != position) {
      return false;
    }
    placeKeys[slot] = 0; // something damaged lies before it
    return readOnce(segment, position, sequence, into);
  }

  private boolean readOnce(Segment segment, int position, long sequence, StoredMessage into)
      throws IOException {
    if (!find(segment, position)) {
      return false;
    }
    if (!records.isIntact(bytes, at, segment.salt)
        || MessageRecord.sequence(bytes, at) != sequence
        || MessageRecord.isErased(bytes, at)) {
      return false;
    }
    MessageRecord.show(bytes, at, buffer, into);
    return true;
  }

  /// Where a message begins in its segment; -1 when damage hides it.
  int offset(Segment segment, int position) throws IOException {
    int slot = slot(segment.key(), position);
    if (placeKeys[slot] == segment.key() && placePositions[slot] == position) {
      return placeOffsets[slot];
    }
    long anchor = segment.index().anchor(position);
    int offset = (int) anchor;
    for (int i = (int) (anchor >>> 32); i < position; i++) {
      if (!placeFixed(segment, offset)) {
        return -1;
      }
      offset += MessageRecord.length(bytes, at);
    }
    return offset;
  }

  /// Finds a whole record, not verified, and notes where the next one begins.
  private boolean find(Segment segment, int position) throws IOException {
    int offset = offset(segment, position);
    if (offset < 0 || !placeFixed(segment, offset)) {
      return false;
    }
    int length = MessageRecord.length(bytes, at);
    if (limit - at < length && !place(segment, offset, length)) {
      return false;
    }
    int slot = slot(segment.key(), position + 1);
    placeKeys[slot] = segment.key();
    placePositions[slot] = position + 1;
    placeOffsets[slot] = offset + length;
    return true;
  }

  private static int slot(long key, int position) {
    return (int) (key * 0x9E37_79B1L + position) & (PLACES - 1);
  }

  private boolean placeFixed(Segment segment, int offset) throws IOException {
    return segment.length - offset >= MessageRecord.FIXED
        && place(segment, offset, MessageRecord.FIXED)
        && MessageRecord.isPlausible(bytes, at, segment.length - offset);
  }

  /// Brings bytes of a segment into memory, in one piece.
  ///
  /// @return false when there are not so many
  private boolean place(Segment segment, int offset, int length) throws IOException {
    int end = segment.length;
    var writes = segment.buffer;
    if (writes != null) {
      if (offset >= writes.start()) {
        show(writes.bytes(), writes.view(), offset - writes.start(), writes.end() - writes.start());
        return limit - at >= length;
      }
      end = writes.flushed();
    }
    if (end - offset < length) {
      return false;
    }
    int number = offset >>> BLOCK_SHIFT;
    int within = offset & (BLOCK - 1);
    var block = near.is(segment.key(), number) ? near : cache.get(segment.key(), number);
    if (block == null && segment.key() == pieceKey && covers(offset, length)) {
      show(piece, pieceBuffer, offset - pieceStart, pieceEnd - pieceStart);
      return true;
    }
    if (within + length <= BLOCK) {
      if (block == null && (segment.frames != null || isOnwards(segment.key(), number, within))) {
        block = cache.add(segment.key(), number, BLOCK);
      }
      if (block != null) {
        if (block.length < within + length) {
          load(segment, block, number, end);
        }
        near = block;
        show(block.bytes, block.buffer, within, block.length);
        return block.length >= within + length;
      }
    }
    return placeAlone(segment, offset, length, end);
  }

  private boolean covers(int offset, int length) {
    return offset >= pieceStart && offset + length <= pieceEnd;
  }

  private void show(byte[] bytes, ByteBuffer buffer, int at, int limit) {
    this.bytes = bytes;
    this.buffer = buffer;
    this.at = at;
    this.limit = limit;
  }

  /// Whether a block is probably one of many that will be read.
  private boolean isOnwards(long key, int number, int within) {
    for (int i = 0; i < RECENT; i++) {
      if (recentKeys[i] == key && recentBlocks[i] == number) {
        return true;
      }
    }
    if (number > 0 && within < PIECE && cache.get(key, number - 1) != null) {
      return true;
    }
    recentKeys[recentNext] = key;
    recentBlocks[recentNext] = number;
    recentNext = (recentNext + 1) % RECENT;
    return false;
  }

  private void load(Segment segment, BlockCache.Block block, int number, int end)
      throws IOException {
    int from = number << BLOCK_SHIFT;
    try {
      var frames = segment.frames;
      if (frames != null) {
        block.length = frames.read(segment.data, number, block.bytes);
      } else {
        block.buffer.clear().limit(Math.min(BLOCK, end - from));
        block.length = segment.data.file().read(block.buffer, from);
        block.buffer.clear();
      }
    } catch (IOException e) {
      cache.remove(block);
      throw e;
    }
  }

  private boolean placeAlone(Segment segment, int offset, int length, int end) throws IOException {
    int wanted = segment.frames != null ? length : Math.min(Math.max(length, PIECE), end - offset);
    if (wanted > piece.length || (piece.length > KEPT_PIECE && wanted <= PIECE)) {
      piece = new byte[Math.max(wanted, PIECE)];
      pieceBuffer = ByteBuffer.wrap(piece);
    }
    pieceKey = 0;
    pieceStart = offset;
    pieceEnd = offset + read(segment, offset, wanted, piece);
    pieceKey = segment.key();
    show(piece, pieceBuffer, 0, pieceEnd - pieceStart);
    return limit >= length;
  }

  private int read(Segment segment, int offset, int wanted, byte[] into) throws IOException {
    if (segment.frames == null) {
      return segment.data.file().read(ByteBuffer.wrap(into, 0, wanted), offset);
    }
    int count = 0;
    while (count < wanted) {
      int number = (offset + count) >>> BLOCK_SHIFT;
      int within = (offset + count) & (BLOCK - 1);
      var block = cache.get(segment.key(), number);
      if (block == null) {
        block = cache.add(segment.key(), number, BLOCK);
        load(segment, block, number, segment.length);
      }
      int part = Math.min(wanted - count, block.length - within);
      if (part <= 0) {
        break;
      }
      System.arraycopy(block.bytes, within, into, count, part);
      count += part;
    }
    return count;
  }

  /// Forgets what it remembers of a segment's places.
  void forget(long key) {
    if (pieceKey == key) {
      pieceKey = 0;
      Arrays.fill(piece, (byte) 0);
    }
  }
}

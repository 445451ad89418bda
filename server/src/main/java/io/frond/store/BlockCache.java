package io.frond.store;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// Parts of files in memory, so many bytes at most: the one that was not used for the longest time
/// goes. Shared by the stores of one factory. Owner-thread only.
final class BlockCache {
  private static final int BUCKETS_MIN = 64;

  private final long bytesMax;
  private long bytes;
  private int count;
  private @Nullable Block[] buckets = new Block[BUCKETS_MIN];

  /// A ring: what follows goes next.
  private final Block ring = new Block(0);

  BlockCache(long bytesMax) {
    this.bytesMax = bytesMax;
    ring.newer = ring;
    ring.older = ring;
  }

  /// A part of a file. Valid until the next [#add].
  static final class Block {
    final byte[] bytes;
    final ByteBuffer buffer;

    /// Bytes that are filled.
    int length;

    private long file;
    private int number;
    private @Nullable Block next;
    private Block newer = this;
    private Block older = this;

    Block(int size) {
      bytes = new byte[size];
      buffer = ByteBuffer.wrap(bytes);
    }

    boolean is(long file, int number) {
      return this.file == file && this.number == number;
    }
  }

  /// Bytes of all blocks.
  long bytes() {
    return bytes;
  }

  /// A block, as new as if it was just added; null when it is not there.
  @Nullable Block get(long file, int number) {
    for (var block = buckets[bucket(file, number)]; block != null; block = block.next) {
      if (block.is(file, number)) {
        if (ring.older != block) {
          unlink(block);
          link(block);
        }
        return block;
      }
    }
    return null;
  }

  /// Adds a block that is not there, to be filled; takes it back with [#remove] when that fails.
  ///
  /// @param file not 0
  Block add(long file, int number, int size) {
    Block block = null;
    while (bytes + size > bytesMax && ring.newer != ring) {
      var oldest = ring.newer;
      remove(oldest);
      if (oldest.bytes.length == size) {
        block = oldest;
      }
    }
    if (block == null) {
      block = new Block(size);
    }
    block.file = file;
    block.number = number;
    block.length = 0;
    bytes += size;
    if (++count > buckets.length) {
      grow();
    }
    insert(block);
    link(block);
    return block;
  }

  void remove(Block block) {
    int at = bucket(block.file, block.number);
    var other = buckets[at];
    if (other == block) {
      buckets[at] = block.next;
    } else {
      while (other != null && other.next != block) {
        other = other.next;
      }
      if (other == null) {
        return;
      }
      other.next = block.next;
    }
    unlink(block);
    block.next = null;
    block.file = 0;
    bytes -= block.bytes.length;
    count--;
  }

  /// Removes all blocks of a file.
  void drop(long file) {
    for (var block = ring.newer; block != ring; ) {
      var next = block.newer;
      if (block.file == file) {
        remove(block);
      }
      block = next;
    }
  }

  private int bucket(long file, int number) {
    long hash = (file * 31 + number) * 0x9E37_79B9_7F4A_7C15L;
    return (int) (hash >>> 40) & (buckets.length - 1);
  }

  private void insert(Block block) {
    int at = bucket(block.file, block.number);
    block.next = buckets[at];
    buckets[at] = block;
  }

  private void grow() {
    var old = buckets;
    buckets = new Block[old.length * 2];
    for (var first : old) {
      for (var block = first; block != null; ) {
        var next = block.next;
        insert(block);
        block = next;
      }
    }
  }

  private void link(Block block) {
    block.newer = ring;
    block.older = ring.older;
    block.older.newer = block;
    ring.older = block;
  }

  private static void unlink(Block block) {
    block.older.newer = block.newer;
    block.newer.older = block.older;
  }
}

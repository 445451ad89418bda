package io.frond.store;

import io.frond.disk.Disk;

/// What the stores of one factory share. Owner-thread only.
final class StoreTools {
  final Disk disk;
  final StoreLimits limits;
  final OpenFiles files;
  final BlockCache cache;
  final BufferBudget budget;
  final MessageRecord records = new MessageRecord();
  final SegmentReader reader;

  private long lastKey;

  StoreTools(Disk disk, StoreLimits limits) {
    this.disk = disk;
    this.limits = limits;
    files = new OpenFiles(disk, limits.openFilesMax());
    cache = new BlockCache(limits.cacheBytes());
    budget = new BufferBudget(limits.bufferBytes());
    reader = new SegmentReader(cache, records);
  }

  /// A new name for something in the cache.
  long nextKey() {
    return ++lastKey;
  }
}

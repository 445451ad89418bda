package io.frond.outage;

import io.frond.options.OutageOptions;
import org.jspecify.annotations.Nullable;

/// How much a log may hold, in memory and together with the others, and what it gives up for that.
/// The loop.
final class Room {
  /// As long as the disk writes, only slower than what comes, memory may hold this much more: those
  /// who publish need a moment to be held back.
  private static final int MEMORY_SLACK = 2;

  private final int index;
  private final OutageOptions options;
  private final Budget budget;
  private final LogState state;
  private final Memory memory;
  private final @Nullable LogFiles files;
  private final long memoryMax;
  private long fileBytes;

  /// Of the files, as `fileBytes` knows them.
  private int fileChanges;

  /// @param index in the budget
  /// @param memoryMax bytes that the log may hold in memory
  /// @param files null to keep everything in memory
  Room(
      int index,
      OutageOptions options,
      Budget budget,
      LogState state,
      @Nullable LogFiles files,
      long memoryMax) {
    this.index = index;
    this.options = options;
    this.budget = budget;
    this.state = state;
    this.files = files;
    this.memoryMax = memoryMax;
    memory = state.memory;
  }

  long memoryMax() {
    return memoryMax;
  }

  long fileBytes() {
    return fileBytes;
  }

  /// What the log holds may have changed.
  void tell() {
    budget.tell(index, bytes());
  }

  private long bytes() {
    if (files != null && files.changes() != fileChanges) {
      fileChanges = files.changes();
      fileBytes = files.bytes();
    }
    return fileBytes + memory.unspilled();
  }

  /// Makes room for an entry.
  ///
  /// @return why there is none; null when there is
  @Nullable Discard refusal(int length) {
    var memoryFull =
        memory.held() + length > memoryMax
            && !makesMemory(length)
            && memory.held() + length > memoryMost();
    if (!memoryFull && !budget.isOver(bytes(), length)) {
      return null;
    }
    if (options.discard() == OutageOptions.Discard.NEW || length > budget.bytesMax) {
      return memoryFull && files != null ? Discard.DISK : Discard.LIMIT;
    }
    while (budget.isOver(bytes(), length) && discardOldest(Discard.LIMIT)) {
      // until there is room, or the others have it all: then they make room at their next tick
    }
    var why = files == null ? Discard.LIMIT : Discard.DISK;
    while (memory.held() + length > memoryMost()
        && ((files != null && files.evictFirst()) || discardInMemory(why))) {
      // until there is room
    }
    return null;
  }

  private long memoryMost() {
    return files == null || files.isFailing() ? memoryMax : MEMORY_SLACK * memoryMax;
  }

  /// How far the disk is behind: the part of the memory that waits to be written, in percent; 0
  /// where holding back those who publish would not help.
  int lag() {
    return files == null || files.isFailing() ? 0 : (int) (100 * memory.unspilled() / memoryMax);
  }

  /// Frees memory by what is on the disk already, and has more written.
  ///
  /// @return whether there is room for an entry
  private boolean makesMemory(int length) {
    if (files == null) {
      return false;
    }
    files.spill(Long.MAX_VALUE, state.times.steadyMillis());
    files.evict(Math.max(0, memoryMax - Math.max(length, Chunk.BYTES)));
    return memory.held() + length <= memoryMax;
  }

  /// Gives up what other logs need room for: all give a part.
  void giveWay() {
    while (budget.isOver(bytes(), 0) && discardOldest(Discard.LIMIT)) {
      // until there is room
    }
  }

  /// Gives up what is oldest, at least one entry.
  ///
  /// @return false when nothing can be given up now
  private boolean discardOldest(Discard why) {
    if (files != null && files.discardOldest(why)) {
      return true;
    }
    return (files == null || files.isEmpty()) && discardInMemory(why);
  }

  /// Gives up what has been in memory for too long.
  ///
  /// @param ageMillis 0 for no limit
  void expire(long steady, long ageMillis) {
    while (ageMillis > 0 && state.oldestInMemory(steady) > ageMillis) {
      discardInMemory(Discard.AGE);
    }
  }

  private boolean discardInMemory(Discard why) {
    var entry = memory.firstLive();
    if (entry == 0) {
      return false;
    }
    state.discard(entry, why);
    return true;
  }
}

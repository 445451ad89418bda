package io.frond.outage;

import io.frond.disk.Disk;
import io.frond.logging.Log;
import io.frond.options.OutageOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A log's files. Entries that stay are copied to the newest segment, and go on living in memory,
/// from where they are sent and settled; only when memory has no room are they *evicted*, oldest
/// first, and have to be read back. So the disk alone has what was evicted, and memory has
/// everything behind it. A segment goes as a whole, when nobody needs anything in it.
///
/// The loop; the writer and the reader work on tasks that it gives them.
final class LogFiles {
  /// What all logs of a server share.
  record Shared(
      Disk disk,
      Executor writer,
      Executor syncer,
      Executor reader,
      Names names,
      OutageOptions options,
      Log log) {
    long segmentBytes() {
      return Math.clamp(options.maxBytes() / 16, 1 << 16, 8 << 20);
    }
  }

  private static final int SEGMENTS_PER_AGE = 16;
  private static final int RETRY_MILLIS = 1000;

  private final Shared shared;
  private final LogState state;
  private final Path directory;
  private final Executor loop;
  private final Spill spill;
  private final SegmentWriter writer;
  private final ArrayDeque<DiskSegment> segments = new ArrayDeque<>();
  private long nextNumber = 1;

  /// The segment that is written; null when the next batch begins one.
  private @Nullable DiskSegment current;

  private @Nullable Batch inFlight;
  private long retryMillis = Long.MIN_VALUE;
  private boolean failing;

  /// Whether [#close] writes the rest: what is left over is its affair.
  private boolean closing;

  private long upToMillis;

  private int changes;

  /// Entries up to this sequence are not in memory any more.
  private long evictedTo;

  LogFiles(Shared shared, LogState state, Path directory, Executor loop) {
    this.shared = shared;
    this.state = state;
    this.directory = directory;
    this.loop = loop;
    spill = new Spill(state);
    writer =
        new SegmentWriter(shared.disk, directory, shared.names, shared.syncer, this::failedSync);
  }

  /// Takes over what an earlier life left. Before the loop runs.
  void recovered(LogRecovery.Found found) {
    segments.addAll(found.segments());
    changes++;
    nextNumber = found.nextNumber();
    evictedTo = found.last();
    for (var segment : segments) {
      segment.evicted = segment.entries;
      state.discarded[Discard.DAMAGE.ordinal()] += segment.damaged;
    }
  }

  LogState state() {
    return state;
  }

  /// Shows the segments, the oldest first.
  void forEach(Consumer<DiskSegment> to) {
    segments.forEach(to);
  }

  Shared shared() {
    return shared;
  }

  /// Whether the disk refuses what is written.
  boolean isFailing() {
    return failing;
  }

  long evictedTo() {
    return evictedTo;
  }

  /// The oldest segment that has something behind a sequence for a session; null for none.
  @Nullable DiskSegment find(Session session, long after) {
    for (var segment : segments) {
      if (segment.last > after && segment.concerns(session.handle, session.group.handle, after)) {
        return segment;
      }
    }
    return null;
  }

  /// Runs something on the loop, or not at all when that has ended.
  void onLoop(Runnable task) {
    try {
      loop.execute(task);
    } catch (RejectedExecutionException e) {
      // nobody waits for it any more
    }
  }

  // Writing.

  /// Copies entries that are older than `upToMillis` to the disk, if nothing is being written.
  void spill(long upToMillis, long steady) {
    this.upToMillis = upToMillis;
    var before = inFlight;
    if (before != null) {
      if (!before.isDone()) {
        return;
      }
      finished(before);
    }
    if (steady < retryMillis) {
      return;
    }
    var segment = current;
    if (segment != null && isFull(segment, steady)) {
      segment = null;
    }
    if (!spill.hasWork(upToMillis, !segments.isEmpty())) {
      return;
    }
    var isFirst = segment == null;
    if (segment == null) {
      segment = new DiskSegment(nextNumber, path(nextNumber++));
    }
    var batch = new Batch(segment, isFirst);
    if (isFirst) {
      var newest = segments.peekLast();
      spill.begin(batch, newest);
      segments.add(segment);
      current = segment;
    }
    spill.fill(batch, upToMillis);
    changes++;
    inFlight = batch;
    shared.writer.execute(() -> {
      writer.write(batch);
      onLoop(() -> finished(batch));
    });
  }

  private boolean isFull(DiskSegment segment, long steady) {
    var ageMax = shared.options.maxAge().toMillis();
    return segment.size >= shared.segmentBytes()
        || (ageMax > 0
            && segment.entries > 0
            && steady - segment.oldestMillis > Math.max(1000, ageMax / SEGMENTS_PER_AGE));
  }

  private Path path(long number) {
    var digits = Long.toHexString(number);
    return directory.resolve("0".repeat(16 - digits.length()) + digits + LogRecovery.SUFFIX);
  }

  /// A batch is safe, or is not: then what it held is written again, to another segment.
  private void finished(Batch batch) {
    if (inFlight != batch) {
      return;
    }
    inFlight = null;
    var why = batch.failure();
    if (why == null) {
      state.memory.written();
      if (failing && batch.segment == current) {
        failing = false;
        shared.log.info("Leaf node outage log: " + directory + " can be written again");
      }
      if (batch.isFull && !closing) {
        spill(upToMillis, state.times.steadyMillis());
      }
      return;
    }
    changes++;
    trouble(why);
    batch.segment.records = batch.recordsBefore;
    batch.segment.size = batch.at;
    if (batch.isFirst) {
      segments.remove(batch.segment);
      delete(batch.segment);
    }
    state.memory.unspill(false);
  }

  /// The syncer's thread.
  private void failedSync(DiskSegment segment, IOException why) {
    onLoop(() -> {
      segment.isUnsafe = true;
      trouble(why);
      state.memory.unspill(true);
    });
  }

  /// The disk has failed: after a while it is tried again with another segment.
  private void trouble(IOException why) {
    if (!failing) {
      failing = true;
      shared.log.warn("Leaf node outage log: " + directory + " cannot be written: " + why);
    }
    retryMillis = state.times.steadyMillis() + RETRY_MILLIS;
    current = null;
    state.sessions.forEach(session -> session.written = Session.NEVER);
  }

  private void delete(DiskSegment segment) {
    shared.reader.execute(() -> {
      try {
        shared.disk.delete(segment.path);
        shared.disk.forceDirectory(directory);
      } catch (IOException e) {
        // It stays, and is looked at again at the next start.
      }
    });
  }

  /// Frees memory by what is on the disk, whole chunks of it.
  ///
  /// @param bytes that memory may hold
  void evict(long bytes) {
    var memory = state.memory;
    while (memory.held() > bytes) {
      var chunk = memory.first();
      if (chunk == null || chunk.live == 0 || chunk.written < chunk.filled) {
        return;
      }
      while (chunk.live > 0) {
        evictFirst();
      }
    }
  }

  /// Frees the memory of the oldest entry.
  ///
  /// @return false when it is not on the disk
  boolean evictFirst() {
    var memory = state.memory;
    if (!memory.isFirstWritten()) {
      return false;
    }
    var entry = memory.firstLive();
    var sequence = memory.bytes(entry).getLong(Memory.at(entry) + Layout.SEQUENCE);
    noteEvicted(sequence);
    state.take(entry, null);
    evictedTo = Math.max(evictedTo, sequence);
    return true;
  }

  private void noteEvicted(long sequence) {
    for (var all = segments.descendingIterator(); all.hasNext(); ) {
      var segment = all.next();
      if (segment.first <= sequence) {
        segment.evicted++;
        return;
      }
    }
  }

  // Deleting.

  /// Deletes the segments that nobody needs.
  ///
  /// The newest one goes last: it has the positions that hold for all.
  ///
  /// @param quiet also the newest
  void cut(boolean quiet) {
    var newest = segments.peekLast();
    for (var all = segments.iterator(); all.hasNext(); ) {
      var segment = all.next();
      var mayGo = segment != newest || (quiet && segments.size() == 1 && inFlight == null);
      if (mayGo && !isInFlight(segment) && !segment.isNeeded(state.sessions, state.groups)) {
        all.remove();
        changes++;
        forget(segment);
        delete(segment);
      }
    }
  }

  private boolean isInFlight(DiskSegment segment) {
    return inFlight != null && inFlight.segment == segment;
  }

  private void forget(DiskSegment segment) {
    if (segment == current) {
      current = null;
      shared.writer.execute(writer::close);
    }
  }

  /// Gives up segments whose entries are all too old.
  void expire(long steady, long ageMaxMillis) {
    while (!segments.isEmpty() && steady - segments.getFirst().newestMillis > ageMaxMillis) {
      if (!discardOldest(Discard.AGE)) {
        return;
      }
    }
  }

  /// Gives up the oldest segment, with what memory has of it.
  ///
  /// @return false when there is none, or it is being written
  boolean discardOldest(Discard why) {
    var segment = segments.peekFirst();
    if (segment == null || segment.entries == 0 || isInFlight(segment)) {
      return false;
    }
    segments.removeFirst();
    changes++;
    forget(segment);
    var memory = state.memory;
    for (var entry = memory.firstLive(); entry != 0; entry = memory.firstLive()) {
      if (memory.bytes(entry).getLong(Memory.at(entry) + Layout.SEQUENCE) > segment.last) {
        break;
      }
      state.discard(entry, why);
    }
    if (segment.evicted == 0) {
      delete(segment);
      return true;
    }
    var job = new CountJob(shared.disk, segment, evictedTo, state);
    shared.reader.execute(() -> {
      job.run();
      onLoop(() -> job.tell(state, why));
    });
    return true;
  }

  /// A read found damage in a segment.
  void damaged(DiskSegment segment, int lost) {
    if (lost > segment.damaged) {
      state.discarded[Discard.DAMAGE.ordinal()] += lost - segment.damaged;
      shared.log.warn(
          "Leaf node outage log: " + lost + " records of " + segment.path + " are damaged");
      segment.damaged = lost;
    }
  }

  // Numbers.

  boolean isEmpty() {
    return segments.isEmpty() && inFlight == null;
  }

  /// Rises when [#bytes] may have changed.
  int changes() {
    return changes;
  }

  long bytes() {
    var all = 0L;
    for (var segment : segments) {
      all += segment.size;
    }
    return all;
  }

  /// The oldest segment with entries that are only on the disk; null for none.
  @Nullable DiskSegment oldestEvicted() {
    for (var segment : segments) {
      if (segment.evicted > 0) {
        return segment;
      }
    }
    return null;
  }

  /// Entries that are only on the disk and that somebody needs, about: within a segment it is taken
  /// that they are evenly spread.
  long evictedEntries() {
    var all = 0L;
    for (var segment : segments) {
      if (segment.evicted > 0) {
        all += Math.round(segment.evicted * left(segment));
      }
    }
    return all;
  }

  /// Bytes of those.
  long evictedBytes() {
    var all = 0L;
    for (var segment : segments) {
      if (segment.evicted > 0) {
        var share = left(segment) * segment.evicted / segment.entries;
        all += Math.round(segment.size * share);
      }
    }
    return all;
  }

  private double left(DiskSegment segment) {
    var settled = segment.settled(state.sessions, state.groups);
    if (settled >= segment.last) {
      return 0;
    }
    var span = (double) (segment.last - segment.first + 1);
    return Math.min(1, (segment.last - settled) / span);
  }

  // Closing.

  /// Writes all that is only in memory, after the loop has ended; the caller closes the workers
  /// then, which waits for it.
  void close() {
    shared.writer.execute(() -> {
      closing = true;
      var before = inFlight;
      if (before != null) {
        finished(before);
      }
      retryMillis = Long.MIN_VALUE;
      var memory = state.memory;
      while (memory.unspilled() > 0 || spill.hasPositions(!segments.isEmpty())) {
        if (!writeLast(current == null)) {
          return; // it was told
        }
      }
      cut(true);
      if (!segments.isEmpty()) {
        writeLast(true);
      }
      writer.close();
    });
  }

  /// @param isFirst whether to begin a segment, whose header tells how much the one before has
  private boolean writeLast(boolean isFirst) {
    var segment = current;
    if (segment == null || isFirst) {
      segment = new DiskSegment(nextNumber, path(nextNumber++));
    }
    var batch = new Batch(segment, isFirst);
    if (isFirst) {
      spill.begin(batch, segments.peekLast());
      segments.add(segment);
      current = segment;
    }
    spill.fill(batch, Long.MAX_VALUE);
    writer.write(batch);
    inFlight = batch;
    finished(batch);
    return batch.failure() == null;
  }
}

package io.frond.log;

import io.frond.disk.Disk;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// The log of one server, in files of its own ("segments") of one directory.
///
/// A thread of its own writes. Batches that are proposed while it syncs become the next group,
/// which is synced once: so keep two or three in flight and let them grow meanwhile.
///
/// **After a failure** (I/O error, full disk) all batches that were proposed before the owner heard
/// of it fail, in order; their indexes are not used again. Each group that is proposed then is a
/// new try. What failed may nevertheless be found by a replay when the server or the power ends
/// before the next batch is committed, never after.
public final class LocalLog implements CommitLog {
  private static final long SEGMENT_BYTES = 64 << 20;
  private static final long MARK_MILLIS = 5;

  /// Bytes of all batches that are kept for use again, and of one. As many as are in flight under
  /// load have to fit: what is dropped has lived so long that only a full collection finds it.
  private static final int POOL_BYTES_MAX = 16 << 20;

  private static final int POOLED_BYTES_MAX = 4 << 20;
  private static final int FIRST_BYTES = 1 << 14;

  private final Disk disk;
  private final SyncMode mode;
  private final LogOwner owner;
  private final LogListener listener;
  private final Segments segments;
  private final long segmentBytesMax;
  private final long markMillis;
  private final LongSupplier nanos;
  private final Counters counters = new Counters();
  private final LiveBytes live = new LiveBytes();
  private final ArrayDeque<LogBatch> pool = new ArrayDeque<>();
  private int pooledBytes;
  private @Nullable Machine machine;
  private volatile @Nullable LogWriter writer;
  private long nextIndex;
  private int inFlight;
  private int epoch;

  /// @param directory of the log alone; created when it is not there
  public LocalLog(Disk disk, Path directory, SyncMode mode, LogOwner owner, LogListener listener) {
    this(disk, directory, mode, owner, listener, SEGMENT_BYTES, MARK_MILLIS, System::nanoTime);
  }

  LocalLog(
      Disk disk,
      Path directory,
      SyncMode mode,
      LogOwner owner,
      LogListener listener,
      long segmentBytesMax,
      long markMillis,
      LongSupplier nanos) {
    this.disk = disk;
    this.mode = mode;
    this.owner = owner;
    this.listener = listener;
    this.segmentBytesMax = segmentBytesMax;
    this.markMillis = markMillis;
    this.nanos = nanos;
    segments = new Segments(disk, directory);
  }

  @Override
  public long replay(long fromIndex, Machine machine, DamageListener damage) throws IOException {
    if (this.machine != null) {
      throw new IllegalStateException("was replayed before");
    }
    this.machine = machine;
    var last = new LogReplay(disk, segments, machine, damage, listener, live).run(fromIndex);
    nextIndex = last + 1;
    var every = mode.backgroundInterval();
    var background = every == null ? null : new IntervalSync(every, last, counters);
    var appender = new Appender(segments, mode, background, counters, last, segmentBytesMax);
    var thread =
        new LogWriter(
            appender, owner, this::settle, machine::written, listener, counters, markMillis, nanos);
    writer = thread;
    thread.start();
    return last;
  }

  @Override
  public void skipTo(long index) {
    nextIndex = Math.max(nextIndex, index + 1);
  }

  private LogWriter writer() {
    var thread = writer;
    if (thread == null) {
      throw new IllegalStateException("not replayed yet");
    }
    return thread;
  }

  /// {@inheritDoc}
  ///
  /// The batch before must have been proposed.
  @Override
  public LogBatch newBatch() {
    var batch = pool.poll();
    if (batch == null) {
      batch = new LogBatch(FIRST_BYTES);
    } else {
      pooledBytes -= batch.bytes().capacity();
    }
    batch.reset(nextIndex);
    return batch;
  }

  @Override
  public void propose(LogBatch batch) {
    admit(batch);
    writer().propose(batch);
  }

  @Override
  public void proposeHere(LogBatch batch) {
    admit(batch);
    writer().add(batch);
  }

  /// {@inheritDoc}
  ///
  /// So it is when the syncs before were: then waiting for the disk takes less than waking the
  /// thread and being woken by it.
  @Override
  public boolean isQuick() {
    var thread = writer;
    return inFlight == 0 && thread != null && thread.isQuick();
  }

  @Override
  public void commitHere() {
    var outcome = writer().commitHere();
    if (outcome != null) {
      settle(outcome);
    }
  }

  private void admit(LogBatch batch) {
    if (batch.firstIndex() != nextIndex) {
      throw new IllegalArgumentException(
          "the batch begins with " + batch.firstIndex() + ", the next is " + nextIndex);
    }
    batch.epoch = epoch;
    nextIndex += batch.count();
    inFlight++;
  }

  /// What became of batches. On the owner's thread.
  private void settle(LogWriter.Outcome outcome) {
    var to = machine;
    if (to == null) {
      return;
    }
    if (outcome.why() != null) {
      epoch++;
    }
    for (var batch : outcome.batches()) {
      inFlight--;
      if (outcome.why() == null) {
        live.add(batch.firstIndex() + batch.count() - 1, batch.size());
        to.committed(batch);
      } else {
        to.failed(batch, outcome.why());
      }
      keep(batch);
    }
  }

  private void keep(LogBatch batch) {
    var capacity = batch.bytes().capacity();
    if (capacity <= POOLED_BYTES_MAX && pooledBytes + capacity <= POOL_BYTES_MAX) {
      pooledBytes += capacity;
      pool.push(batch);
    }
  }

  @Override
  public int inFlight() {
    return inFlight;
  }

  @Override
  public void cut(long index) {
    live.cut(index);
    writer().cut(index);
  }

  @Override
  public long liveBytes() {
    return live.get();
  }

  /// Any thread.
  public LogStats stats() {
    var thread = writer;
    return counters.stats(thread == null ? 0 : thread.segments());
  }

  /// {@inheritDoc}
  ///
  /// Waits for the disk. What it commits is still handed to the owner. Any thread.
  @Override
  public void close() throws IOException {
    var thread = writer;
    if (thread != null) {
      thread.close();
    }
  }
}

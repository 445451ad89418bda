package io.frond.shard;

import io.frond.log.CommitLog;
import io.frond.log.LogBatch;
import io.frond.shard.Shard.Completion;
import io.frond.shard.ShardThread.Commitment;
import io.frond.shard.ShardThread.Machine;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/// A shard's entries: they gather in the open batch, which goes to the log while the one before is
/// being synced (group commit), and are applied when they are committed. On the shard's thread.
final class ShardEntries implements CommitLog.Machine {
  /// A batch that waits for its turn takes no more input from here on, in bytes.
  private static final int BATCH_MAX = 1 << 20;

  /// Bytes of all batches that the log has, from which on it gets no further one.
  private static final long IN_FLIGHT_MAX = 4 << 20;

  /// An open batch of more is for the log's thread.
  private static final int HERE_MAX = 64;

  private static final int HERE_BYTES_MAX = 32 << 10;

  private record Waiting(long index, Completion done) {}

  private final Machine machine;
  private final Grouping grouping = new Grouping();
  private final ArrayDeque<Waiting> waiting = new ArrayDeque<>();
  private final ArrayDeque<Waiting> waitingEarly = new ArrayDeque<>();
  private final ArrayDeque<Waiting> waitingUnlogged = new ArrayDeque<>();
  private @Nullable CommitLog log;
  private LogBatch batch = new LogBatch(1024);
  private LogBatch unlogged = new LogBatch(1024);
  private LogBatch unloggedSpare = new LogBatch(1024);
  private long inFlightBytes;
  private Commitment open = Commitment.SYNCED;
  private boolean replaying = true;
  private @Nullable Object answer;
  private long applied;

  /// The last entry that was applied early.
  private long early;

  /// The last entry that was applied or refused, of those that go through the log.
  private long finished;

  ShardEntries(Machine machine) {
    this.machine = machine;
    unlogged.reset(1);
  }

  void goLive(CommitLog log, long lastIndex) {
    this.log = log;
    batch = log.newBatch();
    applied = lastIndex;
    finished = lastIndex;
    replaying = false;
  }

  boolean replaying() {
    return replaying;
  }

  void broke(String where, Throwable why) {
    machine.broke(where, why);
  }

  void guarded(String where, Runnable step) {
    try {
      step.run();
    } catch (RuntimeException | Error e) {
      machine.broke(where, e);
    }
  }

  /// Whether the open batch takes more; if not only the log's answer brings us on.
  boolean hasRoom() {
    return batch.size() < BATCH_MAX && unlogged.size() < BATCH_MAX;
  }

  boolean hasUnlogged() {
    return !unlogged.isEmpty();
  }

  /// How long the open batch waits at most for those who are to share its sync; `Long.MAX_VALUE`
  /// when it waits for the log, or for nothing.
  long waitNanos() {
    var to = log;
    return to == null || batch.isEmpty() || to.inFlight() > 0
        ? Long.MAX_VALUE
        : grouping.left(System.nanoTime());
  }

  /// How long publishers who were answered are expected to come again; 0 or less for not.
  long expectNanos() {
    var to = log;
    return to == null || to.inFlight() > 0 ? 0 : grouping.left(System.nanoTime());
  }

  void proposeBatch() {
    var to = log;
    if (to == null || batch.isEmpty() || inFlightBytes >= IN_FLIGHT_MAX) {
      return;
    }
    var now = System.nanoTime();
    var inFlight = to.inFlight();
    if (grouping.isReady(inFlight, batch.count(), batch.size(), now)) {
      var full = batch;
      grouping.proposed(inFlight, full.count(), now);
      inFlightBytes += full.size();
      to.propose(full);
      batch = to.newBatch();
    }
  }

  /// Whether the thread that has the turn may wait until the open batch is on the disk.
  boolean canCommitHere() {
    var to = log;
    return to != null
        && !batch.isEmpty()
        && batch.count() <= HERE_MAX
        && batch.size() <= HERE_BYTES_MAX
        && !batch.hasEarly()
        && to.isQuick();
  }

  /// Has the open batch written, synced and applied before it returns, if [#canCommitHere]; what
  /// its entries lead to is in the next one.
  void commitHere() {
    var to = log;
    if (to == null || !canCommitHere()) {
      return;
    }
    var full = batch;
    inFlightBytes += full.size();
    to.proposeHere(full);
    batch = to.newBatch();
    to.commitHere();
  }

  LogBatch begin(byte kind, long stream) {
    open = machine.commitment(stream);
    return (open == Commitment.NONE ? unlogged : batch).begin(kind, stream);
  }

  void propose(@Nullable Completion done) {
    var index = (open == Commitment.NONE ? unlogged : batch).end();
    if (open == Commitment.WRITTEN) {
      batch.markEarly();
    }
    if (done != null) {
      var to =
          switch (open) {
            case NONE -> waitingUnlogged;
            case WRITTEN -> waitingEarly;
            case SYNCED -> waiting;
          };
      to.add(new Waiting(index, done));
    }
  }

  void answer(@Nullable Object result) {
    answer = result;
  }

  boolean applyUnlogged() {
    if (unlogged.isEmpty()) {
      return false;
    }
    var full = unlogged;
    unlogged = unloggedSpare;
    unlogged.reset(full.firstIndex() + full.count());
    full.forEach((index, kind, stream, bytes, at, length) ->
        applyOne(waitingUnlogged, index, kind, stream, bytes, at, length));
    unloggedSpare = full;
    return true;
  }

  @Override
  public void written(LogBatch written) {
    written.forEach((index, kind, stream, bytes, at, length) -> {
      if (written.isEarly(index) && index > early) {
        early = index;
        applyOne(waitingEarly, index, kind, stream, bytes, at, length);
      }
    });
  }

  @Override
  public void committed(LogBatch committed) {
    committed.forEach((index, kind, stream, bytes, at, length) -> {
      if (!committed.isEarly(index)) {
        applyOne(waiting, index, kind, stream, bytes, at, length);
      }
      applied = index;
      finished = index;
    });
    var to = log;
    if (to != null) {
      inFlightBytes -= committed.size();
      grouping.committed(to.inFlight(), committed.count(), batch.count(), System.nanoTime());
    }
  }

  @Override
  public void failed(LogBatch failed, IOException why) {
    inFlightBytes -= failed.size();
    failed.forEach((index, kind, stream, bytes, at, length) -> {
      finished = index;
      if (failed.isEarly(index) && index <= early) {
        guarded("an entry that is not safe", () -> machine.unsafe(stream));
        return;
      }
      guarded("a refused entry", () -> machine.refused(kind, stream, bytes, at, length, why));
      var completions = failed.isEarly(index) ? waitingEarly : waiting;
      var first = completions.peek();
      if (first != null && first.index == index) {
        completions.poll();
        guarded("a completion", () -> first.done.done(null, why));
      }
    });
  }

  private void applyOne(
      ArrayDeque<Waiting> completions,
      long index,
      byte kind,
      long stream,
      ByteBuffer bytes,
      int at,
      int length) {
    answer = null;
    Throwable failure = null;
    try {
      machine.apply(index, kind, stream, bytes, at, length);
    } catch (RuntimeException | Error e) {
      failure = e;
      machine.broke("applying an entry of kind " + kind + " for stream " + stream, e);
    }
    var first = completions.peek();
    if (first != null && first.index == index) {
      completions.poll();
      var result = answer;
      var why = failure;
      guarded("a completion", () -> first.done.done(result, why));
    }
  }

  /// The last entry of the log that was applied.
  long applied() {
    return applied;
  }

  /// The last entry of the log that was applied or refused.
  long finished() {
    return finished;
  }

  /// The last entry of the log that there is.
  long last() {
    return batch.firstIndex() + batch.count() - 1;
  }

  /// Entries that are proposed or about to be, and not applied.
  boolean isBusy() {
    var to = log;
    return !batch.isEmpty() || !unlogged.isEmpty() || (to != null && to.inFlight() > 0);
  }
}

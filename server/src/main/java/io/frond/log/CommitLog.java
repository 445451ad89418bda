package io.frond.log;

import java.io.IOException;

/// Orders entries and makes them durable. All calls but [#close] come from the owner, which is the
/// thread of one shard, and [Machine#committed] is called there too.
///
/// The contract: every batch that was proposed is handed to the machine exactly once, in order,
/// once it is as durable as the log's settings ask for, or [Machine#failed] is called and no later
/// batch is committed until the owner proposes again after a failure was repaired. After a crash
/// [#replay] gives every entry that was committed (and possibly some that were not yet), from the
/// first index that was not cut, exactly as it was, then live operation goes on behind the last.
public interface CommitLog extends AutoCloseable {
  /// What the log drives. On the owner's thread.
  interface Machine {
    /// A batch is committed: its entries are to be applied. The batch belongs to the machine until
    /// it returns.
    void committed(LogBatch batch);

    /// A batch is written, so that the end of the process does not lose it, but not synced: of its
    /// entries those may be applied that are marked ([LogBatch#markEarly]). It is told again, as
    /// committed or failed, and may be told twice as written.
    default void written(LogBatch batch) {}

    /// Batches from `batch` on could not be made durable and are not applied: their proposers must
    /// be told. The log goes on trying with the next batch.
    void failed(LogBatch batch, IOException why);
  }

  /// Gives all entries from `fromIndex` on to `machine`, in batches, before anything is proposed.
  ///
  /// @return the last index in the log, 0 for an empty one
  /// @throws IOException when the log cannot be read; damage in its midst, which would lose
  ///   committed entries, is reported to `damage` and what follows it is still replayed
  long replay(long fromIndex, Machine machine, DamageListener damage) throws IOException;

  /// What was found damaged while reading.
  interface DamageListener {
    void damaged(String file, long at, long bytes, String what);

    /// Entries are lost; told before the next ones are given.
    default void lost(long firstIndex, long lastIndex) {}
  }

  /// Entries up to `index` are in checkpoints, although the log may have lost some that were not
  /// synced: later ones get higher indexes. Between [#replay] and the first batch.
  void skipTo(long index);

  /// An empty batch to fill. Its entries get the indexes that follow those of the batch before.
  LogBatch newBatch();

  /// Hands a batch over: it must not be touched any more until it comes back committed or failed.
  void propose(LogBatch batch);

  /// Whether [#commitHere] is likely to return soon.
  default boolean isQuick() {
    return false;
  }

  /// As [#propose], of a small batch, for which the owner calls [#commitHere] next.
  default void proposeHere(LogBatch batch) {
    propose(batch);
  }

  /// Tries to make on the calling thread what is in flight durable, and hands it to the machine.
  /// What it leaves comes as ever.
  default void commitHere() {}

  /// Batches that were proposed and have not come back.
  int inFlight();

  /// Entries up to `index` are no longer needed: a checkpoint holds what they did.
  void cut(long index);

  /// Bytes that a replay would have to read now.
  long liveBytes();

  /// Writes and syncs what is in flight and closes the files.
  @Override
  void close() throws IOException;
}

package io.frond.shard;

import io.frond.log.LogBatch;
import org.jspecify.annotations.Nullable;

/// What streams and consumers see of the thread that owns them. All methods but [#execute] are
/// called on that thread only, and it calls back there only. Single-threaded code, no locks.
///
/// **The rule.** State that has to survive changes only when a committed entry is applied; what is
/// applied depends on nothing but the state and the entry (the time is in the entry). So: look at
/// the request → [#begin] an entry, fill it, [#propose] → later `apply(index, kind, …)` → answer.
/// The same entries are applied again after a crash, with [#replaying] true: then nobody is
/// answered and nothing is sent.
public interface Shard {
  /// Nanoseconds since the epoch; never goes back.
  long now();

  /// Runs `task` when [#now] has reached `at`. Cancel with [Timer#cancel].
  Timer schedule(long at, Runnable task);

  /// Runs a task later on the shard's thread. Any thread.
  void execute(Runnable task);

  /// Runs a task once, after what is being handled now (a batch of input, of entries), before the
  /// thread looks for more: the place to do once what a batch caused many times, such as delivering
  /// to a consumer.
  void afterBatch(Runnable task);

  /// Begins an entry for a stream; put the payload into the batch that this returns, then call
  /// [#propose] (or [LogBatch#abandon]).
  ///
  /// @param kind see [EntryKind]
  LogBatch begin(byte kind, long stream);

  /// Ends the entry that was begun. It is applied after its commit, before which others may be.
  ///
  /// @param done called with what the entry's apply gave ([#answer]), or with the failure when the
  ///   log could not take it; null when nobody waits. Never called while replaying.
  void propose(@Nullable Completion done);

  /// While an entry is being applied: its result, for the [Completion].
  void answer(@Nullable Object result);

  /// Runs a task when all messages that came before are stored or refused.
  void fence(Runnable then);

  /// Whether entries are being applied again after a start.
  boolean replaying();

  /// Work that blocks, on a worker; `then` runs on the shard's thread.
  void offload(Runnable work, Runnable then);

  /// Hears what became of an entry.
  interface Completion {
    /// @param failure null when the entry was applied
    void done(@Nullable Object result, @Nullable Throwable failure);
  }

  /// A task that waits for its time.
  interface Timer {
    void cancel();
  }
}

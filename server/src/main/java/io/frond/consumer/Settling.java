package io.frond.consumer;

import io.frond.shard.Shard;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Collects what is said about messages (acknowledged, refused, in progress, …) and writes it as
/// one entry at the end of the batch. On the shard's thread.
final class Settling {
  static final int DONE = 0;
  static final int DONE_ALL = 1;
  static final int REFUSED = 2;
  static final int TOUCHED = 3;
  static final int EXHAUSTED = 4;

  /// What is called when an entry came to nothing.
  interface Failed {
    void failed();
  }

  private final Journal journal;
  private final Shard shard;
  private final Failed failed;
  private final Shard.Completion plain;
  private final Numbers operations = new Numbers(128);
  private long last;
  private @Nullable List<Runnable> waiting;
  private boolean scheduled;
  private int inFlight;

  Settling(Journal journal, Shard shard, Failed failed) {
    this.journal = journal;
    this.shard = shard;
    this.failed = failed;
    plain =
        (result, failure) -> {
          inFlight--;
          if (failure != null) {
            failed.failed();
          }
        };
  }

  void add(int operation, long sequence) {
    operations.put(Numbers.zigzag(sequence - last) << 3 | operation);
    last = sequence;
    schedule();
  }

  /// With a number more.
  void add(int operation, long sequence, long value) {
    add(operation, sequence);
    operations.put(value);
  }

  /// Whether nothing was added since the last entry, and all entries are committed.
  boolean isEmpty() {
    return operations.isEmpty() && inFlight == 0;
  }

  /// Runs `then` when what was added is committed.
  void then(Runnable then) {
    if (waiting == null) {
      waiting = new ArrayList<>();
    }
    waiting.add(then);
    schedule();
  }

  private void schedule() {
    if (!scheduled) {
      scheduled = true;
      shard.afterBatch(this::flush);
    }
  }

  void flush() {
    scheduled = false;
    if (operations.isEmpty() && waiting == null) {
      return;
    }
    var done = waiting;
    waiting = null;
    journal.begin(Journal.SETTLED).put(operations.bytes(), 0, operations.length());
    operations.clear();
    last = 0;
    inFlight++;
    journal.end(done == null ? plain : (result, failure) -> done(done, failure));
  }

  private void done(List<Runnable> done, @Nullable Throwable failure) {
    inFlight--;
    if (failure != null) {
      failed.failed();
      return;
    }
    done.forEach(Runnable::run);
  }
}

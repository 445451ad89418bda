package io.frond.testkit;

import io.frond.log.LogBatch;
import io.frond.shard.Shard;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/// A shard for tests: the clock stands still until [#advance], and entries are committed and
/// applied when [#run] is called, on the caller's thread.
public final class ManualShard implements Shard {
  private record Waiting(long at, long order, Runnable task) {}

  private final PriorityQueue<Waiting> timers =
      new PriorityQueue<>(Comparator.comparingLong(Waiting::at).thenComparingLong(Waiting::order));
  private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();
  private final ArrayDeque<Runnable> after = new ArrayDeque<>();
  private final ArrayDeque<@Nullable Completion> waiting = new ArrayDeque<>();
  private final LogBatch.EntryVisitor machine;
  private LogBatch batch = new LogBatch(1024);
  private LogBatch spare = new LogBatch(1024);
  private long now;
  private long order;
  private boolean replaying;
  private boolean held;
  private @Nullable Object answer;

  /// @param machine applies entries
  /// @param now nanoseconds since the epoch to begin with
  public ManualShard(LogBatch.EntryVisitor machine, long now) {
    this.machine = machine;
    this.now = now;
    batch.reset(1);
  }

  @Override
  public long now() {
    return now;
  }

  @Override
  public Timer schedule(long at, Runnable task) {
    var entry = new Waiting(at, order++, task);
    timers.add(entry);
    return () -> timers.remove(entry);
  }

  @Override
  public void execute(Runnable task) {
    tasks.add(task);
  }

  @Override
  public void fence(Runnable then) {
    tasks.add(then);
  }

  @Override
  public void afterBatch(Runnable task) {
    after.add(task);
  }

  @Override
  public LogBatch begin(byte kind, long stream) {
    return batch.begin(kind, stream);
  }

  @Override
  public void propose(@Nullable Completion done) {
    batch.end();
    waiting.add(done == null ? (result, failure) -> {} : done);
  }

  @Override
  public void answer(@Nullable Object result) {
    answer = result;
  }

  @Override
  public boolean replaying() {
    return replaying;
  }

  public void replaying(boolean now) {
    replaying = now;
  }

  @Override
  public void offload(Runnable work, Runnable then) {
    work.run();
    tasks.add(then);
  }

  /// Does all that is to do now: tasks, entries, what waits for the batch's end.
  public void run() {
    while (true) {
      if (!tasks.isEmpty()) {
        tasks.poll().run();
      } else if (!held && !batch.isEmpty()) {
        apply();
      } else if (!after.isEmpty()) {
        after.poll().run();
      } else {
        return;
      }
    }
  }

  private void apply() {
    var full = batch;
    batch = spare;
    batch.reset(full.firstIndex() + full.count());
    full.forEach((index, kind, stream, bytes, at, length) -> {
      answer = null;
      machine.entry(index, kind, stream, bytes, at, length);
      var done = waiting.poll();
      if (done != null) {
        done.done(answer, null);
      }
    });
    spare = full;
  }

  /// Keeps entries from being committed, as a slow disk does, or lets them.
  public void hold(boolean now) {
    held = now;
    if (!now) {
      run();
    }
  }

  /// Refuses all entries that are not committed, as a full disk does.
  public void refuse() {
    batch.reset(batch.firstIndex());
    var refused = new ArrayDeque<>(waiting);
    waiting.clear();
    for (var done : refused) {
      if (done != null) {
        done.done(null, new IOException("no space left on device"));
      }
    }
  }

  /// Lets time pass; timers run in order, each at its time, and all that follows from them.
  public void advance(long nanos) {
    var until = now + nanos;
    run();
    while (!timers.isEmpty() && timers.peek().at() <= until) {
      var next = timers.poll();
      now = Math.max(now, next.at());
      next.task().run();
      run();
    }
    now = until;
  }

  /// When the next timer is due, `Long.MAX_VALUE` for none.
  public long nextTimer() {
    return timers.isEmpty() ? Long.MAX_VALUE : timers.peek().at();
  }
}

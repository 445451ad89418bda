package io.frond.session;

import io.frond.buffer.FlushSet;

/// A thread that publishes, as its [Outlet] and feeds need it: an event loop, or JetStream's shard.
public interface Ground {
  /// Runs a task on the thread, within a batch at whose end links are flushed. Any thread; without
  /// effect when the thread has ended.
  void execute(Runnable task);

  /// The same after a while.
  void later(Runnable task, long millis);

  /// Which links to flush at the end of the batch. On the thread.
  FlushSet flushes();
}

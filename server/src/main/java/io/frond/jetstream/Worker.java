package io.frond.jetstream;

import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/// The thread that waits for the disk so that the shard need not: checkpoints, snapshots.
final class Worker implements Executor {
  private final ExecutorService executor =
      Executors.newSingleThreadExecutor(
          Thread.ofPlatform().name("js-worker").daemon(true).factory());

  @Override
  public void execute(Runnable task) {
    executor.execute(task);
  }

  /// Finishes what was asked, for some seconds at most.
  void close() throws InterruptedException {
    executor.shutdown();
    var _ = executor.awaitTermination(10, TimeUnit.SECONDS);
  }
}

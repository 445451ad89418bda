package io.frond.testkit;

import io.frond.shard.PublishingLoop;
import java.util.concurrent.ConcurrentLinkedQueue;

/// The test's thread as an event loop that publishes.
public final class TestLoop implements PublishingLoop {
  private final ConcurrentLinkedQueue<Runnable> after = new ConcurrentLinkedQueue<>();
  private final Thread owner = Thread.currentThread();
  private volatile boolean everywhere;
  private long messages;

  @Override
  public boolean afterReading(Runnable task) {
    return (everywhere || Thread.currentThread() == owner) && after.add(task);
  }

  /// From now on it takes tasks of other threads, too.
  public void takeAll() {
    everywhere = true;
  }

  @Override
  public long messages() {
    return messages;
  }

  /// So many messages came in.
  public void read(int more) {
    messages += more;
  }

  /// All is read that there was.
  ///
  /// @return whether somebody waited for that
  public boolean hasRead() {
    var waited = !after.isEmpty();
    for (var task = after.poll(); task != null; task = after.poll()) {
      task.run();
    }
    return waited;
  }
}

package io.frond.shard;

/// An event loop that publishes, as the shard sees it.
public interface PublishingLoop {
  /// Runs a task when the loop has read what its sockets have. Any thread.
  ///
  /// @return false when it won't
  boolean afterReading(Runnable task);

  /// Messages that it read since the start. On the loop.
  long messages();
}

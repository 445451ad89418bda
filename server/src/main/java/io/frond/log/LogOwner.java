package io.frond.log;

/// The owner of a log as the log's thread sees it.
public interface LogOwner {
  /// Runs a task on the owner's thread, in order.
  void execute(Runnable task);

  /// As [#execute], for a short task that may run at once, on the calling thread, when nobody else
  /// acts as the owner.
  ///
  /// @return nanoseconds after which [#look] is to be called if nothing was settled until then; 0
  ///   for never
  default long settle(Runnable task) {
    execute(task);
    return 0;
  }

  /// The time is over that [#settle] gave.
  default void look() {}
}

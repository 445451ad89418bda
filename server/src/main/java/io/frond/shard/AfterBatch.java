package io.frond.shard;

import java.util.ArrayList;

/// What is to be done when a turn has handled its input. Within a turn.
final class AfterBatch {
  private ArrayList<Runnable> tasks = new ArrayList<>();
  private ArrayList<Runnable> next = new ArrayList<>();

  void add(Runnable task) {
    tasks.add(task);
  }

  int size() {
    return tasks.size();
  }

  boolean isEmpty() {
    return tasks.isEmpty();
  }

  /// Runs what there is; what that adds is for the next time.
  ///
  /// @return whether there was any
  boolean run(ShardEntries entries) {
    if (tasks.isEmpty()) {
      return false;
    }
    var now = tasks;
    tasks = next;
    for (var i = 0; i < now.size(); i++) {
      entries.guarded("what follows a batch", now.get(i));
    }
    now.clear();
    next = now;
    return true;
  }
}

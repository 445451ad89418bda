package io.frond.api;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;

/// Lets changes of an account's streams and consumers happen one after the other, so that each is
/// checked against what the one before it did. On the shard's thread.
final class Changes {
  /// Changes that may wait in an account; more are refused.
  static final int WAITING_MAX = 10_000;

  private static final class Line {
    private final ArrayDeque<Runnable> waiting = new ArrayDeque<>();
    private boolean busy;
    private boolean draining;
  }

  private final Map<String, Line> lines = new HashMap<>();

  /// Runs a change now, or when those before it are done. It must call [#done] once.
  ///
  /// @return false when too many wait
  boolean run(String account, Runnable change) {
    var line = lines.computeIfAbsent(account, _ -> new Line());
    if (line.waiting.size() >= WAITING_MAX) {
      return false;
    }
    line.waiting.add(change);
    drain(account, line);
    return true;
  }

  /// The change that runs is over: the next one's turn.
  void done(String account) {
    var line = lines.get(account);
    if (line == null || !line.busy) {
      throw new IllegalStateException("no change runs");
    }
    line.busy = false;
    drain(account, line);
  }

  private void drain(String account, Line line) {
    if (line.draining) { // below on the stack
      return;
    }
    line.draining = true;
    while (!line.busy && !line.waiting.isEmpty()) {
      line.busy = true;
      line.waiting.remove().run();
    }
    line.draining = false;
    if (!line.busy) {
      lines.remove(account);
    }
  }
}

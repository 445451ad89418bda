package io.frond.jetstream;

import java.util.ArrayList;
import java.util.List;

/// Makes sure that the directory knows of every stream before somebody is told that there is none:
/// that all servers in reach have said what they have, and that what they said last has come. On
/// the shard's thread.
///
/// What is asked while an enquiry is under way waits for the next one, so there is one at a time.
final class Enquiry {
  private static final long LIMIT_NANOS = 2_000_000_000L;
  private static final long RETRY_NANOS = 50_000_000L;
  private static final int WAITING_MAX = 1000;

  private final Engine engine;
  private final Peers peers;
  private List<Runnable> waiting = new ArrayList<>();
  private boolean underWay;

  Enquiry(Engine engine, Peers peers) {
    this.engine = engine;
    this.peers = peers;
  }

  /// Runs a task when the directory is complete, or has not become so within two seconds; at once
  /// where too many wait.
  void then(Runnable task) {
    if (waiting.size() >= WAITING_MAX) {
      task.run();
      return;
    }
    waiting.add(task);
    if (!underWay) {
      underWay = true;
      next();
    }
  }

  private void next() {
    var round = waiting;
    waiting = new ArrayList<>();
    meet(engine.shard().now() + LIMIT_NANOS, () -> peers.sync(() -> end(round)));
  }

  private void end(List<Runnable> round) {
    try {
      round.forEach(Runnable::run);
    } finally { // a request that fails must not keep the others waiting
      if (waiting.isEmpty()) {
        underWay = false;
      } else {
        next();
      }
    }
  }

  /// Runs a task when every server in reach is known, or has not become so within two seconds.
  void met(Runnable task) {
    meet(engine.shard().now() + LIMIT_NANOS, task);
  }

  private void meet(long until, Runnable task) {
    if (engine.shard().now() >= until || peers.met()) {
      task.run();
      return;
    }
    peers.greet();
    var _ = engine.shard().schedule(engine.shard().now() + RETRY_NANOS, () -> meet(until, task));
  }
}

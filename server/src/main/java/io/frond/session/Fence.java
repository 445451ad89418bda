package io.frond.session;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/// Tells when all that this server took before is no longer inside it: handed to the sockets of its
/// receivers by every event loop, committed where streams took it, taken by the other servers of
/// the cluster. Who asks while a round is under way shares the next one.
///
/// Any thread; the monitor guards `waiting` and `running`. Tasks run without it, on any thread.
public final class Fence {
  /// A place that messages pass: a loop, the shard, a route.
  public interface Stage {
    /// Runs a task when all is through that came before, on any thread; also when nothing will come
    /// through any more.
    void pass(Runnable then);
  }

  private final List<Stage> stages;
  private final Supplier<List<Stage>> routes;
  private List<Runnable> waiting = new ArrayList<>();
  private boolean running;

  /// @param stages of this server
  /// @param routes to the servers that took messages since the last round
  public Fence(List<Stage> stages, Supplier<List<Stage>> routes) {
    this.stages = List.copyOf(stages);
    this.routes = routes;
  }

  /// Runs a task when all that was handed to the receivers' queues before this call has left.
  public void after(Runnable then) {
    synchronized (this) {
      waiting.add(then);
      if (running) {
        return;
      }
      running = true;
    }
    begin();
  }

  private void begin() {
    List<Runnable> these;
    synchronized (this) {
      these = waiting;
      waiting = new ArrayList<>();
    }
    var others = routes.get();
    var left = new AtomicInteger(stages.size() + others.size() + 1);
    Runnable passed =
        () -> {
          if (left.decrementAndGet() == 0) {
            end(these);
          }
        };
    stages.forEach(stage -> stage.pass(passed));
    others.forEach(stage -> stage.pass(passed));
    passed.run();
  }

  private void end(List<Runnable> these) {
    these.forEach(Runnable::run);
    synchronized (this) {
      if (waiting.isEmpty()) {
        running = false;
        return;
      }
    }
    begin();
  }
}

package io.frond.outage;

import java.util.ArrayDeque;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/// A thread for what waits for the disk; it begins with the first task. The monitor guards the
/// queue and the thread.
final class Worker implements Executor {
  private final String name;
  private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();
  private @Nullable Thread thread;
  private boolean closing;

  Worker(String name) {
    this.name = name;
  }

  /// Any thread. After [#close] nothing is done.
  @Override
  public synchronized void execute(Runnable task) {
    if (closing) {
      return;
    }
    tasks.add(task);
    if (thread == null) {
      thread = new Thread(this::run, name);
      thread.setDaemon(true);
      thread.start();
    }
    notifyAll();
  }

  private void run() {
    for (var task = take(); task != null; task = take()) {
      task.run();
    }
  }

  private synchronized @Nullable Runnable take() {
    while (tasks.isEmpty() && !closing) {
      try {
        wait();
      } catch (InterruptedException e) {
        // Nothing interrupts this thread on purpose: it ends by close.
      }
    }
    return tasks.poll();
  }

  /// Does what waits, and ends the thread.
  void close() {
    Thread running;
    synchronized (this) {
      closing = true;
      running = thread;
      notifyAll();
    }
    if (running != null) {
      Threads.join(running);
    }
  }
}

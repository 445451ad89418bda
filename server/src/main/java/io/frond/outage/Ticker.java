package io.frond.outage;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/// The thread that lets logs look at the time, each on its loop. It begins with the first entry of
/// any log, and sleeps while there are none. The monitor guards the list and the thread.
final class Ticker implements Runnable {
  private static final class Client {
    final SourceLog log;
    final Executor loop;

    /// Whether a tick waits on the loop: a loop that is busy gets no second one.
    volatile boolean posted;

    Client(SourceLog log, Executor loop) {
      this.log = log;
      this.loop = loop;
    }
  }

  private final long intervalMillis;
  private final List<Client> awake = new ArrayList<>();
  private @Nullable Thread thread;
  private boolean closed;

  Ticker(long intervalMillis) {
    this.intervalMillis = intervalMillis;
  }

  /// Any thread.
  synchronized void wake(SourceLog log, Executor loop) {
    awake.add(new Client(log, loop));
    if (thread == null && !closed) {
      thread = new Thread(this, "outage");
      thread.setDaemon(true);
      thread.start();
    }
    notifyAll();
  }

  @Override
  public void run() {
    while (true) {
      List<Client> clients;
      synchronized (this) {
        pause();
        if (closed) {
          return;
        }
        clients = List.copyOf(awake);
      }
      clients.forEach(this::post);
    }
  }

  private void post(Client client) {
    if (client.posted) {
      return;
    }
    client.posted = true;
    try {
      client.loop.execute(() -> tick(client));
    } catch (RejectedExecutionException e) {
      sleep(client); // its loop has ended
    }
  }

  private void tick(Client client) {
    client.posted = false;
    if (!client.log.tick()) {
      sleep(client);
    }
  }

  private synchronized void sleep(Client client) {
    awake.remove(client);
  }

  /// Waits an interval, or as long as all are quiet.
  private synchronized void pause() {
    var until = System.nanoTime() + intervalMillis * 1_000_000;
    while (!closed) {
      var left = (until - System.nanoTime() + 999_999) / 1_000_000;
      if (!awake.isEmpty() && left <= 0) {
        return;
      }
      try {
        wait(Math.max(0, awake.isEmpty() ? 0 : left));
      } catch (InterruptedException e) {
        // Nothing interrupts this thread on purpose: it ends by close.
      }
    }
  }

  void close() {
    Thread running;
    synchronized (this) {
      closed = true;
      running = thread;
      notifyAll();
    }
    if (running != null) {
      Threads.join(running);
    }
  }
}

package io.frond.monitor;

import io.frond.client.Client;
import io.frond.link.LinkLoop;
import java.util.ArrayList;
import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/// Asks clients what only their event loops may read. Each loop gets tasks of a few clients, so
/// that messages pass between them.
final class LoopTasks {
  private static final int CLIENTS_PER_TASK = 128;
  private static final long WAIT_SECONDS = 10;

  private LoopTasks() {}

  /// Answers by client id; a client whose loop is too busy or ended has none. Blocks, so not on an
  /// event loop.
  static <T> Map<Long, T> ask(Collection<Client> clients, Function<Client, T> question) {
    var byLoop = new IdentityHashMap<LinkLoop, List<Client>>();
    for (var client : clients) {
      byLoop.computeIfAbsent(client.link().loop(), loop -> new ArrayList<>()).add(client);
    }
    var answers = new ConcurrentHashMap<Long, T>();
    var done = new CountDownLatch(byLoop.size());
    byLoop.forEach((loop, some) -> submit(new Batches<>(loop, some, question, answers, done)));
    try {
      var _ = done.await(WAIT_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return answers;
  }

  private static void submit(Batches<?> batches) {
    try {
      batches.loop.executor().execute(batches);
    } catch (RejectedExecutionException e) { // the server ends
      batches.done.countDown();
    }
  }

  /// Asks the clients of one loop, some at a time.
  private static final class Batches<T> implements Runnable {
    private final LinkLoop loop;
    private final List<Client> clients;
    private final Function<Client, T> question;
    private final Map<Long, T> answers;
    private final CountDownLatch done;
    private int next;

    Batches(
        LinkLoop loop,
        List<Client> clients,
        Function<Client, T> question,
        Map<Long, T> answers,
        CountDownLatch done) {
      this.loop = loop;
      this.clients = clients;
      this.question = question;
      this.answers = answers;
      this.done = done;
    }

    @Override
    public void run() {
      var end = Math.min(clients.size(), next + CLIENTS_PER_TASK);
      for (; next < end; next++) {
        var client = clients.get(next);
        answers.put(client.link().id(), question.apply(client));
      }
      if (next < clients.size()) {
        submit(this);
      } else {
        done.countDown();
      }
    }
  }
}

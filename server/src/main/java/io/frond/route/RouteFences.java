package io.frond.route;

import io.frond.link.Link;
import io.frond.session.Fence;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

/// Finds out when the server at the other end of a route is through with what it was sent: a Frond
/// is asked by `FENCE`, and answers when nothing of it is inside it any more; any other by a PING
/// behind the messages. Any thread; the monitor guards the maps and `ended`.
final class RouteFences implements Fence.Stage {
  private static final long RETRY_MILLIS = 5;

  private final Route route;
  private final Link link;
  private final Map<Long, Runnable> waiting = new HashMap<>();
  private List<Runnable> unasked = new ArrayList<>();
  private List<Runnable> pinged = List.of();
  private long last;
  private boolean ended;

  RouteFences(Route route) {
    this.route = route;
    link = route.link();
  }

  // ---- we ask ----

  @Override
  public void pass(Runnable then) {
    if (!route.resumes()) {
      ping(then);
      return;
    }
    long token;
    synchronized (this) {
      token = ++last;
      if (!ended) {
        waiting.put(token, then);
      }
    }
    if (isEnded()) {
      passed(token);
      then.run();
      return;
    }
    link.send("FENCE " + token + "\r\n");
  }

  private synchronized boolean isEnded() {
    return ended;
  }

  private void ping(Runnable then) {
    synchronized (this) {
      if (!ended) {
        unasked.add(then);
      }
    }
    if (isEnded()) {
      then.run();
    } else {
      onLoop(this::askNext, 0);
    }
  }

  private void onLoop(Runnable task, long millis) {
    try {
      var _ =
          link.loop()
              .executor()
              .schedule(() -> link.loop().batch(task), millis, TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException e) {
      end(); // the server ends
    }
  }

  private void askNext() {
    synchronized (this) {
      if (ended || unasked.isEmpty() || !pinged.isEmpty()) {
        return;
      }
    }
    if (!link.ask()) {
      onLoop(this::askNext, RETRY_MILLIS); // another PING is under way
      return;
    }
    synchronized (this) {
      pinged = unasked;
      unasked = new ArrayList<>();
    }
  }

  /// The PING was answered. On the loop.
  void answered() {
    List<Runnable> these;
    synchronized (this) {
      these = pinged;
      pinged = List.of();
    }
    these.forEach(Runnable::run);
    askNext();
  }

  /// The other server is through with what came before a fence.
  void passed(long token) {
    Runnable then;
    synchronized (this) {
      then = waiting.remove(token);
    }
    if (then != null) {
      then.run();
    }
  }

  // ---- the other server asks ----

  /// Answers when nothing of what came before is inside this server any more. On the loop.
  void asked(long token) {
    var local = route.host().resume().localFence();
    link.loop().executor().execute(() -> local.after(() -> link.send("FENCED " + token + "\r\n")));
  }

  /// The route is gone: nothing that was sent over it will come to anything any more.
  void end() {
    var these = new ArrayList<Runnable>();
    synchronized (this) {
      ended = true;
      these.addAll(waiting.values());
      these.addAll(unasked);
      these.addAll(pinged);
      waiting.clear();
      unasked = new ArrayList<>();
      pinged = List.of();
    }
    these.forEach(Runnable::run);
  }
}

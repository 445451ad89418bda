package io.frond.route;

import io.frond.link.Link;
import io.frond.session.Fence;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/// Finds out when the server at the other end of a route is through with what it was sent: a Frond
/// is asked by `FENCE`, and answers when nothing of it is inside it any more; any other by a PING
/// behind the messages. A server that does not answer in time, because it hangs or cannot be
/// reached, is not waited for: leaves' traffic to all others would stand still with it.
///
/// Any thread; the monitor guards the maps, `late` and `ended`.
final class RouteFences implements Fence.Stage {
  private static final long RETRY_MILLIS = 5;

  /// How long an answer may take.
  static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(2);

  /// @param patient whether it waits however long the answer takes
  private record Waiting(Runnable then, long since, boolean patient) {}

  private final Route route;
  private final Link link;
  private final Map<Long, Waiting> waiting = new HashMap<>();
  private List<Waiting> unasked = new ArrayList<>();
  private List<Waiting> pinged = List.of();
  private long last;
  private boolean late;
  private boolean ended;

  RouteFences(Route route) {
    this.route = route;
    link = route.link();
  }

  /// Those to servers that were relayed something since the last call, and to those that do not
  /// know tags in any case; not those whose answer is overdue.
  static List<Fence.Stage> toRelayed(List<Route> routes) {
    return through(routes, route -> !route.resumes() || route.relay().takeUsed());
  }

  /// Those to servers that relay what leaves publish; not those whose answer is overdue.
  static List<Fence.Stage> toRelaying(List<Route> routes) {
    return through(routes, Route::resumes);
  }

  /// The same, and those whose answer is overdue, too: waits until they have answered or the routes
  /// have ended.
  static List<Fence.Stage> toAllRelaying(List<Route> routes) {
    return routes.stream()
        .filter(Route::resumes)
        .<Fence.Stage>map(route -> route.fences()::passPatiently)
        .toList();
  }

  private static List<Fence.Stage> through(List<Route> routes, Predicate<Route> which) {
    return routes.stream()
        .filter(route -> !route.fences().isLate() && which.test(route))
        .<Fence.Stage>map(Route::fences)
        .toList();
  }

  // ---- we ask ----

  @Override
  public void pass(Runnable then) {
    pass(then, false);
  }

  /// The same, however long the answer takes.
  void passPatiently(Runnable then) {
    pass(then, true);
  }

  private void pass(Runnable then, boolean patient) {
    var token = enter(new Waiting(then, System.nanoTime(), patient));
    if (token < 0) {
      then.run();
    } else if (route.resumes()) {
      link.send("FENCE " + token + "\r\n");
    } else {
      onLoop(this::askNext, 0);
    }
  }

  /// @return what to ask, -1 when the route ended
  private synchronized long enter(Waiting one) {
    if (ended) {
      return -1;
    }
    if (route.resumes()) {
      waiting.put(++last, one);
      return last;
    }
    unasked.add(one);
    return 0;
  }

  /// Whether an answer is overdue: nobody should wait for this route now.
  synchronized boolean isLate() {
    return late;
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
    List<Waiting> these;
    synchronized (this) {
      these = pinged;
      pinged = List.of();
      late = false;
    }
    these.forEach(it -> it.then.run());
    askNext();
  }

  private void heard() {
    var arrears = route.arrears();
    if (arrears != null) {
      arrears.heard();
    }
  }

  /// The other server is through with what came before a fence.
  void passed(long token) {
    Waiting one;
    synchronized (this) {
      one = waiting.remove(token);
      late = false;
    }
    heard();
    if (one != null) {
      one.then.run();
    }
  }

  /// Lets those go that have waited for too long. On the loop, some times a second.
  void tick(long nowNanos) {
    var these = new ArrayList<Waiting>();
    synchronized (this) {
      waiting.values().removeIf(it -> overdue(it, nowNanos, these));
      unasked.removeIf(it -> overdue(it, nowNanos, these));
      if (pinged.stream().anyMatch(it -> overdue(it, nowNanos, these))) {
        pinged = List.of(new Waiting(() -> {}, nowNanos, false)); // the PONG is still to come
      }
    }
    if (these.isEmpty()) {
      return;
    }
    var arrears = route.arrears();
    if (arrears != null) {
      arrears.silent(route.relay()); // before anybody leaves this route out
    }
    synchronized (this) {
      late = true;
    }
    these.forEach(it -> it.then.run());
  }

  private static boolean overdue(Waiting one, long now, List<Waiting> found) {
    return !one.patient && now - one.since > PATIENCE_NANOS && found.add(one);
  }

  // ---- the other server asks ----

  /// Answers when nothing of what came before is inside this server any more. On the loop.
  void asked(long token) {
    var local = route.host().resume().localFence();
    link.loop().executor().execute(() -> local.after(() -> link.send("FENCED " + token + "\r\n")));
  }

  /// The route is gone: nothing that was sent over it will come to anything any more.
  void end() {
    var these = new ArrayList<Waiting>();
    synchronized (this) {
      ended = true;
      these.addAll(waiting.values());
      these.addAll(unasked);
      these.addAll(pinged);
      waiting.clear();
      unasked = new ArrayList<>();
      pinged = List.of();
    }
    these.forEach(it -> it.then.run());
  }
}

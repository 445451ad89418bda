package io.frond.route;

import io.frond.options.ServerUrl;
import io.frond.transport.DialResult;
import io.frond.transport.DialTarget;
import io.frond.transport.Dialer;
import io.netty.util.NetUtil;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// Whom this server wants to be connected to, and the dials for it. Guarded by the cluster's lock,
/// which its own callbacks take.
final class Dialling {
  private static final Duration DIAL_TIMEOUT = Duration.ofSeconds(1);
  private static final int REPORTED_FAILURES = 3600;

  private final Cluster cluster;
  private final RouteHost host;
  private final ReentrantLock lock;
  private final List<Solicitation> solicitations = new ArrayList<>();
  private boolean closed;

  Dialling(Cluster cluster, RouteHost host, ReentrantLock lock) {
    this.cluster = cluster;
    this.host = host;
    this.lock = lock;
  }

  /// The wish for a connection, dialled for at once when it is new.
  Solicitation solicit(ServerUrl url, boolean explicit, @Nullable String account, GossipMode mode) {
    for (var each : solicitations) {
      if (each.url().hostPort().equals(url.hostPort()) && Objects.equals(each.account(), account)) {
        return each;
      }
    }
    var fresh = new Solicitation(this, url, explicit, account, mode);
    solicitations.add(fresh);
    fresh.dial();
    return fresh;
  }

  /// Whether a configured server is tried for the first time.
  boolean tries() {
    return solicitations.stream().anyMatch(Solicitation::first);
  }

  void end(Solicitation wish) {
    wish.end();
    solicitations.remove(wish);
  }

  /// Ends the wishes for a server that is no longer configured.
  List<Solicitation> withdraw(ServerUrl url) {
    var ended =
        solicitations.stream()
            .filter(it -> it.explicit() && it.url().hostPort().equals(url.hostPort()))
            .toList();
    ended.forEach(this::end);
    return ended;
  }

  void close() {
    closed = true;
    solicitations.forEach(Solicitation::end);
    solicitations.clear();
  }

  /// Begins to dial.
  Dialer.@Nullable Dial dial(Solicitation wish) {
    if (closed) {
      return null;
    }
    var url = wish.url();
    host.log().debug("Trying to connect to route on " + url.hostPort());
    var target =
        new DialTarget(url.hostPort(), DIAL_TIMEOUT, host.dialTls(tlsName(url)), null, null);
    return host.dialer().dial(target, result -> dialed(wish, result));
  }

  /// Gossip tells addresses; certificates name hosts, as the configured routes do.
  private String tlsName(ServerUrl url) {
    if (!isAddress(url.host())) {
      return url.host();
    }
    for (var route : host.options().routes()) {
      if (!isAddress(route.host())) {
        return route.host();
      }
    }
    return url.host();
  }

  private static boolean isAddress(String text) {
    return NetUtil.isValidIpV4Address(text) || NetUtil.isValidIpV6Address(text);
  }

  private void dialed(Solicitation wish, DialResult result) {
    boolean wanted;
    lock.lock();
    try {
      wanted = result instanceof DialResult.Dialed && wish.dialed();
      if (!closed
          && result instanceof DialResult.Failed(var cause)
          && !failed(wish, cause.getMessage())) {
        cluster.forget(wish);
      }
    } finally {
      lock.unlock();
    }
    if (result instanceof DialResult.Dialed(var channel)) {
      if (wanted) {
        cluster.open(channel, wish);
      } else {
        var _ = channel.close();
      }
    }
  }

  /// No connection came about.
  ///
  /// @param why null when that was told already
  /// @return whether it will be tried again
  boolean failed(Solicitation wish, @Nullable String why) {
    var options = host.options();
    var again = wish.failed(options.connectRetries(), options.connectBackoff());
    if (why != null) {
      var text = "Error trying to connect to route (attempt " + wish.failures() + "): " + why;
      if (wish.failures() == 1 || wish.failures() % REPORTED_FAILURES == 0) {
        host.log().error(text);
      } else {
        host.log().debug(text);
      }
    }
    if (!again) {
      solicitations.remove(wish);
    }
    return again;
  }

  /// Runs a step of a solicitation later, with the lock held; null when the server is ending.
  @Nullable ScheduledFuture<?> schedule(Runnable step, long delay, TimeUnit unit) {
    try {
      return host.timers().schedule(() -> underLock(step), delay, unit);
    } catch (RejectedExecutionException e) {
      return null;
    }
  }

  private void underLock(Runnable step) {
    lock.lock();
    try {
      if (!closed) {
        step.run();
      }
    } finally {
      lock.unlock();
    }
  }

  int random(int bound) {
    return host.random().nextInt(bound);
  }
}

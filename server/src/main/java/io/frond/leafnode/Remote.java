package io.frond.leafnode;

import io.frond.leafnode.RemoteStatus.State;
import io.frond.link.CloseReason;
import io.frond.options.LaneOptions;
import io.frond.options.RemoteOptions;
import io.frond.options.ServerUrl;
import io.frond.transport.DialResult;
import io.frond.transport.Dialer;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Future;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/// One remote: the state machine, tied to timers, the dialer and links. Its machine runs on one
/// event loop; what links and dials tell is passed on to it. Methods are for any thread unless they
/// say otherwise.
final class Remote implements RemoteMachine.World {
  /// Between log lines of failures in a row, after the first.
  private static final int FAILURES_A_LINE = 10;

  private final LeafNodes nodes;
  private final LeafHost host;
  private final RemoteOptions options;
  private final EventExecutor executor;
  private final RemoteMachine machine;
  private final RemoteTargets targets;

  // on the executor
  private @Nullable RemoteAttempt attempt;
  private @Nullable Future<?> timer;
  private Dialer.@Nullable Dial probe;

  private volatile RemoteStatus status;

  Remote(LeafNodes nodes, RemoteOptions options) {
    this.nodes = nodes;
    this.host = nodes.host();
    this.options = options;
    executor = host.loops().any().executor();
    targets = new RemoteTargets(options, host.options().dialTimeout());
    var pool =
        new UrlPool(options.urls(), options.noRandomize(), options.preferOrder(), host.random());
    var pace = RemoteMachine.Pace.of(host.options().reconnectDelay());
    machine = new RemoteMachine(pool, pace, this, host.random());
    status = snapshot(options.disabled() ? "disabled" : "");
  }

  RemoteOptions options() {
    return options;
  }

  RemoteStatus status() {
    return status;
  }

  LeafNodes nodes() {
    return nodes;
  }

  void start() {
    if (options.disabled()) {
      host.log().info("Leafnode remote to " + options.urls() + " is disabled");
      return;
    }
    host.slowWork()
        .execute(() -> {
          var problem = targets.prepare();
          if (problem == null) {
            later(machine::start);
          } else {
            host.log().error("Leafnode remote to " + options.urls() + ": " + problem);
          }
        });
  }

  void stop() {
    later(now -> machine.stop());
  }

  /// Another remote gave its place back.
  ///
  /// @param linked whether it had joined there
  void released(boolean linked) {
    later(now -> machine.released(now, linked));
  }

  private void later(LongConsumer event) {
    try {
      executor.execute(() -> {
        event.accept(System.nanoTime());
        status = snapshot(machine.reason());
      });
    } catch (RejectedExecutionException e) {
      host.log().debug("Leafnode remote: the server ends");
    }
  }

  private RemoteStatus snapshot(String reason) {
    var last = status;
    var state = machine.state();
    var since = last == null || last.state() != state ? Instant.now() : last.since();
    return new RemoteStatus(
        options.account(),
        machine.urls(),
        state,
        machine.url(),
        reason,
        since,
        machine.failures(),
        machine.joins(),
        options.lanes().stream().map(LaneOptions::name).toList());
  }

  // ---- what an attempt tells; older attempts are not listened to ----

  void connected(RemoteAttempt from) {
    later(now -> {
      if (from == attempt) {
        machine.connected();
      }
    });
  }

  void joined(RemoteAttempt from, String hub) {
    later(now -> {
      if (from == attempt) {
        machine.joined(now, hub);
      }
    });
  }

  void lameDuck(RemoteAttempt from) {
    later(now -> {
      if (from == attempt) {
        machine.lameDuck(now, nodes.hasStandby(this));
      }
    });
  }

  void discovered(RemoteAttempt from, List<String> gossiped) {
    var urls = new ArrayList<ServerUrl>();
    for (var text : gossiped) {
      var url = targets.gossiped(text);
      if (url != null) {
        urls.add(url);
      }
    }
    later(now -> {
      if (from == attempt) {
        machine.discovered(urls);
      }
    });
  }

  /// The attempt, or the link that it became, has ended; told once.
  void ended(RemoteAttempt from, RemoteAttempt.End end) {
    if (from.giveBack()) {
      nodes.released(this, end instanceof RemoteAttempt.End.Lost);
    }
    later(now -> {
      if (from != attempt) {
        return;
      }
      attempt = null;
      switch (end) {
        case RemoteAttempt.End.Failed(var why) -> {
          report(from.url(), why);
          machine.failed(now, why);
        }
        case RemoteAttempt.End.Lost(var why) -> machine.lost(now, why.toString());
        case RemoteAttempt.End.Refused(var refusal, var why) -> {
          report(from.url(), why);
          machine.refused(now, refusal, why);
        }
        case RemoteAttempt.End.Taken(var by) -> machine.standBy(now, by);
      }
    });
  }

  private void report(ServerUrl url, String why) {
    var failures = machine.failures();
    var line =
        "Error trying to connect as leafnode to remote server \""
            + url.hostPort()
            + "\" (attempt "
            + (failures + 1)
            + "): "
            + why;
    if (failures % FAILURES_A_LINE == 0) {
      host.log().error(line);
    } else {
      host.log().debug(line);
    }
  }

  // ---- what the machine does ----

  @Override
  public void dial(ServerUrl url, boolean hurried) {
    nodes.counters().dial();
    host.log().debug("Trying to connect as leafnode to remote server on \"" + url.hostPort() + '"');
    var next = new RemoteAttempt(this, url, targets, hurried);
    attempt = next;
    next.begin(host.dialer());
  }

  @Override
  public void probe(ServerUrl url) {
    if (probe != null) {
      probe.cancel();
    }
    probe =
        host.dialer()
            .dial(
                targets.of(url, true),
                result -> {
                  if (result instanceof DialResult.Dialed(var channel)) {
                    var _ = channel.close();
                  }
                  var answers = result instanceof DialResult.Dialed;
                  later(now -> machine.probed(now, url, answers));
                });
  }

  @Override
  public void hangUp(String why) {
    if (probe != null) {
      probe.cancel();
      probe = null;
    }
    if (timer != null) {
      timer.cancel(false);
    }
    var current = attempt;
    if (current != null) {
      current.hangUp(CloseReason.CLIENT_CLOSED);
    }
  }

  @Override
  public void wakeAt(long nanos) {
    if (timer != null) {
      timer.cancel(false);
    }
    try {
      timer =
          executor.schedule(
              () -> later(machine::tick),
              Math.max(0, nanos - System.nanoTime()),
              TimeUnit.NANOSECONDS);
    } catch (RejectedExecutionException e) {
      host.log().debug("Leafnode remote: the server ends");
    }
  }

  @Override
  public void entered(State state, @Nullable ServerUrl url, String reason) {
    status = snapshot(reason);
    var to = url == null ? null : url.hostPort();
    switch (state) {
      case STANDBY -> host.log().info("Leafnode remote to " + to + " stands by: " + reason);
      case DRAINING -> host.log().info("Leafnode remote leaves " + to + ": " + reason);
      case REFUSED ->
          host.log()
              .warn("Leafnode remote to " + to + " was refused, trying again later: " + reason);
      case DISABLED, DIALLING, HANDSHAKING, JOINED, BACKING_OFF, STOPPED ->
          host.log().debug("Leafnode remote to " + to + " is " + state + ": " + reason);
    }
  }
}

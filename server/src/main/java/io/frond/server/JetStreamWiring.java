package io.frond.server;

import io.frond.account.Account;
import io.frond.api.Report;
import io.frond.jetstream.JetStream;
import io.frond.jetstream.Neighbours;
import io.frond.link.LinkLoops;
import io.frond.monitor.JetStreamSource;
import io.frond.session.Ground;
import io.frond.shard.PublishingLoop;
import io.frond.stream.OriginStatus;
import io.frond.sync.SyncSample;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Ties JetStream to the server: which accounts have it, and what INFO says of it. Start and close
/// come from one thread; the rest from any.
final class JetStreamWiring implements AutoCloseable {
  private final Core core;
  private final ClientInfo info;
  private volatile @Nullable JetStream jetstream;

  JetStreamWiring(Core core, ClientInfo info) {
    this.core = core;
    this.info = info;
  }

  /// Starts it when the options ask for it, and brings back what was stored.
  ///
  /// @param neighbours the other servers of the cluster
  void start(Neighbours neighbours) throws IOException {
    var options = core.options().jetstream();
    if (options == null) {
      return;
    }
    var identity = core.identity();
    var started =
        JetStream.start(
            options,
            new JetStream.Facts(
                identity.id(),
                identity.name(),
                () -> Objects.requireNonNullElse(info.clusterName(), ""),
                loops(),
                core.options().cluster() == null ? null : core.accounts().system(),
                neighbours,
                core.accounts()::get,
                source -> RequestingClient.of(source, identity.name(), info.clusterName())),
            core.log(),
            core.random().nextLong(),
            core.ground());
    jetstream = started;
    if (core.options().cluster() != null) {
      core.log()
          .info(
              "JetStream: streams are not replicated yet: each is on the server that created it,"
                  + " which every server of the cluster reaches");
    }
    core.accounts().watch(account -> configure(started, account));
    started.settle();
  }

  /// What links were sent, with what streams, consumers and the API sent them.
  LinkLoops.Totals plusSent(LinkLoops.Totals links) {
    var running = jetstream;
    return running == null ? links : links.plusSent(running.sentMessages(), running.sentBytes());
  }

  private List<PublishingLoop> loops() {
    var loops = new ArrayList<PublishingLoop>();
    for (var i = 0; i < core.linkLoops().size(); i++) {
      var loop = core.linkLoops().at(i);
      loops.add(
          new PublishingLoop() {
            @Override
            public boolean afterReading(Runnable task) {
              return loop.afterReading(task);
            }

            @Override
            public long messages() {
              return loop.inMessages();
            }
          });
    }
    return loops;
  }

  private void configure(JetStream running, Account account) {
    var limits = core.options().jetStreamOf(account.name());
    if (limits != null) {
      running.enable(account, limits);
    } else if (account != core.accounts().system()
        && !core.options().defaultDomains().containsKey(account.name())) {
      running.decline(account);
    }
  }

  /// Takes up what changed: how much may be stored, which accounts have JetStream, their limits.
  void reload() throws IOException {
    var running = jetstream;
    var options = core.options().jetstream();
    if (running != null && options != null) {
      running.reconfigure(options);
      core.accounts().all().forEach(account -> configure(running, account));
    }
  }

  /// How mirrors and sources stand; waits for JetStream.
  List<SyncSample> samples() {
    var running = jetstream;
    if (running == null) {
      return List.of();
    }
    try {
      var all = running.ask(Report::followings);
      return all == null ? List.of() : all.stream().map(JetStreamWiring::sample).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static SyncSample sample(Report.Following following) {
    var status = following.status();
    var state = status.state();
    return new SyncSample(
        status.mirror() ? "mirror" : "source",
        following.account() + " > " + following.stream() + " from " + status.origin(),
        state != OriginStatus.State.UNREACHABLE && state != OriginStatus.State.ORIGIN_REPLACED,
        status.reason(),
        status.lag(),
        0,
        0,
        status.originLast(),
        status.sequence(),
        status.exchanged() / 1_000_000,
        status.taken(),
        0,
        Map.of(
            "skipped", status.skipped(),
            "restarts", status.restarts(),
            "proven", status.proven() ? 1L : 0L));
  }

  /// What monitoring asks, null when JetStream is off.
  @Nullable JetStreamSource source() {
    var running = jetstream;
    return running == null ? null : new Source(running);
  }

  private record Source(JetStream jetstream) implements JetStreamSource {
    @Override
    public <T> @Nullable T ask(Question<T> question) throws IOException {
      return jetstream.ask(question::answer);
    }
  }

  /// Its thread, null when JetStream is off.
  @Nullable Ground ground() {
    var running = jetstream;
    return running == null ? null : running.ground();
  }

  /// Null when it is off.
  @Nullable JetStream jetStream() {
    return jetstream;
  }

  /// Runs a task when all that streams were given before is stored or refused. Any thread.
  void fence(Runnable then) {
    var running = jetstream;
    if (running == null) {
      then.run();
    } else {
      running.fence(then);
    }
  }

  boolean running() {
    return jetstream != null;
  }

  @Override
  public void close() {
    var running = jetstream;
    jetstream = null;
    if (running != null) {
      running.close();
    }
  }
}

package io.frond.system;

import io.frond.json.JsonTime;
import io.frond.json.JsonWriter;
import io.frond.monitor.FeatureFlags;
import io.frond.monitor.MonitorSource;
import io.frond.options.Version;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// Says which server speaks: nats-server's `ServerInfo`, the head of all that is told in the system
/// account. Any thread.
public final class ServerStamp {
  /// JetStream, snapshots in binary, and groups' traffic in the account, as nats-server's flags.
  private static final int ABLE = 7;

  private final MonitorSource source;
  private final AtomicLong sequence = new AtomicLong();

  public ServerStamp(MonitorSource source) {
    this.source = source;
  }

  /// Writes it into the object that is open.
  public void write(JsonWriter to) {
    var facts = source.facts();
    var options = source.options();
    var jetStream = source.jetStream() != null;
    to.put("name", facts.name()).put("host", facts.listening().host()).put("id", facts.id());
    to.putIf("cluster", facts.cluster()).putIf("domain", domain());
    to.put("ver", Version.NATS).putIf("tags", options.tags());
    if (!options.metadata().isEmpty()) {
      to.begin("metadata");
      options.metadata().forEach(to::put);
      to.end();
    }
    FeatureFlags.write(to);
    to.put("jetstream", jetStream).put("flags", jetStream ? ABLE : 0);
    to.put("seq", sequence.incrementAndGet()).put("time", JsonTime.of(Instant.now()));
  }

  private @Nullable String domain() {
    var jetStream = source.options().jetstream();
    return jetStream == null || source.jetStream() == null ? null : jetStream.domain();
  }

  /// Whether a request is for this server.
  boolean isFor(RequestOptions asked) {
    var facts = source.facts();
    var cluster = facts.cluster();
    var domain = domain();
    return asked.concerns(
        facts.name(),
        facts.listening().host(),
        cluster == null ? "" : cluster,
        source.options().tags(),
        domain == null ? "" : domain);
  }
}

package io.frond.monitor;

import io.frond.json.JsonWriter;

/// The server's counts in short, as the system account gets them: nats-server's `ServerStats`.
final class Statsz {
  private final MonitorSource source;
  private final ProcessUsage process = new ProcessUsage();

  Statsz(MonitorSource source) {
    this.source = source;
  }

  void write(JsonWriter to, Query query) {
    var counts = source.counts();
    var all = counts.links();
    var clients = counts.clients();
    var cores = Runtime.getRuntime().availableProcessors();
    to.put("start", source.facts().started().toString());
    to.put("mem", ProcessUsage.residentBytes()).put("cores", cores);
    to.put("cpu", process.cpuPercent());
    to.put("connections", source.clients().size());
    to.put("total_connections", counts.connections());
    var active = 0;
    var subscriptions = 0L;
    for (var account : source.accounts()) {
      active += account.clients().get() + account.leaves().get() > 0 ? 1 : 0;
      subscriptions += account.sublist().size();
    }
    to.put("active_accounts", active).put("subscriptions", subscriptions);
    traffic(to, "sent", all.outMessages(), all.outBytes());
    traffic(to, "sent_to_clients", clients.outMessages(), clients.outBytes());
    traffic(to, "received", all.inMessages(), all.inBytes());
    traffic(to, "received_from_clients", clients.inMessages(), clients.inBytes());
    to.put("slow_consumers", counts.slow().all());
    Varz.endedIf(to, "slow_consumer_stats", counts.slow());
    to.putIf("stale_connections", counts.stale().all());
    Varz.endedIf(to, "stale_connection_stats", counts.stale());
    to.putIf("stalled_clients", all.stalls());
    routes(to);
    to.put("active_servers", source.activeServers());
    if (source.jetStream() != null) {
      Varz.jetStream(source, to.begin("jetstream"), false);
      to.end();
    }
    to.put("gomaxprocs", cores);
  }

  private void routes(JsonWriter to) {
    var routes = source.routes(false);
    if (routes.isEmpty()) {
      return;
    }
    to.beginArray("routes");
    for (var route : routes) {
      var stats = route.stats();
      to.begin().put("rid", route.id()).putIf("name", route.remoteName());
      traffic(to, "sent", stats.outMessages(), stats.outBytes());
      traffic(to, "received", stats.inMessages(), stats.inBytes());
      to.put("pending", stats.pendingBytes()).end();
    }
    to.endArray();
  }

  private static void traffic(JsonWriter to, String name, long messages, long bytes) {
    to.begin(name).put("msgs", messages).put("bytes", bytes).end();
  }
}

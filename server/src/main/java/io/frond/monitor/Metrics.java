package io.frond.monitor;

import io.frond.account.Account;
import io.frond.account.AccountStats;
import io.frond.api.Report;
import io.frond.options.Version;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.InfoSnapshot;
import io.prometheus.metrics.model.snapshots.InfoSnapshot.InfoDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/// `/metrics`: counts for Prometheus, in its text format. Nothing of it is loaded before it is
/// asked for. `docs/monitoring.md` lists the names, which stay.
final class Metrics {
  private final MonitorSource source;
  private final Supplier<Map<String, Long>> requests;

  /// @param requests how often each endpoint was asked for
  Metrics(MonitorSource source, Supplier<Map<String, Long>> requests) {
    this.source = source;
    this.requests = requests;
  }

  Answer answer(Query query) {
    var all = MetricSnapshots.builder();
    server(all);
    connections(all);
    traffic(all);
    accounts(all);
    routes(all);
    jetStream(all);
    SyncMetrics.add(all, source.sync());
    LaneMetrics.add(all, source.lanes());
    var writer = PrometheusTextFormatWriter.create();
    var out = new ByteArrayOutputStream(8192);
    try {
      writer.write(out, all.build());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new Answer(200, writer.getContentType(), out.toByteArray());
  }

  private void server(MetricSnapshots.Builder all) {
    var facts = source.facts();
    var labels =
        Labels.of(
            "version", Version.FROND,
            "nats_version", Version.NATS,
            "java", Runtime.version().toString(),
            "server_id", facts.id(),
            "server_name", facts.name());
    all.metricSnapshot(
        InfoSnapshot.builder()
            .name("frond_server")
            .help("What this server is.")
            .dataPoint(InfoDataPointSnapshot.builder().labels(labels).build())
            .build());
    gauge(
        all, "frond_healthy", "1 when clients are taken.", source.unavailable() == null ? 1L : 0L);
    var up = Duration.between(facts.started(), Instant.now()).toMillis() / 1000.0;
    gauge(all, "frond_uptime_seconds", "Time since the start.", up);
    var resident = ProcessUsage.residentBytes();
    gauge(all, "frond_resident_memory_bytes", "Resident memory of the process.", resident);
    gauge(all, "frond_heap_used_bytes", "Java heap in use.", ProcessUsage.heapBytes());
    counter(all, "frond_cpu_seconds", "Processor time of the process.", ProcessUsage.cpuSeconds());
    var answered =
        CounterSnapshot.builder()
            .name("frond_http_requests")
            .help("Requests to monitoring, by endpoint.");
    requests.get().forEach((path, count) -> answered.dataPoint(count("path", path, count)));
    all.metricSnapshot(answered.build());
  }

  private void connections(MetricSnapshots.Builder all) {
    var counts = source.counts();
    all.metricSnapshot(
        GaugeSnapshot.builder()
            .name("frond_connections")
            .help("Connections that are up, by what they are.")
            .dataPoint(level("kind", "client", source.clients().size()))
            .dataPoint(level("kind", "route", source.routes(false).size()))
            .dataPoint(level("kind", "leaf", source.leaves(false).size()))
            .build());
    counter(all, "frond_client_connections", "Clients that ever connected.", counts.connections());
    gauge(all, "frond_cluster_peers", "Other servers of the cluster.", counts.remotes());
    var closed =
        CounterSnapshot.builder()
            .name("frond_client_connections_closed")
            .help("Clients that went, by reason.");
    counts
        .closed()
        .forEach((reason, count) ->
            closed.dataPoint(count("reason", reason.name().toLowerCase(Locale.ROOT), count)));
    all.metricSnapshot(closed.build());
    ended(all, "frond_slow_consumers", "Connections that were too slow.", counts.slow());
    ended(all, "frond_stale_connections", "Connections that fell silent.", counts.stale());
    counter(
        all,
        "frond_producer_stalls",
        "How often a producer was held back for a slow receiver.",
        counts.links().stalls());
    counter(all, "frond_leaves_refused", "Leaves that were not let in.", counts.refusedLeaves());
    counter(all, "frond_leaf_duplicate_messages", "Came again, dropped.", counts.seenOfLeaves());
    counter(all, "frond_leaf_late_messages", "Came behind later ones.", counts.lateOfLeaves());
  }

  private void traffic(MetricSnapshots.Builder all) {
    var counts = source.counts();
    var links = counts.links();
    counter(all, "frond_received_messages", "From all connections.", links.inMessages());
    counter(all, "frond_received_bytes", "Payload from all connections.", links.inBytes());
    counter(all, "frond_sent_messages", "To all connections.", links.outMessages());
    counter(all, "frond_sent_bytes", "Payload to all connections.", links.outBytes());
    var clients = counts.clients();
    counter(all, "frond_client_received_messages", "From clients.", clients.inMessages());
    counter(all, "frond_client_received_bytes", "Payload from clients.", clients.inBytes());
    counter(all, "frond_client_sent_messages", "To clients.", clients.outMessages());
    counter(all, "frond_client_sent_bytes", "Payload to clients.", clients.outBytes());
  }

  private void accounts(MetricSnapshots.Builder all) {
    account(all, "frond_account_clients", "Clients.", one -> one.clients().get());
    account(all, "frond_account_leaves", "Leaf links.", one -> one.leaves().get());
    account(all, "frond_account_subscriptions", "Interest.", one -> one.sublist().size());
    total(
        all,
        "frond_account_received_messages",
        "Received.",
        one -> one.stats().inMessages(AccountStats.Way.ALL));
    total(
        all,
        "frond_account_received_bytes",
        "Received.",
        one -> one.stats().inBytes(AccountStats.Way.ALL));
    total(
        all,
        "frond_account_sent_messages",
        "Sent.",
        one -> one.stats().outMessages(AccountStats.Way.ALL));
    total(
        all,
        "frond_account_sent_bytes",
        "Sent.",
        one -> one.stats().outBytes(AccountStats.Way.ALL));
  }

  private void account(
      MetricSnapshots.Builder all, String name, String help, ToLongFunction<Account> of) {
    var gauge = GaugeSnapshot.builder().name(name).help(help + " By account.");
    for (var account : source.accounts()) {
      gauge.dataPoint(level("account", account.name(), of.applyAsLong(account)));
    }
    all.metricSnapshot(gauge.build());
  }

  private void total(
      MetricSnapshots.Builder all, String name, String help, ToLongFunction<Account> of) {
    var counter = CounterSnapshot.builder().name(name).help(help + " By account.");
    for (var account : source.accounts()) {
      counter.dataPoint(count("account", account.name(), of.applyAsLong(account)));
    }
    all.metricSnapshot(counter.build());
  }

  /// Routes are few; leaves may be thousands, so they have no series each.
  private void routes(MetricSnapshots.Builder all) {
    var trips =
        GaugeSnapshot.builder()
            .name("frond_route_round_trip_seconds")
            .help("Last measured round trip of each route connection.");
    var pending =
        GaugeSnapshot.builder()
            .name("frond_route_pending_bytes")
            .help("Queued for each route connection.");
    for (var route : source.routes(false)) {
      var labels = Labels.of("remote", route.remoteName(), "rid", Long.toString(route.id()));
      trips.dataPoint(level(labels, route.stats().rttNanos() / 1e9));
      pending.dataPoint(level(labels, (double) route.stats().pendingBytes()));
    }
    all.metricSnapshot(trips.build()).metricSnapshot(pending.build());
  }

  private void jetStream(MetricSnapshots.Builder all) {
    var jetStream = source.jetStream();
    if (jetStream == null) {
      return;
    }
    Report.@Nullable Totals totals;
    try {
      totals = jetStream.ask(Report::totals);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    if (totals == null) {
      return;
    }
    gauge(all, "frond_jetstream_accounts", "Accounts with JetStream.", totals.accounts());
    gauge(all, "frond_jetstream_streams", "Streams.", totals.streams());
    gauge(all, "frond_jetstream_consumers", "Consumers.", totals.consumers());
    gauge(all, "frond_jetstream_messages", "Messages in all streams.", totals.messages());
    gauge(all, "frond_jetstream_bytes", "Bytes in all streams.", totals.bytes());
    gauge(all, "frond_jetstream_memory_bytes", "Bytes of memory streams.", totals.memory());
    gauge(all, "frond_jetstream_file_bytes", "Bytes of file streams.", totals.storage());
    counter(all, "frond_jetstream_api_requests", "Requests to the API.", totals.apiTotal());
    counter(all, "frond_jetstream_api_errors", "Those answered with errors.", totals.apiErrors());
    gauge(all, "frond_jetstream_api_inflight", "Requests under way.", totals.apiInFlight());
  }

  private static void ended(
      MetricSnapshots.Builder all, String name, String help, MonitorSource.Ended ended) {
    all.metricSnapshot(
        CounterSnapshot.builder()
            .name(name)
            .help(help)
            .dataPoint(count("kind", "client", ended.clients()))
            .dataPoint(count("kind", "route", ended.routes()))
            .dataPoint(count("kind", "leaf", ended.leaves()))
            .build());
  }

  private static void gauge(MetricSnapshots.Builder all, String name, String help, long value) {
    gauge(all, name, help, (double) value);
  }

  private static void gauge(MetricSnapshots.Builder all, String name, String help, double value) {
    all.metricSnapshot(
        GaugeSnapshot.builder()
            .name(name)
            .help(help)
            .dataPoint(level(Labels.EMPTY, value))
            .build());
  }

  private static void counter(MetricSnapshots.Builder all, String name, String help, long value) {
    counter(all, name, help, (double) value);
  }

  private static void counter(MetricSnapshots.Builder all, String name, String help, double value) {
    all.metricSnapshot(
        CounterSnapshot.builder()
            .name(name)
            .help(help)
            .dataPoint(CounterDataPointSnapshot.builder().value(value).build())
            .build());
  }

  private static GaugeDataPointSnapshot level(String label, String value, long level) {
    return level(Labels.of(label, value), (double) level);
  }

  private static GaugeDataPointSnapshot level(Labels labels, double level) {
    return GaugeDataPointSnapshot.builder().labels(labels).value(level).build();
  }

  private static CounterDataPointSnapshot count(String label, String value, long count) {
    return CounterDataPointSnapshot.builder()
        .labels(Labels.of(label, value))
        .value((double) count)
        .build();
  }
}

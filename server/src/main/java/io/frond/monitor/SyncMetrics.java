package io.frond.monitor;

import io.frond.sync.SyncStatus;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.List;
import java.util.function.ToDoubleFunction;

/// The part of `/metrics` that tells how far leaf links, lanes, mirrors and sources are in step.
final class SyncMetrics {
  private SyncMetrics() {}

  static void add(MetricSnapshots.Builder all, List<SyncStatus> parts) {
    if (parts.isEmpty()) {
      return;
    }
    gauge(
        all,
        parts,
        "frond_sync_connected",
        "1 when the other end can be reached.",
        it -> it.sample().connected() ? 1 : 0);
    gauge(
        all,
        parts,
        "frond_sync_backlog_messages",
        "Messages that the other end has not settled.",
        it -> it.sample().backlogMessages());
    gauge(all, parts, "frond_sync_backlog_bytes", "Their bytes.", it -> it.sample().backlogBytes());
    gauge(
        all,
        parts,
        "frond_sync_oldest_seconds",
        "How long the oldest of them has waited.",
        it -> it.sample().oldestNanos() / 1e9);
    gauge(all, parts, "frond_sync_rate", "Messages settled in a second.", SyncStatus::rate);
    var states =
        GaugeSnapshot.builder().name("frond_sync_state").help("1 for the state that it is in.");
    var settled =
        CounterSnapshot.builder().name("frond_sync_settled").help("Messages that were settled.");
    var counts =
        CounterSnapshot.builder()
            .name("frond_sync_events")
            .help("Messages thrown away, and what else is counted, by what happened.");
    for (var it : parts) {
      var sample = it.sample();
      var labels = labels(it);
      states.dataPoint(
          new GaugeDataPointSnapshot(1, labels.add("state", it.state().toString()), null));
      settled.dataPoint(counter(labels, sample.settled()));
      counts.dataPoint(counter(labels.add("what", "discarded"), sample.discarded()));
      sample
          .counts()
          .forEach((what, count) -> counts.dataPoint(counter(labels.add("what", what), count)));
    }
    all.metricSnapshot(states.build());
    all.metricSnapshot(settled.build());
    all.metricSnapshot(counts.build());
  }

  private static Labels labels(SyncStatus of) {
    return Labels.of("kind", of.sample().kind(), "name", of.sample().name());
  }

  private static CounterDataPointSnapshot counter(Labels labels, long value) {
    return CounterDataPointSnapshot.builder().labels(labels).value((double) value).build();
  }

  private static void gauge(
      MetricSnapshots.Builder all,
      List<SyncStatus> parts,
      String name,
      String help,
      ToDoubleFunction<SyncStatus> value) {
    var metric = GaugeSnapshot.builder().name(name).help(help);
    for (var it : parts) {
      metric.dataPoint(
          GaugeDataPointSnapshot.builder()
              .labels(labels(it))
              .value(value.applyAsDouble(it))
              .build());
    }
    all.metricSnapshot(metric.build());
  }
}

package io.frond.monitor;

import io.frond.lane.LaneStatus;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.List;
import java.util.function.ToDoubleFunction;

/// What `/metrics` says of forward lanes: a series for each, since a leaf has few.
final class LaneMetrics {
  private LaneMetrics() {}

  static void add(MetricSnapshots.Builder all, List<LaneStatus> lanes) {
    if (lanes.isEmpty()) {
      return;
    }
    gauge(all, lanes, "backlog_messages", "Messages that wait.", LaneStatus::messages);
    gauge(all, lanes, "backlog_bytes", "Bytes that wait.", LaneStatus::bytes);
    gauge(all, lanes, "in_flight_messages", "Messages on their way.", LaneStatus::inFlight);
    gauge(all, lanes, "oldest_seconds", "Age of the oldest.", lane -> lane.oldestNanos() / 1e9);
    gauge(
        all,
        lanes,
        "last_exchange_seconds",
        "When the hub last acknowledged, since the epoch.",
        lane -> lane.exchangedMillis() / 1e3);
    counter(all, lanes, "forwarded_messages", "Acknowledged.", LaneStatus::forwarded);
    counter(all, lanes, "duplicates", "Of those, known to the hub.", LaneStatus::duplicates);
    counter(all, lanes, "dead_letters", "Refused for good.", LaneStatus::dead);
    counter(all, lanes, "retries", "Beginnings anew.", LaneStatus::retries);
    counter(all, lanes, "discarded_messages", "Given up for limits.", LaneStatus::discarded);
  }

  private static Labels labels(LaneStatus lane) {
    return Labels.of("account", lane.account(), "lane", lane.name());
  }

  private static void gauge(
      MetricSnapshots.Builder all,
      List<LaneStatus> lanes,
      String name,
      String help,
      ToDoubleFunction<LaneStatus> of) {
    var gauge = GaugeSnapshot.builder().name("frond_lane_" + name).help(help + " By lane.");
    for (var lane : lanes) {
      gauge.dataPoint(
          GaugeDataPointSnapshot.builder()
              .labels(labels(lane))
              .value(of.applyAsDouble(lane))
              .build());
    }
    all.metricSnapshot(gauge.build());
  }

  private static void counter(
      MetricSnapshots.Builder all,
      List<LaneStatus> lanes,
      String name,
      String help,
      ToDoubleFunction<LaneStatus> of) {
    var counter = CounterSnapshot.builder().name("frond_lane_" + name).help(help + " By lane.");
    for (var lane : lanes) {
      counter.dataPoint(
          CounterDataPointSnapshot.builder()
              .labels(labels(lane))
              .value(of.applyAsDouble(lane))
              .build());
    }
    all.metricSnapshot(counter.build());
  }
}

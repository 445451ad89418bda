package io.frond.consumer;

import io.frond.json.JsonTime;
import io.frond.json.JsonWriter;
import io.frond.stream.StreamView;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// A consumer's advisories and metrics (`$JS.EVENT.…`). On the shard's thread.
final class ConsumerEvents {
  private static final String ADVISORY = "$JS.EVENT.ADVISORY.CONSUMER.";
  private static final String METRIC = "$JS.EVENT.METRIC.CONSUMER.ACK.";

  private final StreamView stream;
  private final String consumer;

  ConsumerEvents(StreamView stream, String consumer) {
    this.stream = stream;
    this.consumer = consumer;
  }

  /// Adds an event's own fields.
  private interface Fields {
    void write(JsonWriter to);
  }

  private void send(String prefix, String type, Fields fields) {
    var name = stream.config().name();
    stream.event(
        prefix + name + '.' + consumer,
        () -> {
          var to =
              JsonWriter.compact()
                  .begin()
                  .put("type", "io.nats.jetstream." + type)
                  .put("id", stream.newId())
                  .put("timestamp", JsonTime.of(stream.shard().now()));
          fields.write(to);
          return to.end().bytes();
        });
  }

  private void advisory(String subject, String type, Fields fields) {
    send(ADVISORY + subject + '.', "advisory.v1." + type, fields);
  }

  private JsonWriter names(JsonWriter to) {
    return to.put("stream", stream.config().name()).put("consumer", consumer);
  }

  private JsonWriter message(JsonWriter to, long consumerSequence, long sequence, long deliveries) {
    return names(to)
        .put("consumer_seq", consumerSequence)
        .put("stream_seq", sequence)
        .put("deliveries", deliveries);
  }

  void maxDeliveries(long sequence, long deliveries) {
    advisory(
        "MAX_DELIVERIES",
        "max_deliver",
        to ->
            names(to)
                .put("stream_seq", sequence)
                .put("deliveries", deliveries)
                .putIf("domain", stream.domain()));
  }

  void refused(long sequence, long consumerSequence, long deliveries) {
    advisory(
        "MSG_NAKED",
        "nak",
        to -> message(to, consumerSequence, sequence, deliveries).putIf("domain", stream.domain()));
  }

  void terminated(long sequence, long consumerSequence, long deliveries, String reason) {
    advisory(
        "MSG_TERMINATED",
        "terminated",
        to ->
            message(to, consumerSequence, sequence, deliveries)
                .putIf("reason", reason)
                .putIf("domain", stream.domain()));
  }

  /// @param delay from delivery to acknowledgement, nanoseconds
  void acknowledged(long sequence, long consumerSequence, long delay, long deliveries) {
    send(
        METRIC,
        "metric.v1.consumer_ack",
        to ->
            names(to)
                .put("consumer_seq", consumerSequence)
                .put("stream_seq", sequence)
                .put("ack_time", delay)
                .put("deliveries", deliveries)
                .putIf("domain", stream.domain()));
  }

  void paused(@Nullable Instant until) {
    var nanos = until == null ? 0 : JsonTime.nanos(until);
    advisory(
        "PAUSE",
        "consumer_pause",
        to ->
            names(to)
                .put("paused", nanos > stream.shard().now())
                .put("pause_until", until == null ? JsonTime.ZERO : JsonTime.of(until))
                .putIf("domain", stream.domain()));
  }

  void pinned(String group, String id) {
    advisory("PINNED", "consumer_group_pinned", to -> group(to, group).put("pinned_id", id));
  }

  /// @param reason `admin` or `timeout`
  void unpinned(String group, String reason) {
    advisory("UNPINNED", "consumer_group_unpinned", to -> group(to, group).put("reason", reason));
  }

  private JsonWriter group(JsonWriter to, String group) {
    to.putIf("account", stream.account());
    return names(to).putIf("domain", stream.domain()).put("group", group);
  }
}

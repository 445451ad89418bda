package io.frond.consumer;

import io.frond.json.JsonTime;
import io.frond.json.JsonWriter;

/// Writes what is told about a consumer, in nats-server's order of fields. Stateless.
final class ConsumerInfo {
  private ConsumerInfo() {}

  static void write(JsonWriter to, Consumer consumer, long now) {
    var config = consumer.config();
    sequences(
        to,
        "delivered",
        consumer.deliveredConsumer(),
        consumer.deliveredStream(),
        consumer.deliveredAt());
    sequences(
        to, "ack_floor", consumer.floorConsumer(), consumer.floorStream(), consumer.settledAt());
    to.put("num_ack_pending", consumer.ackPending())
        .put("num_redelivered", consumer.redelivered())
        .put("num_waiting", consumer.waiting())
        .put("num_pending", consumer.pending())
        .putIf("push_bound", consumer.isBound());
    var until = config.pauseUntil();
    if (until != null && JsonTime.nanos(until) > now) {
      to.put("paused", true).put("pause_remaining", JsonTime.nanos(until) - now);
    }
    to.put("ts", JsonTime.of(now));
    if (!config.priorityGroups().isEmpty()) {
      to.beginArray("priority_groups")
          .begin()
          .put("group", config.priorityGroups().getFirst())
          .putIf("pinned_client_id", consumer.pin().id())
          .put("pinned_ts", JsonTime.of(consumer.pin().since()))
          .end()
          .endArray();
    }
  }

  private static void sequences(
      JsonWriter to, String name, long consumerSequence, long sequence, long at) {
    to.begin(name).put("consumer_seq", consumerSequence).put("stream_seq", sequence);
    if (at != 0) {
      to.put("last_active", JsonTime.of(at));
    }
    to.end();
  }
}

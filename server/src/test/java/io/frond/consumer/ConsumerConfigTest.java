package io.frond.consumer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.frond.json.JsonException;
import io.frond.json.JsonFields;
import io.frond.json.JsonObject;
import io.frond.json.JsonWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ConsumerConfigTest {
  private static final String ALL =
      "{\"durable_name\":\"D\",\"name\":\"D\",\"description\":\"what\","
          + "\"deliver_policy\":\"by_start_time\",\"opt_start_seq\":7,"
          + "\"opt_start_time\":\"2026-01-02T03:04:05.6Z\",\"ack_policy\":\"explicit\","
          + "\"ack_wait\":30000000000,\"max_deliver\":-1,\"backoff\":[1,2],"
          + "\"filter_subject\":\"a\",\"filter_subjects\":[\"b\",\"c\"],"
          + "\"replay_policy\":\"original\",\"rate_limit_bps\":8,\"sample_freq\":\"30%\","
          + "\"max_waiting\":512,\"max_ack_pending\":1000,\"flow_control\":true,"
          + "\"headers_only\":true,\"max_batch\":3,\"max_expires\":4,\"max_bytes\":5,"
          + "\"deliver_subject\":\"x\",\"deliver_group\":\"g\",\"idle_heartbeat\":6,"
          + "\"inactive_threshold\":9,\"num_replicas\":1,\"mem_storage\":true,\"direct\":true,"
          + "\"sourcing\":true,\"metadata\":{\"k\":\"v\"},"
          + "\"pause_until\":\"2027-01-02T03:04:05Z\",\"priority_groups\":[\"A\"],"
          + "\"priority_policy\":\"pinned_client\",\"priority_timeout\":10}";

  private static JsonObject json(String text) throws JsonException {
    return JsonObject.parse(text.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void whatIsReadIsWrittenInNatsServersOrder() throws JsonException {
    var config = ConsumerConfig.parse(json(ALL));
    assertEquals(ALL, new String(config.json(), StandardCharsets.UTF_8));
    assertEquals(config, config.change().build());
    assertEquals(List.of("a", "b", "c"), config.filters());
  }

  @Test
  void anEmptyOneHasFourFields() throws JsonException {
    var config = ConsumerConfig.parse(json("{}"));
    assertEquals(
        "{\"deliver_policy\":\"all\",\"ack_policy\":\"none\",\"replay_policy\":\"instant\","
            + "\"num_replicas\":0}",
        new String(
            config.write(JsonWriter.compact().begin()).end().bytes(), StandardCharsets.UTF_8));
  }

  @Test
  void unknownFieldsAreNamedAndWrongTypesRefused() throws JsonException {
    var fields = new JsonFields(json("{\"name\":\"x\",\"ackpolicy\":1}"), "ConsumerConfig");
    ConsumerConfig.parse(fields);
    assertEquals(List.of("ackpolicy"), fields.unknown());
    assertThrows(
        JsonException.class, () -> ConsumerConfig.parse(json("{\"ack_policy\":\"some\"}")));
    assertThrows(JsonException.class, () -> ConsumerConfig.parse(json("{\"max_deliver\":\"1\"}")));
  }
}

package io.frond.consumer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.frond.json.JsonException;
import io.frond.json.JsonObject;
import io.frond.stream.ApiException;
import io.frond.stream.Retention;
import io.frond.stream.StreamConfig;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ConsumerRulesTest {
  private final StreamConfig.Builder stream = new StreamConfig.Builder("S");

  ConsumerRulesTest() {
    stream.subjects = List.of("in.>");
    stream.replicas = 1;
  }

  private static ConsumerConfig parse(String json) {
    try {
      return ConsumerConfig.parse(
          JsonObject.parse(json.replace('\'', '"').getBytes(StandardCharsets.UTF_8)));
    } catch (JsonException e) {
      throw new AssertionError(e);
    }
  }

  private ConsumerConfig accepted(String json) {
    try {
      var config = ConsumerDefaults.apply(parse(json), stream.build(), ConsumerLimits.NONE, false);
      ConsumerRules.check(config, stream.build(), ConsumerLimits.NONE);
      return config;
    } catch (ApiException e) {
      throw new AssertionError(e.error().text(), e);
    }
  }

  private void refused(int number, String text, String json) {
    var e =
        assertThrows(
            ApiException.class,
            () ->
                ConsumerRules.check(
                    ConsumerDefaults.apply(parse(json), stream.build(), ConsumerLimits.NONE, false),
                    stream.build(),
                    ConsumerLimits.NONE),
            json);
    assertEquals(number, e.error().number(), json);
    assertTrue(e.error().text().contains(text), e.error().text());
  }

  @Test
  void whatIsLeftOutGetsDefaults() {
    var pull = accepted("{'durable_name':'D','ack_policy':'explicit'}");
    assertEquals(30_000_000_000L, pull.ackWait());
    assertEquals(-1, pull.maxDeliver());
    assertEquals(512, pull.maxWaiting());
    assertEquals(1000, pull.maxAckPending());
    assertEquals(0, ConsumerLevel.stored(pull).inactiveThreshold());
    var push = accepted("{'deliver_subject':'x'}");
    assertEquals(0, push.maxAckPending());
    assertEquals(0, push.maxWaiting());
    assertEquals(0, push.ackWait());
    assertEquals(5_000_000_000L, ConsumerLevel.stored(push).inactiveThreshold());
    assertEquals("0", ConsumerLevel.stored(push).metadata().get("_nats.req.level"));
    var backoff = accepted("{'ack_policy':'explicit','backoff':[5,6],'ack_wait':9}");
    assertEquals(5, backoff.ackWait());
    var group = "{'priority_policy':'pinned_client','priority_groups':['A']}";
    assertEquals(120_000_000_000L, accepted(group).priorityTimeout());
    assertFalse(ConsumerLevel.same(parse(group), ConsumerLevel.stored(parse(group))));
    var lasting = group.replace("{", "{'inactive_threshold':5000000000,");
    assertTrue(ConsumerLevel.same(parse(lasting), ConsumerLevel.stored(parse(lasting))));
    assertFalse(ConsumerLevel.same(push, ConsumerLevel.stored(pull)));
  }

  @Test
  void whatNatsServerRefusesIsRefusedWithItsErrors() {
    refused(10052, "consumer name can not contain", "{'name':'a.b'}");
    refused(10126, "exceeds parent", "{'num_replicas':3}");
    refused(10183, "", "{'ack_wait':-1}");
    refused(10184, "", "{'ack_policy':'explicit','backoff':[1,-2]}");
    refused(10116, "", "{'ack_policy':'explicit','backoff':[1,2],'max_deliver':1}");
    refused(10218, "", "{'ack_policy':'flow_control'}");
    refused(10221, "", "{'ack_policy':'flow_control','deliver_subject':'x','ack_wait':5000000000}");
    refused(10079, "", "{'deliver_subject':'x.*'}");
    refused(10112, "", "{'deliver_subject':'x..y'}");
    refused(10081, "", "{'deliver_subject':'in.x'}");
    refused(10080, "", "{'deliver_subject':'x','max_waiting':1}");
    refused(10082, "", "{'deliver_subject':'x','max_ack_pending':1}");
    refused(10083, "", "{'deliver_subject':'x','idle_heartbeat':1000}");
    refused(10086, "", "{'rate_limit_bps':1}");
    refused(10088, "", "{'idle_heartbeat':1000000000}");
    refused(10089, "", "{'flow_control':true}");
    refused(10115, "", "{'max_expires':5}");
    refused(10090, "", "{'direct':true}");
    refused(10091, "", "{'direct':true,'deliver_subject':'x','durable_name':'d'}");
    refused(10136, "", "{'filter_subject':'a','filter_subjects':['b']}");
    refused(10139, "", "{'filter_subjects':['a','']}");
    refused(10138, "", "{'filter_subjects':['in.*','in.a']}");
    refused(
        10094,
        "consumer delivery policy is deliver all, but optional start sequence is also set",
        "{'opt_start_seq':5}");
    refused(
        10094,
        "deliver by start sequence, but optional start sequence is not set",
        "{'deliver_policy':'by_start_sequence'}");
    refused(
        10094,
        "deliver by start time, but optional start time is not set",
        "{'deliver_policy':'by_start_time'}");
    refused(
        10094,
        "deliver last per subject, but optional filter subject is not set",
        "{'deliver_policy':'last_per_subject'}");
    refused(10095, "strconv.Atoi: parsing \"x\": invalid syntax", "{'sample_freq':'x%'}");
    refused(10108, "", "{'deliver_subject':'x','flow_control':true}");
    refused(10132, "", "{'durable_name':'a','name':'b'}");
    refused(10159, "", "{'priority_policy':'overflow'}");
    refused(10162, "", "{'priority_policy':'overflow','priority_groups':['a b']}");
    refused(10196, "", "{'priority_groups':['a']}");
    refused(10197, "", "{'priority_timeout':5}");
    refused(10178, "", "{'deliver_subject':'x','priority_policy':'overflow'}");
  }

  @Test
  void aWorkQueueHasOneConsumerForEachSubject() throws ApiException {
    stream.retention = Retention.WORK_QUEUE;
    var others = new ArrayList<ConsumerConfig>();
    var a = accepted("{'durable_name':'A','ack_policy':'explicit','filter_subject':'in.a'}");
    ConsumerPeers.checkNew(a, stream.build(), ConsumerLimits.NONE, others);
    others.add(a);
    peers(10099, "{'ack_policy':'explicit'}", others);
    peers(10100, "{'ack_policy':'explicit','filter_subject':'in.*'}", others);
    peers(10098, "{'ack_policy':'all','filter_subject':'in.b'}", others);
    peers(
        10101, "{'ack_policy':'explicit','filter_subject':'in.b','deliver_policy':'new'}", others);
    stream.maxConsumers = 1;
    peers(10026, "{'ack_policy':'explicit','filter_subject':'in.b'}", others);
    refused(10084, "", "{}");
  }

  private void peers(int number, String json, List<ConsumerConfig> others) {
    var e =
        assertThrows(
            ApiException.class,
            () ->
                ConsumerPeers.checkNew(
                    accepted(json), stream.build(), ConsumerLimits.NONE, others));
    assertEquals(number, e.error().number());
  }

  @Test
  void someFieldsNeverChange() throws ApiException {
    var from = accepted("{'durable_name':'A','ack_policy':'explicit'}");
    var b = from.change();
    b.description = "new";
    b.maxAckPending = 5;
    b.filterSubject = "in.a";
    ConsumerChanges.check(from, b.build(), subject -> false);
    b.ackPolicy = AckPolicy.NONE;
    var e =
        assertThrows(
            ApiException.class, () -> ConsumerChanges.check(from, b.build(), subject -> false));
    assertEquals("ack policy can not be updated", e.error().text());
    var push = accepted("{'durable_name':'A','deliver_subject':'x'}");
    var p = push.change();
    p.deliverSubject = "y";
    ConsumerChanges.check(push, p.build(), subject -> false);
    var bound =
        assertThrows(
            ApiException.class, () -> ConsumerChanges.check(push, p.build(), subject -> true));
    assertEquals(10013, bound.error().number());
  }
}

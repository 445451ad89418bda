package io.frond.consumer;

import static io.frond.consumer.Bench.MILLI;
import static io.frond.consumer.Bench.SECOND;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

final class PushTest {
  private static final String EXPLICIT =
      "{'durable_name':'C','ack_policy':'explicit','deliver_subject':'d'}";

  private final Bench bench = new Bench(EXPLICIT);

  @Test
  void messagesComeWhileSomeoneListens() {
    bench.start();
    bench.publish("in", "one");
    assertEquals(List.of(), bench.took());
    assertFalse(bench.consumer.isBound());
    bench.outlet.interested("d");
    bench.shard.advance(100 * MILLI);
    assertEquals(List.of("one"), bench.took());
    assertTrue(bench.consumer.isBound());
    bench.publish("in", "two");
    var sent = bench.outlet.take().getFirst();
    assertEquals("d", sent.to());
    assertEquals("in", sent.shown());
    assertEquals("$JS.ACK.S.C.1.2.2." + (Bench.BEGIN + 100 * MILLI) + ".0", sent.reply());
    bench.outlet.uninterested("d");
    bench.publish("in", "three");
    bench.outlet.take();
    assertEquals("2/2 0/0 2 0 1", bench.state());
    bench.outlet.interested("d");
    bench.shard.advance(100 * MILLI);
    assertEquals(List.of("three"), bench.took());
  }

  @Test
  void whoWatchesEverythingTakesNothing() {
    bench.again("{'deliver_subject':'d.x','ack_policy':'none'}");
    bench.outlet.interested("d.*");
    bench.outlet.interested(">");
    bench.start();
    bench.publish("in", "one");
    assertEquals(List.of(), bench.took());
    bench.outlet.interested("d.x");
    bench.shard.run();
    assertEquals(List.of("one"), bench.took());
  }

  @Test
  void pullingIsRefused() {
    bench.start();
    bench.pull("a", "1");
    assertEquals(List.of("[409 Consumer is push based]"), bench.took());
  }

  @Test
  void silenceIsFilledWithHeartbeats() {
    bench.again("{'deliver_subject':'d','idle_heartbeat':500000000}");
    bench.outlet.interested("d");
    bench.start();
    bench.publish("in", "one");
    bench.outlet.take();
    bench.shard.advance(400 * MILLI);
    bench.publish("in", "two");
    bench.outlet.take();
    bench.shard.advance(400 * MILLI);
    assertEquals(List.of(), bench.took());
    bench.shard.advance(200 * MILLI);
    assertEquals(
        "NATS/1.0 100 Idle Heartbeat\r\nNats-Last-Consumer: 2\r\nNats-Last-Stream: 2\r\n\r\n",
        bench.outlet.take().getFirst().headers());
    bench.shard.advance(SECOND);
    assertEquals(2, bench.took().size());
  }

  @Test
  void flowControlHoldsBackUntilItIsAnswered() {
    bench.again("{'deliver_subject':'d','flow_control':true,'idle_heartbeat':1000000000}");
    bench.outlet.interested("d");
    bench.start();
    var large = "x".repeat(100_000);
    for (var i = 0; i < 40; i++) {
      bench.publish("in", large);
    }
    bench.shard.run();
    var all = bench.outlet.take();
    var asked = all.stream().filter(one -> one.headers().contains("FlowControl Request")).toList();
    assertEquals(1, asked.size());
    assertEquals("NATS/1.0 100 FlowControl Request\r\n\r\n", asked.getFirst().headers());
    assertTrue(asked.getFirst().reply().startsWith("$JS.FC.S.C."));
    assertEquals(21, all.size() - 1);
    bench.shard.advance(SECOND + MILLI);
    var beat = bench.outlet.take().getFirst().headers();
    assertTrue(beat.contains("\r\nNats-Consumer-Stalled: " + asked.getFirst().reply() + "\r\n"));
    bench.consumer.flowControlReply(asked.getFirst().reply().getBytes(StandardCharsets.UTF_8));
    bench.shard.run();
    all = bench.outlet.take();
    assertEquals(19, all.stream().filter(one -> !one.payload().isEmpty()).count());
  }

  @Test
  void flowControlAcknowledges() {
    bench.again("{'durable_name':'C','deliver_subject':'d','ack_policy':'flow_control'}");
    bench.outlet.interested("d");
    bench.start();
    bench.publish("in", 3);
    assertEquals("3/3 0/0 3 0 0", bench.state());
    bench.outlet.take();
    bench.shard.advance(SECOND + MILLI);
    var all = bench.outlet.take();
    var asked = all.getLast();
    assertTrue(asked.headers().contains("FlowControl Request"), asked.headers());
    var answer = "NATS/1.0\r\nNats-Last-Consumer: 2\r\nNats-Last-Stream: 2\r\n\r\n";
    bench.consumer.flowControlReply(
        asked.reply().getBytes(StandardCharsets.UTF_8),
        answer.length(),
        answer.getBytes(StandardCharsets.UTF_8));
    bench.shard.run();
    assertEquals("3/3 2/2 1 0 0", bench.state());
  }

  @Test
  void payloadsCanBeLeftOut() {
    bench.again("{'deliver_subject':'d','headers_only':true}");
    bench.outlet.interested("d");
    bench.start();
    bench.publish("in", "12345");
    bench.publish("in", "NATS/1.0\r\nA: b\r\n\r\n", "123");
    var all = bench.outlet.take();
    assertEquals("NATS/1.0\r\nNats-Msg-Size: 5\r\n\r\n", all.get(0).headers());
    assertEquals("NATS/1.0\r\nA: b\r\nNats-Msg-Size: 3\r\n\r\n", all.get(1).headers());
    assertEquals("", all.get(1).payload());
  }

  @Test
  void messagesComeAsFastAsTheyOnceCame() {
    bench.publish("in", "one");
    bench.shard.advance(300 * MILLI);
    bench.publish("in", "two");
    bench.shard.advance(5 * SECOND);
    bench.publish("in", "three");
    bench.again("{'deliver_subject':'d','replay_policy':'original','durable_name':'C'}");
    bench.outlet.interested("d");
    bench.consumer.restoreState(new Bench("{}").consumer.saveState());
    bench.start();
    assertEquals(List.of("one"), bench.took());
    bench.shard.advance(299 * MILLI);
    assertEquals(List.of(), bench.took());
    bench.shard.advance(2 * MILLI);
    assertEquals(List.of("two"), bench.took());
    bench.shard.advance(5 * SECOND);
    assertEquals(List.of("three"), bench.took());
    bench.shard.advance(5 * SECOND);
    bench.publish("in", "four");
    assertEquals(List.of("four"), bench.took());
  }

  @Test
  void theRateIsLimited() {
    bench.again("{'deliver_subject':'d','rate_limit_bps':8000000}");
    bench.outlet.interested("d");
    bench.start();
    for (var i = 0; i < 30; i++) {
      bench.publish("in", "x".repeat(100_000));
    }
    var first = bench.took().size();
    assertTrue(first >= 10 && first <= 11, first + " at once");
    bench.shard.advance(SECOND);
    var second = bench.took().size();
    assertTrue(second >= 9 && second <= 10, second + " in a second");
  }

  @Test
  void whoeverIsGoneTakesTheConsumerAlong() {
    bench.again("{'deliver_subject':'d'}");
    bench.outlet.interested("d");
    bench.start();
    bench.shard.advance(20 * SECOND);
    assertFalse(bench.deleted);
    bench.outlet.uninterested("d");
    bench.shard.advance(3 * SECOND);
    assertFalse(bench.deleted);
    bench.shard.advance(6 * SECOND);
    assertTrue(bench.deleted);
  }

  @Test
  void aPausedConsumerIsSilentUntilItsTime() {
    bench.outlet.interested("d");
    bench.start();
    var b = bench.consumer.config().change();
    b.pauseUntil = Instant.ofEpochSecond(1_700_000_010);
    bench.consumer.update(b.build());
    bench.publish("in", "one");
    assertEquals(List.of(), bench.took());
    assertEquals(10 * SECOND, bench.info().number("pause_remaining", 0));
    bench.shard.advance(11 * SECOND);
    assertEquals(List.of("one"), bench.took());
    assertEquals(2, bench.events.size());
    assertTrue(bench.events.get(0).contains("\"paused\":true,\"pause_until\":"));
    assertTrue(bench.events.get(1).contains("\"paused\":false"));
  }

  @Test
  void aNewDeliverSubjectGetsWhatIsPending() {
    bench.outlet.interested("d");
    bench.start();
    bench.publish("in", 2);
    bench.outlet.uninterested("d");
    bench.outlet.interested("e");
    bench.outlet.take();
    bench.consumer.update(
        bench.config("{'durable_name':'C','ack_policy':'explicit','deliver_subject':'e'}"));
    bench.shard.advance(SECOND);
    assertEquals(List.of("e", "e"), bench.outlet.take().stream().map(one -> one.to()).toList());
  }

  @Test
  void whatNobodyAcknowledgesIsRarelyLogged() {
    bench.again("{'deliver_subject':'d','durable_name':'C'}");
    bench.outlet.interested("d");
    bench.start();
    bench.publish("in", 100);
    bench.shard.advance(SECOND);
    assertEquals(1, bench.entries.size());
    assertEquals("100/100 100/100 0 0 0", bench.state());
    bench.again("{'deliver_subject':'d','mem_storage':true,'deliver_policy':'new'}").start();
    bench.publish("in", 100);
    bench.shard.advance(SECOND);
    assertEquals(1, bench.entries.size());
  }
}

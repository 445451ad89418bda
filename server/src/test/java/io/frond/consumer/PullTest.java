package io.frond.consumer;

import static io.frond.consumer.Bench.MILLI;
import static io.frond.consumer.Bench.SECOND;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.frond.json.JsonObject;
import io.frond.testkit.ManualOutlet.Sent;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

final class PullTest {
  private static final String EXPLICIT = "{'durable_name':'C','ack_policy':'explicit'}";

  private final Bench bench = new Bench(EXPLICIT).start();

  private static String status(Sent sent) {
    assertEquals("", sent.payload());
    return sent.headers();
  }

  private String onlyStatus() {
    var all = bench.outlet.take();
    assertEquals(1, all.size(), all.toString());
    return status(all.getFirst());
  }

  @Test
  void messagesComeWithTheirSubjectAndAnAckReply() {
    bench.publish("in.a", "one");
    bench.publish("in.b", "H: x\r\n", "two");
    bench.pull("inbox.1", "2");
    var all = bench.outlet.take();
    assertEquals(2, all.size());
    assertEquals("inbox.1", all.get(0).to());
    assertEquals("in.a", all.get(0).shown());
    assertEquals("one", all.get(0).payload());
    assertEquals("$JS.ACK.S.C.1.1.1." + Bench.BEGIN + ".1", all.get(0).reply());
    assertEquals("in.b", all.get(1).shown());
    assertEquals("H: x\r\n", all.get(1).headers());
    assertEquals("$JS.ACK.S.C.1.2.2." + Bench.BEGIN + ".0", all.get(1).reply());
    assertEquals("2/2 0/0 2 0 0", bench.state());
    bench.ack(all.get(1).reply(), "");
    assertEquals("2/2 0/0 1 0 0", bench.state());
    bench.ack(all.get(0).reply(), "+ACK");
    assertEquals("2/2 2/2 0 0 0", bench.state());
  }

  @Test
  void numbersThatAreNotPositiveAreNoLimits() {
    bench.pull("a", "{\"batch\":0,\"max_bytes\":500}");
    bench.publish("in", "m");
    var got = bench.outlet.take();
    assertEquals("m", got.get(0).payload());
    assertTrue(
        got.get(1)
            .headers()
            .startsWith("NATS/1.0 409 Batch Completed\r\nNats-Pending-Messages: -1"),
        got.get(1).headers());
    bench.pull("b", "{\"batch\":1,\"max_bytes\":-1}");
    bench.publish("in", "m");
    assertEquals("m", bench.outlet.take().getFirst().payload());
    var one = new Bench("{'durable_name':'C','ack_policy':'explicit','max_ack_pending':1}").start();
    one.publish("in", 2);
    one.pull("a", "1");
    one.pull("b", "-1");
    one.outlet.take();
    one.pull("c", "{'batch':1,'no_wait':true}");
    assertEquals("NATS/1.0 408 Requests Pending\r\n\r\n", status(one.outlet.take().getFirst()));
  }

  @Test
  void whatNobodyAcknowledgesHasATimeAtOnce() {
    var none = new Bench("{'durable_name':'C','ack_policy':'none'}").start();
    none.publish("in", "m");
    assertFalse(delivered(none).has("last_active"));
    none.pull("a", "1");
    assertTrue(delivered(none).has("last_active"), delivered(none).names().toString());
    none.consumer.proposeReset(1, (result, failure) -> {});
    none.shard.run();
    assertFalse(delivered(none).has("last_active"));
  }

  @Test
  void aResetBeginsBehindWhatWasDeliveredAlsoWhereNobodyAcknowledges() {
    var none = new Bench("{'durable_name':'C','ack_policy':'none'}").start();
    none.publish("in", 3);
    none.pull("a", "2");
    var begun = new ArrayList<Object>();
    none.consumer.proposeReset(0, (result, failure) -> begun.add(result));
    none.shard.run();
    assertEquals(List.of(3L), begun);
    assertEquals(1, none.consumer.pending());
  }

  @Test
  void whatComesBeforeTheBeginIsNotStillToCome() {
    var later =
        new Bench(
                "{'durable_name':'C','ack_policy':'explicit',"
                    + "'deliver_policy':'by_start_sequence','opt_start_seq':3}")
            .start();
    later.publish("in", 2);
    assertEquals(0, later.consumer.pending());
    later.publish("in", 2);
    later.pull("a", "2");
    var got = later.outlet.take();
    assertTrue(got.getFirst().reply().endsWith(".1"), got.getFirst().reply());
    assertEquals(0, later.consumer.pending());
    later.consumer.proposeReset(6, (result, failure) -> {});
    later.shard.run();
    later.publish("in", 1);
    assertEquals(0, later.consumer.pending());
    later.publish("in", 1);
    assertEquals(1, later.consumer.pending());
  }

  private static JsonObject delivered(Bench of) {
    return Objects.requireNonNull(of.info().object("delivered"));
  }

  @Test
  void aRequestWaitsAndSharesWithOthers() {
    bench.pull("a", "2");
    bench.pull("b", "{'batch':2,'expires':5000000000}");
    assertEquals(2, bench.consumer.waiting());
    for (var i = 1; i <= 5; i++) {
      bench.publish("in", "m" + i);
    }
    var to = bench.outlet.take().stream().map(Sent::to).toList();
    assertEquals(List.of("a", "b", "a", "b"), to);
    assertEquals(0, bench.consumer.waiting());
    assertEquals(1, bench.consumer.pending());
  }

  @Test
  void aRequestEndsWithATimeout() {
    bench.pull("a", "{'batch':3,'expires':1000000000,'max_bytes':1000}");
    bench.publish("in", "m");
    bench.outlet.take();
    bench.shard.advance(SECOND);
    assertTrue(
        onlyStatus()
            .startsWith(
                "NATS/1.0 408 Request Timeout\r\nNats-Pending-Messages: 2\r\n"
                    + "Nats-Pending-Bytes: 9"));
    assertEquals(0, bench.consumer.waiting());
  }

  @Test
  void whatDoesNotWaitIsToldSo() {
    bench.pull("a", "{'no_wait':true,'batch':2}");
    assertEquals("NATS/1.0 404 No Messages\r\n\r\n", onlyStatus());
    bench.publish("in", "m");
    bench.pull("a", "{'no_wait':true,'batch':2}");
    assertEquals(List.of("m", "[404 No Messages]"), bench.took());
    bench.pull("a", "{'no_wait':true,'batch':2,'expires':1000000000}");
    assertEquals(List.of(), bench.took());
    bench.publish("in", "n");
    assertEquals(List.of("n", "[404 No Messages]"), bench.took());
  }

  @Test
  void heartbeatsTellHowFarItIs() {
    bench.publish("in", "m");
    bench.pull("a", "{'batch':9,'expires':1000000000,'idle_heartbeat':200000000}");
    bench.outlet.take();
    bench.shard.advance(250 * MILLI);
    assertEquals(
        "NATS/1.0 100 Idle Heartbeat\r\nNats-Last-Consumer: 1\r\nNats-Last-Stream: 1\r\n\r\n",
        onlyStatus());
    bench.pull("a", "{'batch':9,'expires':1000000000,'idle_heartbeat':600000000}");
    assertEquals("NATS/1.0 400 Bad Request - heartbeat value too large\r\n\r\n", onlyStatus());
  }

  @Test
  void bytesAreCountedAsTheClientSeesThem() {
    bench.publish("in", "x".repeat(100));
    bench.publish("in", "x".repeat(100));
    var size = 2 + ("$JS.ACK.S.C.1.1.1." + Bench.BEGIN + ".1").length() + 100;
    bench.pull("a", "{'batch':9,'max_bytes':" + (size + 10) + "}");
    var all = bench.outlet.take();
    assertEquals(
        "NATS/1.0 409 Message Size Exceeds MaxBytes\r\nNats-Pending-Messages: 8\r\n"
            + "Nats-Pending-Bytes: 10\r\n\r\n",
        status(all.get(1)));
    assertEquals(0, bench.consumer.waiting());
    bench.pull("a", "{'batch':1,'max_bytes':1000}");
    all = bench.outlet.take();
    assertTrue(status(all.get(1)).startsWith("NATS/1.0 409 Batch Completed\r\n"));
  }

  @Test
  void limitsOfRequestsAreKept() {
    bench.again(
        "{'durable_name':'C','ack_policy':'explicit','max_batch':5,'max_expires':1000000000,"
            + "'max_bytes':10,'max_waiting':1}");
    bench.start();
    bench.pull("a", "6");
    assertEquals("NATS/1.0 409 Exceeded MaxRequestBatch of 5\r\n\r\n", onlyStatus());
    bench.pull("a", "{'batch':1,'expires':2000000000}");
    assertEquals("NATS/1.0 409 Exceeded MaxRequestExpires of 1s\r\n\r\n", onlyStatus());
    bench.pull("a", "{'batch':1,'max_bytes':11}");
    assertEquals("NATS/1.0 409 Exceeded MaxRequestMaxBytes of 10\r\n\r\n", onlyStatus());
    bench.pull("a", "1");
    bench.pull("b", "1");
    assertEquals("NATS/1.0 409 Exceeded MaxWaiting\r\n\r\n", onlyStatus());
    bench.consumer.deleted();
    assertEquals("NATS/1.0 409 Consumer Deleted\r\n\r\n", onlyStatus());
  }

  @Test
  void whoDoesNotListenGetsNothing() {
    bench.pull("a", "5");
    bench.outlet.uninterested("a");
    bench.pull("b", "5");
    bench.publish("in", "m");
    var sent = bench.outlet.take();
    assertEquals("b", sent.getLast().to());
    assertEquals(1, bench.consumer.waiting());
    assertEquals("1/1 0/0 1 0 0", bench.state());
  }

  @Test
  void aCrowdedReceiverIsGivenTime() {
    bench.publish("in", 10);
    bench.outlet.crowded(true);
    bench.pull("a", "10");
    assertEquals(1, bench.took().size());
    bench.outlet.crowded(false);
    bench.shard.advance(5 * MILLI);
    assertEquals(9, bench.took().size());
  }

  @Test
  void tooManyPendingStallIt() {
    bench.again("{'durable_name':'C','ack_policy':'explicit','max_ack_pending':2}").start();
    bench.publish("in", 5);
    bench.pull("a", "5");
    var got = bench.outlet.take();
    assertEquals(2, got.size());
    bench.ack(got.get(0).reply(), "");
    assertEquals(1, bench.outlet.take().size());
    bench.ack(got.get(1).reply(), "+NXT");
    assertEquals(1, bench.outlet.take().size());
  }
}

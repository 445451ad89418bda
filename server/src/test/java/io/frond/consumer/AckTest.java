package io.frond.consumer;

import static io.frond.consumer.Bench.MILLI;
import static io.frond.consumer.Bench.SECOND;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.frond.stream.Retention;
import io.frond.stream.StreamConfig;
import io.frond.testkit.ManualOutlet.Sent;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class AckTest {
  private Bench bench = new Bench("{'durable_name':'C','ack_policy':'explicit'}").start();

  /// Publishes messages and takes them all.
  private List<Sent> take(int count) {
    for (var i = 1; i <= count; i++) {
      bench.publish("in", "m" + i);
    }
    bench.pull("a", String.valueOf(count));
    return bench.outlet.take();
  }

  private static List<String> ids(List<Sent> all) {
    return all.stream().map(one -> one.reply().split("\\.", -1)[4] + ":" + one.payload()).toList();
  }

  @Test
  void aRefusedMessageComesAgainAtOnce() {
    var got = take(3);
    bench.ack(got.get(1).reply(), "-NAK");
    bench.ack(got.get(0).reply(), "-NAK");
    bench.pull("a", "5");
    assertEquals(List.of("2:m2", "2:m1"), ids(bench.outlet.take()));
    assertEquals("5/3 0/0 3 2 0", bench.state());
    assertEquals(
        "$JS.EVENT.ADVISORY.CONSUMER.MSG_NAKED.S.C {\"type\":"
            + "\"io.nats.jetstream.advisory.v1.nak\",\"id\":\"0000000000000000000001\","
            + "\"timestamp\":\"2023-11-14T22:13:20Z\",\"stream\":\"S\",\"consumer\":\"C\","
            + "\"consumer_seq\":2,\"stream_seq\":2,\"deliveries\":1}",
        bench.events.getFirst());
  }

  @Test
  void whatIsAskedForAfterARefusalDoesNotOvertakeIt() {
    bench.publish("in", "m1");
    bench.publish("in", "m2");
    bench.pull("a", "1");
    var got = bench.outlet.take();
    bench.shard.hold(true); // the log has taken nothing yet
    bench.ack(got.getFirst().reply(), "-NAK");
    bench.pull("a", "1");
    assertEquals(List.of("2:m1"), ids(bench.outlet.take()));
    bench.pull("a", "2");
    bench.shard.hold(false);
    assertEquals(List.of("1:m2"), ids(bench.outlet.take()));
    assertEquals("3/2 0/0 2 1 0", bench.state());
  }

  @Test
  void aDelayIsKept() {
    var got = take(2);
    bench.pull("a", "5");
    bench.ack(got.get(0).reply(), "-NAK {\"delay\":2000000000}");
    bench.ack(got.get(1).reply(), "-NAK 1s");
    bench.shard.advance(990 * MILLI);
    assertEquals(List.of(), bench.took());
    bench.shard.advance(20 * MILLI);
    assertEquals(List.of("m2"), bench.took());
    bench.shard.advance(SECOND);
    assertEquals(List.of("m1"), bench.took());
  }

  @Test
  void whatIsNotAcknowledgedComesAgainInOrder() {
    var got = take(4);
    bench.ack(got.get(2).reply(), "");
    bench.shard.advance(20 * SECOND);
    bench.ack(got.get(0).reply(), "+WPI");
    bench.pull("a", "9");
    bench.shard.advance(11 * SECOND);
    assertEquals(List.of("2:m2", "2:m4"), ids(bench.outlet.take()));
    bench.shard.advance(20 * SECOND);
    assertEquals(List.of("2:m1"), ids(bench.outlet.take()));
  }

  @Test
  void backoffTellsHowLongToWait() {
    bench
        .again(
            "{'durable_name':'C','ack_policy':'explicit','max_deliver':4,"
                + "'backoff':[1000000000,3000000000]}")
        .start();
    bench.publish("in", "m");
    bench.pull("a", "9");
    assertEquals(1, bench.took().size());
    bench.shard.advance(SECOND + 5 * MILLI);
    assertEquals(1, bench.took().size());
    bench.shard.advance(2 * SECOND);
    assertEquals(0, bench.took().size());
    bench.shard.advance(SECOND + 5 * MILLI);
    assertEquals(1, bench.took().size());
    bench.shard.advance(3 * SECOND + 5 * MILLI);
    assertEquals(1, bench.took().size());
    assertEquals(List.of(), bench.events);
    bench.shard.advance(3 * SECOND + 5 * MILLI);
    assertEquals(0, bench.took().size());
    assertTrue(bench.events.getFirst().contains("CONSUMER.MAX_DELIVERIES.S.C "));
    assertTrue(bench.events.getFirst().contains("\"stream_seq\":1,\"deliveries\":4}"));
    assertEquals("4/1 4/1 0 1 0", bench.state());
    assertTrue(bench.consumer.needs(1, "in".getBytes(StandardCharsets.UTF_8)));
  }

  @Test
  void anAnswerComesAfterTheCommit() {
    var got = take(2);
    bench.shard.hold(true);
    bench.ack(got.get(0).reply(), "sure", "+ACK");
    bench.ack(got.get(0).reply(), "again", "+ACK");
    assertEquals(List.of(), bench.outlet.take());
    bench.shard.hold(false);
    assertEquals(List.of("sure", "again"), bench.outlet.take().stream().map(Sent::to).toList());
    bench.ack(got.get(0).reply(), "late", "+ACK");
    assertEquals("late", bench.outlet.take().getFirst().to());
    bench.ack("$JS.ACK.S.C.1.99.99.1.0", "unknown", "");
    assertEquals(List.of(), bench.outlet.take());
    bench.shard.hold(true);
    bench.ack(got.get(1).reply(), "failed", "");
    bench.shard.refuse();
    bench.shard.hold(false);
    assertEquals(List.of(), bench.outlet.take());
    assertEquals(1, bench.consumer.ackPending());
  }

  @Test
  void nobodyTakesAcknowledgementsThatAreNotAwaited() {
    bench.again("{'ack_policy':'none'}");
    bench.start();
    var got = take(1);
    bench.ack(got.get(0).reply(), "");
    assertEquals(List.of(), bench.outlet.take());
    bench.ack(got.get(0).reply(), "answers", "+ACK");
    var answer = bench.outlet.take().getFirst();
    assertEquals("answers", answer.to());
    assertEquals(
        "NATS/1.0 503\r\nNats-Subject: " + got.get(0).reply() + "\r\n\r\n", answer.headers());
  }

  @Test
  void whatIsTooOldBeforeItIsAcknowledgedIsSaidToBeLost() {
    take(3);
    bench.compact(2, false);
    assertEquals(List.of(), bench.events);
    bench.compact(3, true);
    assertEquals(1, bench.events.size());
    var event = bench.events.getFirst();
    assertTrue(event.contains("CONSUMER.MSG_TERMINATED.S.C "), event);
    assertTrue(event.contains("\"consumer_seq\":2,\"stream_seq\":2,\"deliveries\":1"), event);
    assertEquals(1, bench.consumer.ackPending());
  }

  @Test
  void theLongSubjectIsUnderstoodToo() {
    var got = take(1);
    var tokens = got.getFirst().reply().split("\\.", 3);
    bench.ack("$JS.ACK._.AbCdEfGh." + tokens[2] + ".random", "");
    assertEquals(0, bench.consumer.ackPending());
  }

  @Test
  void acknowledgingOneAcknowledgesAllBefore() {
    bench.again("{'durable_name':'C','ack_policy':'all'}").start();
    var got = take(5);
    bench.ack(got.get(2).reply(), "");
    assertEquals("5/5 3/3 2 0 0", bench.state());
    bench.ack(got.get(1).reply(), "");
    bench.ack(got.get(4).reply(), "+TERM");
    assertEquals("5/5 5/5 0 0 0", bench.state());
  }

  @Test
  void aTerminatedMessageNeverComesAgain() {
    var got = take(1);
    bench.ack(got.getFirst().reply(), "+TERM too bad ");
    bench.pull("a", "1");
    bench.shard.advance(60 * SECOND);
    assertEquals(List.of(), bench.took());
    assertTrue(bench.events.getFirst().startsWith("$JS.EVENT.ADVISORY.CONSUMER.MSG_TERMINATED"));
    assertTrue(bench.events.getFirst().contains("\"reason\":\"too bad\""));
  }

  @Test
  void aRemovedMessageIsNotWaitedFor() {
    take(3);
    bench.remove(1);
    assertEquals("3/3 1/1 2 0 0", bench.state());
    assertTrue(
        bench.events.getFirst().contains("\"reason\":\"Unacknowledged message was deleted\""));
    bench.shard.advance(31 * SECOND);
    bench.compact(9, false);
    assertEquals("3/8 3/8 0 0 0", bench.state());
  }

  @Test
  void acknowledgementsAreSampled() {
    bench.again("{'durable_name':'C','ack_policy':'explicit','sample_freq':'100%'}").start();
    var got = take(1);
    bench.shard.advance(3 * MILLI);
    bench.ack(got.getFirst().reply(), "");
    assertTrue(bench.events.getFirst().startsWith("$JS.EVENT.METRIC.CONSUMER.ACK.S.C {"));
    assertTrue(
        bench
            .events
            .getFirst()
            .contains("\"stream_seq\":1,\"ack_time\":3000000,\"deliveries\":1}"));
  }

  @Test
  void anInterestStreamHearsWhatIsSettled() {
    var stream = new StreamConfig.Builder("S");
    stream.retention = Retention.INTEREST;
    bench = new Bench(stream, "{'durable_name':'C','ack_policy':'explicit'}").start();
    var got = take(2);
    bench.ack(got.get(1).reply(), "");
    assertEquals(List.of(2L), bench.settled);
    bench = new Bench(stream, "{'durable_name':'C','deliver_subject':'d'}").start();
    bench.outlet.interested("d");
    bench.publish("in", 3);
    bench.shard.advance(SECOND);
    assertEquals(-3L, bench.settled.getLast());
  }

  @Test
  void aResetBeginsAnew() {
    var got = take(4);
    bench.ack(got.get(0).reply(), "");
    var results = new ArrayList<Object>();
    bench.consumer.proposeReset(0, (result, failure) -> results.add(result));
    bench.shard.run();
    assertEquals(List.of(2L), results);
    assertEquals("0/1 0/1 0 0 3", bench.state());
    bench.pull("a", "9");
    assertEquals(List.of("1:m2", "1:m3", "1:m4"), ids(bench.outlet.take()));
    bench.again("{'durable_name':'C','deliver_policy':'new'}").start();
    bench.consumer.proposeReset(1, (result, failure) -> results.add(result));
    assertEquals("not allowed", results.getLast());
  }
}

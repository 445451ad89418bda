package io.frond.consumer;

import static io.frond.consumer.Bench.MILLI;
import static io.frond.consumer.Bench.SECOND;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.frond.json.JsonWriter;
import io.frond.stream.StreamConfig;
import java.util.List;
import org.junit.jupiter.api.Test;

final class StartTest {
  private Bench bench = new Bench("{'durable_name':'C','ack_policy':'explicit'}");

  private void fill() {
    for (var i = 1; i <= 6; i++) {
      bench.publish(i % 2 == 0 ? "in.even" : "in.odd", "m" + i);
      bench.shard.advance(SECOND);
    }
  }

  private List<String> all(String config) {
    bench.again(config.replace("{", "{'durable_name':'C','ack_policy':'explicit',")).start();
    var pending = bench.consumer.pending();
    bench.pull("a", "{'batch':100,'no_wait':true}");
    var got = bench.took();
    got.removeIf(text -> text.startsWith("["));
    assertEquals(got.size(), pending, config);
    return got;
  }

  @Test
  void policiesTellWhereToBegin() {
    fill();
    assertEquals(6, all("{'deliver_policy':'all'}").size());
    assertEquals(List.of("m6"), all("{'deliver_policy':'last'}"));
    assertEquals(List.of("m5"), all("{'deliver_policy':'last','filter_subject':'in.odd'}"));
    assertEquals(List.of(), all("{'deliver_policy':'new'}"));
    assertEquals(
        List.of("m4", "m5", "m6"), all("{'deliver_policy':'by_start_sequence','opt_start_seq':4}"));
    assertEquals(
        List.of("m6"),
        all("{'deliver_policy':'by_start_sequence','opt_start_seq':5,'filter_subject':'*.even'}"));
    assertEquals(
        List.of("m3", "m4", "m5", "m6"),
        all("{'deliver_policy':'by_start_time','opt_start_time':'2023-11-14T22:13:22Z'}"));
    assertEquals(
        List.of("m5", "m6"), all("{'deliver_policy':'last_per_subject','filter_subject':'>'}"));
    assertEquals(List.of("m1", "m3", "m5"), all("{'filter_subjects':['in.odd','in.none']}"));
  }

  @Test
  void theLastOfEachSubjectComeFirstThenWhatIsNew() {
    for (var i = 1; i <= 9; i++) {
      bench.publish("kv." + i % 3, "m" + i);
    }
    bench.publish("kv.0", "m10");
    var config =
        "{'durable_name':'C','ack_policy':'explicit','deliver_policy':'last_per_subject',"
            + "'filter_subject':'kv.*'}";
    bench.again(config).start();
    assertEquals("0/6 0/6 0 0 3", bench.state());
    bench.pull("a", "1");
    assertEquals(List.of("m7"), bench.took());
    bench.publish("kv.1", "m11");
    bench.remove(8);
    assertEquals(2, bench.consumer.pending());
    var state = bench.consumer.saveState();
    bench.again(config);
    bench.consumer.restoreState(state);
    assertArrayEquals(state, bench.consumer.saveState());
    bench.start();
    assertEquals("1/7 0/6 1 0 2", bench.state());
    bench.pull("a", "9");
    assertEquals(List.of("m10", "m11"), bench.took());
    assertEquals(0, bench.consumer.pending());
  }

  @Test
  void whatANewFilterDoesNotMatchDoesNotComeThoughTheConsumerBeganWithIt() {
    for (var i = 1; i <= 4; i++) {
      bench.publish("kv." + i, "m" + i);
    }
    var config =
        "{'durable_name':'C','ack_policy':'explicit','deliver_policy':'last_per_subject',"
            + "'filter_subject':'%s'}";
    bench.again(config.formatted("kv.*")).start();
    assertEquals(4, bench.consumer.pending());
    bench.consumer.update(bench.config(config.formatted("kv.3")));
    assertEquals(1, bench.consumer.pending());
    bench.pull("a", "9");
    assertEquals(List.of("m3"), bench.took());
    assertEquals(0, bench.consumer.pending());
    bench.publish("kv.4", "m5");
    bench.publish("kv.3", "m6");
    assertEquals(List.of("m6"), bench.took());
  }

  @Test
  void beforeTheFirstMessageOfAnEmptyStream() {
    bench.again("{'durable_name':'C','deliver_policy':'by_start_sequence','opt_start_seq':5}");
    bench.start();
    bench.publish("in", 6);
    bench.pull("a", "9");
    assertEquals(2, bench.took().size());
    bench.compact(100, false);
    bench.again("{'durable_name':'C','ack_policy':'explicit'}").start();
    assertEquals("0/99 0/99 0 0 0", bench.state());
  }

  @Test
  void aNewFilterCountsAnew() {
    fill();
    bench.start();
    assertEquals(6, bench.consumer.pending());
    bench.consumer.update(
        bench.config("{'durable_name':'C','ack_policy':'explicit','filter_subject':'in.odd'}"));
    assertEquals(3, bench.consumer.pending());
    assertTrue(bench.consumer.needs(3, "in.odd".getBytes(UTF_8)));
    assertFalse(bench.consumer.needs(2, "in.even".getBytes(UTF_8)));
    bench.pull("a", "9");
    assertEquals(List.of("m1", "m3", "m5"), bench.took());
  }

  @Test
  void whoeverDoesNotAskAnyMoreIsForgotten() {
    bench = new Bench("{'ack_policy':'explicit','inactive_threshold':2000000000}").start();
    bench.publish("in", 1);
    bench.pull("a", "1");
    bench.shard.advance(30 * SECOND);
    assertFalse(bench.deleted, "an acknowledgement is waited for");
    bench.shard.advance(5 * SECOND);
    assertTrue(bench.deleted);
  }

  @Test
  void aRequestThatWaitsKeepsItAlive() {
    bench = new Bench("{'ack_policy':'explicit','inactive_threshold':2000000000}").start();
    bench.pull("a", "{'batch':1,'expires':60000000000}");
    bench.shard.advance(50 * SECOND);
    assertFalse(bench.deleted);
    bench.shard.advance(30 * SECOND);
    assertTrue(bench.deleted);
  }

  @Test
  void whatIsKnownIsToldInNatsServersFields() {
    bench.publish("in", 3);
    bench.start();
    bench.pull("a", "2");
    bench.ack(bench.outlet.take().getFirst().reply(), "");
    bench.pull("b", "{'batch':5,'expires':9000000000}");
    var to = JsonWriter.compact().begin();
    bench.consumer.writeInfo(to);
    assertEquals(
        "{\"delivered\":{\"consumer_seq\":3,\"stream_seq\":3,\"last_active\":"
            + "\"2023-11-14T22:13:20Z\"},\"ack_floor\":{\"consumer_seq\":1,\"stream_seq\":1,"
            + "\"last_active\":\"2023-11-14T22:13:20Z\"},\"num_ack_pending\":2,"
            + "\"num_redelivered\":0,\"num_waiting\":1,\"num_pending\":0,"
            + "\"ts\":\"2023-11-14T22:13:20Z\"}",
        new String(to.end().bytes(), UTF_8));
  }

  @Test
  void aStreamOfOneMessageForEachSubjectNeedsNoList() {
    var stream = new StreamConfig.Builder("S");
    stream.maxMsgsPerSubject = 1;
    bench = new Bench(stream, "{'durable_name':'C'}");
    fill();
    bench.again("{'durable_name':'C','deliver_policy':'last_per_subject','filter_subject':'in.*'}");
    assertEquals(0, bench.consumer.ledger.starts.length);
    assertEquals(MILLI * 1000, SECOND);
  }
}

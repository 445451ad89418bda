package io.frond.consumer;

import static io.frond.consumer.Bench.SECOND;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.frond.testkit.ManualOutlet.Sent;
import java.util.List;
import org.junit.jupiter.api.Test;

final class PriorityTest {
  private final Bench bench = new Bench("{'durable_name':'C','ack_policy':'explicit'}");

  private void begin(String policy) {
    bench
        .again(
            "{'durable_name':'C','ack_policy':'explicit','priority_groups':['A'],"
                + "'priority_policy':'"
                + policy
                + "'"
                + (policy.equals("pinned_client") ? ",'priority_timeout':10000000000}" : "}"))
        .start();
  }

  private List<String> receivers() {
    return bench.outlet.take().stream().map(Sent::to).toList();
  }

  private String status(String request) {
    bench.pull("x", request);
    return bench.took().getFirst();
  }

  @Test
  void requestsMustFitThePolicy() {
    bench.start();
    assertEquals(
        "[400 Bad Request - Not a Overflow Priority consumer]", status("{'min_pending':1}"));
    assertEquals("[400 Bad Request - Not a Pinned Client Priority consumer]", status("{'id':'x'}"));
    assertEquals("[400 Bad Request - Priority must be between 0 and 9]", status("{'priority':10}"));
    begin("overflow");
    assertEquals("[400 Bad Request - Priority Group missing]", status("{'batch':1}"));
    assertEquals("[400 Bad Request - Invalid Priority Group]", status("{'group':'B'}"));
  }

  @Test
  void anOverflowIsServedWhenThereIsMuchToDo() {
    begin("overflow");
    bench.pull("over", "{'batch':10,'group':'A','min_pending':3}");
    bench.publish("in", 2);
    assertEquals(List.of(), receivers());
    bench.pull("acks", "{'batch':10,'group':'A','min_ack_pending':2}");
    bench.publish("in", 1);
    assertEquals(List.of("over"), receivers());
    bench.pull("main", "{'batch':1,'group':'A'}");
    assertEquals(List.of("main", "acks"), receivers());
  }

  @Test
  void onlyThePinnedClientIsServed() {
    begin("pinned_client");
    bench.pull("one", "{'batch':5,'group':'A','expires':60000000000}");
    bench.pull("two", "{'batch':5,'group':'A','expires':60000000000}");
    bench.publish("in", 2);
    var got = bench.outlet.take();
    assertEquals(List.of("one", "one"), got.stream().map(Sent::to).toList());
    var header = got.getFirst().headers();
    assertTrue(header.startsWith("NATS/1.0\r\nNats-Pin-Id: "));
    var id = header.substring(23, header.length() - 4);
    var info = bench.info().objects("priority_groups").getFirst();
    assertEquals(id, info.text("pinned_client_id"));
    assertTrue(bench.events.getFirst().contains("\"group\":\"A\",\"pinned_id\":\"" + id + "\"}"));
    assertEquals("[423 Nats-Pin-Id mismatch]", status("{'batch':1,'group':'A','id':'other'}"));
    bench.shard.advance(9 * SECOND);
    bench.pull("one", "{'batch':5,'group':'A','id':'" + id + "','expires':60000000000}");
    bench.shard.advance(9 * SECOND);
    bench.publish("in", 1);
    assertEquals(List.of("one"), receivers());
    bench.consumer.unpin("A");
    bench.publish("in", 1);
    var now = receivers();
    assertEquals("two", now.getLast());
    assertTrue(bench.events.get(1).contains("\"reason\":\"admin\""));
    bench.shard.advance(11 * SECOND);
    assertTrue(bench.events.getLast().contains("\"reason\":\"timeout\""));
  }

  @Test
  void theLowestNumberComesFirst() {
    begin("prioritized");
    bench.pull("late", "{'batch':2,'group':'A','priority':5}");
    bench.pull("early", "{'batch':2,'group':'A','priority':1}");
    bench.pull("soon", "{'batch':1,'group':'A','priority':1}");
    bench.publish("in", 5);
    assertEquals(List.of("early", "soon", "early", "late", "late"), receivers());
  }
}

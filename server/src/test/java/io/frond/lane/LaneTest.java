package io.frond.lane;

import static io.frond.lane.LaneSite.count;
import static io.frond.lane.LaneSite.jetStream;
import static io.frond.lane.LaneSite.numbers;
import static io.frond.lane.LaneSite.publish;
import static io.frond.lane.LaneSite.stream;
import static io.frond.lane.LaneSite.text;
import static io.frond.lane.LaneSite.texts;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.frond.testkit.Await;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A lane from a Frond leaf to a Frond hub.
class LaneTest {
  private static final String ORDERS = "[{ name: orders, subjects: \"orders.>\" }]";

  @TempDir Path folder;
  private LaneSite site = new LaneSite(Path.of(""), ORDERS);

  private LaneSite site(String lanes) {
    site = new LaneSite(folder, lanes);
    return site;
  }

  @AfterEach
  void close() {
    site.close();
  }

  @Test
  void messagesReachTheHubsStreamInOrderAndLeaveTheLeaf() throws Exception {
    site(ORDERS).startHub();
    stream(site.atHub(), "ORDERS", "orders.>");
    site.startLeaf();
    var leaf = site.atLeaf();
    for (var text : numbers("m", 500)) {
      leaf.publish("orders.new", text.getBytes(StandardCharsets.UTF_8));
    }
    var ack = jetStream(leaf).publish("orders.new", "end".getBytes(StandardCharsets.UTF_8));
    assertEquals("LANE_orders", ack.getStream());
    site.awaitInStep("orders");
    var got = texts(site.atHub(), "ORDERS");
    assertEquals(501, got.size());
    assertEquals(numbers("m", 500), got.subList(0, 500));
    assertEquals(501, site.lane("orders").forwarded());
    assertEquals(501, site.lane("orders").acknowledged());
  }

  @Test
  void theLeafAcknowledgesWhileTheHubIsAway() throws Exception {
    site(ORDERS).startLeaf();
    var leaf = site.atLeaf();
    for (var i = 0; i < 20; i++) {
      var ack = jetStream(leaf).publish("orders.a", ("m" + i).getBytes(StandardCharsets.UTF_8));
      assertEquals(i + 1, ack.getSeqno());
    }
    assertEquals(LaneState.AWAY, site.lane("orders").state());
    assertEquals(20, site.lane("orders").messages());
    site.stopLeaf();
    site.startHub();
    stream(site.atHub(), "ORDERS", "orders.>");
    site.startLeaf();
    site.awaitInStep("orders");
    assertEquals(numbers("m", 20), texts(site.atHub(), "ORDERS"));
  }

  @Test
  void subscribersAtTheLeafHearAtOnceAndThoseAtTheHubOnceByTheLane() throws Exception {
    site(ORDERS).startHub();
    var hub = site.atHub();
    stream(hub, "ORDERS", "orders.>");
    site.startLeaf();
    var leaf = site.atLeaf();
    var here = leaf.subscribe("orders.*");
    var there = hub.subscribe("orders.>");
    var all = hub.subscribe(">");
    LaneSite.flush(leaf);
    LaneSite.flush(hub);
    publish(leaf, "orders.x", "one");
    publish(leaf, "orders.x", "two");
    assertEquals("one", text(here.nextMessage(LaneSite.WAIT)));
    assertEquals("one", text(there.nextMessage(LaneSite.WAIT)));
    assertEquals("two", text(there.nextMessage(LaneSite.WAIT)));
    site.awaitInStep("orders", 2);
    publish(leaf, "other", "end");
    var heard = 0;
    while (true) {
      var message = all.nextMessage(LaneSite.WAIT);
      if (text(message).equals("end")) {
        break;
      }
      heard += message.getSubject().equals("orders.x") ? 1 : 0;
    }
    assertEquals(2, heard);
    assertEquals(0, there.getPendingMessageCount());
    publish(hub, "orders.down", "down");
    assertEquals("two", text(here.nextMessage(LaneSite.WAIT)));
    assertEquals("down", text(here.nextMessage(LaneSite.WAIT)));
    assertEquals(2, site.lane("orders").stored(), "what the hub sends is not the lane's");
  }

  @Test
  void withoutAStreamTheHubItselfTakesThemForItsSubscribers() throws Exception {
    site(ORDERS).startHub();
    var hub = site.atHub();
    var there = hub.subscribe("orders.>");
    var group = hub.subscribe("orders.>", "group");
    LaneSite.flush(hub);
    site.startLeaf();
    var leaf = site.atLeaf();
    for (var text : numbers("m", 300)) {
      publish(leaf, "orders.a.b", text);
    }
    site.awaitInStep("orders", 300);
    for (var text : numbers("m", 300)) {
      assertEquals(text, text(there.nextMessage(LaneSite.WAIT)));
      assertEquals(text, text(group.nextMessage(LaneSite.WAIT)));
    }
    assertEquals(300, site.lane("orders").forwarded());
    site.stopHub();
    for (var text : numbers("n", 100)) {
      publish(leaf, "orders.a.b", text);
    }
    site.startHub();
    site.awaitInStep("orders", 400);
    assertEquals(400, site.lane("orders").forwarded());
  }

  @Test
  void aStreamThatComesLaterIsFound() throws Exception {
    site(ORDERS).startHub();
    site.startLeaf();
    var leaf = site.atLeaf();
    publish(leaf, "orders.a", "nobody hears it");
    site.awaitInStep("orders");
    stream(site.atHub(), "ORDERS", "orders.>");
    Await.until(
        "the stream takes what is forwarded",
        () -> {
          publish(leaf, "orders.a", "m");
          return count(site.atHub(), "ORDERS") > 0;
        });
    assertFalse(site.leaf().logged("dead letter"));
  }

  @Test
  void theStreamIsVisibleAndSaysWhoseItIs() throws Exception {
    site(ORDERS).startLeaf();
    var leaf = site.atLeaf();
    publish(leaf, "orders.a", "m");
    Await.until("it is stored", () -> count(leaf, "LANE_orders") == 1);
    var info = LaneSite.management(leaf).getStreamInfo("LANE_orders");
    assertTrue(String.valueOf(info.getConfiguration().getMetadata()).contains("_frond.lane"));
  }
}

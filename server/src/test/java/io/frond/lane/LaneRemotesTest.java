package io.frond.lane;

import static io.frond.lane.LaneSite.numbers;
import static io.frond.lane.LaneSite.publish;
import static io.frond.lane.LaneSite.stream;
import static io.frond.lane.LaneSite.text;
import static io.frond.lane.LaneSite.texts;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.frond.testkit.Await;
import io.nats.client.Connection;
import io.nats.client.Subscription;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Lanes of a leaf with several remotes, as in the article: they go over whichever remote to their
/// hub is joined.
class LaneRemotesTest {
  private static final String ORDERS = "[{ name: orders, subjects: \"orders.>\" }]";

  @TempDir Path folder;
  private LaneCore core = new LaneCore(Path.of(""), "core", "", "", "");

  @AfterEach
  void close() {
    core.close();
  }

  private int publishSome(Connection at, int from, int count) {
    for (var i = from; i < from + count; i++) {
      publish(at, "orders.x", "m" + i);
    }
    return from + count;
  }

  /// The leaf is driven from server to server, and one ends while it is joined.
  private void goesOverEveryRemote() throws Exception {
    core.startAll();
    stream(core.atHub(0), "ORDERS", "orders.>");
    core.startLeaf();
    var client = core.atLeaf();
    var count = 0;
    for (var round = 0; round < 4; round++) {
      count = publishSome(client, count, 50);
      core.awaitInStep("orders", count);
      var at = core.awaitJoined();
      core.stop(at);
      count = publishSome(client, count, 50);
      Await.until("another server is joined", () -> core.joined() >= 0 && core.joined() != at);
      core.start(at);
    }
    core.awaitInStep("orders", count);
    var all = count;
    var hub = core.atHub(0);
    Await.until("all servers know the stream again", () -> has(hub, numbers("m", all)));
    assertEquals(1, core.leaf().server().lanes().size());
    assertEquals(0, core.lane("orders").dead());
  }

  private static boolean has(Connection at, List<String> all) {
    try {
      return texts(at, "ORDERS").equals(all);
    } catch (AssertionError e) {
      return false; // the server that was asked does not know the stream yet
    }
  }

  @Test
  void aLaneOfOneRemoteGoesOverWhicheverIsJoined() throws Exception {
    core = new LaneCore(folder, "core", ORDERS, "", "");
    goesOverEveryRemote();
  }

  @Test
  void aLaneThatAllRemotesDeclareIsOne() throws Exception {
    core = new LaneCore(folder, "core", ORDERS, ORDERS, ORDERS);
    goesOverEveryRemote();
  }

  @Test
  void whereARemoteLeadsIsKnownAfterARestart() throws Exception {
    core = new LaneCore(folder, "core", "", ORDERS, "").startAll();
    core.startLeaf();
    var hub = core.atHub(0);
    var there = hub.subscribe("orders.>");
    LaneSite.flush(hub);
    core.awaitJoined();
    core.stopLeaf();
    core.stop(1);
    core.startLeaf();
    publish(core.atLeaf(), "orders.x", "m");
    assertEquals("m", text(there.nextMessage(LaneSite.WAIT)));
    core.awaitInStep("orders", 1);
    assertEquals(0, there.getPendingMessageCount());
  }

  @Test
  void aLaneDoesNotGoToAHubThatMayBeAnother() throws Exception {
    core = new LaneCore(folder, "core", ORDERS, "", "");
    core.start(1);
    core.start(2);
    var hub = core.atHub(1);
    var there = hub.subscribe("orders.>");
    LaneSite.flush(hub);
    core.startLeaf();
    Await.until(
        "the other remotes' hub is joined",
        () -> core.lane("orders").reason().contains("none of its remotes was ever joined"));
    var client = core.atLeaf();
    publish(client, "orders.x", "m0");
    Await.until("it is stored", () -> core.lane("orders").messages() == 1);
    assertEquals(0, there.getPendingMessageCount(), "it goes not by interest either");
    core.start(0);
    assertEquals("m0", text(there.nextMessage(LaneSite.WAIT)));
    core.awaitInStep("orders", 1);
    publish(client, "orders.x", "m1");
    assertEquals("m1", text(there.nextMessage(LaneSite.WAIT)));
    core.awaitInStep("orders", 2);
    assertEquals(0, there.getPendingMessageCount());
  }

  @Test
  void lanesForTwoHubsKeepToTheirs() throws Exception {
    core = new LaneCore(folder, "core", ORDERS, "", "");
    try (var other = new LaneSite(folder.resolve("other"), "[]")) {
      other.startHub();
      core.start(0);
      var here = core.atHub(0).subscribe(">");
      var there = other.atHub().subscribe("orders.>");
      var remotes =
          "{ url: \"nats://127.0.0.1:"
              + core.port(0)
              + "\", forward: "
              + ORDERS
              + " }\n{ url: \"nats://127.0.0.1:"
              + other.hubPort()
              + "\", forward: [{ name: bills, subjects: \"bills.>\" }] }";
      core.startLeaf(remotes);
      Await.until(
          "both are joined, and one wants orders",
          () -> {
            var links = core.leaf().server().leaves().leaves();
            return links.size() == 2
                && links.stream().anyMatch(it -> it.subscriptionList().contains("orders.>"));
          });
      var client = core.atLeaf();
      publish(client, "orders.x", "m");
      publish(client, "bills.x", "b");
      assertEquals("m", text(there.nextMessage(LaneSite.WAIT)), "there it goes by interest");
      Await.until(
          "each has its own",
          () -> core.lane("orders").forwarded() == 1 && core.lane("bills").forwarded() == 1);
      assertEquals(List.of("bills.x", "orders.x"), subjects(here, 2));
      assertEquals("hub", core.lane("bills").hub());
      assertTrue(core.lane("orders").hub().startsWith("core"));
    }
  }

  private static List<String> subjects(Subscription from, int count) throws InterruptedException {
    var all = new TreeSet<String>();
    while (all.size() < count) {
      var message = from.nextMessage(LaneSite.WAIT);
      text(message);
      if (!message.getSubject().startsWith("$") && !message.getSubject().startsWith("_")) {
        all.add(message.getSubject());
      }
    }
    return List.copyOf(all);
  }

  @Test
  void aReloadMayMoveALaneToAnotherRemote() throws Exception {
    core = new LaneCore(folder, "core", ORDERS, "", "").startAll();
    stream(core.atHub(0), "ORDERS", "orders.>");
    core.startLeaf();
    core.awaitJoined();
    var client = core.atLeaf();
    publish(client, "orders.x", "m0");
    core.awaitInStep("orders", 1);
    core.leaf().reload(core.leafText(core.remotes().replace(", forward: " + ORDERS, "")));
    assertEquals(List.of(), core.leaf().server().lanes());
    core.leaf().reload(core.leafText(core.remotes()));
    publish(client, "orders.x", "m1");
    Await.until("it is forwarded", () -> LaneSite.count(core.atHub(0), "ORDERS") == 2);
  }
}

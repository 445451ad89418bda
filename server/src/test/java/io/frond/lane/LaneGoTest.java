package io.frond.lane;

import static io.frond.lane.LaneSite.numbers;
import static io.frond.lane.LaneSite.publish;
import static io.frond.lane.LaneSite.stream;
import static io.frond.lane.LaneSite.texts;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.frond.testkit.Await;
import io.frond.testkit.FaultyLink;
import io.frond.testkit.Folders;
import io.frond.testkit.GoServer;
import io.frond.testkit.TestServer;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A lane from a Frond leaf to a nats-server.
@Tag("interop")
class LaneGoTest {
  private static final String ORDERS = "[{ name: orders, subjects: \"orders.>\" }]";

  @TempDir Path folder;
  private final int leafPort = TestServer.freePort();
  private final int port = TestServer.freePort();
  private @Nullable GoServer go;
  private @Nullable LaneSite site;

  private GoServer startGo(String more) {
    var started =
        GoServer.start(
            folder,
            "gohub",
            port,
            "leafnodes { listen: \"127.0.0.1:"
                + leafPort
                + "\" }\njetstream { store_dir: \""
                + folder.resolve("go")
                + "\" }\n"
                + more);
    go = started;
    return started;
  }

  private LaneSite startLeaf() {
    var made = new LaneSite(folder, ORDERS, leafPort);
    site = made;
    made.startLeaf();
    return made;
  }

  @AfterEach
  void close() {
    if (site != null) {
      site.close();
    }
    if (go != null) {
      go.close();
    }
  }

  @Test
  void aStreamOfAGoHubGetsAllInOrderAlsoAfterItWasAway() throws Exception {
    var hub = startGo("");
    var leaf = startLeaf();
    stream(leaf.client(hub.uri()), "ORDERS", "orders.>");
    var client = leaf.atLeaf();
    for (var text : numbers("a", 300)) {
      publish(client, "orders.x", text);
    }
    leaf.awaitInStep("orders", 300);
    hub.kill();
    for (var text : numbers("b", 300)) {
      publish(client, "orders.x", text);
    }
    leaf.awaitState("orders", LaneState.AWAY);
    hub = startGo("");
    leaf.awaitInStep("orders", 600);
    var all = numbers("a", 300);
    all.addAll(numbers("b", 300));
    assertEquals(all, texts(leaf.client(hub.uri()), "ORDERS"));
  }

  @Test
  void cutsLoseNothingAndRepeatNothingAtAStreamOfAGoHub() throws Exception {
    var hub = startGo("");
    try (var line = FaultyLink.to(leafPort)) {
      var leaf = new LaneSite(folder, ORDERS, leafPort).through(line.port());
      site = leaf;
      leaf.startLeaf();
      stream(leaf.client(hub.uri()), "ORDERS", "orders.>");
      var count = 0;
      for (var cut = 0; cut < 10; cut++) {
        var client = leaf.atLeaf();
        for (var i = 0; i < 150; i++) {
          publish(client, "orders." + i % 5, "m" + count++);
        }
        var before = leaf.lane("orders").forwarded();
        Await.until(
            "some arrive",
            () ->
                leaf.lane("orders").forwarded() > before
                    || (leaf.lane("orders").messages() == 0 && leaf.lane("orders").stored() > 0));
        line.drop();
        line.mend();
        if (cut % 4 == 3) {
          leaf.stopLeaf();
          leaf.startLeaf();
        }
      }
      Await.until("the lane is drained", () -> leaf.lane("orders").messages() == 0);
      assertEquals(numbers("m", count), texts(leaf.client(hub.uri()), "ORDERS"));
      assertEquals(0, leaf.lane("orders").dead());
    }
  }

  @Test
  void aLeafWithAnOldStoreLosesNothingThatIsNew() throws Exception {
    var hub = startGo("");
    var leaf = startLeaf();
    stream(leaf.client(hub.uri()), "ORDERS", "orders.>");
    publishAll(leaf, numbers("a", 20));
    leaf.awaitInStep("orders", 20);
    leaf.stopLeaf();
    Folders.copy(folder.resolve("leaf"), folder.resolve("backup"));
    leaf.startLeaf();
    publishAll(leaf, numbers("b", 20));
    leaf.awaitInStep("orders", 40);
    leaf.stopLeaf();
    LaneRestoreTest.awaitAnotherRun();
    Folders.delete(folder.resolve("leaf"));
    Folders.copy(folder.resolve("backup"), folder.resolve("leaf"));
    leaf.startLeaf();
    publishAll(leaf, numbers("c", 30));
    leaf.awaitInStep("orders", 50);
    var all = numbers("a", 20);
    all.addAll(numbers("b", 20));
    all.addAll(numbers("c", 30));
    assertEquals(all, texts(leaf.client(hub.uri()), "ORDERS"));
    assertTrue(leaf.lane("orders").restored());
  }

  private static void publishAll(LaneSite leaf, List<String> texts) {
    var client = leaf.atLeaf();
    texts.forEach(text -> publish(client, "orders.x", text));
  }

  @Test
  void withoutAStreamTheLaneWaitsAndSaysSo() throws Exception {
    var hub = startGo("");
    var leaf = startLeaf();
    publish(leaf.atLeaf(), "orders.x", "m0");
    leaf.awaitState("orders", LaneState.WAITING);
    Await.until(
        "the reason is told",
        () -> leaf.lane("orders").reason().contains("no stream and nobody at the hub takes"));
    Await.until(
        "it is told",
        () -> leaf.leaf().logged("no stream and nobody at the hub takes \"orders.x\""));
    stream(leaf.client(hub.uri()), "ORDERS", "orders.>");
    leaf.awaitInStep("orders");
    assertEquals(numbers("m", 1), texts(leaf.client(hub.uri()), "ORDERS"));
  }
}

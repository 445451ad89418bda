package io.frond.lane;

import static io.frond.lane.LaneSite.numbers;
import static io.frond.lane.LaneSite.publish;
import static io.frond.lane.LaneSite.stream;
import static io.frond.lane.LaneSite.texts;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.frond.testkit.Await;
import io.frond.testkit.GoServer;
import java.nio.file.Path;
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
  private final int leafPort = GoServer.freePort();
  private final int port = GoServer.freePort();
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
  void withoutAStreamTheLaneWaitsAndSaysSo() throws Exception {
    var hub = startGo("");
    var leaf = startLeaf();
    publish(leaf.atLeaf(), "orders.x", "m0");
    leaf.awaitState("orders", LaneState.WAITING);
    Await.until(
        "the reason is told",
        () -> leaf.lane("orders").reason().contains("no stream and nobody at the hub takes"));
    assertTrue(leaf.leaf().logged("no stream and nobody at the hub takes \"orders.x\""));
    stream(leaf.client(hub.uri()), "ORDERS", "orders.>");
    leaf.awaitInStep("orders");
    assertEquals(numbers("m", 1), texts(leaf.client(hub.uri()), "ORDERS"));
  }
}

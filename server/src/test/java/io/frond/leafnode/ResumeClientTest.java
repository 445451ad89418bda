package io.frond.leafnode;

import static io.frond.leafnode.Fleet.LOOPBACK_LIST;
import static io.frond.leafnode.Fleet.awaitInterest;
import static io.frond.leafnode.Fleet.awaitLinks;
import static io.frond.leafnode.Fleet.publish;
import static io.frond.leafnode.Fleet.remoteWith;
import static io.frond.leafnode.Fleet.subscribe;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.frond.server.FrondServer;
import io.frond.testkit.Await;
import io.frond.testkit.FaultyLink;
import io.nats.client.Connection;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;

/// A client that loses its connection to its server while what was kept for it is on its way gets
/// the rest when it is back.
class ResumeClientTest extends FleetTest {
  private static final int COUNT = 800;
  private static final String PADDING = "x".repeat(1000);
  private static final long SLOW = 100_000;

  private final Set<Integer> heard = ConcurrentHashMap.newKeySet();

  private Connection receiver(FrondServer at) {
    var client = fleet.client(at);
    client
        .createDispatcher(message -> {
          var text = new String(message.getData(), StandardCharsets.UTF_8);
          heard.add(Integer.parseInt(text.substring(0, text.indexOf(' '))));
        })
        .subscribe("orders.>");
    Fleet.flush(client);
    return client;
  }

  private static void awaitClients(FrondServer at, int count) {
    Await.until(count + " clients", () -> at.core().connections().open().size() == count);
  }

  private void losesAConnection(boolean down) throws Exception {
    var hub = fleet.frond("hub", LOOPBACK_LIST + fleet.store("hub"));
    try (var line = FaultyLink.to(Fleet.port(hub))) {
      var leaf =
          fleet.frond(
              "leaf",
              fleet.store("leaf")
                  + remoteWith(
                      "ignore_discovered_servers: true", "nats://127.0.0.1:" + line.port()));
      awaitLinks(leaf, 1);
      var here = down ? leaf : hub;
      var there = down ? hub : leaf;
      var receiver = receiver(here);
      awaitInterest(there, "orders.>");
      line.cut();
      awaitLinks(there, 0);
      var publisher = fleet.client(there);
      for (var i = 0; i < COUNT; i++) {
        publish(publisher, "orders.new", i + " " + PADDING);
      }
      line.mend();
      line.limit(SLOW);
      Await.until("the first are there", () -> heard.size() > 20);
      receiver.close();
      awaitClients(here, 0);
      var other = subscribe(fleet.client(here), "other"); // the end of the interest is known
      awaitInterest(there, "other");
      other.unsubscribe();
      receiver(here);
      Await.until("the last is there", () -> heard.contains(COUNT - 1));
      assertTrue(heard.size() > COUNT - 500, "heard only " + heard.size());
      publish(publisher, "orders.new", COUNT + " live");
      Await.until("the next is there", () -> heard.contains(COUNT));
    }
  }

  @Test
  void aClientOfTheLeaf() throws Exception {
    losesAConnection(true);
  }

  @Test
  void aClientOfTheHub() throws Exception {
    losesAConnection(false);
  }
}

package io.frond.leafnode;

import static io.frond.leafnode.Fleet.awaitInterest;
import static io.frond.leafnode.Fleet.awaitLinks;
import static io.frond.leafnode.Fleet.next;
import static io.frond.leafnode.Fleet.publish;
import static io.frond.leafnode.Fleet.remoteWith;
import static io.frond.leafnode.Fleet.subscribe;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.frond.testkit.FaultyLink;
import io.frond.testkit.Folders;
import io.frond.testkit.TestServer;
import org.junit.jupiter.api.Test;

/// For whom nothing is kept, or nothing any more.
class ForgottenTest extends FleetTest {
  private static String to(int port) {
    return remoteWith("ignore_discovered_servers: true", "nats://127.0.0.1:" + port);
  }

  @Test
  void aHubThatIsDialledNoMoreIsGivenUp() {
    var hub = fleet.frond("hub", Fleet.LOOPBACK_LIST + fleet.store("hub"));
    subscribe(fleet.client(hub), "up");
    var leaf = fleet.frond("leaf", fleet.store("leaf") + to(Fleet.port(hub)));
    awaitInterest(leaf, "up");
    fleet.close(hub);
    awaitLinks(leaf, 0);
    publish(fleet.client(leaf), "up", "kept");
    fleet.close(leaf);
    var next = fleet.frond("next", Fleet.LOOPBACK_LIST + fleet.store("next"));
    var at = fleet.client(next);
    var heard = subscribe(at, "up");
    var again = fleet.frond("leaf", fleet.store("leaf") + to(Fleet.port(next)));
    fleet.awaitLog(again, "is not dialled any more, what was kept for it is given up");
    awaitInterest(again, "up");
    publish(fleet.client(again), "up", "new");
    assertEquals("new", next(heard));
  }

  @Test
  void aLeafThatComesWithoutItsStoreBeginsAnew() {
    var hub = fleet.frond("hub", Fleet.LOOPBACK_LIST + fleet.store("hub"));
    var leaf = fleet.frond("leaf", fleet.store("leaf") + to(Fleet.port(hub)));
    subscribe(fleet.client(leaf), "down");
    awaitInterest(hub, "down");
    fleet.close(leaf);
    awaitLinks(hub, 0);
    publish(fleet.client(hub), "down", "kept");
    Folders.delete(folder.resolve("leaf"));
    var again = fleet.frond("leaf", fleet.store("leaf") + to(Fleet.port(hub)));
    var heard = subscribe(fleet.client(again), "down");
    fleet.awaitLog(hub, "the leaf has begun a new one");
    awaitInterest(hub, "down");
    publish(fleet.client(hub), "down", "new");
    assertEquals("new", next(heard));
  }

  /// Who dials and is the hub of the link keeps nothing for the leaf that it dials.
  @Test
  void aRemoteThatIsAHubKeepsNothing() {
    var port = TestServer.freePort();
    try (var line = FaultyLink.to(port)) {
      var below = fleet.frond("below", port, Fleet.LOOPBACK_LIST + fleet.store("below"));
      var above =
          fleet.frond(
              "above",
              fleet.store("above")
                  + remoteWith(
                      "hub: true, ignore_discovered_servers: true",
                      "nats://127.0.0.1:" + line.port()));
      var heard = subscribe(fleet.client(below), "down");
      awaitInterest(above, "down");
      line.cut();
      awaitLinks(above, 0);
      publish(fleet.client(above), "down", "lost");
      line.mend();
      awaitInterest(above, "down");
      publish(fleet.client(above), "down", "new");
      assertEquals("new", next(heard));
    }
  }
}

package io.frond.lane;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.frond.testkit.Await;
import io.frond.testkit.TestCluster;
import io.frond.testkit.TestServer;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A cluster of leaves, each with a link of its own: each has its own lanes, by which goes what its
/// own clients publish.
class LaneEdgeClusterTest {
  private static final int EACH = 30;

  @TempDir Path folder;

  private String[] leaf(String name, int hubPort, int route, String routes) {
    return new String[] {
      "server_name: " + name,
      "jetstream { store_dir: \"" + folder.resolve(name) + "\" }",
      "cluster { name: edge, listen: \"127.0.0.1:" + route + "\", routes: [" + routes + "] }",
      "leaf { reconnect: 100ms, remotes [ { url: \"nats://127.0.0.1:"
          + hubPort
          + "\", forward: [{ name: orders, subjects: \"orders.>\" }] } ] }"
    };
  }

  private static long stored(TestServer leaf) {
    return leaf.server().lanes().stream().mapToLong(LaneStatus::stored).sum();
  }

  @Test
  void eachMessageGoesByOneLane() throws Exception {
    var route = TestServer.freePort();
    try (var site = new LaneSite(folder, "[]")) {
      site.startHub();
      LaneSite.stream(site.atHub(), "ORDERS", "orders.>");
      var routes = "\"nats://127.0.0.1:" + route + "\"";
      try (var one = TestServer.start(leaf("one", site.hubPort(), route, ""));
          var two = TestServer.start(leaf("two", site.hubPort(), TestServer.freePort(), routes))) {
        TestCluster.awaitPeers(one.server(), 1);
        TestCluster.awaitPeers(two.server(), 1);
        Await.until(
            "both have a link",
            () ->
                one.server().leaves().leaves().size() == 1
                    && two.server().leaves().leaves().size() == 1);
        var wanted = new HashSet<String>();
        for (var leaf : new TestServer[] {one, two}) {
          var client = site.client(leaf.url());
          for (var i = 0; i < EACH; i++) {
            var text = leaf.port() + "-" + i;
            LaneSite.publish(client, "orders.x", text);
            wanted.add(text);
          }
        }
        Await.until("the hub has all", () -> LaneSite.count(site.atHub(), "ORDERS") >= 2 * EACH);
        Await.until("nothing waits", () -> isThrough(one) && isThrough(two));
        var all = LaneSite.texts(site.atHub(), "ORDERS");
        assertEquals(2 * EACH, all.size());
        assertEquals(wanted, Set.copyOf(all));
        assertEquals(EACH, stored(one));
        assertEquals(EACH, stored(two));
      }
    }
  }

  private static boolean isThrough(TestServer leaf) {
    return leaf.server().lanes().stream().allMatch(it -> it.messages() == 0);
  }
}

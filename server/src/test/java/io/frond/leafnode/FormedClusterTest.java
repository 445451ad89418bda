package io.frond.leafnode;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.frond.sync.SyncSample;
import io.frond.testkit.Await;
import io.frond.testkit.TestServer;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.io.TempDir;

/// Servers of a core without a cluster name that have not met yet look like two hubs to a leaf that
/// dials them all. When they have, there is one hub, and nothing is kept for another.
class FormedClusterTest {
  @TempDir Path folder;

  private static List<String> hubs(TestServer leaf) {
    return leaf.server().leaves().samples().stream()
        .filter(it -> it.kind().equals("link"))
        .map(SyncSample::name)
        .toList();
  }

  private String[] core(String name, int routePort, int... others) {
    var routes = new StringBuilder();
    for (var other : others) {
      routes.append("\"nats://127.0.0.1:").append(other).append("\" ");
    }
    return new String[] {
      "server_name: " + name,
      "jetstream { store_dir: \"" + folder.resolve(name) + "\" }",
      "authorization { allowed_leaf_cidrs: [\"127.0.0.0/8\"] }",
      "cluster { listen: \"127.0.0.1:" + routePort + "\", routes: [" + routes + "] }"
    };
  }

  @RepeatedTest(3)
  void nothingIsKeptForAHubThatWasAnother() throws Exception {
    var one = TestServer.freePort();
    var two = TestServer.freePort();
    var first = TestServer.freePort();
    var second = TestServer.freePort();
    try (var a = TestServer.startAt(one, core("a", first));
        var b = TestServer.startAt(two, core("b", second));
        var leaf =
            TestServer.start(
                "server_name: leaf",
                "jetstream { store_dir: \"" + folder.resolve("leaf") + "\" }",
                "leaf { reconnect: 100ms, remotes [ { url: \"nats://127.0.0.1:"
                    + one
                    + "\" },"
                    + " { url: \"nats://127.0.0.1:"
                    + two
                    + "\" } ] }")) {
      Await.until("the leaf has two hubs", () -> hubs(leaf).size() == 2);
      b.reload(core("b", second, first));
      Await.until("the leaf has one", () -> hubs(leaf).size() == 1);
      assertEquals(1, a.server().leaves().leaves().size() + b.server().leaves().leaves().size());
    }
  }
}

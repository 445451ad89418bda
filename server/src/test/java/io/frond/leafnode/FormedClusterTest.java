package io.frond.leafnode;

import io.frond.testkit.Await;
import io.frond.testkit.FourLoops;
import io.frond.testkit.TestServer;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.extension.ExtendWith;

/// Servers of a core without a cluster name that have not met yet look like two hubs to a leaf that
/// dials them all, each over a loop of its own. When they have, there is one hub, and nothing is
/// kept for another.
@ExtendWith(FourLoops.class)
class FormedClusterTest extends NamelessCoreTest {
  @RepeatedTest(5)
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
      Await.until(
          "there is one link",
          () -> a.server().leaves().leaves().size() + b.server().leaves().leaves().size() == 1);
    }
  }
}

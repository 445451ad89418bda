package io.frond.leafnode;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.frond.server.FrondServer;
import io.frond.testkit.Await;
import io.frond.testkit.TestCluster;
import io.nats.client.Connection;
import io.nats.client.Message;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/// Workers of a queue group at the core come and drain, as in an update of theirs, while a leaf
/// with a session publishes.
class DrainedMembersTest extends FleetTest {
  private static final int MESSAGES = 10_000;
  private static final int DRAINS = 20;
  private static final Duration LIMIT = Duration.ofSeconds(20);

  private final Set<String> heard = ConcurrentHashMap.newKeySet();
  private final AtomicInteger count = new AtomicInteger();
  private final AtomicInteger drained = new AtomicInteger();

  private void take(Message message) {
    heard.add(new String(message.getData(), StandardCharsets.UTF_8));
    count.incrementAndGet();
  }

  private FrondServer server(String name, List<Integer> routes) {
    var list = new StringBuilder();
    routes.forEach(port -> list.append("\"nats://127.0.0.1:").append(port).append("\", "));
    var server =
        fleet.frond(
            name,
            "leafnodes { listen: \"127.0.0.1:-1\", no_advertise: true }\n"
                + "cluster { name: core, listen: \"127.0.0.1:-1\", routes: [ %s ] }\n"
                    .formatted(list));
    routes.add(TestCluster.routePort(server));
    return server;
  }

  /// @return how many
  private int publish(Connection from) {
    for (var i = 0; ; i++) {
      if (i >= MESSAGES && drained.get() >= DRAINS) {
        return i;
      }
      Fleet.publish(from, "job", "message " + i);
    }
  }

  @Test
  void whatIsOnItsWayToAMemberThatDrainsGoesToAnotherServersMember() throws Exception {
    var routes = new ArrayList<Integer>();
    var first = server("first", routes);
    var second = server("second", routes);
    var third = server("third", routes);
    TestCluster.awaitPeers(first, 2);
    TestCluster.awaitPeers(second, 2);
    TestCluster.awaitPeers(third, 2);
    var leaf =
        fleet.frond(
            "leaf",
            "jetstream { store_dir: \"%s\" }\n".formatted(folder.resolve("leaf"))
                + Fleet.remote("nats-leaf://127.0.0.1:" + Fleet.leafPort(first)));
    Fleet.awaitLinks(leaf, 1);
    var staying = fleet.client(third);
    staying.createDispatcher(this::take).subscribe("job", "q");
    Fleet.flush(staying);
    Fleet.awaitInterest(leaf, "job q");
    var from = fleet.client(leaf);
    var leaving = fleet.client(second);
    var published = CompletableFuture.supplyAsync(() -> publish(from));
    while (!published.isDone()) {
      var got = new AtomicInteger();
      var worker =
          leaving.createDispatcher(message -> {
            take(message);
            got.incrementAndGet();
          });
      worker.subscribe("job", "q");
      Await.until("the worker has some", () -> got.get() > 20 || published.isDone());
      assertTrue(worker.drain(LIMIT).get(LIMIT.toSeconds(), TimeUnit.SECONDS));
      drained.incrementAndGet();
    }
    int all = published.get();
    Await.until("every message came", () -> heard.size() == all);
    assertEquals(all, count.get());
  }
}

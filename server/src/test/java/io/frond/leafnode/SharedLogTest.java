package io.frond.leafnode;

import static io.frond.leafnode.Fleet.awaitInterest;
import static io.frond.leafnode.Fleet.awaitLinks;
import static io.frond.leafnode.Fleet.remoteWith;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.frond.testkit.Await;
import io.frond.testkit.FaultyLink;
import io.frond.testkit.TestServer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// An outage of many leaves costs their hub one copy of each message: what all of them need fits
/// where a copy for each would not.
class SharedLogTest {
  private static final int LEAVES = 8;
  private static final int MESSAGES = 200;
  private static final int SIZE = 10_000;

  @TempDir Path folder;

  @Test
  void whatAllLeavesNeedIsKeptOnce() {
    var port = TestServer.freePort();
    try (var line = FaultyLink.to(port);
        var fleet = new Fleet(folder)) {
      var hub =
          fleet.frond(
              "hub",
              port,
              Fleet.LOOPBACK_LIST
                  + fleet.store("hub")
                  + "leafnodes { outage { max_bytes: 3M, discard: new } }\n");
      var counts = new ArrayList<AtomicInteger>();
      for (var i = 0; i < LEAVES; i++) {
        var leaf =
            fleet.frond(
                "leaf" + i,
                fleet.store("leaf" + i)
                    + remoteWith(
                        "ignore_discovered_servers: true", "nats://127.0.0.1:" + line.port()));
        awaitLinks(leaf, 1);
        var count = new AtomicInteger();
        counts.add(count);
        var client = fleet.client(leaf);
        client.createDispatcher(_ -> count.incrementAndGet()).subscribe("all");
        Fleet.flush(client);
      }
      awaitLinks(hub, LEAVES);
      Await.until(
          "all want it",
          () ->
              hub.leaves().leaves().stream().allMatch(it -> it.subscriptionList().contains("all")));
      awaitInterest(hub, "all");
      line.cut();
      awaitLinks(hub, 0);
      var client = fleet.client(hub);
      for (var i = 0; i < MESSAGES; i++) {
        client.publish("all", new byte[SIZE]);
      }
      Fleet.flush(client);
      line.mend();
      awaitLinks(hub, LEAVES);
      Await.until("each leaf has all", () -> counts.stream().allMatch(it -> it.get() >= MESSAGES));
      assertEquals(List.of(MESSAGES), counts.stream().map(AtomicInteger::get).distinct().toList());
    }
  }
}

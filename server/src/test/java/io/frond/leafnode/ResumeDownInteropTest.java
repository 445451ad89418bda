package io.frond.leafnode;

import static io.frond.leafnode.Fleet.awaitInterest;
import static io.frond.leafnode.Fleet.awaitLinks;
import static io.frond.leafnode.Fleet.next;
import static io.frond.leafnode.Fleet.publish;
import static io.frond.leafnode.Fleet.remoteWith;
import static io.frond.leafnode.Fleet.subscribe;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.frond.server.FrondServer;
import io.frond.testkit.Await;
import io.frond.testkit.FaultyLink;
import io.frond.testkit.TestCluster;
import io.frond.testkit.TestServer;
import io.nats.client.Connection;
import io.nats.client.Subscription;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// What goes down to a leaf where a nats-server is the leaf, the hub, or a server of the hub's
/// cluster.
@Tag("interop")
class ResumeDownInteropTest extends FleetTest {
  private static String remoteOf(FaultyLink line) {
    return "leafnodes { reconnect: 200ms, remotes = [ { url: \"nats-leaf://127.0.0.1:"
        + line.port()
        + "\", ignore_discovered_servers: true } ] }\n";
  }

  private static String remoteIn(FaultyLink line) {
    return remoteWith("ignore_discovered_servers: true", "nats-leaf://127.0.0.1:" + line.port());
  }

  private static void awaitPassing(Connection from, Subscription to, String subject) {
    Await.until(
        "what is published arrives",
        () -> {
          publish(from, subject, "probe");
          return to.getPendingMessageCount() > 0;
        });
    while (to.getPendingMessageCount() > 0) {
      assertEquals("probe", next(to));
    }
    publish(from, subject, "marker");
    for (var text = next(to); !text.equals("marker"); text = next(to)) {
      assertEquals("probe", text);
    }
  }

  @Test
  void aGoLeafGetsWhatIsPublishedWhileItIsThereOnce() {
    var hub = fleet.frond("hub", fleet.store("hub") + "leafnodes { listen: \"127.0.0.1:-1\" }\n");
    try (var line = FaultyLink.to(Fleet.leafPort(hub))) {
      var leaf = fleet.go("leaf", fleet.store("leaf") + remoteOf(line));
      awaitLinks(hub, 1);
      var wanted = subscribe(fleet.client(leaf.uri()), "x");
      awaitInterest(hub, "x");
      var publisher = fleet.client(hub);
      for (var round = 0; round < 5; round++) {
        for (var i = 0; i < 100; i++) {
          publisher.publish("x", (round + " " + i).getBytes(StandardCharsets.UTF_8));
        }
        Fleet.flush(publisher);
        for (var i = 0; i < 100; i++) {
          assertEquals(round + " " + i, next(wanted));
        }
        line.cut();
        awaitLinks(hub, 0);
        publish(publisher, "x", "nobody is there");
        line.mend();
        awaitPassing(publisher, wanted, "x");
      }
    }
  }

  @Test
  void belowAGoHubALeafGetsWhatIsPublishedWhileItIsThereOnce() {
    var port = TestServer.freePort();
    var hub = fleet.go("hub", "leafnodes { listen: \"127.0.0.1:" + port + "\" }\n");
    try (var line = FaultyLink.to(port)) {
      var leaf = fleet.frond("leaf", fleet.store("leaf") + remoteIn(line));
      awaitLinks(leaf, 1);
      var wanted = subscribe(fleet.client(leaf), "x");
      var publisher = fleet.client(hub.uri());
      for (var round = 0; round < 5; round++) {
        awaitPassing(publisher, wanted, "x");
        for (var i = 0; i < 100; i++) {
          publisher.publish("x", (round + " " + i).getBytes(StandardCharsets.UTF_8));
        }
        Fleet.flush(publisher);
        for (var i = 0; i < 100; i++) {
          assertEquals(round + " " + i, next(wanted));
        }
        line.cut();
        awaitLinks(leaf, 0);
        publish(publisher, "x", "nobody is there");
        line.mend();
        awaitLinks(leaf, 1);
      }
    }
  }

  private static void awaitKnown(FrondServer server, String subject) {
    Await.until(
        "the hub knows of " + subject,
        () ->
            Objects.requireNonNull(server.core().accounts().get("$G"))
                .sublist()
                .hasInterest(subject.getBytes(StandardCharsets.UTF_8)));
  }

  @Test
  void whatIsPublishedAtAGoServerOfTheClusterIsKeptWhereTheLeafWas() {
    var route = TestServer.freePort();
    var go = fleet.go("go", "cluster { name: core, listen: \"127.0.0.1:%d\" }\n".formatted(route));
    var hub =
        fleet.frond(
            "hub",
            fleet.store("hub")
                + "leafnodes { listen: \"127.0.0.1:-1\" }\n"
                + "cluster { name: core, listen: \"127.0.0.1:-1\", routes: [\"nats://127.0.0.1:"
                + route
                + "\"] }\n");
    TestCluster.awaitPeers(hub, 1);
    try (var line = FaultyLink.to(Fleet.leafPort(hub))) {
      var leaf = fleet.frond("leaf", fleet.store("leaf") + remoteIn(line));
      awaitLinks(leaf, 1);
      var numbered = new Numbered("n", 5);
      numbered.receive(fleet.client(leaf));
      awaitInterest(hub, numbered.wildcard());
      awaitKnown(hub, "n.1");
      var atGo = fleet.client(go.uri());
      var probe = subscribe(fleet.client(leaf), "probe");
      awaitPassing(atGo, probe, "probe");
      for (var round = 0; round < 5; round++) {
        publishSome(numbered, atGo, 200);
        numbered.verify("live " + round);
        line.cut();
        awaitLinks(hub, 0);
        publishSome(numbered, atGo, 500);
        line.mend();
        publishSome(numbered, atGo, 200);
        numbered.verify("after a cut " + round);
      }
    }
  }

  private static void publishSome(Numbered numbered, Connection from, int count) {
    for (var i = 0; i < count; i++) {
      numbered.publish(from, "p", i);
    }
    Fleet.flush(from);
  }
}

package io.frond.leafnode;

import static io.frond.leafnode.Fleet.LOOPBACK_LIST;
import static io.frond.leafnode.Fleet.awaitInterest;
import static io.frond.leafnode.Fleet.awaitLinks;
import static io.frond.leafnode.Fleet.next;
import static io.frond.leafnode.Fleet.publish;
import static io.frond.leafnode.Fleet.remote;
import static io.frond.leafnode.Fleet.remoteWith;
import static io.frond.leafnode.Fleet.subscribe;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.frond.testkit.Await;
import io.frond.testkit.TestServer;
import io.nats.client.Connection;
import io.nats.client.impl.Headers;
import io.nats.client.impl.NatsMessage;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Leaf links between Frond and nats-server, either one at either end.
@Tag("interop")
class GoInteropTest extends FleetTest {
  private static String goRemote(String url) {
    return "leafnodes { reconnect: 200ms, remotes = [ { url: \"" + url + "\" } ] }\n";
  }

  /// Messages with headers, requests and queue groups, in both directions.
  private static void exchange(Connection one, Connection other) throws Exception {
    talk(one, other, "a");
    talk(other, one, "b");
  }

  private static void talk(Connection from, Connection to, String prefix) throws Exception {
    var service = prefix + ".service";
    var dispatcher =
        to.createDispatcher(message ->
            to.publish(
                NatsMessage.builder()
                    .subject(message.getReplyTo())
                    .headers(new Headers().add("Echo", message.getHeaders().getFirst("Ask")))
                    .data(message.getData())
                    .build()));
    dispatcher.subscribe(service, "servers");
    var plain = subscribe(to, prefix + ".plain.*");
    Await.until("interest arrives", () -> arrives(from, prefix + ".plain.x", plain));
    for (var i = 0; i < 10; i++) {
      var answer =
          from.request(
                  NatsMessage.builder()
                      .subject(service)
                      .headers(new Headers().add("Ask", "why" + i))
                      .data(("body" + i).getBytes(StandardCharsets.UTF_8))
                      .build())
              .get(20, TimeUnit.SECONDS);
      assertEquals("why" + i, answer.getHeaders().getFirst("Echo"));
      assertEquals("body" + i, new String(answer.getData(), StandardCharsets.UTF_8));
    }
    to.closeDispatcher(dispatcher);
    plain.unsubscribe();
  }

  private static boolean arrives(
      Connection from, String subject, io.nats.client.Subscription subscription) {
    publish(from, subject, "ping");
    try {
      return subscription.nextMessage(java.time.Duration.ofMillis(100)) != null;
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void aGoLeafJoinsOnTheClientPort() throws Exception {
    var hub = fleet.frond("hub", LOOPBACK_LIST);
    var leaf = fleet.go("goleaf", goRemote("nats://127.0.0.1:" + Fleet.port(hub)));
    awaitLinks(hub, 1);
    exchange(fleet.client(hub), fleet.client(leaf.uri()));
  }

  @Test
  void aGoLeafJoinsOnTheLeafPort() throws Exception {
    var hub = fleet.frond("hub", "leafnodes { listen: \"127.0.0.1:-1\" }\n");
    var leaf = fleet.go("goleaf", goRemote("nats-leaf://127.0.0.1:" + Fleet.leafPort(hub)));
    awaitLinks(hub, 1);
    assertEquals("goleaf", hub.leaves().leaves().getFirst().name());
    exchange(fleet.client(hub), fleet.client(leaf.uri()));
  }

  @Test
  void aGoLeafJoinsByWebSocketOnTheClientPort() throws Exception {
    var hub = fleet.frond("hub", LOOPBACK_LIST);
    var leaf = fleet.go("goleaf", goRemote("ws://127.0.0.1:" + Fleet.port(hub)));
    awaitLinks(hub, 1);
    assertTrue(hub.leaves().leaves().getFirst().websocket());
    exchange(fleet.client(hub), fleet.client(leaf.uri()));
  }

  @Test
  void aGoLeafJoinsByWebSocketWithCompression() throws Exception {
    var port = TestServer.freePort();
    var hub =
        fleet.frond(
            "hub",
            LOOPBACK_LIST
                + "websocket { listen: \"127.0.0.1:%d\", no_tls: true, compression: true }\n"
                    .formatted(port));
    var leaf =
        fleet.go(
            "goleaf",
            "leafnodes { reconnect: 200ms, remotes = [ { url: \"ws://127.0.0.1:%d\","
                    .formatted(port)
                + " ws_compression: true } ] }\n");
    awaitLinks(hub, 1);
    exchange(fleet.client(hub), fleet.client(leaf.uri()));
  }

  @Test
  void aGoLeafThatMayNotJoinIsToldSo() {
    var hub =
        fleet.frond(
            "hub",
            "authorization { allowed_leaf_cidrs = [\"10.0.0.0/8\"] }\n"
                + "leafnodes { listen: \"127.0.0.1:-1\" }\n");
    var leaf = fleet.go("goleaf", goRemote("nats-leaf://127.0.0.1:" + Fleet.leafPort(hub)));
    fleet.awaitLog(hub, "Leafnode connection from 127.0.0.1 not allowed");
    Await.until("the leaf says why", () -> leaf.log().contains("not allowed"));
  }

  @Test
  void aGoLeafOnAClientPortWithoutLeavesSaysSo() {
    var hub = fleet.frond("hub", "");
    var leaf = fleet.go("goleaf", goRemote("nats://127.0.0.1:" + Fleet.port(hub)));
    Await.until("the leaf says why", () -> leaf.log().contains("wrong port"));
  }

  @Test
  void weJoinAGoHub() throws Exception {
    var port = TestServer.freePort();
    var hub = fleet.go("gohub", "leafnodes { listen: \"127.0.0.1:%d\" }\n".formatted(port));
    var leaf = fleet.frond("leaf", remote("nats-leaf://127.0.0.1:" + port));
    awaitLinks(leaf, 1);
    var link = leaf.leaves().leaves().getFirst();
    assertEquals("gohub", link.name());
    assertEquals("$G", link.remoteAccount());
    exchange(fleet.client(leaf), fleet.client(hub.uri()));
  }

  @Test
  void weJoinAGoHubByWebSocket() throws Exception {
    for (var more : new String[] {"", "ws_compression: true", "ws_no_masking: true"}) {
      var port = TestServer.freePort();
      var hub =
          fleet.go(
              "gohub",
              "leafnodes { listen: \"127.0.0.1:%d\" }\n".formatted(TestServer.freePort())
                  + "websocket { listen: \"127.0.0.1:%d\", no_tls: true, compression: true }\n"
                      .formatted(port));
      var leaf = fleet.frond("leaf", remoteWith(more, "ws://127.0.0.1:" + port));
      awaitLinks(leaf, 1);
      exchange(fleet.client(leaf), fleet.client(hub.uri()));
      fleet.close(leaf);
    }
  }

  @Test
  void requestsCrossTwoLinks() throws Exception {
    var port = TestServer.freePort();
    var top = fleet.go("top", "leafnodes { listen: \"127.0.0.1:%d\" }\n".formatted(port));
    var middle = fleet.frond("middle", LOOPBACK_LIST + remote("nats-leaf://127.0.0.1:" + port));
    var bottom = fleet.go("bottom", goRemote("nats://127.0.0.1:" + Fleet.port(middle)));
    awaitLinks(middle, 2);
    exchange(fleet.client(top.uri()), fleet.client(bottom.uri()));
  }

  @Test
  void theLinkComesBackWhicheverSideIsRestarted() throws Exception {
    var port = TestServer.freePort();
    var config = "leafnodes { listen: \"127.0.0.1:%d\" }\n".formatted(port);
    var hub = fleet.go("gohub", config);
    var leaf = fleet.frond("leaf", remote("nats-leaf://127.0.0.1:" + port));
    awaitLinks(leaf, 1);
    hub.kill();
    awaitLinks(leaf, 0);
    fleet.close(hub);
    var again = fleet.go("gohub", config);
    awaitLinks(leaf, 1);
    exchange(fleet.client(leaf), fleet.client(again.uri()));

    var ours = TestServer.freePort();
    var our = fleet.frond("hub", ours, LOOPBACK_LIST);
    var theirs = fleet.go("goleaf", goRemote("nats://127.0.0.1:" + ours));
    awaitLinks(our, 1);
    fleet.close(our);
    var fresh = fleet.frond("hub", ours, LOOPBACK_LIST);
    awaitLinks(fresh, 1);
    exchange(fleet.client(fresh), fleet.client(theirs.uri()));
  }

  @Test
  void aGoHubsPermissionsHoldAtOurEnd() {
    var port = TestServer.freePort();
    var hub =
        fleet.go(
            "gohub",
            """
            leafnodes { listen: "127.0.0.1:%d" }
            authorization { users: [
              { user: u, password: p, permissions: {
                publish: { allow: ["up.>"], deny: ["up.secret"] }
                subscribe: { deny: ["down.secret"] } } }
              { user: c, password: c }
            ] }
            """
                .formatted(port));
    var leaf = fleet.frond("leaf", remote("nats-leaf://u:p@127.0.0.1:" + port));
    awaitLinks(leaf, 1);
    var atHub = fleet.client("nats://c:c@127.0.0.1:" + hub.port());
    var atLeaf = fleet.client(leaf);
    var all = subscribe(atHub, ">");
    var down = subscribe(atLeaf, "down.*");
    awaitInterest(leaf, ">");
    Await.until("interest arrives", () -> arrives(atHub, "down.x", down));
    publish(atHub, "down.secret", "no");
    publish(atHub, "down.y", "yes");
    String got;
    do {
      got = next(down);
    } while (got.equals("ping"));
    assertEquals("yes", got);
    publish(atLeaf, "elsewhere", "out");
    publish(atLeaf, "up.secret", "out");
    publish(atLeaf, "up.x", "leaf");
    do {
      got = next(all);
    } while (!got.equals("leaf") && !got.equals("out"));
    assertEquals("leaf", got);
    awaitLinks(leaf, 1);
    assertEquals(1, leaf.leaves().remotes().getFirst().joins());
  }

  @Test
  void aGoLeafsPermissionsHoldAtOurHub() {
    var hub =
        fleet.frond(
            "hub",
            """
            leafnodes { listen: "127.0.0.1:-1" }
            authorization { users: [
              { user: u, password: p, permissions: {
                publish: { allow: ["up.>"], deny: ["up.secret"] }
                subscribe: { deny: ["down.secret"] } } }
              { user: c, password: c }
            ] }
            """);
    var leaf = fleet.go("goleaf", goRemote("nats-leaf://u:p@127.0.0.1:" + Fleet.leafPort(hub)));
    awaitLinks(hub, 1);
    var atHub = fleet.client("nats://c:c@127.0.0.1:" + Fleet.port(hub));
    var atLeaf = fleet.client(leaf.uri());
    var down = subscribe(atLeaf, "down.*");
    awaitInterest(hub, "down.*");
    publish(atHub, "down.secret", "no");
    publish(atHub, "down.y", "yes");
    assertEquals("yes", next(down));
    var up = subscribe(atHub, "up.*");
    Await.until("interest arrives", () -> arrives(atLeaf, "up.x", up));
    publish(atLeaf, "up.secret", "no");
    publish(atLeaf, "up.y", "yes");
    String got;
    do {
      got = next(up);
    } while (got.equals("ping"));
    assertEquals("yes", got);
    assertEquals(1, hub.leaves().counters().joinedTotal());
  }
}

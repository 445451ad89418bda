package io.frond.leafnode;

import static io.frond.leafnode.Fleet.LOOPBACK_LIST;
import static io.frond.leafnode.Fleet.awaitInterest;
import static io.frond.leafnode.Fleet.awaitLinks;
import static io.frond.leafnode.Fleet.next;
import static io.frond.leafnode.Fleet.publish;
import static io.frond.leafnode.Fleet.remoteWith;
import static io.frond.leafnode.Fleet.subscribe;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.frond.leafnode.RemoteStatus.State;
import io.frond.server.FrondServer;
import io.frond.testkit.Await;
import io.frond.testkit.TestCertificates;
import io.frond.testkit.TestServer;
import org.junit.jupiter.api.Test;

/// Leaf links over WebSocket and TLS, between Fronds.
class LeafTransportTest extends FleetTest {
  private void exchange(FrondServer hub, FrondServer leaf) {
    var atHub = fleet.client(hub);
    var atLeaf = fleet.client(leaf);
    var up = subscribe(atHub, "up");
    var down = subscribe(atLeaf, "down");
    awaitInterest(leaf, "up");
    awaitInterest(hub, "down");
    var big = "x".repeat(200_000);
    publish(atLeaf, "up", big);
    publish(atHub, "down", big);
    assertEquals(big, next(up));
    assertEquals(big, next(down));
  }

  @Test
  void aLeafJoinsByWebSocketOnTheClientPort() {
    var hub = fleet.frond("hub", LOOPBACK_LIST);
    var leaf = fleet.frond("leaf", Fleet.remote("ws://127.0.0.1:" + Fleet.port(hub)));
    awaitLinks(leaf, 1);
    assertTrue(leaf.leaves().leaves().getFirst().websocket());
    exchange(hub, leaf);
    assertTrue(hub.leaves().leaves().getFirst().websocket());
  }

  @Test
  void aLeafJoinsByWebSocketWithCompressionAndWithoutMasking() {
    var port = TestServer.freePort();
    var hub =
        fleet.frond(
            "hub",
            LOOPBACK_LIST
                + "websocket { listen: \"127.0.0.1:%d\", no_tls: true, compression: true }\n"
                    .formatted(port));
    var leaf =
        fleet.frond(
            "leaf",
            remoteWith("ws_compression: true, ws_no_masking: true", "ws://127.0.0.1:" + port));
    awaitLinks(leaf, 1);
    exchange(hub, leaf);
  }

  @Test
  void aLeafThatMayNotJoinByWebSocketIsToldSo() {
    var port = TestServer.freePort();
    var hub =
        fleet.frond(
            "hub",
            "authorization { allowed_leaf_cidrs = [\"10.0.0.0/8\"] }\n"
                + "websocket { listen: \"127.0.0.1:%d\", no_tls: true }\n".formatted(port));
    var leaf = fleet.frond("leaf", Fleet.remote("ws://127.0.0.1:" + port));
    fleet.awaitLog(leaf, "Leafnode connection from 127.0.0.1 not allowed");
    fleet.awaitLog(hub, "Leafnode connection from 127.0.0.1 not allowed");
  }

  private static String tls(TestCertificates.Issued by, TestCertificates certificates) {
    return "tls { cert_file: \"%s\", key_file: \"%s\", ca_file: \"%s\" }"
        .formatted(by.certificate(), by.key(), certificates.ca());
  }

  @Test
  void tlsBeginsAfterTheInfoOrBeforeIt() {
    var certificates = TestCertificates.create(folder);
    for (var first : new String[] {"", ", handshake_first: true"}) {
      var hub =
          fleet.frond(
              "hub",
              "leafnodes { listen: \"127.0.0.1:-1\", "
                  + tls(certificates.server(), certificates)
                      .replace(" }", ", verify: true" + first + " }")
                  + " }\n");
      var leaf =
          fleet.frond(
              "leaf",
              remoteWith(
                  tls(certificates.client(), certificates).replace(" }", first + " }"),
                  "tls://localhost:" + Fleet.leafPort(hub)));
      awaitLinks(leaf, 1);
      exchange(hub, leaf);
      fleet.close(leaf);
      fleet.close(hub);
    }
  }

  @Test
  void aCertificateOfAStrangerEndsTheAttempt() {
    var certificates = TestCertificates.create(folder);
    var hub =
        fleet.frond(
            "hub",
            "leafnodes { listen: \"127.0.0.1:-1\", "
                + tls(certificates.server(), certificates)
                + " }\n");
    var leaf = fleet.frond("leaf", Fleet.remote("tls://localhost:" + Fleet.leafPort(hub)));
    fleet.awaitLog(leaf, "TLS handshake with localhost failed");
    Await.until(
        "the remote waits", () -> leaf.leaves().remotes().getFirst().state() == State.BACKING_OFF);
    assertEquals(0, hub.leaves().leaves().size());
  }
}

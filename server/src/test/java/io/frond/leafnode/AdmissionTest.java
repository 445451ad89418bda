package io.frond.leafnode;

import static io.frond.leafnode.Fleet.LOOPBACK_LIST;
import static io.frond.leafnode.Fleet.awaitInterest;
import static io.frond.leafnode.Fleet.awaitLinks;
import static io.frond.leafnode.Fleet.nats;
import static io.frond.leafnode.Fleet.next;
import static io.frond.leafnode.Fleet.publish;
import static io.frond.leafnode.Fleet.remote;
import static io.frond.leafnode.Fleet.remoteWith;
import static io.frond.leafnode.Fleet.subscribe;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.frond.leafnode.RemoteStatus.State;
import io.frond.server.FrondServer;
import io.frond.server.LeafWiring;
import io.frond.testkit.Await;
import io.frond.transport.ListenerKind;
import io.nats.client.NKey;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Who may join as a leaf, and what those hear that may not.
class AdmissionTest extends FleetTest {
  private static void awaitRefusal(FrondServer leaf) {
    Await.until(
        "the remote was refused",
        () -> leaf.leaves().remotes().getFirst().state() == State.REFUSED);
  }

  @Test
  void aLeafFromElsewhereIsToldSoAndBothLogsSayIt() {
    var hub = fleet.frond("hub", "authorization { allowed_leaf_cidrs = [\"192.168.1.0/24\"] }\n");
    var leaf = fleet.frond("leaf", remote(nats(hub)));
    awaitRefusal(leaf);
    fleet.awaitLog(leaf, "Leafnode connection from 127.0.0.1 not allowed");
    fleet.awaitLog(hub, "Leafnode connection from 127.0.0.1 not allowed");
    assertTrue(hub.leaves().counters().refusedAddressTotal() > 0);
    assertEquals(0, hub.leaves().leaves().size());
  }

  @Test
  void aWebSocketLeafFromElsewhereIsToldTheSame() {
    var hub = fleet.frond("hub", "authorization { allowed_leaf_cidrs = [\"192.168.1.0/24\"] }\n");
    var leaf = fleet.frond("leaf", remote("ws://127.0.0.1:" + Fleet.port(hub)));
    awaitRefusal(leaf);
    fleet.awaitLog(leaf, "Leafnode connection from 127.0.0.1 not allowed");
    fleet.awaitLog(hub, "Leafnode connection from 127.0.0.1 not allowed");
    assertTrue(hub.leaves().counters().refusedAddressTotal() > 0);
  }

  @Test
  void aLeafMayComeFromAnAddressOfVersionSix() {
    var list =
        "authorization { allowed_leaf_cidrs = [\"%s\"] }\nleafnodes { listen: \"[::1]:-1\" }\n";
    var hub = fleet.frond("hub", list.formatted("::1"));
    fleet.frond("leaf", remote("nats-leaf://[::1]:" + Fleet.leafPort(hub)));
    awaitLinks(hub, 1);
    var other = fleet.frond("other", list.formatted("fd00::/8"));
    var refused = fleet.frond("refused", remote("nats-leaf://[::1]:" + Fleet.leafPort(other)));
    awaitRefusal(refused);
    fleet.awaitLog(refused, "Leafnode connection from ::1 not allowed");
  }

  @Test
  void withoutListAndListenerNoLeafIsAdmitted() {
    var hub = fleet.frond("hub", "");
    var leaf = fleet.frond("leaf", remote(nats(hub)));
    awaitRefusal(leaf);
    fleet.awaitLog(hub, "not allowed");
  }

  @Test
  void monitoringTellsAsWhomALeafWasAdmitted() throws IOException {
    var hub =
        fleet.frond(
            "hub",
            """
            http: "127.0.0.1:-1"
            accounts { A { users [ { user: edge, password: secret } ] } }
            leafnodes { listen: "127.0.0.1:-1" }
            """);
    fleet.frond("leaf", remote("nats://edge:secret@127.0.0.1:" + Fleet.leafPort(hub)));
    awaitLinks(hub, 1);
    try (var document = URI.create(hub.monitorUri() + "/connz?auth=1").toURL().openStream()) {
      var text = new String(document.readAllBytes(), StandardCharsets.UTF_8);
      assertTrue(text.contains("\"authorized_user\": \"edge\""), text);
    }
  }

  @Test
  void theListHoldsForTheLeafListenerToo() {
    var hub =
        fleet.frond(
            "hub",
            "authorization { allowed_leaf_cidrs = [\"10.0.0.0/8\"] }\n"
                + "leafnodes { listen: \"127.0.0.1:-1\" }\n");
    var leaf = fleet.frond("leaf", remote("nats://127.0.0.1:" + Fleet.leafPort(hub)));
    awaitRefusal(leaf);
    fleet.awaitLog(leaf, "Leafnode connection from 127.0.0.1 not allowed");
  }

  @Test
  void addressesOfVersionSixAreOnTheListToo() throws IOException {
    var hub =
        fleet.frond("hub", "authorization { allowed_leaf_cidrs = [\"::1\", \"fd00::/8\"] }\n");
    var nodes = hub.leaves();
    assertTrue(admits(nodes, "::1"));
    assertTrue(admits(nodes, "fd12:3456::1"));
    assertFalse(admits(nodes, "fe80::1"));
    assertFalse(admits(nodes, "127.0.0.1"));
  }

  private static boolean admits(LeafWiring leaves, String address) throws IOException {
    return leaves.admits(ListenerKind.CLIENT, InetAddress.getByName(address));
  }

  @Test
  void aReloadOfTheListEndsLinksThatAreNoLongerAllowed() throws Exception {
    var hub = fleet.frond("hub", LOOPBACK_LIST);
    var leaf = fleet.frond("leaf", remote(nats(hub)));
    awaitLinks(hub, 1);
    fleet.reload(hub, "127.0.0.0/8", "10.0.0.0/8");
    awaitLinks(hub, 0);
    awaitRefusal(leaf);
    fleet.awaitLog(hub, "Leafnode connection from 127.0.0.1 not allowed");
    fleet.reload(hub, "10.0.0.0/8", "127.0.0.1");
    awaitLinks(hub, 1);
  }

  @Test
  void theListAloneDoesNotReplaceCredentials() {
    var hub =
        fleet.frond(
            "hub",
            "authorization { allowed_leaf_cidrs = [\"127.0.0.1\"], user: u, password: p }\n");
    var stranger = fleet.frond("stranger", remote(nats(hub)));
    awaitRefusal(stranger);
    fleet.awaitLog(stranger, "Authorization Violation");
    var friend = fleet.frond("friend", remote("nats://u:p@127.0.0.1:" + Fleet.port(hub)));
    awaitLinks(friend, 1);
  }

  @Test
  void aTokenIsACredential() {
    var hub =
        fleet.frond("hub", "authorization { token: t0k, allowed_leaf_cidrs = [\"127.0.0.1\"] }\n");
    var holder = fleet.frond("holder", remote("nats://t0k@127.0.0.1:" + Fleet.port(hub)));
    awaitLinks(holder, 1);
    var stranger = fleet.frond("stranger", remote("nats://t1k@127.0.0.1:" + Fleet.port(hub)));
    awaitRefusal(stranger);
  }

  @Test
  void anNkeySignsTheNonce() throws Exception {
    var key = NKey.createUser(new SecureRandom());
    var hub =
        fleet.frond(
            "hub",
            "leafnodes { listen: \"127.0.0.1:-1\", authorization { nkey: "
                + new String(key.getPublicKey())
                + " } }\n");
    var url = "nats://127.0.0.1:" + Fleet.leafPort(hub);
    var stranger = fleet.frond("stranger", remote(url));
    awaitRefusal(stranger);
    var keyed = fleet.frond("keyed", remoteWith("nkey: " + new String(key.getSeed()), url));
    awaitLinks(keyed, 1);
  }

  @Test
  void whatALeafsUserMayNotDoStaysOff() {
    var hub =
        fleet.frond(
            "hub",
            """
            leafnodes { listen: "127.0.0.1:-1" }
            authorization { users: [
              { user: u, password: p, permissions: {
                publish: { allow: ["up.>"], deny: ["up.secret"] }
                subscribe: { allow: ["down.*"] } } }
              { user: c, password: c }
            ] }
            """);
    var leaf = fleet.frond("leaf", remote("nats://u:p@127.0.0.1:" + Fleet.leafPort(hub)));
    awaitLinks(leaf, 1);
    var atHub = fleet.client("nats://c:c@127.0.0.1:" + Fleet.port(hub));
    var atLeaf = fleet.client(leaf);
    var all = subscribe(atHub, ">");
    var down = subscribe(atLeaf, "down.x");
    var other = subscribe(atLeaf, "other");
    awaitInterest(hub, "down.x");
    awaitInterest(leaf, ">");
    publish(atLeaf, "elsewhere", "no");
    publish(atLeaf, "up.secret", "no");
    publish(atLeaf, "up.open", "yes");
    assertEquals("yes", next(all));
    publish(atHub, "other", "no");
    publish(atHub, "down.x", "yes");
    assertEquals("yes", next(down));
    assertEquals(0, other.getPendingMessageCount());
    assertFalse(hub.leaves().leaves().getFirst().subscriptionList().contains("other"));
  }

  @Test
  void aLeafMustNotBeTooOld() {
    var hub = fleet.frond("hub", LOOPBACK_LIST + "leafnodes { min_version: 9.0.0 }\n");
    var leaf = fleet.frond("leaf", remote(nats(hub)));
    awaitRefusal(leaf);
    fleet.awaitLog(leaf, "connection rejected since minimum version required is");
  }

  @Test
  void anAccountTakesAsManyLeavesAsItMay() {
    var hub =
        fleet.frond(
            "hub",
            """
            accounts { A { limits { max_leafnodes: 1 }, users: [ { user: a, password: a } ] } }
            leafnodes { listen: "127.0.0.1:-1" }
            """);
    var url = "nats://a:a@127.0.0.1:" + Fleet.leafPort(hub);
    var one = fleet.frond("one", remote(url));
    awaitLinks(one, 1);
    var two = fleet.frond("two", remote(url));
    awaitRefusal(two);
    assertEquals(1, hub.leaves().leaves().size());
  }

  @Test
  void aClientOnTheLeafPortIsSentAway() throws IOException {
    var hub = fleet.frond("hub", "leafnodes { listen: \"127.0.0.1:-1\" }\n");
    try (var peer = new Peer(Fleet.leafPort(hub))) {
      assertTrue(String.valueOf(peer.line()).startsWith("INFO {"));
      peer.say("CONNECT {\"lang\":\"java\",\"version\":\"1\"}");
      assertEquals("-ERR 'attempted to connect to leaf node port'", peer.line());
      assertEquals(null, peer.line());
    }
  }

  @Test
  void theNewLinkOfAServerTakesTheOldOnesPlace() throws IOException {
    var hub = fleet.frond("hub", LOOPBACK_LIST);
    try (var old = new Peer(Fleet.port(hub));
        var fresh = new Peer(Fleet.port(hub))) {
      old.join("edge", "NOLD", "$G");
      awaitLinks(hub, 1);
      fresh.join("edge", "NNEW", "$G");
      old.until("-ERR 'Duplicate Remote LeafNode Connection'");
      Await.until(
          "the new link is the only one",
          () ->
              hub.leaves().leaves().stream()
                  .map(it -> it.serverId())
                  .toList()
                  .equals(List.of("NNEW")));
    }
  }

  @Test
  void hearingOnesOwnSubjectOfLoopDetectionEndsTheLink() throws IOException {
    var hub = fleet.frond("hub", LOOPBACK_LIST);
    try (var peer = new Peer(Fleet.port(hub))) {
      peer.join("edge", "NID", "$G");
      var subject = peer.until("LS+ $LDS.").substring(4);
      peer.say("LS+ " + subject);
      assertTrue(peer.until("-ERR").contains("Loop detected for leafnode account=\"$G\""));
      awaitLinks(hub, 0);
    }
  }

  /// A leaf of the test's own, line by line.
  private static final class Peer implements AutoCloseable {
    private final Socket socket;
    private final BufferedReader in;

    Peer(int port) throws IOException {
      socket = new Socket(InetAddress.getLoopbackAddress(), port);
      socket.setSoTimeout(20_000);
      in =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
    }

    void join(String name, String id, String account) throws IOException {
      var _ = until("INFO");
      say(
          "CONNECT {\"server_id\":\"%s\",\"name\":\"%s\",\"version\":\"2.14.5\",\"headers\":true,\"remote_account\":\"%s\"}"
              .formatted(id, name, account));
      var _ = until("INFO");
    }

    void say(String line) throws IOException {
      socket.getOutputStream().write((line + "\r\n").getBytes(StandardCharsets.UTF_8));
    }

    @Nullable String line() throws IOException {
      return in.readLine();
    }

    String until(String prefix) throws IOException {
      for (var line = line(); line != null; line = line()) {
        if (line.startsWith(prefix)) {
          return line;
        }
      }
      throw new AssertionError("the connection ended before " + prefix);
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }
}

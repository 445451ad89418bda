package io.frond.server;

import static io.frond.testkit.RawPeer.connect;
import static io.frond.testkit.RawPeer.info;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.frond.options.HostPort;
import io.frond.testkit.Patient;
import io.frond.testkit.RawPeer;
import io.frond.testkit.TestCluster;
import io.nats.client.Connection;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// What servers of a cluster tell each other of the leaves below them, on the wire: another server
/// and leaves of two clusters are plain sockets here.
class RouteOriginTest {
  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final String ORIGINS = ",\"lnoc\":true,\"lnocu\":true";

  private final TestCluster cluster = new TestCluster();
  private final List<AutoCloseable> open = new ArrayList<>();

  @AfterEach
  void closeAll() throws Exception {
    for (var each : open) {
      each.close();
    }
    cluster.close();
  }

  private FrondServer hub() {
    cluster.leafListen = new HostPort("127.0.0.1", -1);
    return cluster.start("a");
  }

  private RawPeer leaf(FrondServer server, String leaves) throws IOException {
    var leaf = RawPeer.leafOf(server, "leaf" + open.size(), leaves);
    open.add(leaf);
    return leaf;
  }

  private RawPeer route(FrondServer server, String more) throws IOException {
    var peer = RawPeer.routeTo(server);
    open.add(peer);
    peer.send(connect("test", "") + info("test", more));
    TestCluster.awaitPeers(server, 1);
    return peer;
  }

  private Connection client(FrondServer server) throws Exception {
    var client = Patient.connect(server.clientUri().toString());
    open.add(client);
    return client;
  }

  private static String text(io.nats.client.Subscription subscription) throws Exception {
    return new String(subscription.nextMessage(LIMIT).getData(), StandardCharsets.UTF_8);
  }

  @Test
  void leavesInterestIsToldApartWithItsOrigin() throws Exception {
    var server = hub();
    var peer = route(server, ORIGINS);
    var x = leaf(server, "X");
    var y = leaf(server, "Y");
    peer.linesToPong(); // subjects of loop detection
    x.send("LS+ a\r\nLS+ job q 3\r\n");
    x.linesToPong();
    y.send("LS+ a\r\n");
    y.linesToPong();
    assertEquals(List.of("LS+ X $G a", "LS+ X $G job q 3", "LS+ Y $G a"), peer.linesToPong());
    var client = client(server);
    client.subscribe("a");
    client.flush(LIMIT);
    assertEquals(List.of("RS+ $G a"), peer.linesToPong());
    x.send("LS- a\r\nLS+ job q 1\r\nLS- job q\r\n");
    x.linesToPong();
    assertEquals(List.of("LS- X $G a", "LS+ X $G job q 1", "LS- X $G job q"), peer.linesToPong());
  }

  @Test
  void interestThatThereWasIsToldApartToANewRoute() throws Exception {
    var server = hub();
    var x = leaf(server, "X");
    x.send("LS+ a\r\n");
    x.linesToPong();
    var peer = route(server, ORIGINS);
    assertTrue(peer.linesToPong().contains("LS+ X $G a"));
  }

  @Test
  void aServerThatKnowsNoOriginsIsToldOfLeavesAsOfClients() throws Exception {
    var server = hub();
    var peer = route(server, "");
    var x = leaf(server, "X");
    peer.linesToPong();
    x.send("LS+ a\r\n");
    x.linesToPong();
    assertEquals(List.of("RS+ $G a"), peer.linesToPong());
    peer.send("RS+ $G b\r\n");
    TestCluster.awaitRemoteInterest(server, "b", 1);
    x.send("LMSG b 2\r\nhi\r\n");
    x.linesToPong();
    assertEquals(List.of("RMSG $G b 2", "hi"), peer.linesToPong());
  }

  @Test
  void anOlderServerIsToldOfNoOriginAtTheEnd() throws Exception {
    var server = hub();
    var peer = route(server, ",\"lnoc\":true");
    var x = leaf(server, "X");
    peer.linesToPong();
    x.send("LS+ a\r\nLS- a\r\n");
    x.linesToPong();
    assertEquals(List.of("LS+ X $G a", "LS- $G a"), peer.linesToPong());
    peer.send("LS+ X $G old\r\n");
    TestCluster.awaitRemoteInterest(server, "old", 1);
    peer.send("LS- $G old\r\n");
    TestCluster.awaitRemoteInterest(server, "old", 0);
  }

  @Test
  void aLeafsMessagesCarryTheirOriginAndGoToNoneOfIt() throws Exception {
    var server = hub();
    var peer = route(server, ORIGINS);
    var x = leaf(server, "X");
    peer.linesToPong();
    peer.send("LS+ X $G only.x\r\nRS+ $G all\r\nLS+ X $G all\r\nLS+ Y $G job q 2\r\n");
    peer.send("LS+ X $G own q 2\r\n");
    TestCluster.awaitRemoteInterest(server, "own", 1);
    x.send("LMSG only.x 2\r\nno\r\nLMSG all 2\r\nhi\r\nLMSG all r 2\r\nhi\r\n");
    x.send("HMSG all 12 14\r\nNATS/1.0\r\n\r\nhi\r\nLMSG job + r q 2\r\nhi\r\n");
    x.send("LMSG own | q 2\r\nno\r\n");
    x.linesToPong();
    assertEquals(
        List.of(
            "LMSG X $G all 0 2",
            "hi",
            "LMSG X $G all r 0 2",
            "hi",
            "LMSG X $G all 12 14",
            "NATS/1.0",
            "",
            "hi",
            "LMSG X $G job + r q 0 2",
            "hi"),
        peer.linesToPong());
    var client = client(server);
    client.publish("all", "hi".getBytes(StandardCharsets.UTF_8));
    client.flush(LIMIT);
    assertEquals(List.of("RMSG $G all 2", "hi"), peer.linesToPong());
  }

  @Test
  void aRoutedMessageGoesToNoLeafOfItsOrigin() throws Exception {
    var server = hub();
    var peer = route(server, ORIGINS);
    var x = leaf(server, "X");
    var y = leaf(server, "Y");
    var client = client(server);
    var local = client.subscribe("a");
    client.flush(LIMIT);
    x.send("LS+ a\r\nLS+ job q 1\r\n");
    y.send("LS+ a\r\nLS+ job q 1\r\n");
    x.linesToPong();
    y.linesToPong();
    peer.send("LMSG X $G a 0 1\r\n1\r\nRMSG $G a 1\r\n2\r\nLMSG Y $G a 0 1\r\n3\r\n");
    for (var i = 0; i < 20; i++) {
      peer.send("LMSG X $G job | q 0 1\r\nj\r\n");
    }
    peer.linesToPong();
    assertEquals("1", text(local));
    assertEquals("2", text(local));
    assertEquals("3", text(local));
    assertEquals(List.of("LMSG a 1", "2", "LMSG a 1", "3"), x.linesToPong());
    var toY = y.linesToPong();
    assertEquals(List.of("LMSG a 1", "1", "LMSG a 1", "2"), toY.subList(0, 4));
    assertEquals(44, toY.size(), toY.toString());
  }

  @Test
  void aLeafIsToldNothingThatItsOwnClusterWants() throws Exception {
    var server = hub();
    var peer = route(server, ORIGINS);
    var x = leaf(server, "X");
    peer.send("LS+ X $G a\r\nLS+ Y $G b\r\nRS+ $G c\r\nLS+ X $G d\r\nRS+ $G d\r\n");
    peer.linesToPong();
    assertEquals(List.of("LS+ b", "LS+ c", "LS+ d"), x.linesToPong());
    peer.send("RS- $G d\r\nLS- Y $G b\r\n");
    peer.linesToPong();
    assertEquals(List.of("LS- d", "LS- b"), x.linesToPong());
  }

  @Test
  void anIsolatedLeafIsNotToldOfLeavesOfOtherServers() throws Exception {
    cluster.isolateLeaves = true;
    var server = hub();
    var peer = route(server, ORIGINS);
    var x = leaf(server, "X");
    peer.send("LS+ Y $G b\r\nRS+ $G c\r\n");
    TestCluster.awaitRemoteInterest(server, "c", 1);
    assertEquals(List.of("LS+ c"), x.linesToPong());
  }

  @Test
  void aQueueGroupsMessageGoesOnToAThirdServerWhenItsMemberHereIsGone() throws Exception {
    var server = hub();
    var sender = route(server, ORIGINS);
    var third = RawPeer.routeTo(server);
    open.add(third);
    var another = connect("test", "") + info("test", ORIGINS);
    third.send(another.replace(RawPeer.ID, "NTHIRD").replace("\"peer\"", "\"third\""));
    TestCluster.awaitPeers(server, 2);
    sender.send("RS+ $G job q 1\r\n");
    third.send("RS+ $G job q 1\r\n");
    third.linesToPong();
    sender.send("RMSG $G job | q 1\r\n1\r\nRMSG $G job + r q 1\r\n2\r\nRMSG $G job 1\r\n3\r\n");
    sender.linesToPong();
    assertEquals(
        List.of("RMSG $G job | q 1", "1", "RMSG $G job + r q 1", "2"), third.linesToPong());
    third.send("RS+ $G job\r\n");
    third.linesToPong();
    sender.send("LMSG X $G job | q 0 1\r\n4\r\n");
    assertEquals(List.of(), sender.linesToPong(), "it has been there");
    assertEquals(List.of("LMSG X $G job | q 0 1", "4"), third.linesToPong());
    third.send("RS- $G job\r\n");
    third.linesToPong();
    var client = client(server);
    var member = client.subscribe("job", "q");
    client.flush(LIMIT);
    sender.send("RMSG $G job | q 1\r\n5\r\n");
    sender.linesToPong();
    assertEquals("5", text(member));
    assertEquals(List.of("RS+ $G job q 1"), third.linesToPong());
  }
}

package io.frond.server;

import static io.frond.testkit.RawPeer.connect;
import static io.frond.testkit.RawPeer.info;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.frond.options.AuthOptions;
import io.frond.options.PermissionOptions.SubjectRule;
import io.frond.testkit.Await;
import io.frond.testkit.Interest;
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

/// What goes over the wire to another server, which is a plain socket here.
class RoutePeerTest {
  private static final Duration LIMIT = Duration.ofSeconds(20);

  private final TestCluster cluster = new TestCluster();
  private final List<AutoCloseable> open = new ArrayList<>();

  @AfterEach
  void closeAll() throws Exception {
    for (var each : open) {
      each.close();
    }
    cluster.close();
  }

  private RawPeer dial(FrondServer server) throws IOException {
    var peer = RawPeer.routeTo(server);
    open.add(peer);
    return peer;
  }

  /// A peer without a pool that was let in.
  private RawPeer admitted(FrondServer server) throws IOException {
    var peer = dial(server);
    peer.send(connect("test", "") + info("test", ""));
    TestCluster.awaitPeers(server, 1);
    return peer;
  }

  private Connection client(FrondServer server) throws Exception {
    var client = Patient.connect(server.clientUri().toString());
    open.add(client);
    return client;
  }

  @Test
  void interestIsToldOnceForEachSubjectHoweverManySubscribers() throws Exception {
    var server = cluster.start("a");
    var peer = admitted(server);
    var first = client(server);
    var second = client(server);
    for (var i = 0; i < 50; i++) {
      first.subscribe("many");
      second.subscribe("many");
    }
    first.flush(LIMIT);
    second.flush(LIMIT);
    assertEquals(List.of("RS+ $G many"), peer.linesToPong());
    second.close();
    var subscription = first.subscribe("other");
    first.flush(LIMIT);
    assertEquals(List.of("RS+ $G other"), peer.linesToPong());
    subscription.unsubscribe();
    first.flush(LIMIT);
    assertEquals(List.of("RS- $G other"), peer.linesToPong());
    first.close();
    Await.until("gone", () -> Interest.count(server.core().accounts().global()) == 0);
    assertEquals(List.of("RS- $G many"), peer.linesToPong());
  }

  @Test
  void aQueueGroupsWeightFollowsItsMembers() throws Exception {
    var server = cluster.start("a");
    var client = client(server);
    var one = client.subscribe("job", "q");
    client.flush(LIMIT);
    var peer = admitted(server);
    assertEquals(List.of("RS+ $G job q 1"), peer.linesToPong());
    var two = client.subscribe("job", "q");
    client.flush(LIMIT);
    assertEquals(List.of("RS+ $G job q 2"), peer.linesToPong());
    one.unsubscribe();
    client.flush(LIMIT);
    assertEquals(List.of("RS+ $G job q 1"), peer.linesToPong());
    two.unsubscribe();
    client.flush(LIMIT);
    assertEquals(List.of("RS- $G job q"), peer.linesToPong());
  }

  @Test
  void messagesHaveTheFormsOfTheRouteProtocol() throws Exception {
    var server = cluster.start("a");
    var peer = admitted(server);
    peer.send("RS+ $G to.>\r\nRS+ $G to.group q 3\r\nRS+ $G only q 1\r\n");
    TestCluster.awaitRemoteInterest(server, "only", 1);
    var client = client(server);
    client.publish("to.me", "hi".getBytes(StandardCharsets.UTF_8));
    client.publish("to.me", "back", "hi".getBytes(StandardCharsets.UTF_8));
    client.publish("to.group", "hi".getBytes(StandardCharsets.UTF_8));
    client.publish("only", "back", "hi".getBytes(StandardCharsets.UTF_8));
    client.publish("nobody", "hi".getBytes(StandardCharsets.UTF_8));
    client.flush(LIMIT);
    assertEquals(
        List.of(
            "RMSG $G to.me 2",
            "hi",
            "RMSG $G to.me back 2",
            "hi",
            "RMSG $G to.group | q 2",
            "hi",
            "RMSG $G only + back q 2",
            "hi"),
        peer.linesToPong());
  }

  @Test
  void whatAServerSendsGoesToClientsAndToTheNamedGroupsOnly() throws Exception {
    var server = cluster.start("a");
    var client = client(server);
    var plain = client.subscribe("x");
    var group = client.subscribe("x", "q");
    client.flush(LIMIT);
    var peer = admitted(server);
    peer.send("RMSG $G x 3\r\none\r\n");
    peer.send("RMSG $G x | q 3\r\ntwo\r\n");
    peer.send("HMSG $G x + back q 12 17\r\nNATS/1.0\r\n\r\nthree\r\n");
    peer.send("RMSG unknown x 4\r\nlost\r\n");
    peer.linesToPong();
    assertEquals("one", text(plain));
    assertEquals("two", text(plain));
    var third = plain.nextMessage(LIMIT);
    assertEquals("three", new String(third.getData(), StandardCharsets.UTF_8));
    assertEquals("back", third.getReplyTo());
    assertEquals("two", text(group));
    assertEquals("three", text(group));
    client.flush(LIMIT);
    assertEquals(3, plain.getDeliveredCount());
    assertEquals(2, group.getDeliveredCount());
  }

  private static String text(io.nats.client.Subscription subscription) throws Exception {
    return new String(subscription.nextMessage(LIMIT).getData(), StandardCharsets.UTF_8);
  }

  @Test
  void aClientOnTheRoutePortIsToldSo() throws Exception {
    var server = cluster.start("a");
    var peer = dial(server);
    peer.send("CONNECT {\"verbose\":false,\"lang\":\"java\",\"version\":\"2\",\"name\":\"x\"}\r\n");
    assertEquals("-ERR 'attempted to connect to route port'", peer.line());
    assertEquals("end", peer.line());
  }

  @Test
  void routesMustShowTheClustersUserAndPassword() throws Exception {
    cluster.auth =
        new AuthOptions("route", "secret", null, List.of(), null, Duration.ofSeconds(5), null);
    var server = cluster.start("a");
    var wrong = dial(server);
    wrong.send(connect("test", ",\"user\":\"route\",\"pass\":\"wrong\"") + info("test", ""));
    assertEquals("-ERR 'Authorization Violation'", wrong.line());
    assertEquals("end", wrong.line());
    assertEquals(0, TestCluster.peers(server));
    var right = dial(server);
    right.send(connect("test", ",\"user\":\"route\",\"pass\":\"secret\"") + info("test", ""));
    TestCluster.awaitPeers(server, 1);
  }

  @Test
  void whoNeverIntroducesItselfIsClosed() throws Exception {
    cluster.auth = new AuthOptions(null, null, null, List.of(), null, Duration.ofMillis(300), null);
    var peer = dial(cluster.start("a"));
    assertEquals("-ERR 'Authentication Timeout'", peer.line());
    assertEquals("end", peer.line());
  }

  @Test
  void interestBeforeTheIntroductionIsAViolation() throws Exception {
    var peer = dial(cluster.start("a"));
    peer.send("RS+ $G x\r\n");
    assertEquals("-ERR 'Authorization Violation'", peer.line());
    assertEquals("end", peer.line());
  }

  @Test
  void anotherClustersNameAndAKnownServerNameAreRefused() throws Exception {
    var server = cluster.start("a");
    var other = dial(server);
    other.send(connect("other", ""));
    assertEquals(
        "-ERR 'Rejecting connection, cluster name \"other\" does not match \"test\"'",
        other.line());
    assertEquals("end", other.line());
    var twin = dial(server);
    twin.send(connect("test", "") + info("test", "").replace("\"peer\"", "\"a\""));
    assertEquals("end", twin.line());
    assertEquals(0, TestCluster.peers(server));
  }

  @Test
  void whoNamesNoClusterIsRefusedAtOnce() throws Exception {
    var peer = dial(cluster.start("a"));
    peer.send(connect("", ""));
    assertEquals(
        "-ERR 'Rejecting connection, cluster name \"\" does not match \"test\"'", peer.line());
  }

  @Test
  void aSecondConnectionWithoutAPoolIsADuplicate() throws Exception {
    var server = cluster.start("a");
    var first = admitted(server);
    var second = dial(server);
    second.send(connect("test", "") + info("test", ""));
    assertEquals("end", second.line());
    assertEquals(List.of(), first.linesToPong());
    assertEquals(1, TestCluster.peers(server));
  }

  @Test
  void accountsArePlacedInThePoolByTheirNames() throws Exception {
    var server = cluster.start("a");
    var client = client(server);
    client.subscribe("x");
    client.flush(LIMIT);
    var told = new ArrayList<String>();
    for (var i = 0; i < 3; i++) {
      var peer = dial(server);
      peer.send(
          connect("test", "") + info("test", ",\"route_pool_size\":3,\"route_pool_idx\":" + i));
      var index = i;
      Await.until("connection " + i, () -> server.routes().routes().size() == index + 1);
      peer.linesToPong().forEach(line -> told.add(index + " " + line));
    }
    assertEquals(List.of("2 RS+ $G x"), told); // FNV-1a of "$G" modulo 3
    var extra = dial(server);
    extra.send(connect("test", "") + info("test", ",\"route_pool_size\":3,\"route_pool_idx\":3"));
    assertEquals("-ERR 'Invalid route pool index: 3 - pool size is 3'", extra.line());
  }

  @Test
  void anAccountsOwnConnectionNamesNoAccount() throws Exception {
    cluster.pinnedAccounts = List.of("$G");
    var server = cluster.start("a");
    var client = client(server);
    var subscription = client.subscribe("x");
    client.flush(LIMIT);
    var peer = dial(server);
    peer.send(
        connect("test", "") + info("test", ",\"route_pool_size\":3,\"route_account\":\"$G\""));
    Await.until("the route", () -> server.routes().routes().size() == 1);
    assertEquals(List.of("RS+ x"), peer.linesToPong());
    peer.send("RS+ y\r\nRS+ y q 2\r\nRMSG x 2\r\nhi\r\n");
    assertEquals("hi", text(subscription));
    client.publish("y", "yo".getBytes(StandardCharsets.UTF_8));
    client.flush(LIMIT);
    assertEquals(List.of("RMSG y | q 2", "yo"), peer.linesToPong());
    peer.send("RS- y q\r\nRS- y\r\n");
    peer.linesToPong();
    client.publish("y", "yo".getBytes(StandardCharsets.UTF_8));
    client.flush(LIMIT);
    assertEquals(List.of(), peer.linesToPong());
    var stranger = dial(server);
    stranger.send(
        connect("test", "") + info("test", ",\"route_pool_size\":3,\"route_account\":\"nobody\""));
    assertEquals("-ERR 'No route for account \"nobody\"'", stranger.line());
  }

  @Test
  void onlyWhatMayBeImportedIsToldAndOnlyWhatMayBeExportedIsSent() throws Exception {
    cluster.importRule = new SubjectRule(List.of("in.>"), List.of("in.secret"));
    cluster.exportRule = new SubjectRule(List.of("out.>"), List.of("out.secret"));
    var server = cluster.start("a");
    var client = client(server);
    var all = client.subscribe("in.>");
    client.subscribe("in.secret");
    client.subscribe("elsewhere");
    client.flush(LIMIT);
    var peer = admitted(server);
    assertEquals(List.of("RS+ $G in.>"), peer.linesToPong());
    peer.send("RS+ $G out.>\r\nRS+ $G more\r\n");
    peer.send("RMSG $G in.secret 1\r\nx\r\nRMSG $G in.open 1\r\ny\r\n");
    peer.linesToPong();
    assertEquals("y", text(all));
    client.publish("out.open", new byte[0]);
    client.publish("out.secret", new byte[0]);
    client.publish("more", new byte[0]);
    client.flush(LIMIT);
    assertEquals(List.of("RMSG $G out.open 0", ""), peer.linesToPong());
  }

  @Test
  void clientsAreToldOfAPeersUrlsUntilItIsALameDuckOrGone() throws Exception {
    var server = cluster.start("a");
    var client = client(server);
    var peer = dial(server);
    peer.send(connect("test", "") + info("test", ",\"connect_urls\":[\"10.0.0.1:4222\"]"));
    Await.until(
        "the peer's URL", () -> client.getServerInfo().getConnectURLs().contains("10.0.0.1:4222"));
    assertEquals(2, client.getServerInfo().getConnectURLs().size());
    peer.send(info("test", ",\"connect_urls\":[\"10.0.0.1:4222\"],\"ldm\":true"));
    Await.until(
        "no longer", () -> !client.getServerInfo().getConnectURLs().contains("10.0.0.1:4222"));
    assertFalse(client.getServerInfo().isLameDuckMode());
  }

  @Test
  void aLameDuckTellsTheOtherServersOnce() throws Exception {
    var server = cluster.start("a");
    var peer = admitted(server);
    server.lameDuck();
    var lines = peer.linesToPong();
    assertEquals(1, lines.size(), lines.toString());
    assertTrue(lines.getFirst().contains("\"ldm\":true"), lines.toString());
  }

  @Test
  void anotherUserEndsTheRoutesThatCameInAndAnotherTimeoutNone() throws Exception {
    var server = cluster.start("a");
    var peer = admitted(server);
    var before = server.core().options();
    cluster.auth = new AuthOptions(null, null, null, List.of(), null, Duration.ofSeconds(7), null);
    server.reload(before.withCluster(cluster.options(List.of())));
    assertEquals(List.of(), peer.linesToPong());
    cluster.auth = new AuthOptions("r", "p", null, List.of(), null, Duration.ofSeconds(7), null);
    server.reload(before.withCluster(cluster.options(List.of())));
    assertEquals("-ERR 'Authorization Violation'", peer.line());
  }
}

package io.frond.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.frond.options.AccountOptions;
import io.frond.options.AuthOptions;
import io.frond.options.ClusterOptions;
import io.frond.options.ServerUrl;
import io.frond.options.UserOptions;
import io.frond.route.Route;
import io.frond.testkit.Await;
import io.frond.testkit.Interest;
import io.frond.testkit.Patient;
import io.frond.testkit.TestCluster;
import io.frond.testkit.TestServer;
import io.nats.client.Connection;
import io.nats.client.Nats;
import io.nats.client.impl.Headers;
import io.nats.client.impl.NatsMessage;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Two and three servers in one JVM, with the Java client on each.
class RouteTest {
  private static final Duration LIMIT = Duration.ofSeconds(20);

  private final TestCluster cluster = new TestCluster();
  private final List<Connection> clients = new ArrayList<>();

  @AfterEach
  void closeAll() throws Exception {
    for (var client : clients) {
      client.close();
    }
    cluster.close();
  }

  private Connection connect(FrondServer server) throws Exception {
    var options =
        Patient.options()
            .server(server.clientUri().toString())
            .ignoreDiscoveredServers()
            .noReconnect()
            .build();
    var client = Nats.connect(options);
    clients.add(client);
    return client;
  }

  private List<FrondServer> three() {
    var first = cluster.start("a");
    var port = TestCluster.routePort(first);
    var second = cluster.start("b", port);
    TestCluster.awaitPeers(first, 1);
    var third = cluster.start("c", port);
    cluster.awaitMesh();
    return List.of(first, second, third);
  }

  @Test
  void aMessageReachesSubscribersOnEveryServerOnce() throws Exception {
    var servers = three();
    var subscriptions = new ArrayList<io.nats.client.Subscription>();
    for (var server : servers) {
      var client = connect(server);
      subscriptions.add(client.subscribe("news.>"));
      client.flush(LIMIT);
    }
    for (var server : servers) {
      TestCluster.awaitRemoteInterest(server, "news.>", 2);
    }
    for (var i = 0; i < 3; i++) {
      var publisher = connect(servers.get(i));
      for (var n = 0; n < 100; n++) {
        publisher.publish("news." + i, Integer.toString(n).getBytes(StandardCharsets.UTF_8));
      }
      publisher.flush(LIMIT);
      for (var subscription : subscriptions) {
        for (var n = 0; n < 100; n++) {
          var message = subscription.nextMessage(LIMIT);
          assertNotNull(message);
          assertEquals("news." + i, message.getSubject());
          assertEquals(Integer.toString(n), new String(message.getData(), StandardCharsets.UTF_8));
        }
      }
    }
    for (var subscription : subscriptions) {
      assertEquals(300, subscription.getDeliveredCount());
    }
  }

  @Test
  void headersAndRepliesTravelOverRoutes() throws Exception {
    var servers = three();
    var responder = connect(servers.get(1));
    var dispatcher =
        responder.createDispatcher(message -> {
          var headers = new Headers().add("Seen", message.getHeaders().getFirst("Trace"));
          responder.publish(
              NatsMessage.builder()
                  .subject(message.getReplyTo())
                  .headers(headers)
                  .data(message.getData())
                  .build());
        });
    dispatcher.subscribe("echo", "workers");
    responder.flush(LIMIT);
    TestCluster.awaitRemoteInterest(servers.get(2), "echo", 1);
    var requester = connect(servers.get(2));
    var request =
        NatsMessage.builder()
            .subject("echo")
            .headers(new Headers().add("Trace", "42"))
            .data("hello")
            .build();
    var reply = requester.request(request, LIMIT);
    assertNotNull(reply);
    assertEquals("hello", new String(reply.getData(), StandardCharsets.UTF_8));
    assertEquals("42", reply.getHeaders().getFirst("Seen"));
  }

  @Test
  void aRequesterIsToldAtOnceWhenNobodyInTheClusterResponds() throws Exception {
    var servers = three();
    var requester = connect(servers.get(0));
    var reply = requester.request("nobody.home", new byte[0]).handle((message, error) -> error);
    assertNotNull(reply.get(20, java.util.concurrent.TimeUnit.SECONDS));
  }

  @Test
  void aQueueGroupIsBalancedOverTheClusterAndGetsEachMessageOnce() throws Exception {
    var servers = three();
    var counts = new AtomicIntegerArray(6);
    for (var i = 0; i < 6; i++) {
      var member = i;
      var client = connect(servers.get(i % 3));
      client.createDispatcher(message -> counts.incrementAndGet(member)).subscribe("work", "q");
      client.flush(LIMIT);
    }
    for (var server : servers) {
      TestCluster.awaitRemoteInterest(server, "work", 2);
      awaitQueueWeight(server, 2);
    }
    var total = 6000;
    var publisher = connect(servers.get(0));
    for (var n = 0; n < total; n++) {
      publisher.publish("work", new byte[8]);
    }
    publisher.flush(LIMIT);
    Await.until("all are delivered", () -> sum(counts) >= total);
    assertEquals(total, sum(counts));
    for (var i = 0; i < 6; i++) {
      assertTrue(
          counts.get(i) > 800 && counts.get(i) < 1200,
          "shares of about " + total / 6 + ": " + counts);
    }
  }

  private static void awaitQueueWeight(FrondServer server, int weight) {
    Await.until(
        "both members are known",
        () ->
            server.routes().routes().stream()
                .flatMap(it -> it.subscriptionDetails().stream())
                .filter(it -> it.subject().equals("work"))
                .allMatch(it -> it.weight() == weight));
  }

  private static int sum(AtomicIntegerArray counts) {
    var sum = 0;
    for (var i = 0; i < counts.length(); i++) {
      sum += counts.get(i);
    }
    return sum;
  }

  @Test
  void aThirdServerIsFoundByGossipAndGoneInterestIsForgotten() throws Exception {
    var servers = three();
    var client = connect(servers.get(2));
    var subscription = client.subscribe("fleeting");
    client.flush(LIMIT);
    TestCluster.awaitRemoteInterest(servers.get(0), "fleeting", 1);
    TestCluster.awaitRemoteInterest(servers.get(1), "fleeting", 1);
    subscription.unsubscribe();
    TestCluster.awaitRemoteInterest(servers.get(0), "fleeting", 0);
    client.subscribe("staying");
    client.flush(LIMIT);
    TestCluster.awaitRemoteInterest(servers.get(1), "staying", 1);
    servers.get(2).close();
    TestCluster.awaitPeers(servers.get(0), 1);
    TestCluster.awaitPeers(servers.get(1), 1);
    TestCluster.awaitRemoteInterest(servers.get(1), "staying", 0);
    assertEquals(0, Interest.count(servers.get(1).core().accounts().global()));
  }

  @Test
  void clientsHearOfAllServersAndOfTheirEnd() throws Exception {
    var servers = three();
    var client = Patient.connect(servers.get(0).clientUri().toString());
    clients.add(client);
    Await.until("three URLs", () -> client.getServers().size() >= 3);
    for (var server : servers) {
      var url = server.clientUri().toString();
      assertTrue(client.getServers().stream().anyMatch(url::equals), client.getServers() + url);
    }
    var info = client.getServerInfo();
    assertEquals("test", info.getCluster());
    servers.get(2).close();
    Await.until("two URLs", () -> client.getServerInfo().getConnectURLs().size() == 2);
  }

  @Test
  void bothSidesAgreeOnTheConnectionsWhenTheyDialEachOther() throws Exception {
    var firstPort = TestServer.freePort();
    var secondPort = TestServer.freePort();
    cluster.routePort = firstPort;
    var first = cluster.start("a", secondPort);
    cluster.routePort = secondPort;
    var second = cluster.start("b", firstPort);
    cluster.awaitMesh();
    Await.until("a full pool and the system account's", () -> ids(first).size() == 4);
    Await.until("the same on the other side", () -> ids(second).size() == 4);
    Await.until("one view", () -> addresses(first, true).equals(addresses(second, false)));
    var settled = ids(first);
    assertTrue(Await.holds(Duration.ofSeconds(2), () -> ids(first).equals(settled)), "routes flap");
  }

  private static List<Long> ids(FrondServer server) {
    return server.routes().routes().stream().map(it -> it.link().id()).sorted().toList();
  }

  private static List<String> addresses(FrondServer server, boolean remote) {
    return server.routes().routes().stream()
        .map(it -> it.link().channel())
        .map(it -> List.of(port(it.localAddress()), port(it.remoteAddress())))
        .map(it -> remote ? it.toString() : it.reversed().toString())
        .sorted()
        .toList();
  }

  private static int port(SocketAddress address) {
    return ((InetSocketAddress) address).getPort();
  }

  @Test
  void aRouteToItselfIsDroppedForGood() {
    var port = TestServer.freePort();
    cluster.routePort = port;
    var server = cluster.start("a", port);
    assertTrue(Await.holds(Duration.ofMillis(500), () -> server.routes().routes().isEmpty()));
  }

  @Test
  void serversWithoutANameAgreeOnOne() {
    cluster.dynamicName = true;
    var servers = three();
    var name = TestCluster.name(servers.get(0));
    for (var server : servers) {
      Await.until("one name", () -> TestCluster.name(server).equals(name));
    }
    var full = 2 * (ClusterOptions.DEFAULT_POOL_SIZE + 1); // one is $SYS'
    for (var server : servers) {
      Await.until("all routes of the pools", () -> server.routes().routes().size() == full);
    }
    var before = servers.stream().map(it -> addresses(it, true)).toList();
    cluster.dynamicName = false;
    cluster.name = "configured";
    var named = cluster.start("d", TestCluster.routePort(servers.get(0)));
    for (var server : servers) {
      Await.until("the configured name", () -> TestCluster.name(server).equals("configured"));
    }
    TestCluster.awaitPeers(named, 3);
    for (var i = 0; i < servers.size(); i++) { // what was under way on a route would be lost
      assertTrue(addresses(servers.get(i), true).containsAll(before.get(i)), "a route ended: " + i);
    }
  }

  @Test
  void aServerOfAnotherClusterIsRefused() {
    var first = cluster.start("a");
    cluster.name = "other";
    var second = cluster.start("b", TestCluster.routePort(first));
    assertTrue(
        Await.holds(
            Duration.ofMillis(500),
            () -> TestCluster.peers(first) == 0 && TestCluster.peers(second) == 0));
  }

  @Test
  void aServerComesBackAfterItWasStopped() throws Exception {
    var port = TestServer.freePort();
    var first = cluster.start("a", port);
    cluster.routePort = port;
    var second = cluster.start("b");
    TestCluster.awaitPeers(first, 1);
    var publisher = connect(first);
    second.close();
    TestCluster.awaitPeers(first, 0);
    var again = cluster.start("b");
    TestCluster.awaitPeers(first, 1);
    var client = connect(again);
    var subscription = client.subscribe("after");
    client.flush(LIMIT);
    TestCluster.awaitRemoteInterest(first, "after", 1);
    publisher.publish("after", new byte[0]);
    assertNotNull(subscription.nextMessage(LIMIT));
  }

  @Test
  void accountsAreKeptApartOverPooledAndOwnConnections() throws Exception {
    cluster.accounts = List.of(AccountOptions.unlimited("A"), AccountOptions.unlimited("B"));
    cluster.pinnedAccounts = List.of("B");
    cluster.clientAuth =
        new AuthOptions(
            null, null, null, List.of(user("a", "A"), user("b", "B")), null, LIMIT, null);
    var first = cluster.start("a");
    var second = cluster.start("b", TestCluster.routePort(first));
    Await.until("pool, $SYS and B", () -> first.routes().routes().size() == 5);
    var inA = connect(second, "a");
    var inB = connect(second, "b");
    var fromA = inA.subscribe("x");
    var fromB = inB.subscribe("x");
    inA.flush(LIMIT);
    inB.flush(LIMIT);
    TestCluster.awaitRemoteInterest(first, "x", 2);
    connect(first, "a").publish("x", new byte[] {1});
    connect(first, "b").publish("x", new byte[] {2});
    assertEquals(1, fromA.nextMessage(LIMIT).getData()[0]);
    assertEquals(2, fromB.nextMessage(LIMIT).getData()[0]);
    inA.flush(LIMIT);
    assertEquals(1, fromA.getDeliveredCount());
    assertEquals(1, fromB.getDeliveredCount());
  }

  private static UserOptions user(String name, String account) {
    return new UserOptions(name, name, null, account, null, Set.of());
  }

  private Connection connect(FrondServer server, String user) throws Exception {
    var client =
        Nats.connect(
            Patient.options()
                .server(server.clientUri().toString())
                .userInfo(user, user)
                .ignoreDiscoveredServers()
                .noReconnect()
                .build());
    clients.add(client);
    return client;
  }

  @Test
  void aReloadAddsAndRemovesRoutes() throws Exception {
    var first = cluster.start("a");
    var second = cluster.start("b");
    var without = second.core().options();
    var url = ServerUrl.nats("127.0.0.1", TestCluster.routePort(first));
    var with = without.withCluster(cluster.options(List.of(url)));
    second.reload(with);
    cluster.awaitMesh();
    second.reload(without);
    TestCluster.awaitPeers(second, 0);
    assertTrue(Await.holds(Duration.ofMillis(1500), () -> TestCluster.peers(second) == 0));
    second.reload(with);
    cluster.awaitMesh();
    cluster.poolSize = 1;
    second.reload(without.withCluster(cluster.options(List.of(url))));
    Await.until(
        "a new pool under the new rules",
        () ->
            second.routes().routes().stream().allMatch(Route::didSolicit)
                && second.routes().routes().size() == 4);
  }

  @Test
  void manyServersThatStartTogetherSettleOnOneMesh() {
    var ports = new int[4];
    for (var i = 0; i < ports.length; i++) {
      ports[i] = TestServer.freePort();
    }
    var all = new ArrayList<FrondServer>();
    for (var i = 0; i < ports.length; i++) {
      cluster.routePort = ports[i];
      all.add(cluster.start("s" + i, ports)); // each dials all, itself included
    }
    cluster.awaitMesh();
    for (var server : all) {
      Await.until("3 peers with 4 connections", () -> server.routes().routes().size() == 12);
    }
    var settled = all.stream().map(RouteTest::ids).toList();
    assertTrue(
        Await.holds(
            Duration.ofSeconds(2), () -> all.stream().map(RouteTest::ids).toList().equals(settled)),
        "routes flap");
  }
}

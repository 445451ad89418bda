package io.frond.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.frond.config.ConfigException;
import io.frond.config.Configuration;
import io.frond.options.ClientOptions;
import io.frond.options.HostPort;
import io.frond.options.WebSocketOptions;
import io.frond.server.FrondServer;
import io.frond.testkit.Await;
import io.frond.testkit.Patient;
import io.frond.testkit.RawClient;
import io.frond.testkit.TestCluster;
import io.frond.testkit.TestServer;
import io.nats.client.Connection;
import io.nats.client.Nats;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// What clients hear of the cluster's other servers, and how they use it: the Java client knows one
/// server and lives on the others.
class GossipTest {
  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final Duration LAME_DUCK = Duration.ofMinutes(2);

  private final TestCluster cluster = new TestCluster();
  private final List<Connection> clients = new ArrayList<>();

  @AfterEach
  void closeAll() throws Exception {
    for (var client : clients) {
      client.close();
    }
    cluster.close();
  }

  private Connection client(FrondServer server) throws Exception {
    var client =
        Nats.connect(
            Patient.options()
                .server(server.clientUri().toString())
                .reconnectWait(Duration.ofMillis(50))
                .build());
    clients.add(client);
    return client;
  }

  private static String uri(FrondServer server) {
    return server.clientUri().toString();
  }

  private static void awaitServers(Connection client, FrondServer... servers) {
    var wanted = new HashSet<String>();
    for (var server : servers) {
      wanted.add(uri(server));
    }
    Await.until(
        "the client knows " + wanted, () -> new HashSet<>(client.getServers()).containsAll(wanted));
  }

  @Test
  void aClientThatKnewOneServerGoesOnWithTheOthers() throws Exception {
    var first = cluster.start("a");
    var client = client(first);
    var subscription = client.subscribe("news");
    client.flush(LIMIT);
    var second = cluster.start("b", TestCluster.routePort(first));
    awaitServers(client, first, second); // told while it is connected
    var third = cluster.start("c", TestCluster.routePort(first));
    awaitServers(client, first, second, third);
    TestCluster.awaitPeers(third, 2);
    var publisher = client(third);
    awaitServers(publisher, first, second, third);
    for (var dying : List.of(first, second)) {
      dying.close();
      Await.until(
          "the client is elsewhere",
          () ->
              client.getStatus() == Connection.Status.CONNECTED
                  && !uri(dying).equals(client.getConnectedUrl()));
      Await.until("a message comes", () -> arrives(publisher, subscription));
    }
    assertEquals(uri(third), client.getConnectedUrl());
  }

  @Test
  void aLameDuckSendsItsClientsToTheOthers() throws Exception {
    cluster.more = options -> options.withClient(client(null, false, Duration.ofSeconds(1)));
    var first = cluster.start("a");
    var second = cluster.start("b", TestCluster.routePort(first));
    var client = client(first);
    awaitServers(client, first, second);
    var subscription = client.subscribe("news");
    client.flush(LIMIT);
    Thread.ofVirtual().start(() -> lameDuck(first));
    Await.until("the client moved", () -> uri(second).equals(client.getConnectedUrl()));
    var publisher = client(second);
    Await.until("a message comes", () -> arrives(publisher, subscription));
  }

  @Test
  void clientsThatStayWithALameDuckAreClosedOneAfterTheOther() throws Exception {
    cluster.more = options -> options.withClient(client(null, false, Duration.ofSeconds(1)));
    var server = cluster.start("a");
    var stubborn = new ArrayList<RawClient>();
    for (var i = 0; i < 3; i++) {
      stubborn.add(RawClient.open(server.clientUri().getPort()).connect(RawClient.USUAL));
    }
    var start = System.nanoTime();
    Thread.ofVirtual().start(() -> lameDuck(server));
    for (var client : stubborn) {
      assertTrue(RawClient.info(client.line()).flag("ldm", false));
    }
    Await.until("all are closed", () -> server.core().connections().count() == 0);
    var took = Duration.ofNanos(System.nanoTime() - start);
    assertTrue(took.compareTo(Duration.ofMillis(800)) > 0, "grace and pauses: " + took);
    for (var client : stubborn) {
      client.expectClosed();
      client.close();
    }
  }

  /// Returns when the server is down.
  private static void lameDuck(FrondServer server) {
    try {
      server.lameDuck();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static boolean arrives(Connection from, io.nats.client.Subscription to) {
    from.publish("news", "hello".getBytes(StandardCharsets.UTF_8));
    try {
      return to.nextMessage(Duration.ofMillis(100)) != null;
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void aClientOnAWebSocketIsToldWhereTheOthersListenForIt() throws Exception {
    var ports = List.of(TestServer.freePort(), TestServer.freePort());
    var web = List.of(websocket(ports.get(0)), websocket(ports.get(1)));
    cluster.more = options -> options.withWebsocket(web.get(0));
    var first = cluster.start("a");
    cluster.more = options -> options.withWebsocket(web.get(1));
    var second = cluster.start("b", TestCluster.routePort(first));
    TestCluster.awaitPeers(first, 1);
    TestCluster.awaitPeers(second, 1);
    var all = Set.of("127.0.0.1:" + ports.get(0), "127.0.0.1:" + ports.get(1));
    Await.until("both are told of", () -> told("ws://127.0.0.1:" + ports.get(0)).equals(all));
    var plain = Set.of(hostPort(first), hostPort(second));
    Await.until("clients are told of the others' ports", () -> urls(first).equals(plain));
    try (var raw = RawClient.open(first.clientUri().getPort())) {
      assertEquals(List.of(), raw.info().texts("ws_connect_urls"));
      assertEquals(4, raw.info().number("api_lvl", 0));
    }
    var client = Nats.connect("ws://127.0.0.1:" + ports.get(0));
    try {
      assertEquals(ports.get(0), client.getServerInfo().getPort(), "where it came in");
    } finally {
      client.close();
    }
  }

  private static Set<String> told(String url) {
    try {
      var client = Patient.connect(url);
      try {
        return Set.copyOf(client.getServerInfo().getConnectURLs());
      } finally {
        client.close();
      }
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static WebSocketOptions websocket(int port) throws ConfigException {
    return Objects.requireNonNull(
        Configuration.parse(
                "websocket { listen: \"127.0.0.1:" + port + "\", no_tls: true }", "ws.conf")
            .options()
            .websocket());
  }

  @Test
  void advertisedAddressesAreWhatOthersAreTold() throws Exception {
    var told = new HostPort("frond.example", 0);
    cluster.more = options -> options.withClient(client(told, false, LAME_DUCK));
    var first = cluster.start("a");
    cluster.more = options -> options;
    var second = cluster.start("b", TestCluster.routePort(first));
    var port = first.clientUri().getPort();
    try (var raw = RawClient.open(port)) {
      assertEquals("frond.example", raw.info().text("host"));
      assertEquals(port, raw.info().number("port", 0));
    }
    Await.until(
        "b tells of it",
        () -> urls(second).equals(Set.of("frond.example:" + port, hostPort(second))));
  }

  @Test
  void aServerThatAdvertisesNothingTellsNothing() throws Exception {
    var first = cluster.start("a");
    cluster.noAdvertise = true;
    cluster.more = options -> options.withClient(client(null, true, LAME_DUCK));
    var second = cluster.start("b", TestCluster.routePort(first));
    TestCluster.awaitPeers(first, 1);
    TestCluster.awaitPeers(second, 1);
    assertEquals(Set.of(), urls(second));
    assertTrue(Await.holds(Duration.ofMillis(200), () -> !urls(first).contains(hostPort(second))));
  }

  private static String hostPort(FrondServer server) {
    return "127.0.0.1:" + server.clientUri().getPort();
  }

  private static Set<String> urls(FrondServer server) {
    try (var raw = RawClient.open(server.clientUri().getPort())) {
      return Set.copyOf(raw.info().texts("connect_urls"));
    }
  }

  private static ClientOptions client(
      @Nullable HostPort advertise, boolean noAdvertise, Duration lameDuck) {
    var usual = ClientOptions.DEFAULT;
    return new ClientOptions(
        usual.maxConnections(),
        usual.maxSubscriptions(),
        usual.maxSubscriptionTokens(),
        usual.maxPayload(),
        usual.maxControlLine(),
        usual.maxPendingBytes(),
        usual.writeDeadline(),
        usual.pingInterval(),
        usual.pingMax(),
        usual.maxClosed(),
        usual.noHeaders(),
        usual.noFastProducerStall(),
        advertise,
        noAdvertise,
        lameDuck,
        lameDuck.dividedBy(2),
        usual.allowNonTls(),
        usual.writeTimeout(),
        usual.proxyProtocol());
  }
}

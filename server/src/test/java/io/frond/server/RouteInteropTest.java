package io.frond.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.frond.testkit.Await;
import io.frond.testkit.GoServer;
import io.frond.testkit.Patient;
import io.frond.testkit.TestCluster;
import io.frond.testkit.TestServer;
import io.nats.client.Connection;
import io.nats.client.Nats;
import io.nats.client.Subscription;
import io.nats.client.impl.Headers;
import io.nats.client.impl.NatsMessage;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// A nats-server as the third member of a cluster with two Fronds.
@Tag("interop")
class RouteInteropTest {
  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final byte PROBE = 1;

  @TempDir private Path folder;
  private final TestCluster cluster = new TestCluster();
  private final List<GoServer> go = new ArrayList<>();
  private final List<Connection> clients = new ArrayList<>();
  private int goPort = TestServer.freePort();
  private final int goRoutePort = TestServer.freePort();

  @AfterEach
  void closeAll() throws Exception {
    for (var client : clients) {
      client.close();
    }
    cluster.close();
    go.forEach(GoServer::close);
  }

  private Connection connect(String uri) throws Exception {
    var client =
        Nats.connect(Patient.options().server(uri).ignoreDiscoveredServers().noReconnect().build());
    clients.add(client);
    return client;
  }

  private GoServer goServer(String routes, String more) {
    var server =
        GoServer.start(
            folder,
            "go",
            goPort,
            "cluster { name: test, listen: \"127.0.0.1:"
                + goRoutePort
                + "\", routes: ["
                + routes
                + "]\n"
                + more
                + " }\n");
    go.add(server);
    return server;
  }

  /// A Go server whom both Fronds find: one dials it, or is dialled by it; the other hears of it.
  private List<String> cluster(boolean goDials, String poolSize) {
    var more = poolSize.isEmpty() ? "" : "pool_size: " + poolSize;
    FrondServer first;
    GoServer third;
    if (goDials) {
      first = cluster.start("a");
      third = goServer("\"nats://127.0.0.1:" + TestCluster.routePort(first) + "\"", more);
    } else {
      third = goServer("", more);
      first = cluster.start("a", goRoutePort);
    }
    var second = cluster.start("b", TestCluster.routePort(first));
    TestCluster.awaitPeers(first, 2);
    TestCluster.awaitPeers(second, 2);
    return List.of(first.clientUri().toString(), second.clientUri().toString(), third.uri());
  }

  private static Subscription subscribed(Connection client, String subject) throws Exception {
    var subscription = client.subscribe(subject);
    client.flush(LIMIT);
    return subscription;
  }

  /// Publishes until the first message arrives: interest travels with a delay that nobody tells.
  private static void awaitFlow(Connection from, Subscription... to) {
    var subject = to[0].getSubject();
    for (var subscription : to) {
      Await.until(
          "messages flow on " + subject,
          () -> {
            from.publish(subject, "probe".getBytes(StandardCharsets.UTF_8));
            return next(subscription, Duration.ofMillis(100)) != null;
          });
    }
  }

  private static io.nats.client.@Nullable Message next(Subscription subscription, Duration limit) {
    try {
      return subscription.nextMessage(limit);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @ParameterizedTest
  @CsvSource({"true,''", "false,''", "true,-1", "false,-1", "true,5", "false,1"})
  void messagesHeadersQueueGroupsAndRequestsPassInAllDirections(boolean goDials, String poolSize)
      throws Exception {
    var uris = cluster(goDials, poolSize);
    var all = new ArrayList<Connection>();
    for (var uri : uris) {
      all.add(connect(uri));
    }
    for (var from : all) {
      plainMessages(from, all);
    }
    queueGroup(all);
    for (var responder : all) {
      requests(responder, all);
    }
  }

  private static void plainMessages(Connection from, List<Connection> all) throws Exception {
    var subject = "plain." + all.indexOf(from);
    var subscriptions = new ArrayList<Subscription>();
    for (var client : all) {
      subscriptions.add(subscribed(client, subject));
    }
    awaitFlow(from, subscriptions.toArray(Subscription[]::new));
    var message =
        NatsMessage.builder()
            .subject(subject)
            .headers(new Headers().add("Kind", "test"))
            .data("last")
            .build();
    from.publish(message);
    for (var subscription : subscriptions) {
      var got = next(subscription, LIMIT);
      while (got != null && !got.hasHeaders()) {
        got = next(subscription, LIMIT); // probes
      }
      assertNotNull(got);
      assertEquals("test", got.getHeaders().getFirst("Kind"));
      assertEquals("last", new String(got.getData(), StandardCharsets.UTF_8));
      subscription.unsubscribe();
    }
  }

  private static void queueGroup(List<Connection> all) throws Exception {
    var counts = new AtomicIntegerArray(3);
    var probes = new AtomicIntegerArray(3);
    for (var i = 0; i < 3; i++) {
      var member = i;
      var client = all.get(i);
      client
          .createDispatcher(
              message -> (message.getData()[0] == PROBE ? probes : counts).incrementAndGet(member))
          .subscribe("job", "q");
      client.flush(LIMIT);
    }
    for (var i = 0; i < 3; i++) {
      var from = all.get(i);
      for (var j = 0; j < 3; j++) {
        var member = j;
        var before = probes.get(member);
        Await.until(
            "member " + member + " gets messages of " + i,
            () -> {
              from.publish("job", new byte[] {PROBE});
              return probes.get(member) > before;
            });
      }
    }
    for (var from : all) {
      for (var n = 0; n < 1000; n++) {
        from.publish("job", new byte[1]);
      }
      from.flush(LIMIT);
    }
    Await.until("all are delivered", () -> sum(counts) >= 3000);
    assertTrue(Await.holds(Duration.ofMillis(300), () -> sum(counts) == 3000));
    for (var i = 0; i < 3; i++) {
      var share = counts.get(i);
      assertTrue(share > 700 && share < 1300, "shares of about 1000: " + counts);
    }
  }

  private static int sum(AtomicIntegerArray counts) {
    return counts.get(0) + counts.get(1) + counts.get(2);
  }

  private static void requests(Connection responder, List<Connection> all) throws Exception {
    var subject = "ask." + all.indexOf(responder);
    var dispatcher =
        responder.createDispatcher(
            message -> responder.publish(message.getReplyTo(), message.getData()));
    dispatcher.subscribe(subject);
    responder.flush(LIMIT);
    for (var requester : all) {
      Await.until("answers on " + subject, () -> answer(requester, subject) != null);
    }
  }

  private static io.nats.client.@Nullable Message answer(Connection requester, String subject) {
    try {
      return requester.request(subject, new byte[4], Duration.ofMillis(500));
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void eitherSideComesBack() throws Exception {
    var frond = cluster.start("a", goRoutePort);
    var first = goServer("", "");
    TestCluster.awaitPeers(frond, 1);
    first.kill();
    TestCluster.awaitPeers(frond, 0);
    goPort = TestServer.freePort();
    var second = goServer("", "");
    TestCluster.awaitPeers(frond, 1);
    var subscription = subscribed(connect(second.uri()), "back");
    awaitFlow(connect(frond.clientUri().toString()), subscription);
  }

  @Test
  void aGoServerDialsAFrondAgain() throws Exception {
    cluster.routePort = TestServer.freePort();
    var third = goServer("\"nats://127.0.0.1:" + cluster.routePort + "\"", "");
    var before = cluster.start("a");
    TestCluster.awaitPeers(before, 1);
    before.close();
    var again = cluster.start("a");
    TestCluster.awaitPeers(again, 1);
    var subscription = subscribed(connect(again.clientUri().toString()), "back");
    awaitFlow(connect(third.uri()), subscription);
  }

  @Test
  void bothDialEachOtherAndSettle() throws Exception {
    cluster.routePort = TestServer.freePort();
    var third = goServer("\"nats://127.0.0.1:" + cluster.routePort + "\"", "");
    var frond = cluster.start("a", goRoutePort);
    TestCluster.awaitPeers(frond, 1);
    Await.until("settled", () -> Await.holds(Duration.ofSeconds(2), () -> settled(frond)));
    var subscription = subscribed(connect(third.uri()), "both");
    awaitFlow(connect(frond.clientUri().toString()), subscription);
  }

  private static boolean settled(FrondServer server) {
    return server.routes().routes().size() == 4;
  }

  @Test
  void clientsOfAGoServerHearOfFronds() throws Exception {
    var uris = cluster(true, "");
    var client = Patient.connect(uris.get(2));
    clients.add(client);
    Await.until("three URLs", () -> client.getServers().size() >= 3);
    assertTrue(client.getServers().containsAll(uris), client.getServers().toString());
    var other = Patient.connect(uris.get(1));
    clients.add(other);
    Await.until("three URLs", () -> other.getServers().size() >= 3);
    assertTrue(other.getServers().containsAll(uris), other.getServers().toString());
  }

  @Test
  void namesAreAgreedUponWithAGoServer() {
    cluster.dynamicName = true;
    var third =
        GoServer.start(
            folder, "go", goPort, "cluster { listen: \"127.0.0.1:" + goRoutePort + "\" }\n");
    go.add(third);
    var first = cluster.start("a", goRoutePort);
    TestCluster.awaitPeers(first, 1);
    var name = TestCluster.name(first);
    var second = cluster.start("b", goRoutePort);
    TestCluster.awaitPeers(second, 2);
    Await.until("one name", () -> TestCluster.name(first).equals(TestCluster.name(second)));
    assertTrue(name.length() == 22, name);
  }
}

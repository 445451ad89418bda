package io.frond.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.frond.options.AuthOptions;
import io.frond.options.ServerUrl;
import io.frond.options.TlsOptions;
import io.frond.options.TlsOptions.HandshakeFirst;
import io.frond.testkit.Await;
import io.frond.testkit.GoServer;
import io.frond.testkit.Patient;
import io.frond.testkit.TestCertificates;
import io.frond.testkit.TestCluster;
import io.frond.testkit.TestServer;
import io.frond.transport.TransportInfo;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// TLS and passwords between servers.
class RouteTlsTest {
  private static final Duration LIMIT = Duration.ofSeconds(20);

  @TempDir private Path folder;
  private final TestCluster cluster = new TestCluster();

  @AfterEach
  void close() {
    cluster.close();
  }

  private static TlsOptions tls(TestCertificates from) {
    return new TlsOptions(
        from.server().certificate().toString(),
        from.server().key().toString(),
        from.ca().toString(),
        true,
        false,
        false,
        Duration.ofSeconds(5),
        "1.2",
        List.of(),
        List.of(),
        Set.of(),
        HandshakeFirst.OFF,
        TlsOptions.DEFAULT_HANDSHAKE_FIRST_DELAY,
        0,
        List.of());
  }

  @Test
  void routesAreEncryptedAndGossipFindsTheThird() throws Exception {
    cluster.tls = tls(TestCertificates.create(folder));
    var first = cluster.start("a");
    var port = TestCluster.routePort(first);
    var second = cluster.start("b", port);
    TestCluster.awaitPeers(first, 1);
    var third = cluster.start("c", port);
    cluster.awaitMesh();
    for (var route : third.routes().routes()) {
      assertNotNull(TransportInfo.of(route.link().channel()).tlsVersion());
    }
    var from = Patient.connect(second.clientUri().toString());
    var to = Patient.connect(third.clientUri().toString());
    var subscription = to.subscribe("secret");
    to.flush(LIMIT);
    TestCluster.awaitRemoteInterest(second, "secret", 1);
    from.publish("secret", new byte[3]);
    assertNotNull(subscription.nextMessage(LIMIT));
    from.close();
    to.close();
  }

  @Test
  void aServerOfAnotherAuthorityIsNotLetIn() {
    cluster.tls = tls(TestCertificates.create(folder.resolve("one")));
    var first = cluster.start("a");
    cluster.tls = tls(TestCertificates.create(folder.resolve("two")));
    var second = cluster.start("b", TestCluster.routePort(first));
    cluster.tls = null;
    var third = cluster.start("c", TestCluster.routePort(first));
    assertTrue(
        Await.holds(
            Duration.ofSeconds(1),
            () ->
                TestCluster.peers(first) + TestCluster.peers(second) + TestCluster.peers(third)
                    == 0));
  }

  @Test
  void thePasswordComesFromTheRoutesUrlAndForGossipFromTheCluster() {
    cluster.auth =
        new AuthOptions("route", "secret", null, List.of(), null, Duration.ofSeconds(5), null);
    var first = cluster.start("a");
    var port = TestCluster.routePort(first);
    var url = new ServerUrl("nats", "route", "secret", "127.0.0.1", port, "");
    cluster.start("b", List.of(url));
    TestCluster.awaitPeers(first, 1);
    cluster.start("c", List.of(url));
    cluster.awaitMesh();
  }

  @Test
  void aWrongPasswordIsTriedAgainButNeverLetIn() {
    cluster.auth =
        new AuthOptions("route", "secret", null, List.of(), null, Duration.ofSeconds(5), null);
    var first = cluster.start("a");
    var port = TestCluster.routePort(first);
    var url = new ServerUrl("nats", "route", "wrong", "127.0.0.1", port, "");
    cluster.start("b", List.of(url));
    assertTrue(Await.holds(Duration.ofSeconds(1), () -> TestCluster.peers(first) == 0));
  }

  @Test
  @Tag("interop")
  void aGoServerSpeaksTlsWithUsInBothDirections() {
    var certificates = TestCertificates.create(folder);
    cluster.tls = tls(certificates);
    cluster.auth =
        new AuthOptions("route", "secret", null, List.of(), null, Duration.ofSeconds(5), null);
    var goRoutePort = TestServer.freePort();
    var first = cluster.start("a");
    var config =
        """
        cluster {
          name: test, listen: "127.0.0.1:%d"
          authorization { user: route, password: secret, timeout: 5 }
          routes: ["nats://route:secret@127.0.0.1:%d"]
          tls { cert_file: "%s", key_file: "%s", ca_file: "%s", timeout: 5 }
        }
        """
            .formatted(
                goRoutePort,
                TestCluster.routePort(first),
                certificates.server().certificate(),
                certificates.server().key(),
                certificates.ca());
    try (var go = GoServer.start(folder, "go", TestServer.freePort(), config)) {
      TestCluster.awaitPeers(first, 1);
      var url = new ServerUrl("nats", "route", "secret", "127.0.0.1", goRoutePort, "");
      var second = cluster.start("b", List.of(url));
      TestCluster.awaitPeers(second, 2);
      TestCluster.awaitPeers(first, 2);
      assertEquals(true, go.port() > 0);
    }
  }
}

package io.frond.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.frond.testkit.Await;
import io.frond.testkit.RawClient;
import io.frond.testkit.TestCertificates;
import io.frond.testkit.TestServer;
import io.nats.client.Connection;
import io.nats.client.ConnectionListener.Events;
import io.nats.client.Nats;
import io.nats.client.Options;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// TLS and WebSocket as the Java client speaks them.
@SuppressWarnings("try") // closing may be interrupted, and servers are closed early on purpose
class TlsTest {
  private static final Duration LIMIT = Duration.ofSeconds(20);

  @TempDir static Path folder;
  private static TestCertificates certificates;
  private static SSLContext trusting;
  private static SSLContext known;

  @BeforeAll
  static void certify() throws Exception {
    certificates = TestCertificates.create(folder);
    trusting = TlsClients.context(certificates.ca(), null);
    known = TlsClients.context(certificates.ca(), certificates.client());
  }

  private static String tls(String more) {
    return "tls { cert_file: \"%s\", key_file: \"%s\", ca_file: \"%s\" %s }"
        .formatted(
            certificates.server().certificate(),
            certificates.server().key(),
            certificates.ca(),
            more);
  }

  private static void assertServed(Options.Builder options) throws Exception {
    try (var client = Watcher.connect(options)) {
      var subscription = client.subscribe("secret");
      for (var size : new int[] {0, 1, 20_000, 300_000}) {
        client.publish("secret", new byte[size]);
        var message = subscription.nextMessage(LIMIT);
        assertNotNull(message);
        assertEquals(size, message.getData().length);
      }
    }
  }

  private static void assertRefused(Options.Builder options) {
    assertThrows(
        IOException.class,
        () ->
            Nats.connect(
                options.maxReconnects(0).connectionTimeout(Duration.ofMillis(500)).build()));
  }

  @Test
  void mayBeSwitchedOnWhileTheServerRuns() throws Exception {
    try (var server = TestServer.start();
        var before = RawClient.connected(server)) {
      server.reload(tls(""));
      before.send("PING");
      assertTrue(server.url().startsWith("tls://"));
      assertServed(new Watcher().options(server.url()).sslContext(trusting));
      try (var plain = RawClient.open(server)) {
        assertTrue(plain.info().flag("tls_required", false));
      }
      server.reload();
      try (var plain = RawClient.connected(server)) {
        plain.ping();
      }
    }
  }

  @Test
  void serverShowsItsCertificate() throws Exception {
    try (var server = TestServer.start(tls(""))) {
      assertTrue(server.url().startsWith("tls://"));
      assertServed(new Watcher().options(server.url()).sslContext(trusting));
      assertServed(new Watcher().options("nats://localhost:" + server.port()).sslContext(trusting));
      assertServed(new Watcher().options("opentls://127.0.0.1:" + server.port()));
    }
  }

  @Test
  void clientThatDoesNotTrustTheServerStaysOutside() throws Exception {
    var stranger = TestCertificates.create(folder.resolve("stranger"));
    try (var server = TestServer.start(tls(""))) {
      assertRefused(
          new Watcher()
              .options(server.url())
              .sslContext(TlsClients.context(stranger.ca(), stranger.client())));
    }
  }

  @Test
  void clientMustShowACertificateThatTheServerKnows() throws Exception {
    var stranger = TestCertificates.create(folder.resolve("stranger2"));
    try (var server = TestServer.start(tls(", verify: true"))) {
      try (var plain = RawClient.open(server)) {
        assertTrue(plain.info().flag("tls_verify", false));
      }
      assertServed(new Watcher().options(server.url()).sslContext(known));
      assertRefused(new Watcher().options(server.url()).sslContext(trusting));
      assertRefused(
          new Watcher()
              .options(server.url())
              .sslContext(TlsClients.context(certificates.ca(), stranger.client())));
    }
  }

  @Test
  void certificateNamesTheUser() throws Exception {
    try (var server =
        TestServer.start(
            tls(", verify_and_map: true"),
            "authorization { users: [ { user: \"" + TestCertificates.CLIENT_EMAIL + "\" } ] }")) {
      assertServed(new Watcher().options(server.url()).sslContext(known));
    }
    try (var server =
        TestServer.start(
            tls(", verify_and_map: true"), "authorization { users: [ { user: other } ] }")) {
      assertRefused(new Watcher().options(server.url()).sslContext(known));
    }
  }

  @Test
  void tlsMayComeFirst() throws Exception {
    try (var server = TestServer.start(tls(", handshake_first: true"))) {
      assertServed(new Watcher().options(server.url()).sslContext(trusting).tlsFirst());
      assertRefused(new Watcher().options(server.url()).sslContext(trusting));
    }
    try (var server = TestServer.start(tls(", handshake_first: \"20s\""))) {
      assertServed(new Watcher().options(server.url()).sslContext(trusting).tlsFirst());
    }
    try (var server = TestServer.start(tls(", handshake_first: \"100ms\""))) {
      assertServed(new Watcher().options(server.url()).sslContext(trusting));
    }
  }

  @Test
  void plainClientsAreWelcomeOnlyWhereTheConfigurationSaysSo() throws Exception {
    try (var server = TestServer.start(tls(""), "allow_non_tls: true");
        var raw = RawClient.open(server)) {
      assertTrue(raw.info().flag("tls_available", false));
      raw.connect(RawClient.USUAL);
      assertServed(new Watcher().options("nats://127.0.0.1:" + server.port()));
      assertServed(new Watcher().options(server.url()).sslContext(trusting));
    }
    try (var server = TestServer.start(tls(""));
        var raw = RawClient.open(server)) {
      assertTrue(raw.info().flag("tls_required", false));
      raw.send("CONNECT " + RawClient.USUAL, "PING");
      var answer = raw.read();
      assertTrue(answer == null || answer.startsWith("-ERR"), answer);
      assertRefused(new Watcher().options("nats://127.0.0.1:" + server.port()));
    }
  }

  @Test
  void clientThatWantsTlsFindsNone() {
    try (var server = TestServer.start()) {
      assertRefused(new Watcher().options("tls://127.0.0.1:" + server.port()).sslContext(trusting));
    }
  }

  @Test
  void handshakeHasItsTime() throws Exception {
    try (var server = TestServer.start(tls(", timeout: 0.3"));
        var client = RawClient.open(server)) {
      var line = client.read();
      assertTrue(line == null || line.startsWith("-ERR"), line);
    }
  }

  @Test
  void restartedServerIsFoundAgain() throws Exception {
    var events = new Watcher();
    var port = TestServer.freePort();
    Connection client;
    try (var server = TestServer.startAt(port, tls(""))) {
      client = Watcher.connect(events.options(server.url()).sslContext(trusting));
    }
    try (client;
        var again = TestServer.startAt(port, tls(""))) {
      events.await(Events.RECONNECTED);
      client.flush(LIMIT);
      Await.until("one is there", () -> again.clients() == 1);
    }
  }

  @Test
  void rawClientSpeaksTls() throws Exception {
    try (var server = TestServer.start(tls(", handshake_first: true"));
        var socket =
            trusting
                .getSocketFactory()
                .createSocket(InetAddress.getLoopbackAddress(), server.port());
        var client = RawClient.over(socket)) {
      client.connect(RawClient.USUAL);
      client.send("SUB foo 1", "PUB foo 2", "hi").expect("MSG foo 1 2", "hi");
    }
  }

  @Test
  void javaClientSpeaksWebSocket() throws Exception {
    for (var compression : new boolean[] {false, true}) {
      var port = TestServer.freePort();
      try (var server =
          TestServer.start(
              "websocket { listen: \"127.0.0.1:%d\", no_tls: true, compression: %s }"
                  .formatted(port, compression))) {
        var url = "ws://127.0.0.1:" + port;
        assertServed(new Watcher().options(url));
        try (var web = Watcher.connect(url);
            var plain = Watcher.connect(server.url())) {
          plain.createDispatcher(m -> plain.publish(m.getReplyTo(), m.getData())).subscribe("svc");
          plain.flush(LIMIT);
          assertNotNull(web.request("svc", new byte[10_000], LIMIT));
          assertTrue(web.RTT().toNanos() > 0);
        }
      }
    }
  }

  @Test
  void javaClientSpeaksWebSocketOverTls() throws Exception {
    var port = TestServer.freePort();
    var listener = "websocket { listen: \"127.0.0.1:" + port + "\", ";
    try (var server = TestServer.start(listener + tls("") + " }")) {
      assertServed(new Watcher().options("wss://127.0.0.1:" + port).sslContext(trusting));
      assertServed(new Watcher().options("wss://localhost:" + port).sslContext(trusting));
      assertRefused(new Watcher().options("ws://127.0.0.1:" + port));
    }
    try (var server = TestServer.start(listener + tls(", verify: true") + " }")) {
      assertServed(new Watcher().options("wss://127.0.0.1:" + port).sslContext(known));
      assertRefused(new Watcher().options("wss://127.0.0.1:" + port).sslContext(trusting));
      Await.until("nobody is there", () -> server.clients() == 0);
    }
  }

  @Test
  void webSocketClientFindsItsServerAgain() throws Exception {
    var port = TestServer.freePort();
    var config = "websocket { listen: \"127.0.0.1:" + port + "\", no_tls: true }";
    var events = new Watcher();
    Connection client;
    try (var first = TestServer.start(config)) {
      client = Watcher.connect(events.options("ws://127.0.0.1:" + port));
      assertEquals(1, first.clients());
    }
    try (client;
        var again = TestServer.start(config)) {
      events.await(Events.RECONNECTED);
      client.flush(LIMIT);
      Await.until("one is there", () -> again.clients() == 1);
    }
  }

  @Test
  void webSocketClientsAreAuthenticatedToo() throws Exception {
    var port = TestServer.freePort();
    try (var server =
        TestServer.start(
            "authorization { user: me, password: secret }",
            "websocket { listen: \"127.0.0.1:" + port + "\", no_tls: true }")) {
      assertServed(new Watcher().options("ws://127.0.0.1:" + port).userInfo("me", "secret"));
      assertRefused(new Watcher().options("ws://127.0.0.1:" + port).userInfo("me", "wrong"));
      assertEquals("nats", server.server().clientUri().getScheme());
    }
  }

  @Test
  void plainBytesOnTheWebSocketPortEndTheConnection() throws Exception {
    var port = TestServer.freePort();
    try (var server =
            TestServer.start("websocket { listen: \"127.0.0.1:" + port + "\", no_tls: true }");
        var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout(10_000);
      socket.getOutputStream().write("CONNECT {}\r\nPING\r\n\r\n".getBytes());
      var answer = new String(socket.getInputStream().readAllBytes());
      assertTrue(answer.isEmpty() || answer.startsWith("HTTP/1.1 4"), answer);
      assertEquals(0, server.clients());
    }
  }
}

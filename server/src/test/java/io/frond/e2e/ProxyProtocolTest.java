package io.frond.e2e;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.frond.testkit.Await;
import io.frond.testkit.RawClient;
import io.frond.testkit.TestCertificates;
import io.frond.testkit.TestServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `proxy_protocol`: a proxy says first whom it passes on.
class ProxyProtocolTest {
  private static final String OF_ANOTHER = "PROXY TCP4 192.0.2.1 198.51.100.1 56324 4222\r\n";

  @TempDir private Path folder;

  private static Socket socket(TestServer server) throws IOException {
    var socket = new Socket(InetAddress.getLoopbackAddress(), server.port());
    socket.setTcpNoDelay(true);
    return socket;
  }

  private static void say(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(US_ASCII));
    socket.getOutputStream().flush();
  }

  private static void assertServed(RawClient client) {
    client.connect(RawClient.USUAL).send("SUB a 1", "PUB a 1", "x").expect("MSG a 1 1", "x");
  }

  private static String address(TestServer server) {
    return server.server().core().connections().open().iterator().next().link().remoteText();
  }

  @Test
  void theClientIsWhomTheProxyPassesOn() throws Exception {
    try (var server = TestServer.start("proxy_protocol: true");
        var socket = socket(server)) {
      say(socket, OF_ANOTHER);
      var client = RawClient.over(socket);
      assertEquals("192.0.2.1", client.info().text("client_ip"));
      assertServed(client);
      assertEquals("192.0.2.1:56324", address(server));
      assertTrue(server.logged("PROXY protocol enabled for client connections"));
    }
  }

  @Test
  void whoComesWithoutAHeaderIsServedAsItIs() throws Exception {
    try (var server = TestServer.start("proxy_protocol: true");
        var client = RawClient.open(server)) {
      assertEquals("127.0.0.1", client.info().text("client_ip"));
      assertServed(client);
    }
  }

  @Test
  void aHeaderThatComesLateIsReadToo() throws Exception {
    try (var server = TestServer.start("proxy_protocol: true");
        var client = RawClient.open(server)) {
      for (var i = 0; i < OF_ANOTHER.length(); i++) {
        client.raw(OF_ANOTHER.substring(i, i + 1));
      }
      assertServed(client);
      assertEquals("192.0.2.1:56324", address(server));
    }
  }

  @Test
  void aBrokenHeaderEndsTheConnection() throws Exception {
    try (var server = TestServer.start("proxy_protocol: true");
        var socket = socket(server)) {
      say(socket, "PROXY TCP4 nobody\r\n");
      assertEquals(-1, socket.getInputStream().read());
      Await.until("the log's line", () -> server.logged("invalid PROXY protocol header"));
    }
  }

  @Test
  void theHeaderComesBeforeTls() throws Exception {
    var certificates = TestCertificates.create(folder);
    var tls =
        "tls { cert_file: \"%s\", key_file: \"%s\" %s }"
            .formatted(certificates.server().certificate(), certificates.server().key(), "%s");
    var trusting = TlsClients.context(certificates.ca(), null);
    for (var first : new String[] {"", ", handshake_first: true"}) {
      try (var server = TestServer.start("proxy_protocol: true", tls.formatted(first));
          var socket = socket(server)) {
        say(socket, OF_ANOTHER);
        if (first.isEmpty()) {
          while (socket.getInputStream().read() != '\n') {
            assertTrue(socket.isConnected());
          }
        }
        var secured =
            trusting.getSocketFactory().createSocket(socket, "localhost", server.port(), true);
        say(secured, "CONNECT " + RawClient.USUAL + "\r\nPING\r\n");
        var answer = RawClient.over(secured);
        assertTrue(answer.greeting().matches("PONG|INFO .*"), answer.greeting());
        assertEquals("192.0.2.1:56324", address(server));
      }
    }
  }

  @Test
  void theHandshakeMayComeWithTheHeader() throws Exception {
    var certificates = TestCertificates.create(folder);
    var engine = TlsClients.context(certificates.ca(), null).createSSLEngine();
    engine.setUseClientMode(true);
    var hello = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
    engine.wrap(ByteBuffer.allocate(0), hello);
    var together = new ByteArrayOutputStream();
    together.writeBytes(OF_ANOTHER.getBytes(US_ASCII));
    together.write(hello.array(), 0, hello.position());
    try (var server =
            TestServer.start(
                "proxy_protocol: true",
                "tls { cert_file: \"%s\", key_file: \"%s\", handshake_first: true }"
                    .formatted(certificates.server().certificate(), certificates.server().key()));
        var socket = socket(server)) {
      socket.getOutputStream().write(together.toByteArray());
      assertEquals(22, socket.getInputStream().read(), "the server's part of the handshake");
    }
  }

  /// The allowlist is for whom the proxy passes on, not for the proxy.
  @Test
  void aLeafIsAllowedByTheSourcesAddress() throws Exception {
    try (var server =
        TestServer.start(
            "proxy_protocol: true", "authorization { allowed_leaf_cidrs: [127.0.0.0/8] }")) {
      try (var socket = socket(server)) {
        say(socket, OF_ANOTHER);
        assertNull(RawClient.over(socket).info().text("connect_info"));
      }
      try (var client = RawClient.open(server)) {
        client.raw(OF_ANOTHER).expectClosed();
        Await.until("it is told", () -> server.logged("came after the INFO"));
      }
    }
  }

  @Test
  void withoutTheKeyAHeaderIsNoProtocol() throws Exception {
    try (var server = TestServer.start("");
        var client = RawClient.open(server)) {
      client.raw(OF_ANOTHER).expectError("Unknown Protocol Operation");
    }
  }
}

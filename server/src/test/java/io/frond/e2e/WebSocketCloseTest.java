package io.frond.e2e;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.frond.testkit.TestServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// With which status the server ends a WebSocket, as its other end hears it.
class WebSocketCloseTest {
  private static final String HANDSHAKE =
      """
      GET / HTTP/1.1\r
      Host: localhost\r
      Upgrade: websocket\r
      Connection: Upgrade\r
      Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r
      Sec-WebSocket-Version: 13\r
      \r
      """;

  private final int port = TestServer.freePort();

  private TestServer server() {
    return TestServer.start("websocket { listen: \"127.0.0.1:" + port + "\", no_tls: true }");
  }

  private static final class Closed implements WebSocket.Listener {
    final CompletableFuture<String> told = new CompletableFuture<>();

    @Override
    public @Nullable CompletionStage<?> onClose(WebSocket socket, int status, String reason) {
      told.complete(status + " " + reason);
      return null;
    }
  }

  private String told(HttpClient client, ThenClose what) throws Exception {
    var closed = new Closed();
    var uri = URI.create("ws://127.0.0.1:" + port);
    what.on(client.newWebSocketBuilder().buildAsync(uri, closed).get(20, TimeUnit.SECONDS));
    return closed.told.get(20, TimeUnit.SECONDS);
  }

  private interface ThenClose {
    void on(WebSocket socket) throws Exception;
  }

  @Test
  void aCloseIsAnsweredInItsOwnWords() throws Exception {
    try (var _ = server();
        var client = HttpClient.newHttpClient()) {
      assertEquals(
          "4321 bye", told(client, it -> it.sendClose(4321, "bye").get(20, TimeUnit.SECONDS)));
    }
  }

  @Test
  void whatTheClientDidWrongIsTold() throws Exception {
    try (var _ = server();
        var client = HttpClient.newHttpClient()) {
      assertEquals(
          "1008 Maximum Control Line Exceeded",
          told(client, send("SUB " + "x".repeat(9000) + " 1\r\n")));
      assertEquals("1002 Protocol Violation", told(client, send("FOO\r\n")));
    }
  }

  private static ThenClose send(String text) {
    return socket ->
        socket.sendBinary(ByteBuffer.wrap(text.getBytes(UTF_8)), true).get(20, TimeUnit.SECONDS);
  }

  @Test
  void aFrameWithoutMaskIsABreachOfTheProtocol() throws Exception {
    try (var _ = server();
        var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout(20_000);
      socket.getOutputStream().write(HANDSHAKE.getBytes(ISO_8859_1));
      socket.getOutputStream().write(new byte[] {(byte) 0x82, 1, 'P'});
      var all = all(socket);
      assertTrue(all.endsWith("\u0003\u00eamask bit missing"), all);
    }
  }

  private static String all(Socket socket) throws IOException {
    return new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
  }
}

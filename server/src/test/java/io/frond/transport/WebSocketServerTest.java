package io.frond.transport;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.frond.options.HostPort;
import io.frond.options.TlsOptions.HandshakeFirst;
import io.frond.options.WebSocketOptions;
import io.frond.transport.Arrival.Tls;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The websocket listener, with the JDK's WebSocket client and with bare sockets.
final class WebSocketServerTest {
  @TempDir private Path folder;
  private Rig rig;

  @BeforeEach
  void open() {
    rig = new Rig(folder);
  }

  @AfterEach
  void close() throws Exception {
    rig.close();
  }

  private Listener listen(@Nullable ListenerTls tls, Duration timeout) throws Exception {
    var options =
        new WebSocketOptions(
            new HostPort("127.0.0.1", -1),
            null,
            null,
            tls == null,
            false,
            List.of(),
            true,
            timeout,
            null,
            null,
            null,
            null,
            null,
            null,
            Map.of(),
            null);
    return rig.listen(
        new ListenerSettings(ListenerKind.WEBSOCKET, tls, options, address -> true, false));
  }

  private Listener listen() throws Exception {
    return listen(null, Rig.PATIENCE);
  }

  private String refusal() throws InterruptedException {
    var reason = Objects.requireNonNull(rig.acceptor.refusals.poll(20, TimeUnit.SECONDS));
    return String.valueOf(reason.getMessage());
  }

  private static final class Received implements WebSocket.Listener {
    final BlockingQueue<String> texts = new LinkedBlockingQueue<>();
    final CompletableFuture<Integer> closed = new CompletableFuture<>();
    final CompletableFuture<String> pong = new CompletableFuture<>();
    private final StringBuilder parts = new StringBuilder();

    @Override
    public @Nullable CompletionStage<?> onBinary(WebSocket socket, ByteBuffer data, boolean last) {
      parts.append(UTF_8.decode(data));
      texts.add(parts.toString());
      socket.request(1);
      return null;
    }

    @Override
    public @Nullable CompletionStage<?> onPong(WebSocket socket, ByteBuffer message) {
      pong.complete(UTF_8.decode(message).toString());
      socket.request(1);
      return null;
    }

    @Override
    public @Nullable CompletionStage<?> onClose(WebSocket socket, int status, String reason) {
      closed.complete(status);
      return null;
    }

    /// Everything that came so far, once it ends like this.
    String await(String end) throws InterruptedException {
      while (true) {
        var text = Objects.requireNonNull(texts.poll(20, TimeUnit.SECONDS));
        if (text.endsWith(end)) {
          return text;
        }
      }
    }
  }

  private static WebSocket connect(HttpClient client, Listener listener, Received received) {
    var uri = URI.create("ws://127.0.0.1:" + listener.address().getPort() + "/any/path");
    return client.newWebSocketBuilder().buildAsync(uri, received).join();
  }

  @Test
  void theJdksClientIsServed() throws Exception {
    var listener = listen();
    try (var client = HttpClient.newHttpClient()) {
      var received = new Received();
      var socket = connect(client, listener, received);
      assertEquals(Rig.INFO, received.await(Rig.INFO));
      socket.sendBinary(ByteBuffer.wrap("PI".getBytes(UTF_8)), false).join();
      socket.sendBinary(ByteBuffer.wrap("NG\r\n".getBytes(UTF_8)), true).join();
      assertEquals(Rig.INFO + "PING\r\n", received.await("PING\r\n"));
      socket.sendPing(ByteBuffer.wrap("now".getBytes(UTF_8))).join();
      assertEquals("now", received.pong.get(20, TimeUnit.SECONDS));
      var large = "x".repeat(300_000) + "!";
      socket.sendBinary(ByteBuffer.wrap(large.getBytes(UTF_8)), true).join();
      assertTrue(received.await("!").endsWith(large));
      socket.sendClose(WebSocket.NORMAL_CLOSURE, "").join();
      assertEquals(WebSocket.NORMAL_CLOSURE, received.closed.get(20, TimeUnit.SECONDS));
      var arrival = rig.acceptor.arrivals.take();
      assertEquals(ListenerKind.WEBSOCKET, arrival.listener());
      assertEquals(Tls.NONE, arrival.tls());
      assertEquals("/any/path", Objects.requireNonNull(arrival.upgrade()).path());
    }
  }

  @Test
  void textIsTakenAsBytes() throws Exception {
    var listener = listen();
    try (var client = HttpClient.newHttpClient()) {
      var received = new Received();
      var socket = connect(client, listener, received);
      socket.sendText("PING\r\n", true).join();
      assertEquals(Rig.INFO + "PING\r\n", received.await("PING\r\n"));
      socket.sendClose(WebSocket.NORMAL_CLOSURE, "").join();
    }
  }

  @Test
  void tlsStandsBeforeTheUpgrade() throws Exception {
    var listener = listen(rig.tls(HandshakeFirst.OFF, false), Rig.PATIENCE);
    var socket = rig.secure(rig.connect(listener));
    Rig.writeByteByByte(socket, request("/"));
    var head = Rig.readHead(socket);
    assertTrue(head.startsWith("HTTP/1.1 101 "), head);
    assertEquals(Tls.ESTABLISHED, rig.acceptor.arrivals.take().tls());
    var plain = rig.connect(listener);
    Rig.write(plain, request("/"));
    assertTrue(refusal().startsWith("TLS handshake failed"));
  }

  private static String request(String path) {
    return """
    GET %s HTTP/1.1\r
    Host: hub\r
    Upgrade: websocket\r
    Connection: Upgrade\r
    Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r
    Sec-WebSocket-Version: 13\r
    \r
    """
        .formatted(path);
  }

  @Test
  void whatComesBehindTheRequestIsNotLost() throws Exception {
    var listener = listen();
    var socket = rig.connect(listener);
    var frame = "\u0082\u0006\u0000\u0000\u0000\u0000PING\r\n".replace("\u0006", "\u0086");
    socket
        .getOutputStream()
        .write((request("/") + frame).getBytes(java.nio.charset.StandardCharsets.ISO_8859_1));
    Rig.readHead(socket);
    assertEquals(11, socket.getInputStream().readNBytes(11).length);
    assertEquals(0x82, socket.getInputStream().read());
    assertEquals(6, socket.getInputStream().read());
    assertEquals("PING\r\n", Rig.read(socket, 6));
  }

  @ParameterizedTest
  @CsvSource({
    "POST / HTTP/1.1, 405 Method Not Allowed",
    "GET / HTTP/1.1, 400 Bad Request",
    "PING, 400 Bad Request",
    "GET /mqtt HTTP/1.1, 404 Not Found",
  })
  void otherRequestsAreAnsweredAndClosed(String line, String status) throws Exception {
    var listener = listen();
    var socket = rig.connect(listener);
    Rig.write(socket, line + "\r\nHost: hub\r\n\r\n");
    var answer = Rig.readAll(socket);
    assertTrue(answer.startsWith("HTTP/1.1 " + status + "\r\n"), answer);
    assertTrue(answer.contains("Sec-WebSocket-Version: 13\r\n"));
    assertTrue(answer.endsWith("\r\n\r\n" + status.substring(4) + "\n"), answer);
    assertTrue(refusal().startsWith("websocket handshake error: "));
  }

  @Test
  void requestsAreBounded() throws Exception {
    var listener = listen();
    var line = rig.connect(listener);
    Rig.write(line, "GET /" + "x".repeat(5000) + " HTTP/1.1\r\n\r\n");
    assertTrue(Rig.readHead(line).startsWith("HTTP/1.1 414 "));
    var header = rig.connect(listener);
    Rig.write(header, "GET / HTTP/1.1\r\nX: " + "x".repeat(33_000) + "\r\n\r\n");
    assertTrue(Rig.readHead(header).startsWith("HTTP/1.1 431 "));
    var body = rig.connect(listener);
    Rig.write(body, "GET / HTTP/1.1\r\nContent-Length: 1\r\n\r\nx");
    assertTrue(Rig.readHead(body).startsWith("HTTP/1.1 400 "));
  }

  @Test
  void aSlowRequestTimesOut() throws Exception {
    var listener = listen(null, Duration.ofMillis(100));
    var socket = rig.connect(listener);
    Rig.write(socket, "GET / HTTP/1.1\r\nX: y");
    assertTrue(Rig.readAll(socket).startsWith("HTTP/1.1 408 "));
    assertTrue(refusal().contains("in time"));
  }

  @Test
  void aSocketThatClosesWithoutAWordIsNoError() throws Exception {
    var listener = listen();
    rig.connect(listener).close();
    var socket = rig.connect(listener);
    Rig.write(socket, request("/"));
    Rig.readHead(socket);
    assertTrue(rig.acceptor.refusals.isEmpty());
  }
}

package io.frond.transport;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.frond.options.HostPort;
import io.frond.options.RemoteOptions;
import io.frond.options.ServerUrl;
import io.frond.options.TlsOptions.HandshakeFirst;
import io.frond.transport.DialResult.Dialed;
import io.frond.transport.DialResult.Failed;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class DialerTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(20);

  @TempDir private Path folder;
  private Rig rig;
  private Dialer dialer;
  private final BlockingQueue<DialResult> results = new LinkedBlockingQueue<>();
  private final BlockingQueue<Character> received = new LinkedBlockingQueue<>();

  @BeforeEach
  void open() {
    rig = new Rig(folder);
    dialer = new Dialer(rig.loops, new Random(1));
  }

  @AfterEach
  void close() throws Exception {
    rig.close();
  }

  private void told(DialResult result) {
    if (result instanceof Dialed dialed) {
      dialed
          .channel()
          .pipeline()
          .addLast(
              new ChannelInboundHandlerAdapter() {
                @Override
                public void channelRead(ChannelHandlerContext context, Object message) {
                  var bytes = (ByteBuf) message;
                  bytes.toString(UTF_8).chars().forEach(c -> received.add((char) c));
                  bytes.release();
                }

                @Override
                public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
                  var _ = context.close();
                }
              });
    }
    results.add(result);
  }

  private DialResult dial(DialTarget target) throws InterruptedException {
    var _ = dialer.dial(target, this::told);
    return Objects.requireNonNull(results.poll(30, TimeUnit.SECONDS));
  }

  private Channel dialed(DialTarget target) throws InterruptedException {
    var result = dial(target);
    return assertInstanceOf(Dialed.class, result, result.toString()).channel();
  }

  private String failed(DialTarget target) throws InterruptedException {
    var result = dial(target);
    return String.valueOf(assertInstanceOf(Failed.class, result).cause().getMessage());
  }

  private void assertReceives(String text) throws InterruptedException {
    for (var i = 0; i < text.length(); i++) {
      assertEquals(text.charAt(i), Objects.requireNonNull(received.poll(20, TimeUnit.SECONDS)));
    }
  }

  private void assertEchoes(Channel channel) throws InterruptedException {
    var text = "PING\r\n" + "x".repeat(100_000);
    var _ = channel.writeAndFlush(Unpooled.copiedBuffer(text, UTF_8));
    assertReceives(text);
  }

  private static HostPort address(Listener listener) {
    return new HostPort("localhost", listener.address().getPort());
  }

  /// On which the one who dials speaks first, however long that takes.
  private Listener listenPatiently(@Nullable ListenerTls tls) throws Exception {
    return rig.listenPatiently(
        new ListenerSettings(ListenerKind.CLIENT, tls, null, _ -> true, false));
  }

  private Listener listen(ListenerKind kind, @Nullable ListenerTls tls) throws Exception {
    return rig.listen(new ListenerSettings(kind, tls, null, address -> true, false));
  }

  private DialTls tls(String name) throws Exception {
    return new DialTls(rig.clientContext(), name, TIMEOUT);
  }

  private static DialTarget target(
      HostPort address,
      @Nullable DialTls tls,
      @Nullable DialWebSocket websocket,
      RemoteOptions.@Nullable Proxy proxy) {
    return new DialTarget(address, TIMEOUT, tls, websocket, proxy);
  }

  @Test
  void aPlainConnection() throws Exception {
    var listener = listen(ListenerKind.LEAF, null);
    // localhost may be ::1 too, where nobody listens: the next address is tried
    var channel = dialed(DialTarget.plain(address(listener), TIMEOUT));
    assertReceives(Rig.INFO);
    assertEchoes(channel);
    var names = channel.eventLoop().submit(() -> channel.pipeline().names()).get();
    assertEquals(2, names.size(), names.toString());
  }

  @Test
  void nobodyListens() throws Exception {
    int port;
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = socket.getLocalPort();
    }
    var target = DialTarget.plain(new HostPort("127.0.0.1", port), TIMEOUT);
    assertTrue(failed(target).startsWith("connecting to 127.0.0.1:" + port + " failed: "));
  }

  @Test
  void aNameThatDoesNotExist() throws Exception {
    var target = DialTarget.plain(new HostPort("no-such-host.invalid", 4222), TIMEOUT);
    assertTrue(failed(target).contains("no-such-host.invalid"));
  }

  @Test
  void aCancelledDialTellsNothing() throws Exception {
    var server = rig.closing(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
    // TLS that the other side never answers, so that the dial is still under way
    var address = new HostPort("127.0.0.1", server.getLocalPort());
    var dial = dialer.dial(target(address, tls("localhost"), null, null), this::told);
    var peer = rig.closing(server.accept());
    dial.cancel();
    peer.getInputStream().readAllBytes(); // until it is closed
    assertNull(results.poll());
    dial.cancel();
  }

  @Test
  void tlsFirst() throws Exception {
    var listener = listen(ListenerKind.LEAF, rig.tls(HandshakeFirst.ON, false));
    var channel = dialed(target(address(listener), tls("localhost"), null, null));
    assertReceives(Rig.INFO);
    assertEchoes(channel);
    assertEquals("1.3", TransportInfo.of(channel).tlsVersion());
    var accepted = rig.acceptor.channels.take();
    var shown = TransportInfo.peerCertificates(accepted);
    assertEquals(rig.certificates.client().x509(), shown.getFirst());
  }

  @Test
  void aCertificateForAnotherHostIsRefused() throws Exception {
    var listener = listen(ListenerKind.LEAF, rig.tls(HandshakeFirst.ON, false));
    var message = failed(target(address(listener), tls("other.example"), null, null));
    assertTrue(message.startsWith("TLS handshake with other.example failed: "), message);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void tlsAfterTheInfo(boolean trusted) throws Exception {
    var listener = listen(ListenerKind.LEAF, rig.tls(HandshakeFirst.OFF, false));
    var channel = dialed(DialTarget.plain(address(listener), TIMEOUT));
    assertReceives(Rig.INFO);
    var name = trusted ? "localhost" : "other.example";
    var told = new CompletableFuture<@Nullable TransportException>();
    var settings = tls(name);
    channel.eventLoop().execute(() -> Dialer.startTls(channel, settings, told::complete));
    var failure = told.get(20, TimeUnit.SECONDS);
    if (trusted) {
      assertNull(failure);
      assertEchoes(channel);
    } else {
      assertTrue(String.valueOf(failure).contains(name));
      channel.closeFuture().await();
    }
  }

  @ParameterizedTest
  @CsvSource({"false, false, false", "true, false, true", "false, true, false", "true, true, true"})
  void webSocketWithAllOptions(boolean compression, boolean noMasking, boolean secure)
      throws Exception {
    var listener = listenPatiently(secure ? rig.tls(HandshakeFirst.OFF, false) : null);
    var url = new ServerUrl("ws", null, null, "localhost", 4222, "/site/");
    assertEquals("/site/leafnode", DialWebSocket.leafPath(url));
    var websocket = new DialWebSocket(DialWebSocket.leafPath(url), compression, noMasking, TIMEOUT);
    var channel =
        dialed(target(address(listener), secure ? tls("localhost") : null, websocket, null));
    assertReceives(Rig.INFO);
    assertEchoes(channel);
    assertTrue(TransportInfo.of(channel).websocket());
    var arrival = rig.acceptor.arrivals.take();
    assertTrue(arrival.leafPath());
    assertEquals("/site/leafnode", Objects.requireNonNull(arrival.upgrade()).path());
    channel.close().sync();
    assertInstanceOf(
        TransportEvent.WebSocketClosed.class,
        Objects.requireNonNull(rig.acceptor.events.poll(20, TimeUnit.SECONDS)));
  }

  @Test
  void aServerThatIsNoWebSocket() throws Exception {
    var answers =
        new String[] {
          "HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n",
          "the server answers 403 Forbidden",
          "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
              + "Sec-WebSocket-Accept: wrong\r\n\r\n",
          "invalid websocket connection",
          "INFO {}\r\n-ERR 'go away'\r\n",
          "the server answers as to a client: -ERR 'go away'",
          "HELLO\r\n\r\n",
          "the answer is not HTTP",
        };
    var websocket = new DialWebSocket("/leafnode", false, false, TIMEOUT);
    for (var i = 0; i < answers.length; i += 2) {
      var answer = answers[i];
      var server = rig.closing(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
      var peer =
          serve(
              server,
              socket -> {
                Rig.readHead(socket);
                Rig.write(socket, answer);
              });
      var message =
          failed(target(new HostPort("127.0.0.1", server.getLocalPort()), null, websocket, null));
      assertTrue(message.contains(answers[i + 1]), message);
      peer.join();
    }
  }

  @Test
  void aServerThatSaysNothing() throws Exception {
    var server = rig.closing(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
    var address = new HostPort("127.0.0.1", server.getLocalPort());
    var websocket = new DialWebSocket("/leafnode", false, false, Duration.ofMillis(50));
    assertTrue(failed(target(address, null, websocket, null)).contains("in time"));
    var tls = new DialTls(rig.clientContext(), "localhost", Duration.ofMillis(50));
    assertTrue(failed(target(address, tls, null, null)).contains("timed out"));
  }

  @FunctionalInterface
  private interface Served {
    void with(Socket socket) throws Exception;
  }

  private CompletableFuture<Void> serve(ServerSocket server, Served served) {
    return CompletableFuture.runAsync(() -> {
      try {
        served.with(rig.closing(server.accept()));
      } catch (Exception e) {
        throw new IllegalStateException(e);
      }
    });
  }

  private RemoteOptions.Proxy proxy(ServerSocket server, @Nullable String user) {
    var url = new ServerUrl("http", null, null, "127.0.0.1", server.getLocalPort(), "");
    return new RemoteOptions.Proxy(url, user, user == null ? null : "secret", TIMEOUT);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void throughAProxy(boolean websocket) throws Exception {
    var listener = websocket ? listenPatiently(null) : listen(ListenerKind.CLIENT, null);
    var server = rig.closing(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
    var heads = new LinkedBlockingQueue<String>();
    var proxying =
        serve(
            server,
            socket -> {
              heads.add(Rig.readHead(socket));
              var hub = rig.connect(listener);
              Rig.write(socket, "HTTP/1.1 200 OK\r\n\r\n");
              var _ = Thread.startVirtualThread(() -> copy(hub, socket));
              copy(socket, hub);
            });
    var channel =
        dialed(
            target(
                new HostPort("hub.example", 4222),
                null,
                websocket ? new DialWebSocket("/leafnode", true, false, TIMEOUT) : null,
                proxy(server, "frond")));
    assertReceives(Rig.INFO);
    assertEchoes(channel);
    var secret = Base64.getEncoder().encodeToString("frond:secret".getBytes(UTF_8));
    assertEquals(
        "CONNECT hub.example:4222 HTTP/1.1\r\nHost: hub.example:4222\r\n"
            + ("Proxy-Authorization: Basic " + secret + "\r\n\r\n"),
        heads.take());
    channel.close().sync();
    proxying.join();
  }

  private static void copy(Socket from, Socket to) {
    try {
      from.getInputStream().transferTo(to.getOutputStream());
      to.shutdownOutput();
    } catch (java.io.IOException e) {
      // one of the two is closed: the copying ends, as it should
    }
  }

  @Test
  void aProxyThatRefuses() throws Exception {
    var server = rig.closing(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
    var _ =
        serve(
            server,
            socket -> {
              assertTrue(!Rig.readHead(socket).contains("Proxy-Authorization"));
              Rig.write(socket, "HTTP/1.1 407 Proxy Authentication Required\r\n\r\n");
            });
    var message =
        failed(target(new HostPort("hub.example", 4222), null, null, proxy(server, null)));
    assertTrue(message.contains("407 Proxy Authentication Required"), message);
  }
}

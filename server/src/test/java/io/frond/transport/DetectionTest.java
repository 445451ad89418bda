package io.frond.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.frond.options.TlsOptions.HandshakeFirst;
import io.frond.testkit.Await;
import io.frond.transport.Arrival.Tls;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What a listener finds out by the first bytes.
final class DetectionTest {
  private static final boolean ALL = true;
  private static final boolean NOBODY = false;
  private static final String UPGRADE =
      """
      GET /leafnode HTTP/1.1\r
      Host: hub:4222\r
      Upgrade: websocket\r
      Connection: Upgrade\r
      Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r
      Sec-WebSocket-Version: 13\r
      Nats-No-Masking: true\r
      \r
      """;

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

  private Listener listen(ListenerKind kind, @Nullable ListenerTls tls, boolean leafAllowed)
      throws IOException {
    return rig.listen(new ListenerSettings(kind, tls, null, address -> leafAllowed, false));
  }

  /// The client speaks first, however long that takes.
  private Listener listenPatiently(@Nullable ListenerTls tls) throws IOException {
    return rig.listenPatiently(
        new ListenerSettings(ListenerKind.CLIENT, tls, null, _ -> true, false));
  }

  private Arrival arrival() throws InterruptedException {
    return Objects.requireNonNull(rig.acceptor.arrivals.poll(20, TimeUnit.SECONDS));
  }

  private TransportEvent event() throws InterruptedException {
    return Objects.requireNonNull(rig.acceptor.events.poll(20, TimeUnit.SECONDS));
  }

  private String refusal() throws InterruptedException {
    var reason = Objects.requireNonNull(rig.acceptor.refusals.poll(20, TimeUnit.SECONDS));
    return String.valueOf(reason.getMessage());
  }

  private void assertEchoes(Socket socket) throws IOException {
    Rig.write(socket, "PING\r\n");
    assertEquals("PING\r\n", Rig.read(socket, 6));
  }

  @Test
  void aSilentClientOfAnAllowedAddressGetsItsInfoAfterAMoment() throws Exception {
    var listener = listen(ListenerKind.CLIENT, null, ALL);
    var began = System.nanoTime();
    var socket = rig.connect(listener);
    assertEquals(Rig.INFO, Rig.read(socket, 9));
    var waited = Duration.ofNanos(System.nanoTime() - began);
    assertTrue(waited.compareTo(Duration.ofMillis(45)) > 0, waited.toString());
    assertTrue(arrival().leafAllowed());
    assertEchoes(socket);
  }

  @Test
  void nothingStaysInThePipelineOfAPlainConnection() throws Exception {
    for (var allowed : new boolean[] {false, true}) {
      var listener = listen(ListenerKind.CLIENT, null, allowed);
      var socket = rig.connect(listener);
      assertEquals(Rig.INFO, Rig.read(socket, 9));
      assertEchoes(socket);
      var channel = rig.acceptor.channels.take();
      var names = channel.eventLoop().submit(() -> channel.pipeline().names()).get();
      assertEquals(2, names.size(), names.toString()); // the echo and Netty's tail
    }
  }

  @Test
  void bytesThatAreNoOtherProtocolAreNats() throws Exception {
    var listener = listen(ListenerKind.CLIENT, null, ALL);
    for (var bytes :
        new String[] {"PING\r\n", "GE", "GETX", "G", "\u0001\u0002", "\u0016\u0003\u0001"}) {
      var socket = rig.connect(listener);
      Rig.write(socket, bytes);
      assertEquals(Rig.INFO + bytes, Rig.read(socket, 9 + bytes.length()));
      assertEquals(Tls.NONE, arrival().tls());
    }
  }

  @Test
  void randomBytesBreakNothing() throws Exception {
    var seed = System.nanoTime();
    var random = new Random(seed);
    var listener = listen(ListenerKind.CLIENT, rig.tls(HandshakeFirst.AUTO, true), ALL);
    for (var i = 0; i < 50; i++) {
      var bytes = new byte[1 + random.nextInt(300)];
      random.nextBytes(bytes);
      if (i % 3 == 0) {
        bytes[0] = 0x16;
      }
      try (var socket = rig.connect(listener)) {
        socket.getOutputStream().write(bytes);
        socket.shutdownOutput();
        var answer = socket.getInputStream().readAllBytes();
        assertTrue(answer.length < 1000, "seed " + seed);
      } catch (IOException e) {
        assertTrue(String.valueOf(e.getMessage()).contains("reset"), "seed " + seed + ": " + e);
      }
    }
    var socket = rig.connect(listener);
    assertEquals(Rig.INFO, Rig.read(socket, 9));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void anUpgradeOnTheClientPortIsTakenFromAllowedAddresses(boolean byteByByte) throws Exception {
    var listener = listenPatiently(null);
    var socket = rig.connect(listener);
    if (byteByByte) {
      Rig.writeByteByByte(socket, UPGRADE);
    } else {
      Rig.write(socket, UPGRADE);
    }
    var head = Rig.readHead(socket);
    assertTrue(head.startsWith("HTTP/1.1 101 Switching Protocols\r\n"), head);
    assertTrue(head.contains("Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"), head);
    assertTrue(head.contains("Nats-No-Masking: true\r\n"), head);
    assertEquals("\u0082\u0009" + Rig.INFO, latin(socket, 11));
    var arrival = arrival();
    assertTrue(arrival.websocket() && arrival.leafPath());
    assertEquals(ListenerKind.CLIENT, arrival.listener());
    Rig.write(socket, "\u0003\u0001");
    assertEquals('\u0088', socket.getInputStream().read()); // there is no such frame
  }

  private static String latin(Socket socket, int bytes) throws IOException {
    return new String(
        socket.getInputStream().readNBytes(bytes), java.nio.charset.StandardCharsets.ISO_8859_1);
  }

  @Test
  void anUpgradeFromElsewhereIsJustBytes() throws Exception {
    var listener = listen(ListenerKind.CLIENT, null, NOBODY);
    var socket = rig.connect(listener);
    Rig.write(socket, UPGRADE);
    assertEquals(Rig.INFO + UPGRADE, Rig.read(socket, 9 + UPGRADE.length()));
  }

  @ParameterizedTest
  @EnumSource(HandshakeFirst.class)
  void tlsFirstIsFoundOnAnAllowedAddressWhateverIsConfigured(HandshakeFirst first)
      throws Exception {
    var options = Rig.options(first, Rig.PATIENCE, 0, Rig.PATIENCE);
    var listener = listenPatiently(rig.tls(options, false));
    var socket = rig.secure(rig.connect(listener));
    Rig.write(socket, "PING\r\n"); // silence would be waited for
    assertEquals(Rig.INFO, Rig.read(socket, 9));
    assertEquals(Tls.ESTABLISHED, arrival().tls());
    assertEquals("PING\r\n", Rig.read(socket, 6));
    assertEchoes(socket);
  }

  @Test
  void anUpgradeInsideTlsIsFoundOnTheClientPort() throws Exception {
    var listener = listenPatiently(rig.tls(HandshakeFirst.OFF, false));
    var socket = rig.secure(rig.connect(listener));
    Rig.write(socket, UPGRADE);
    assertTrue(Rig.readHead(socket).startsWith("HTTP/1.1 101 "));
    var arrival = arrival();
    assertEquals(Tls.ESTABLISHED, arrival.tls());
    assertTrue(arrival.leafPath());
    var channel = rig.acceptor.channels.take();
    var info = TransportInfo.of(channel);
    assertTrue(info.websocket());
    assertEquals("1.3", info.tlsVersion());
  }

  @Test
  void anUpgradeInPlainTextIsRefusedWhereTlsIsRequired() throws Exception {
    var listener = listenPatiently(rig.tls(HandshakeFirst.OFF, false));
    var socket = rig.connect(listener);
    Rig.write(socket, UPGRADE);
    assertTrue(Rig.readAll(socket).startsWith("HTTP/1.1 400 "));
    assertTrue(refusal().contains("TLS is required"));
  }

  @Test
  void tlsAfterTheInfoIsHiddenFromTheLink() throws Exception {
    for (var plainAllowed : new boolean[] {false, true}) {
      var listener = listen(ListenerKind.CLIENT, rig.tls(HandshakeFirst.OFF, plainAllowed), NOBODY);
      var socket = rig.connect(listener);
      assertEquals(Rig.INFO, Rig.read(socket, 9));
      assertEquals(plainAllowed ? Tls.OFFERED : Tls.REQUIRED, arrival().tls());
      var secured = rig.secure(socket);
      assertEchoes(secured);
      assertEquals(new TransportEvent.Secured(), event());
      var channel = rig.acceptor.channels.take();
      assertTrue(String.valueOf(TransportInfo.of(channel).tlsCipher()).startsWith("TLS_AES_"));
      assertTrue(TransportInfo.peerCertificates(channel).isEmpty());
    }
  }

  @Test
  void plainBytesWhereTlsIsRequiredAreDroppedAndTold() throws Exception {
    var listener = listen(ListenerKind.CLIENT, rig.tls(HandshakeFirst.OFF, false), NOBODY);
    var socket = rig.connect(listener);
    assertEquals(Rig.INFO, Rig.read(socket, 9));
    Rig.write(socket, "CONNECT {}\r\n");
    assertEquals(new TransportEvent.TlsRequired(false), event());
    var channel = rig.acceptor.channels.take();
    channel.close().sync();
    assertEquals("", Rig.readAll(socket));
    assertNull(TransportInfo.of(channel).tlsVersion());
  }

  @Test
  void silenceWhereTlsIsRequiredIsTold() throws Exception {
    var options = Rig.options(HandshakeFirst.OFF, Duration.ofMillis(50), 0);
    var listener = listen(ListenerKind.CLIENT, rig.tls(options, false), NOBODY);
    rig.connect(listener);
    assertEquals(new TransportEvent.TlsRequired(true), event());
  }

  @Test
  void plainBytesPassWhereTlsIsOnlyOffered() throws Exception {
    var listener = listen(ListenerKind.CLIENT, rig.tls(HandshakeFirst.OFF, true), NOBODY);
    var socket = rig.connect(listener);
    assertEquals(Rig.INFO, Rig.read(socket, 9));
    assertEchoes(socket);
    assertEchoes(socket);
  }

  @Test
  void aBrokenHandshakeAfterTheInfoIsToldAndCloses() throws Exception {
    var options = Rig.options(HandshakeFirst.OFF, Duration.ofMillis(300), 0);
    var listener = listen(ListenerKind.LEAF, rig.tls(options, false), NOBODY);
    var socket = rig.connect(listener);
    assertEquals(Rig.INFO, Rig.read(socket, 9));
    Rig.write(socket, "\u0016\u0003\u0001 garbage and more garbage, and then some");
    assertTrue(event() instanceof TransportEvent.SecureFailed);
    Rig.readAll(socket);
  }

  @Test
  void aTlsFirstListenerRefusesPlainBytes() throws Exception {
    var listener = listen(ListenerKind.CLIENT, rig.tls(HandshakeFirst.ON, false), NOBODY);
    var socket = rig.connect(listener);
    Rig.write(socket, "CONNECT {}\r\n");
    assertTrue(refusal().startsWith("TLS handshake failed"));
    assertTrue(rig.acceptor.arrivals.isEmpty());
    assertEquals(-1, drain(socket));
  }

  private static int drain(Socket socket) throws IOException {
    while (true) {
      var next = socket.getInputStream().read();
      if (next < 0) {
        return next;
      }
    }
  }

  @Test
  void aTlsFirstListenerGivesUpOnSilence() throws Exception {
    var options = Rig.options(HandshakeFirst.ON, Duration.ofMillis(50), 0);
    var listener = listen(ListenerKind.CLIENT, rig.tls(options, false), NOBODY);
    var socket = rig.connect(listener);
    assertTrue(refusal().contains("timed out"));
    assertEquals(-1, drain(socket));
  }

  @Test
  void autoFallsBackToTheInfo() throws Exception {
    var listener = listen(ListenerKind.CLIENT, rig.tls(HandshakeFirst.AUTO, false), NOBODY);
    var silent = rig.connect(listener);
    assertEquals(Rig.INFO, Rig.read(silent, 9));
    assertEquals(Tls.REQUIRED, arrival().tls());
    var secured = rig.secure(silent);
    assertEchoes(secured);
    var hasty = rig.connect(listener);
    Rig.write(hasty, "CONNECT {}\r\n");
    assertEquals(Rig.INFO, Rig.read(hasty, 9));
    assertEquals(new TransportEvent.Secured(), event());
    assertEquals(new TransportEvent.TlsRequired(false), event());
  }

  @Test
  void handshakesBeyondTheRateAreThrottled() throws Exception {
    var options = Rig.options(HandshakeFirst.OFF, Duration.ofSeconds(5), 1);
    var listener = listen(ListenerKind.CLIENT, rig.tls(options, false), NOBODY);
    var hello = "\u0016\u0003\u0001";
    Await.until(
        "two came within a second",
        () -> {
          try {
            Rig.write(rig.connect(listener), hello);
            Rig.write(rig.connect(listener), hello);
          } catch (IOException e) {
            throw new AssertionError(e);
          }
          return !rig.acceptor.events.isEmpty();
        });
    assertEquals(new TransportEvent.Throttled(), event());
  }

  @Test
  void theRateCountsEachSecondAnew() {
    var now = new long[1];
    var rate = new HandshakeRate(() -> now[0]);
    for (var allowed : new boolean[] {true, true, false, false}) {
      assertEquals(allowed, rate.allows(2));
    }
    now[0] += TimeUnit.SECONDS.toNanos(1);
    assertTrue(rate.allows(1));
    assertTrue(rate.allows(0));
  }

  @Test
  void anAcceptorThatThrowsClosesTheConnection() throws Exception {
    var listener = listen(ListenerKind.CLIENT, null, NOBODY);
    rig.acceptor.broken = true;
    var socket = rig.connect(listener);
    assertEquals(-1, drain(socket));
    assertTrue(refusal().contains("failed"));
    assertThrows(IOException.class, () -> rig.secure(rig.connect(listener)));
  }
}

package io.frond.transport;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.frond.options.HostPort;
import io.frond.transport.Arrival.Tls;
import io.netty.channel.epoll.Epoll;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ListenerTest {
  private static final ListenerSettings PLAIN =
      new ListenerSettings(ListenerKind.CLIENT, null, null, address -> false, false);

  private final List<AutoCloseable> open = new ArrayList<>();

  @AfterEach
  void closeAll() throws Exception {
    for (var closeable : open.reversed()) {
      closeable.close();
    }
  }

  private <T extends AutoCloseable> T closing(T closeable) {
    open.add(closeable);
    return closeable;
  }

  private Socket connect(Listener listener) throws IOException {
    var socket =
        closing(new Socket(InetAddress.getLoopbackAddress(), listener.address().getPort()));
    socket.setSoTimeout(20_000);
    return socket;
  }

  private static String read(Socket socket, int bytes) throws IOException {
    return new String(socket.getInputStream().readNBytes(bytes), UTF_8);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void theServerSpeaksFirstAndTheBytesGoBothWays(boolean epoll) throws Exception {
    var loops = closing(new EventLoops(2, epoll && Epoll.isAvailable()));
    var acceptor = new EchoAcceptor();
    var listener = closing(Listener.open(loops, new HostPort("127.0.0.1", -1), PLAIN, acceptor));
    var socket = connect(listener);
    assertEquals("INFO {}\r\n", read(socket, 9));
    var sent = new byte[1 << 20];
    new Random(7).nextBytes(sent);
    var writer = Thread.startVirtualThread(() -> EchoAcceptor.write(socket, sent));
    assertArrayEquals(sent, socket.getInputStream().readNBytes(sent.length));
    writer.join();
    var arrival = acceptor.arrivals.take();
    assertEquals(new Arrival(ListenerKind.CLIENT, Tls.NONE, false, null), arrival);
    assertEquals(epoll && Epoll.isAvailable(), loops.isNative());
  }

  @Test
  void aListenerOfAllAddressesTakesIpv4AndIpv6() throws Exception {
    var loops = closing(new EventLoops(1));
    for (var host : List.of("0.0.0.0", "::", "")) {
      var listener =
          closing(Listener.open(loops, new HostPort(host, -1), PLAIN, new EchoAcceptor()));
      for (var address : InetAddress.getAllByName("localhost")) {
        try (var socket = new Socket(address, listener.address().getPort())) {
          assertEquals("INFO {}\r\n", read(socket, 9));
        }
      }
    }
  }

  @Test
  void theAllowListIsAskedForEachConnection() throws Exception {
    var loops = closing(new EventLoops(1));
    var acceptor = new EchoAcceptor();
    var settings =
        new ListenerSettings(ListenerKind.LEAF, null, null, InetAddress::isLoopbackAddress, false);
    var listener = closing(Listener.open(loops, new HostPort("127.0.0.1", -1), settings, acceptor));
    connect(listener);
    assertTrue(acceptor.arrivals.take().leafAllowed());
    listener.reconfigure(
        new ListenerSettings(ListenerKind.LEAF, null, null, address -> false, false));
    connect(listener);
    assertFalse(acceptor.arrivals.take().leafAllowed());
  }

  @Test
  void aTakenPortIsAnErrorThatNamesTheAddress() throws Exception {
    var loops = closing(new EventLoops(1));
    var first =
        closing(Listener.open(loops, new HostPort("127.0.0.1", -1), PLAIN, new EchoAcceptor()));
    var address = new HostPort("127.0.0.1", first.address().getPort());
    var error =
        assertThrows(
            IOException.class, () -> Listener.open(loops, address, PLAIN, new EchoAcceptor()));
    assertTrue(String.valueOf(error.getMessage()).contains(address.toString()));
    first.close();
    closing(Listener.open(loops, address, PLAIN, new EchoAcceptor()));
  }

  @Test
  void aSuspendedListenerLetsConnectionsWait() throws Exception {
    var loops = closing(new EventLoops(1));
    var listener =
        closing(Listener.open(loops, new HostPort("127.0.0.1", -1), PLAIN, new EchoAcceptor()));
    listener.suspend();
    var socket = connect(listener);
    socket.setSoTimeout(100);
    assertThrows(SocketTimeoutException.class, () -> read(socket, 9));
    listener.resume();
    socket.setSoTimeout(20_000);
    assertEquals("INFO {}\r\n", read(socket, 9));
  }

  @Test
  void afterAFailureToAcceptItTriesAgain() throws Exception {
    var loops = closing(new EventLoops(1));
    var acceptor = new EchoAcceptor();
    var listener = closing(Listener.open(loops, new HostPort("127.0.0.1", -1), PLAIN, acceptor));
    var failure = new IOException("Too many open files");
    for (var i = 0; i < 3; i++) {
      listener.channel().pipeline().fireExceptionCaught(failure);
      assertEquals(failure, acceptor.failures.take());
      assertEquals("INFO {}\r\n", read(connect(listener), 9));
    }
    listener.suspend();
    listener.channel().pipeline().fireExceptionCaught(failure);
    var socket = connect(listener);
    socket.setSoTimeout(100);
    assertThrows(SocketTimeoutException.class, () -> read(socket, 9));
  }

  @RepeatedTest(20)
  void closingTheLoopsClosesConnectionsAndEndsTheThreads() throws Exception {
    var before = threads();
    var loops = new EventLoops(2);
    var listener = Listener.open(loops, new HostPort("127.0.0.1", -1), PLAIN, new EchoAcceptor());
    var socket = connect(listener);
    assertEquals("INFO {}\r\n", read(socket, 9));
    loops.close();
    assertEquals(-1, socket.getInputStream().read());
    assertEquals(before, threads());
  }

  private static long threads() {
    var all = new Thread[Thread.activeCount() + 50];
    Thread.enumerate(all);
    return Arrays.stream(all).filter(t -> t != null && t.getName().startsWith("frond-")).count();
  }
}

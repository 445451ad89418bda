package io.frond.logging;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.frond.options.LogOptions;
import io.frond.options.SyslogAddress;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.channel.unix.Socket;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The log goes to a system log.
class SyslogTest {
  private static final int PATIENCE_MILLIS = 20_000;
  private static final String HEAD = "<%d>\\d{4}-\\d\\d-\\d\\dT\\S+ \\S+ frond\\[\\d+]: ";
  private static final String LOCAL_HEAD =
      "<%d>\\w{3} [ \\d]\\d \\d\\d:\\d\\d:\\d\\d frond\\[\\d+]: ";

  @TempDir private Path folder;

  private static LogOptions to(String address) {
    var usual = LogOptions.DEFAULT;
    return new LogOptions(
        null,
        0,
        0,
        true,
        true,
        false,
        false,
        0,
        true,
        false,
        usual.connectErrorReports(),
        usual.reconnectErrorReports(),
        Objects.requireNonNull(SyslogAddress.parse(address)));
  }

  private static void assertLine(String head, int priority, String text, String line) {
    assertTrue(line.matches(head.formatted(priority) + text + "\n?"), line);
  }

  @Test
  void aDatagramIsALineWithItsSeverity() throws Exception {
    try (var receiver = new DatagramSocket(0, InetAddress.getLoopbackAddress());
        var log = new Log(to("udp://127.0.0.1:" + receiver.getLocalPort()))) {
      receiver.setSoTimeout(PATIENCE_MILLIS);
      log.info("in");
      log.warn("wa\nrn");
      log.error("er");
      log.fatal("fa");
      log.debug("de");
      log.trace("tr");
      assertLine(HEAD, 5, "in", datagram(receiver));
      assertLine(HEAD, 4, "wa rn", datagram(receiver));
      assertLine(HEAD, 3, "er", datagram(receiver));
      assertLine(HEAD, 2, "fa", datagram(receiver));
      assertLine(HEAD, 7, "de", datagram(receiver));
      assertLine(HEAD, 5, "tr", datagram(receiver));
    }
  }

  private static String datagram(DatagramSocket receiver) throws IOException {
    var packet = new DatagramPacket(new byte[2048], 2048);
    receiver.receive(packet);
    return new String(packet.getData(), 0, packet.getLength(), UTF_8);
  }

  @Test
  void aConnectionThatBreaksIsMadeAnew() throws Exception {
    try (var listener = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
        var log = new Log(to("tcp://127.0.0.1:" + listener.getLocalPort()))) {
      listener.setSoTimeout(PATIENCE_MILLIS);
      try (var first = listener.accept()) {
        first.setSoTimeout(PATIENCE_MILLIS);
        log.info("one");
        var in = new BufferedReader(new InputStreamReader(first.getInputStream(), UTF_8));
        assertLine(HEAD, 5, "one", in.readLine());
        first.setSoLinger(true, 0);
      }
      for (var i = 0; i < 3; i++) {
        log.info("more " + i); // the first may still go to the connection that is gone
      }
      try (var second = listener.accept()) {
        second.setSoTimeout(PATIENCE_MILLIS);
        var in = new BufferedReader(new InputStreamReader(second.getInputStream(), UTF_8));
        assertLine(HEAD, 5, "more \\d", in.readLine());
      }
    }
  }

  @Test
  void aStreamOfAUnixSocketHasTheShortForm() throws Exception {
    var path = folder.resolve("log");
    try (var listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      listener.bind(UnixDomainSocketAddress.of(path));
      try (var log = new Log(to("unix://" + path));
          var channel = listener.accept()) {
        log.info("here");
        var in = new BufferedReader(Channels.newReader(channel, UTF_8));
        assertLine(LOCAL_HEAD, 5, "here", in.readLine());
      }
    }
  }

  @Test
  void datagramsOfAUnixSocketArriveWhole() throws Exception {
    var path = folder.resolve("log").toString();
    Epoll.ensureAvailability();
    var receiver = Socket.newSocketDomainDgram();
    try {
      receiver.bind(new DomainSocketAddress(path));
      try (var socket = SyslogSocket.datagrams(path)) {
        socket.write(ByteBuffer.wrap("one".getBytes(UTF_8)));
        socket.write(ByteBuffer.wrap("second".getBytes(UTF_8)));
        var bytes = ByteBuffer.allocateDirect(100);
        var length = receiver.read(bytes, 0, 100);
        assertEquals(3, length);
      }
    } finally {
      receiver.close();
    }
  }

  @Test
  void noSystemLogIsAnErrorAtStart() throws Exception {
    int port;
    try (var free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    assertThrows(IOException.class, () -> new Log(to("tcp://127.0.0.1:" + port)));
    assertThrows(IOException.class, () -> new Log(to("unix://" + folder.resolve("none"))));
  }

  @Test
  void closingEndsTheThreadAndWritesWhatIsThere() throws Exception {
    try (var receiver = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
      receiver.setSoTimeout(PATIENCE_MILLIS);
      var log = new Log(to("udp://127.0.0.1:" + receiver.getLocalPort()));
      log.info("last");
      log.close();
      assertLine(HEAD, 5, "last", datagram(receiver));
      assertTrue(
          Thread.getAllStackTraces().keySet().stream()
              .noneMatch(it -> it.getName().equals("frond-syslog")));
    }
  }
}

package io.frond.transport;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.frond.options.HostPort;
import io.frond.options.TlsOptions;
import io.frond.options.TlsOptions.HandshakeFirst;
import io.frond.testkit.TestCertificates;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;

/// Loops, an acceptor that echoes, certificates; closes everything in the reverse order.
final class Rig {
  static final Duration PATIENCE = Duration.ofSeconds(20);
  static final String INFO = "INFO {}\r\n";
  private static final int READ_TIMEOUT_MILLIS = 20_000;

  private final List<AutoCloseable> open = new ArrayList<>();
  final EventLoops loops = closing(new EventLoops(2));
  final EchoAcceptor acceptor = new EchoAcceptor();
  final TestCertificates certificates;
  private final SSLContext dialling;

  Rig(Path folder) {
    certificates = TestCertificates.create(folder);
    dialling = dialling(certificates);
  }

  <T extends AutoCloseable> T closing(T closeable) {
    open.add(closeable);
    return closeable;
  }

  Listener listen(ListenerSettings settings) throws IOException {
    return closing(Listener.open(loops, new HostPort("127.0.0.1", -1), settings, acceptor));
  }

  /// One that waits for what the client says first as long as it takes.
  Listener listenPatiently(ListenerSettings settings) throws IOException {
    return closing(
        Listener.open(loops, new HostPort("127.0.0.1", -1), settings, acceptor, PATIENCE));
  }

  Socket connect(Listener listener) throws IOException {
    var socket =
        closing(new Socket(InetAddress.getLoopbackAddress(), listener.address().getPort()));
    socket.setTcpNoDelay(true);
    socket.setSoTimeout(READ_TIMEOUT_MILLIS);
    return socket;
  }

  /// TLS over a socket that is connected already.
  SSLSocket secure(Socket socket) throws IOException {
    var secured =
        (SSLSocket)
            dialling.getSocketFactory().createSocket(socket, "127.0.0.1", socket.getPort(), true);
    secured.startHandshake();
    return closing(secured);
  }

  /// Has said its first words once: a listener waits for them for a moment only, in which a JVM
  /// that has just begun does not find all that it needs for them.
  private static SSLContext dialling(TestCertificates certificates) {
    try {
      var store = KeyStore.getInstance(KeyStore.getDefaultType());
      store.load(null, null);
      store.setCertificateEntry("server", certificates.server().x509());
      var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(store);
      var context = SSLContext.getInstance("TLS");
      context.init(null, trust.getTrustManagers(), null);
      var engine = context.createSSLEngine("127.0.0.1", 1);
      engine.setUseClientMode(true);
      engine.wrap(ByteBuffer.allocate(0), ByteBuffer.allocate(20_000));
      return context;
    } catch (IOException | GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  ListenerTls tls(HandshakeFirst first, boolean plainAllowed) throws IOException {
    return tls(options(first, PATIENCE, 0), plainAllowed);
  }

  ListenerTls tls(TlsOptions options, boolean plainAllowed) throws IOException {
    var server = certificates.server();
    var context =
        SslContextBuilder.forServer(server.privateKey(), server.x509())
            .trustManager(certificates.ca().toFile())
            .clientAuth(ClientAuth.OPTIONAL)
            .build();
    return new ListenerTls(context, options, plainAllowed);
  }

  SslContext clientContext() throws IOException {
    return SslContextBuilder.forClient()
        .trustManager(certificates.ca().toFile())
        .keyManager(certificates.client().privateKey(), certificates.client().x509())
        .build();
  }

  static TlsOptions options(HandshakeFirst first, Duration timeout, long rateLimit) {
    return options(first, timeout, rateLimit, Duration.ofMillis(50));
  }

  /// @param delay for which the handshake may come first
  static TlsOptions options(
      HandshakeFirst first, Duration timeout, long rateLimit, Duration delay) {
    return new TlsOptions(
        null, null, null, false, false, false, timeout, "1.2", List.of(), List.of(), Set.of(),
        first, delay, rateLimit, List.of());
  }

  static String read(Socket socket, int bytes) throws IOException {
    return new String(socket.getInputStream().readNBytes(bytes), UTF_8);
  }

  static String readAll(Socket socket) throws IOException {
    return new String(socket.getInputStream().readAllBytes(), UTF_8);
  }

  /// Up to and with an HTTP message's empty line.
  static String readHead(Socket socket) throws IOException {
    var text = new StringBuilder();
    while (text.indexOf("\r\n\r\n") < 0) {
      var next = socket.getInputStream().read();
      if (next < 0) {
        break;
      }
      text.append((char) next);
    }
    return text.toString();
  }

  static void write(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(UTF_8));
    socket.getOutputStream().flush();
  }

  /// Each byte in a packet of its own, as far as the system lets one say so.
  static void writeByteByByte(Socket socket, String text) throws IOException {
    for (var one : text.getBytes(UTF_8)) {
      socket.getOutputStream().write(one);
      socket.getOutputStream().flush();
    }
  }

  void close() throws Exception {
    for (var closeable : open.reversed()) {
      closeable.close();
    }
  }
}

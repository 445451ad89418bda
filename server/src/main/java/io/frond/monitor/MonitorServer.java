package io.frond.monitor;

import io.frond.options.HostPort;
import io.frond.options.TlsOptions;
import io.frond.transport.Accepting;
import io.frond.transport.EventLoops;
import io.frond.transport.TlsConfigException;
import io.frond.transport.TlsContexts;
import io.netty.channel.Channel;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.ssl.SslContext;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// The HTTP or HTTPS listener of monitoring, on the server's event loops. Any thread, but opening
/// and closing block, so not for event loops.
public final class MonitorServer implements AutoCloseable {
  /// Connections at once; one more is closed at once.
  static final int CONNECTIONS_MAX = 1024;

  private static final int BACKLOG = 128;
  private static final int REQUEST_LINE_MAX = 8192;
  private static final int HEADERS_MAX = 32 * 1024;
  private static final int CHUNK_MAX = 8192;

  private final Set<Channel> connections = ConcurrentHashMap.newKeySet();
  private final HttpDecoderConfig limits =
      new HttpDecoderConfig()
          .setMaxInitialLineLength(REQUEST_LINE_MAX)
          .setMaxHeaderSize(HEADERS_MAX)
          .setMaxChunkSize(CHUNK_MAX);
  private final EventLoops loops;
  private final Endpoints endpoints;
  private final boolean secure;
  private volatile @Nullable SslContext tls;
  private @Nullable Channel listening;

  private MonitorServer(EventLoops loops, Endpoints endpoints, @Nullable TlsOptions tls)
      throws IOException {
    this.loops = loops;
    this.endpoints = endpoints;
    secure = tls != null;
    if (tls != null) {
      reconfigure(tls);
    }
  }

  /// Binds and begins to answer.
  ///
  /// @param tls for HTTPS, null for HTTP
  /// @throws IOException when the address cannot be bound, or a file of TLS's is missing or broken
  public static MonitorServer open(
      EventLoops loops, HostPort at, @Nullable TlsOptions tls, Endpoints endpoints)
      throws IOException {
    var server = new MonitorServer(loops, endpoints, tls);
    server.bind(at);
    return server;
  }

  private void bind(HostPort at) throws IOException {
    IOException cause = null;
    for (var host : hosts(at.host())) {
      try {
        var address = new InetSocketAddress(host, Math.max(0, at.port()));
        var accepting = new Accepting(loops, this::accept, this::failed, () -> true);
        listening = loops.listen(address, BACKLOG, accepting);
        return;
      } catch (IOException e) {
        cause = e;
      }
    }
    throw new IOException(
        "can't listen to the monitor port " + at + (cause == null ? "" : ": " + cause.getMessage()),
        cause);
  }

  private void failed(Throwable cause, long retryMillis) {
    endpoints.log().debug("monitoring: accept failed, again in " + retryMillis + " ms: " + cause);
  }

  /// A host of all addresses means IPv6 and IPv4, or IPv4 where the system has no other.
  private static List<InetAddress> hosts(String host) throws UnknownHostException {
    if (host.isEmpty() || host.equals("0.0.0.0") || host.equals("::")) {
      return List.of(InetAddress.getByAddress(new byte[16]), InetAddress.getByAddress(new byte[4]));
    }
    return List.of(InetAddress.getByName(host));
  }

  /// Uses other certificates for connections that come from now on. Nobody who asks for documents
  /// has to show one of his own, whatever clients must.
  ///
  /// @throws IOException when a file is missing or broken; the old ones stay
  public void reconfigure(TlsOptions options) throws IOException {
    if (!secure) {
      return;
    }
    try {
      tls = TlsContexts.server(withoutClientCertificates(options));
    } catch (TlsConfigException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  private static TlsOptions withoutClientCertificates(TlsOptions options) {
    return new TlsOptions(
        options.certFile(),
        options.keyFile(),
        options.caFile(),
        false,
        false,
        options.insecure(),
        options.timeout(),
        options.minVersion(),
        options.cipherSuites(),
        options.curves(),
        Set.of(),
        options.handshakeFirst(),
        Duration.ZERO,
        0,
        List.of());
  }

  /// The port that was bound.
  public int port() {
    var channel = listening;
    return channel != null && channel.localAddress() instanceof InetSocketAddress address
        ? address.getPort()
        : 0;
  }

  public boolean secure() {
    return secure;
  }

  /// Stops listening, then ends every connection.
  @Override
  public void close() {
    var channel = listening;
    if (channel != null) {
      channel.close().awaitUninterruptibly();
    }
    connections.forEach(Channel::close);
  }

  /// A new connection, on its event loop.
  private void accept(Channel channel) {
    if (connections.size() >= CONNECTIONS_MAX) {
      var _ = channel.close();
      return;
    }
    connections.add(channel);
    channel.closeFuture().addListener(closed -> connections.remove(channel));
    var context = tls;
    if (context != null) {
      channel.pipeline().addLast(context.newHandler(channel.alloc()));
    }
    channel.pipeline().addLast(new HttpServerCodec(limits), new RequestHandler(endpoints));
  }
}

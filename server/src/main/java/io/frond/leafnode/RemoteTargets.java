package io.frond.leafnode;

import io.frond.options.RemoteOptions;
import io.frond.options.ServerUrl;
import io.frond.options.TlsOptions;
import io.frond.transport.DialTarget;
import io.frond.transport.DialTls;
import io.frond.transport.DialWebSocket;
import io.frond.transport.TlsConfigException;
import io.frond.transport.TlsContexts;
import io.netty.handler.ssl.SslContext;
import io.netty.util.NetUtil;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// What a remote's URLs mean for the dialer: TLS, WebSocket, tunnel, and what a gossiped address
/// takes over from the configured URLs. Any thread after [#prepare].
final class RemoteTargets {
  /// What is configured holds for the last URL; while others wait, a server gets no more than this
  /// for each step.
  private static final Duration HURRIED_MAX = Duration.ofSeconds(1);

  private final RemoteOptions options;
  private final Duration dialTimeout;
  private volatile @Nullable SslContext context;

  RemoteTargets(RemoteOptions options, Duration dialTimeout) {
    this.options = options;
    var own = options.dialTimeout();
    this.dialTimeout = own == null ? dialTimeout : own;
  }

  /// Reads certificates where TLS is wanted from the start. Reads files.
  ///
  /// @return what is wrong, null when all is well
  @Nullable String prepare() {
    if (options.tls() == null && options.urls().stream().noneMatch(ServerUrl::secure)) {
      return null;
    }
    try {
      var _ = context();
      return null;
    } catch (TlsConfigException e) {
      return e.getMessage();
    }
  }

  private synchronized SslContext context() throws TlsConfigException {
    var made = context;
    if (made == null) {
      made = TlsContexts.client(options.tls());
      context = made;
    }
    return made;
  }

  /// Whether TLS is used whatever the hub says.
  boolean secure(ServerUrl url) {
    return url.secure() || options.tls() != null;
  }

  private boolean first(ServerUrl url) {
    var tls = options.tls();
    return url.webSocket()
        || (tls != null && tls.handshakeFirst() != TlsOptions.HandshakeFirst.OFF);
  }

  /// TLS that begins after the hub's INFO; null when it is up already.
  ///
  /// @throws TlsConfigException when a file is missing or broken
  @Nullable DialTls afterInfo(ServerUrl url) throws TlsConfigException {
    return secure(url) && first(url) ? null : tls(url);
  }

  /// How long the hub may take for its INFO, or its answer to a WebSocket request.
  Duration firstInfoTimeout(boolean hurried) {
    return limited(options.firstInfoTimeout(), hurried);
  }

  private static Duration limited(Duration timeout, boolean hurried) {
    return hurried && timeout.compareTo(HURRIED_MAX) > 0 ? HURRIED_MAX : timeout;
  }

  /// What to dial. A context that [#prepare] could not make was reported there.
  ///
  /// @param hurried whether other URLs wait
  DialTarget of(ServerUrl url, boolean hurried) {
    var timeout = limited(dialTimeout, hurried);
    DialTls tls = null;
    if (secure(url) && first(url)) {
      try {
        tls = tls(url);
      } catch (TlsConfigException e) {
        throw new IllegalStateException("prepare() was not called", e);
      }
    }
    if (!url.webSocket()) {
      return new DialTarget(url.hostPort(), timeout, tls, null, null);
    }
    var websocket =
        new DialWebSocket(
            DialWebSocket.leafPath(url),
            options.wsCompression(),
            options.wsNoMasking(),
            firstInfoTimeout(hurried));
    return new DialTarget(url.hostPort(), timeout, tls, websocket, options.proxy());
  }

  private DialTls tls(ServerUrl url) throws TlsConfigException {
    var tls = options.tls();
    var timeout = tls == null ? TlsOptions.DEFAULT_TIMEOUT : tls.timeout();
    return new DialTls(context(), serverName(url), timeout);
  }

  /// Servers gossip addresses, but certificates name hosts: the first configured name is meant.
  private String serverName(ServerUrl url) {
    if (isAddress(url.host())) {
      for (var configured : options.urls()) {
        if (!isAddress(configured.host())) {
          return configured.host();
        }
      }
    }
    return url.host();
  }

  private static boolean isAddress(String host) {
    return NetUtil.isValidIpV4Address(host) || NetUtil.isValidIpV6Address(host);
  }

  /// A gossiped `host:port` as a URL like the configured ones; null when it is none.
  @Nullable ServerUrl gossiped(String text) {
    var colon = text.lastIndexOf(':');
    if (colon <= 0) {
      return null;
    }
    var host = text.substring(0, colon);
    host = host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
    int port;
    try {
      port = Integer.parseInt(text.substring(colon + 1));
    } catch (NumberFormatException e) {
      return null;
    }
    if (host.isEmpty() || host.equals("0.0.0.0") || host.equals("::") || port <= 0) {
      return null;
    }
    var like = options.urls().getFirst();
    for (var url : options.urls()) {
      if (url.user() != null) {
        like = url;
        break;
      }
    }
    return new ServerUrl(like.scheme(), like.user(), like.password(), host, port, like.path());
  }
}

package io.frond.transport;

import io.netty.channel.Channel;
import io.netty.handler.ssl.SslHandler;
import java.net.SocketAddress;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/// What monitoring and authentication want to know of a connection, read from its pipeline when
/// asked, so that a connection carries no object for it. Safe for any thread.
///
/// @param websocket whether WebSocket frames wrap the bytes
/// @param tlsVersion as monitoring shows it ("1.3"), null without TLS
/// @param tlsCipher the cipher suite's IANA name, null without TLS
public record TransportInfo(
    boolean websocket, @Nullable String tlsVersion, @Nullable String tlsCipher) {

  /// Name of the handler for the TLS that NATS travels in.
  static final String TLS_HANDLER = "tls";

  public static TransportInfo of(Channel channel) {
    var session = session(channel);
    return new TransportInfo(
        channel.pipeline().get(WebSocketFrames.class) != null,
        session == null ? null : version(session.getProtocol()),
        session == null ? null : session.getCipherSuite());
  }

  /// The other side's address; where a proxy told whom it passes on, his.
  public static SocketAddress remote(Channel channel) {
    return ProxyReader.remote(channel);
  }

  /// The certificates that the other side showed, its own first; empty without TLS or when it
  /// showed none.
  public static List<X509Certificate> peerCertificates(Channel channel) {
    var session = session(channel);
    if (session == null) {
      return List.of();
    }
    try {
      var certificates = new ArrayList<X509Certificate>();
      for (Certificate certificate : session.getPeerCertificates()) {
        certificates.add((X509Certificate) certificate);
      }
      return certificates;
    } catch (SSLPeerUnverifiedException e) {
      return List.of(); // it was not asked, or had none
    }
  }

  private static @Nullable SSLSession session(Channel channel) {
    return channel.pipeline().get(TLS_HANDLER) instanceof SslHandler handler
            && handler.handshakeFuture().isSuccess()
        ? handler.engine().getSession()
        : null;
  }

  private static String version(String protocol) {
    return protocol.equals("TLSv1") ? "1.0" : protocol.replace("TLSv", "");
  }
}

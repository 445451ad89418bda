package io.frond.transport;

import io.frond.options.TlsOptions.HandshakeFirst;
import io.frond.transport.Arrival.Tls;
import io.netty.channel.Channel;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// Takes a listener's new connections: those that can only be NATS are handed on at once, the
/// others by way of a [ProtocolSniffer]. Its methods run on the connection's event loop, except
/// those for the settings.
final class Reception {
  /// Settings with what is worked out from them once.
  record Plan(ListenerSettings settings, UpgradeRules rules) {
    static Plan of(ListenerSettings settings) {
      return new Plan(settings, UpgradeRules.of(settings.websocket()));
    }
  }

  private final EventLoops loops;
  private final ConnectionAcceptor acceptor;
  private final HandshakeRate rate = new HandshakeRate(System::nanoTime);
  private final Duration firstBytes;
  private volatile Plan plan;

  /// @param firstBytes how long a client on a port that others may use too waits for its INFO
  Reception(
      EventLoops loops,
      ListenerSettings settings,
      ConnectionAcceptor acceptor,
      Duration firstBytes) {
    this.loops = loops;
    this.acceptor = acceptor;
    this.firstBytes = firstBytes;
    plan = Plan.of(settings);
  }

  ListenerSettings settings() {
    return plan.settings();
  }

  void settings(ListenerSettings settings) {
    plan = Plan.of(settings);
  }

  EventLoops loops() {
    return loops;
  }

  ConnectionAcceptor acceptor() {
    return acceptor;
  }

  Duration firstBytes() {
    return firstBytes;
  }

  HandshakeRate rate() {
    return rate;
  }

  void receive(Channel channel) {
    if (!(channel.remoteAddress() instanceof InetSocketAddress remote)) {
      var _ = channel.close(); // gone before it was taken
      return;
    }
    if (plan.settings().proxied()) {
      var reader = new ProxyReader(this, remote);
      channel.pipeline().addLast(reader);
      reader.begin(channel);
    } else {
      arrived(channel, remote);
    }
  }

  boolean leafAllowed(InetAddress address) {
    return settings().leafAllowed().test(address);
  }

  /// @param remote whose the connection is
  void arrived(Channel channel, InetSocketAddress remote) {
    var now = plan;
    var leafAllowed = now.settings().leafAllowed().test(remote.getAddress());
    if (onlyNats(now.settings(), leafAllowed)) {
      accept(channel, now.settings(), tlsToCome(now.settings()), leafAllowed, null);
    } else {
      var sniffer = new ProtocolSniffer(this, now, remote, leafAllowed);
      channel.pipeline().addLast(sniffer);
      sniffer.begin(channel);
    }
  }

  private static boolean onlyNats(ListenerSettings settings, boolean leafAllowed) {
    return switch (settings.kind()) {
      case WEBSOCKET -> false;
      case CLIENT -> !leafAllowed && infoFirst(settings.tls());
      case LEAF, ROUTE -> infoFirst(settings.tls());
    };
  }

  private static boolean infoFirst(@Nullable ListenerTls tls) {
    return tls == null || tls.options().handshakeFirst() == HandshakeFirst.OFF;
  }

  /// How TLS stands for a connection that has none yet.
  static Tls tlsToCome(ListenerSettings settings) {
    var tls = settings.tls();
    if (tls == null) {
      return Tls.NONE;
    }
    return tls.plainAllowed() ? Tls.OFFERED : Tls.REQUIRED;
  }

  /// Hands the connection on; what watches for TLS after the INFO goes before the acceptor's
  /// handler.
  void accept(
      Channel channel,
      ListenerSettings settings,
      Tls tls,
      boolean leafAllowed,
      @Nullable Upgrade upgrade) {
    var listenerTls = settings.tls();
    if (listenerTls != null && (tls == Tls.OFFERED || tls == Tls.REQUIRED)) {
      channel.pipeline().addLast(new TlsUpgrade(listenerTls, rate));
    }
    try {
      acceptor.accept(channel, new Arrival(settings.kind(), tls, leafAllowed, upgrade));
    } catch (RuntimeException e) {
      acceptor.refused(
          ProxyReader.remote(channel),
          settings.kind(),
          new TransportException("accepting the connection failed", e));
      var _ = channel.close();
    }
  }
}

package io.frond.transport;

import io.frond.transport.Arrival.Tls;
import io.netty.channel.Channel;
import java.net.InetSocketAddress;

/// Finds out what a new connection speaks, and hands it on. Its methods run on the connection's
/// event loop, except the settings.
final class Reception {
  private final ConnectionAcceptor acceptor;
  private volatile ListenerSettings settings;

  Reception(ListenerSettings settings, ConnectionAcceptor acceptor) {
    this.settings = settings;
    this.acceptor = acceptor;
  }

  ListenerSettings settings() {
    return settings;
  }

  void settings(ListenerSettings settings) {
    this.settings = settings;
  }

  ConnectionAcceptor acceptor() {
    return acceptor;
  }

  void receive(Channel channel) {
    if (!(channel.remoteAddress() instanceof InetSocketAddress remote)) {
      var _ = channel.close(); // gone before it was taken
      return;
    }
    var now = settings;
    var leafAllowed = now.leafAllowed().test(remote.getAddress());
    try {
      acceptor.accept(channel, new Arrival(now.kind(), Tls.NONE, leafAllowed, null));
    } catch (RuntimeException e) {
      acceptor.refused(remote, now.kind(), new TransportException("the connection failed", e));
      var _ = channel.close();
    }
  }
}

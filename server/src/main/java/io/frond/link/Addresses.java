package io.frond.link;

import io.frond.transport.TransportInfo;
import io.netty.channel.Channel;
import io.netty.util.NetUtil;
import java.net.InetSocketAddress;

/// Addresses as logs and URLs have them.
public final class Addresses {
  private Addresses() {}

  /// The other side of a channel; port 0 when it is gone.
  static InetSocketAddress remote(Channel channel) {
    return TransportInfo.remote(channel) instanceof InetSocketAddress address
        ? address
        : InetSocketAddress.createUnresolved("unknown", 0);
  }

  /// `address:port`, IPv6 in brackets and without its zone.
  public static String text(InetSocketAddress of) {
    var host = host(of);
    return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + of.getPort();
  }

  /// The address alone, IPv6 in its short form.
  public static String host(InetSocketAddress of) {
    var address = of.getAddress();
    return address == null ? of.getHostString() : NetUtil.toAddressString(address);
  }
}

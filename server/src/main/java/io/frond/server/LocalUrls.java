package io.frond.server;

import io.frond.options.HostPort;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What others are told to dial to reach a listener of this server.
final class LocalUrls {
  private LocalUrls() {}

  /// Where INFO says that a listener is.
  static HostPort shown(@Nullable HostPort advertised, HostPort listening) {
    if (advertised == null) {
      return listening;
    }
    var port = advertised.port() > 0 ? advertised.port() : listening.port();
    return new HostPort(advertised.host(), port);
  }

  /// The advertised address if there is one, else the listener's; for a listener on all addresses
  /// every address that others may reach, as nats-server does.
  static List<String> of(@Nullable HostPort advertised, HostPort listening) {
    if (advertised != null) {
      return List.of(shown(advertised, listening).toString());
    }
    var host = listening.host();
    if (!host.isEmpty() && !host.equals("0.0.0.0") && !host.equals("::")) {
      return List.of(listening.toString());
    }
    var urls = new ArrayList<String>();
    for (var address : reachable()) {
      urls.add(new HostPort(address, listening.port()).toString());
    }
    return urls;
  }

  private static List<String> reachable() {
    var found = new ArrayList<String>();
    try {
      for (var device : Collections.list(NetworkInterface.getNetworkInterfaces())) {
        for (var address : Collections.list(device.getInetAddresses())) {
          if (isGlobal(address)) {
            found.add(text(address));
          }
        }
      }
    } catch (SocketException e) {
      return List.of(); // no interfaces: nobody can reach us by address
    }
    return found;
  }

  private static boolean isGlobal(InetAddress address) {
    return !address.isAnyLocalAddress()
        && !address.isLoopbackAddress()
        && !address.isLinkLocalAddress()
        && !address.isMulticastAddress();
  }

  private static String text(InetAddress address) {
    var text = address.getHostAddress();
    var zone = address instanceof Inet6Address ? text.indexOf('%') : -1;
    return zone < 0 ? text : text.substring(0, zone);
  }
}

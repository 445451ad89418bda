package io.frond.server;

import java.net.Inet4Address;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.Comparator;

/// Which of this machine's addresses to tell others when the server listens on all of them.
final class LocalAddresses {
  private LocalAddresses() {}

  /// The host itself where it names one; else an address that other machines may reach, or the
  /// loopback address when there is none.
  static String reachable(String host) {
    if (!host.isEmpty() && !host.equals("0.0.0.0") && !host.equals("::")) {
      return host;
    }
    try {
      return NetworkInterface.networkInterfaces()
          .flatMap(NetworkInterface::inetAddresses)
          .filter(
              it -> !it.isLoopbackAddress() && !it.isLinkLocalAddress() && !it.isMulticastAddress())
          .min(Comparator.comparingInt(it -> it instanceof Inet4Address ? 0 : 1))
          .map(it -> it.getHostAddress().replaceFirst("%.*", ""))
          .orElse("127.0.0.1");
    } catch (SocketException e) {
      return "127.0.0.1";
    }
  }
}

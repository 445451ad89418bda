package io.frond.options;

import java.net.URI;
import java.net.URISyntaxException;
import org.jspecify.annotations.Nullable;

/// Where a system log is.
///
/// @param host a name or an address; for [Network#UNIX] a path
/// @param port 0 where there is none
public record SyslogAddress(Network network, String host, int port) {
  public enum Network {
    /// This machine's, at one of the usual places.
    LOCAL,
    /// A Unix domain socket.
    UNIX,
    UDP,
    TCP
  }

  /// `syslog: true`.
  public static final SyslogAddress OF_THE_MACHINE = new SyslogAddress(Network.LOCAL, "", 0);

  private static final int DEFAULT_PORT = 514;

  /// `remote_syslog`: `udp://host:port`, `tcp://host:port` or `unix:///path`; null when it is none
  /// of these.
  public static @Nullable SyslogAddress parse(String text) {
    URI uri;
    try {
      uri = new URI(text);
    } catch (URISyntaxException e) {
      return null;
    }
    var scheme = uri.getScheme();
    var host = uri.getHost();
    var path = uri.getPath();
    if (scheme == null) {
      return null;
    }
    if (scheme.equals("unix")) {
      return path == null || path.isEmpty() ? null : new SyslogAddress(Network.UNIX, path, 0);
    }
    if (host == null || !(scheme.equals("udp") || scheme.equals("tcp"))) {
      return null;
    }
    return new SyslogAddress(
        scheme.equals("udp") ? Network.UDP : Network.TCP,
        host,
        uri.getPort() < 0 ? DEFAULT_PORT : uri.getPort());
  }
}

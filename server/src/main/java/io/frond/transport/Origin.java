package io.frond.transport;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Scheme, host and port of an `Origin` header (RFC 6454), as far as two can be compared.
///
/// @param host lower case, IPv6 without brackets
/// @param port the scheme's own where none is written
record Origin(String scheme, String host, int port) {
  private static final int HTTP_PORT = 80;
  private static final int HTTPS_PORT = 443;

  /// Null when the text is no absolute `http` or `https` URL.
  static @Nullable Origin parse(String text) {
    var colon = text.indexOf("://");
    if (colon < 0) {
      return null;
    }
    var scheme = text.substring(0, colon).toLowerCase(Locale.ROOT);
    if (!scheme.equals("http") && !scheme.equals("https")) {
      return null;
    }
    var authority = text.substring(colon + 3);
    var end = authority.indexOf('/');
    return of(scheme.equals("https"), end < 0 ? authority : authority.substring(0, end));
  }

  /// From a `Host` header; null when it is none.
  static @Nullable Origin of(boolean tls, String hostPort) {
    var afterAddress = hostPort.startsWith("[") ? hostPort.indexOf(']') + 1 : 0;
    var colon = hostPort.indexOf(':', afterAddress);
    var host = colon < 0 ? hostPort : hostPort.substring(0, colon);
    if (host.startsWith("[") && host.endsWith("]")) {
      host = host.substring(1, host.length() - 1);
    }
    if (host.isEmpty()) {
      return null;
    }
    try {
      var port =
          colon < 0
              ? (tls ? HTTPS_PORT : HTTP_PORT)
              : Integer.parseInt(hostPort.substring(colon + 1));
      return new Origin(tls ? "https" : "http", host.toLowerCase(Locale.ROOT), port);
    } catch (NumberFormatException e) {
      return null;
    }
  }
}

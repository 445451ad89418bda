package io.frond.options;

import org.jspecify.annotations.Nullable;

/// A server that we dial. Not a [java.net.URI], which knows no host names with an underscore and
/// keeps the user info encoded.
///
/// @param scheme lower case and reduced to what matters: `nats` (also for `nats-route`,
///   `nats-leaf`, `leaf` and none), `tls`, `ws`, `wss`, `http`, `https`
/// @param user decoded; without a password it may be a token; null for none
/// @param password decoded, null for none
/// @param host a name or an address, IPv6 without brackets
/// @param port 1 to 65,535, defaults filled in
/// @param path with its leading slash, empty for none
public record ServerUrl(
    String scheme,
    @Nullable String user,
    @Nullable String password,
    String host,
    int port,
    String path) {

  /// A plain `nats://host:port`.
  public static ServerUrl nats(String host, int port) {
    return new ServerUrl("nats", null, null, host, port, "");
  }

  /// Whether TLS is used whatever else is configured.
  public boolean secure() {
    return scheme.equals("tls") || scheme.equals("wss") || scheme.equals("https");
  }

  public boolean webSocket() {
    return scheme.equals("ws") || scheme.equals("wss");
  }

  public HostPort hostPort() {
    return new HostPort(host, port);
  }

  /// For logs and monitoring: without the user info.
  @Override
  public String toString() {
    return scheme + "://" + hostPort() + path;
  }
}

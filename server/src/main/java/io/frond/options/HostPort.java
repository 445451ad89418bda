package io.frond.options;

/// An address to listen on or to dial.
///
/// @param host a name or an address, IPv6 without brackets
/// @param port 0 to 65,535, or -1 for "any free port" when listening
public record HostPort(String host, int port) {
  @Override
  public String toString() {
    return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
  }
}

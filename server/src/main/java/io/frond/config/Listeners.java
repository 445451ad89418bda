package io.frond.config;

import io.frond.conf.Entry;
import io.frond.conf.Value;
import io.frond.options.HostPort;
import org.jspecify.annotations.Nullable;

/// Reads where a listener listens and what it advertises.
final class Listeners {
  static final int ANY_PORT = -1;
  static final int MAX_PORT = 65_535;
  static final String ANY_HOST = "0.0.0.0";

  private Listeners() {}

  /// The address of `listen`, `host` and `port`; `host` and `port` win over `listen`. Port 0 means
  /// that none was configured.
  static HostPort listen(Section section, String defaultHost) {
    var host = defaultHost;
    var port = 0;
    var listen = address(section, "listen", defaultHost);
    if (listen != null) {
      host = listen.host();
      port = listen.port();
    }
    var ownHost = section.name("host");
    if (ownHost != null) {
      replaces(section, "host", listen != null && !host.equals(ownHost));
      host = ownHost;
    }
    if (section.has("port")) {
      var own = section.number("port", ANY_PORT, MAX_PORT, port);
      replaces(section, "port", listen != null && port != own);
      port = own;
    }
    return new HostPort(host, port);
  }

  private static void replaces(Section section, String key, boolean differs) {
    if (differs) {
      section
          .problems()
          .warn(key, section.at(key), "replaces the one of \"listen\" at " + section.at("listen"));
    }
  }

  /// A port, or host and port; null when the key is absent or wrong.
  static @Nullable HostPort address(Section section, String key, String defaultHost) {
    Entry entry = section.entry(key);
    if (entry == null) {
      return null;
    }
    if (entry.value() instanceof Value.Whole) {
      var port = section.number(key, ANY_PORT, MAX_PORT, 0);
      return new HostPort(defaultHost, port);
    }
    if (entry.value() instanceof Value.Text text) {
      var address = Texts.hostPort(text.text());
      if (address != null) {
        return address.host().isEmpty() ? new HostPort(defaultHost, address.port()) : address;
      }
      section.invalid(
          key, "expected host:port with a port from -1 to 65535, got \"" + text.text() + '"');
      return null;
    }
    section.invalid(key, "expected a port or \"host:port\", got " + entry.value().kind());
    return null;
  }

  /// What others are told to dial; port 0 means the listener's. Null when absent or wrong.
  static @Nullable HostPort advertise(Section section, String key) {
    var text = section.name(key);
    if (text == null) {
      return null;
    }
    var address = Texts.advertised(text);
    if (address == null) {
      section.invalid(key, "expected host:port or host, got \"" + text + '"');
    }
    return address;
  }
}

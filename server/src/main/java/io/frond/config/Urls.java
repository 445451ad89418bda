package io.frond.config;

import io.frond.options.ServerUrl;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Addresses of servers as users write them: `scheme://user:password@host:port/path`, most of it
/// optional.
///
/// What is wrong with one is thrown without its place; the caller, who knows it, reports it.
final class Urls {
  private Urls() {}

  /// A route: `nats-route://`, `nats://`, `tls://` or none.
  static ServerUrl route(String text, int defaultPort) throws ConfigException {
    var url = parse(text, defaultPort);
    if (url.webSocket() || url.scheme().startsWith("http")) {
      throw new ConfigException("routes begin with nats-route://, nats:// or tls://");
    }
    return url;
  }

  /// A leaf's hub: as a route, and `nats-leaf://`, `leaf://`, `ws://` and `wss://`.
  static ServerUrl remote(String text, int defaultPort) throws ConfigException {
    var url = parse(text, defaultPort);
    if (url.scheme().startsWith("http")) {
      throw new ConfigException("remotes begin with nats://, tls://, ws:// or wss://");
    }
    return url;
  }

  static ServerUrl proxy(String text) throws ConfigException {
    var url = parse(text, text.toLowerCase(Locale.ROOT).startsWith("https:") ? 443 : 80);
    if (!url.scheme().startsWith("http")) {
      throw new ConfigException("a proxy begins with http:// or https://");
    }
    return url;
  }

  /// Whether the text names no port, so that the default was taken.
  static boolean hasNoPort(String text) {
    var start = text.indexOf("://") < 0 ? 0 : text.indexOf("://") + 3;
    var authority = text.substring(Math.max(start, text.lastIndexOf('@') + 1));
    var slash = authority.indexOf('/');
    var address = slash < 0 ? authority : authority.substring(0, slash);
    return address.lastIndexOf(':') <= address.lastIndexOf(']');
  }

  private static ServerUrl parse(String text, int defaultPort) throws ConfigException {
    var rest = text.strip();
    var scheme = "nats";
    var colon = rest.indexOf("://");
    if (colon >= 0) {
      scheme = scheme(rest.substring(0, colon).toLowerCase(Locale.ROOT));
      rest = rest.substring(colon + 3);
    }
    var path = "";
    var at = rest.lastIndexOf('@');
    var slash = rest.indexOf('/', at + 1);
    if (slash >= 0) {
      path = rest.substring(slash);
      rest = rest.substring(0, slash);
    }
    String user = null;
    String password = null;
    if (at >= 0) {
      var info = rest.substring(0, at);
      rest = rest.substring(at + 1);
      var split = info.indexOf(':');
      user = decoded(split < 0 ? info : info.substring(0, split));
      password = split < 0 ? null : decoded(info.substring(split + 1));
    }
    var end = rest.lastIndexOf(':');
    var bare = end <= rest.lastIndexOf(']');
    var host = Texts.host(bare ? rest : rest.substring(0, end));
    if (host == null || host.isEmpty()) {
      throw new ConfigException("it names no host");
    }
    var port = bare ? Long.valueOf(defaultPort) : Texts.whole(rest.substring(end + 1));
    if (port == null || port < 1 || port > 65_535) {
      throw new ConfigException("expected a port between 1 and 65535");
    }
    return new ServerUrl(
        scheme, user, password, host, port.intValue(), path.equals("/") ? "" : path);
  }

  private static String scheme(String scheme) throws ConfigException {
    return switch (scheme) {
      case "nats", "nats-route", "nats-leaf", "leaf", "leafnode", "tcp" -> "nats";
      case "tls", "ws", "wss", "http", "https" -> scheme;
      default -> throw new ConfigException("unknown scheme " + scheme + "://");
    };
  }

  /// Percent-encoding undone; a `%` that begins no escape stays.
  private static @Nullable String decoded(String text) {
    if (text.indexOf('%') < 0) {
      return text;
    }
    var bytes = text.getBytes(StandardCharsets.UTF_8);
    var decoded = new ByteArrayOutputStream(bytes.length);
    for (var i = 0; i < bytes.length; i++) {
      var high = bytes[i] == '%' && i + 2 < bytes.length ? Character.digit(bytes[i + 1], 16) : -1;
      var low = high < 0 ? -1 : Character.digit(bytes[i + 2], 16);
      if (low >= 0) {
        decoded.write(high * 16 + low);
        i += 2;
      } else {
        decoded.write(bytes[i]);
      }
    }
    return decoded.toString(StandardCharsets.UTF_8);
  }
}

package io.frond.config;

import io.frond.options.AuthOptions;
import io.frond.options.HostPort;
import io.frond.options.TlsOptions;
import io.frond.options.UserOptions;
import io.frond.options.WebSocketOptions;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Reads `websocket {}`, also written `ws {}`.
final class WebSocketReader {
  private static final Duration HANDSHAKE_TIMEOUT = Duration.ofSeconds(2);

  private final Section section;
  private final Problems problems;

  private WebSocketReader(Section section) {
    this.section = section;
    this.problems = section.problems();
  }

  /// Null without such a block, or without a port in it.
  ///
  /// @param users of the server, who exclude a user or token for this listener alone
  static @Nullable WebSocketOptions read(Section server, List<UserOptions> users) {
    var section = server.section("websocket", Level.WEBSOCKET);
    return section == null ? null : new WebSocketReader(section).read(users);
  }

  private @Nullable WebSocketOptions read(List<UserOptions> users) {
    HostPort listen = Listeners.listen(section, Listeners.ANY_HOST);
    var tls = TlsReader.read(section, TlsReader.Role.LISTENER);
    var noTls = section.flag("no_tls", false);
    var handshake = section.seconds("handshake_timeout", HANDSHAKE_TIMEOUT);
    var options =
        new WebSocketOptions(
            listen,
            Listeners.advertise(section, "advertise"),
            tls,
            noTls,
            section.flag("same_origin", false),
            allowedOrigins(),
            section.flag("compression", false),
            handshake.isZero() ? HANDSHAKE_TIMEOUT : handshake,
            null,
            section.name("user_cookie"),
            section.name("pass_cookie"),
            section.name("token_cookie"),
            AuthReader.noAuthUser(section, users),
            auth(tls, users),
            headers(),
            section.optionalDuration("ping_interval", true));
    if (listen.port() == 0) {
      problems.warn("websocket", section.at(), "is not used: it has no port");
      return null;
    }
    if (tls == null && !noTls) {
      problems.error(
          "\"websocket\" at " + section.at() + " needs \"tls\", or no_tls: true to go without");
    }
    return options;
  }

  private List<String> allowedOrigins() {
    for (var text : section.texts("allowed_origins")) {
      if (!isOrigin(text.text())) {
        problems.invalid(
            "allowed_origins",
            text.at(),
            "expected http://HOST or https://HOST, got " + text.text());
      }
    }
    return section.strings("allowed_origins");
  }

  private static boolean isOrigin(String text) {
    try {
      var uri = new URI(text);
      var scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
      return (scheme.equals("http") || scheme.equals("https")) && uri.getAuthority() != null;
    } catch (URISyntaxException e) {
      return false;
    }
  }

  private @Nullable AuthOptions auth(@Nullable TlsOptions tls, List<UserOptions> users) {
    var auth = section.section("authorization", Level.WEBSOCKET_AUTHORIZATION);
    if (auth == null) {
      return null;
    }
    var user = auth.name("user");
    var token = auth.name("token");
    if (!users.isEmpty() && user != null) {
      auth.invalid("user", "cannot have a user here and \"users\" or accounts with users");
    }
    if (!users.isEmpty() && token != null) {
      auth.invalid("token", "cannot have a token here and \"users\" or accounts with users");
    }
    return new AuthOptions(
        user, auth.text("password"), token, List.of(), null, AuthReader.timeout(auth, tls), null);
  }

  private Map<String, String> headers() {
    var headers = section.map("headers");
    for (var name : headers.keySet()) {
      var lower = name.toLowerCase(Locale.ROOT);
      switch (lower) {
        case "host", "content-length", "connection", "upgrade", "nats-no-masking" ->
            section.invalid("headers", "the header " + name + " is not allowed");
        default -> {
          if (lower.startsWith("sec-websocket-")) {
            section.invalid("headers", "the header " + name + " is not allowed");
          }
        }
      }
    }
    return headers;
  }
}

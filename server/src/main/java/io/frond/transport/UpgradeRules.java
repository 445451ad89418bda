package io.frond.transport;

import io.frond.options.WebSocketOptions;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.cookie.ServerCookieDecoder;
import io.netty.util.NetUtil;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Which HTTP requests become WebSockets, and on what terms (RFC 6455, 4.2). Immutable.
///
/// @param sameOrigin a browser's page must come from this host
/// @param anyOrigin no list of origins was given
/// @param allowedOrigins those that are welcome unless any is
/// @param compression permessage-deflate is agreed to when offered
/// @param cookies whose values the upper layers want, null for none
/// @param headers added to the answer
record UpgradeRules(
    boolean sameOrigin,
    boolean anyOrigin,
    List<Origin> allowedOrigins,
    boolean compression,
    @Nullable WebSocketOptions cookies,
    Map<String, String> headers) {

  static final String LEAF_PATH = "/leafnode";
  static final String NO_MASKING_HEADER = "Nats-No-Masking";
  static final String NO_MASKING = "true";
  private static final String OLD_ORIGIN_HEADER = "Sec-WebSocket-Origin";
  private static final String MQTT_PATH = "/mqtt";
  private static final String VERSION = "13";

  /// What becomes of a request.
  sealed interface Verdict {}

  /// @param status of HTTP
  /// @param reason for the log
  record Refused(int status, String reason) implements Verdict {}

  /// @param answer the response, complete
  /// @param masked the other side masks its frames, as RFC 6455 wants
  /// @param browser that is better served with small frames
  record Agreed(Upgrade upgrade, String answer, boolean masked, boolean compressed, boolean browser)
      implements Verdict {}

  /// @param options of the websocket listener; null for another port, where a page of a browser
  ///   must come from the same origin, since nobody could list others
  static UpgradeRules of(@Nullable WebSocketOptions options) {
    if (options == null) {
      return new UpgradeRules(true, true, List.of(), false, null, Map.of());
    }
    var origins =
        options.allowedOrigins().stream().map(Origin::parse).filter(Objects::nonNull).toList();
    return new UpgradeRules(
        options.sameOrigin(),
        options.allowedOrigins().isEmpty(),
        origins,
        options.compression(),
        options,
        options.headers());
  }

  /// @param secure the request came inside TLS
  Verdict judge(HttpRequest request, boolean secure) {
    var path = path(request.uri());
    var refused = refusal(request, path, secure);
    if (refused != null) {
      return refused;
    }
    var headers = request.headers();
    var leaf = path.endsWith(LEAF_PATH);
    var masked = !NO_MASKING.equals(headers.get(NO_MASKING_HEADER));
    var compressed = compression && Deflate.offered(headers);
    var agent = headers.get(HttpHeaderNames.USER_AGENT);
    var key = Objects.requireNonNull(headers.get(HttpHeaderNames.SEC_WEBSOCKET_KEY));
    return new Agreed(
        upgrade(request, path, leaf),
        answer(key, masked, compressed),
        masked,
        compressed,
        agent != null && agent.startsWith("Mozilla/"));
  }

  private static String path(String uri) {
    var scheme = uri.indexOf("://");
    var start = scheme < 0 || uri.startsWith("/") ? 0 : Math.max(0, uri.indexOf('/', scheme + 3));
    var query = uri.indexOf('?', start);
    return query < 0 ? uri.substring(start) : uri.substring(start, query);
  }

  private @Nullable Refused refusal(HttpRequest request, String path, boolean secure) {
    var headers = request.headers();
    if (path.endsWith(MQTT_PATH)) {
      return new Refused(404, "MQTT is not served");
    }
    if (!request.method().equals(HttpMethod.GET)) {
      return new Refused(405, "the request's method must be GET");
    }
    if (!request.protocolVersion().equals(HttpVersion.HTTP_1_1)) {
      return new Refused(400, "the request must be HTTP/1.1");
    }
    var host = headers.get(HttpHeaderNames.HOST);
    if (host == null || host.isEmpty()) {
      return new Refused(400, "the request has no Host header");
    }
    if (!headers.containsValue(HttpHeaderNames.UPGRADE, "websocket", true)) {
      return new Refused(400, "invalid value for header 'Upgrade'");
    }
    if (!headers.containsValue(HttpHeaderNames.CONNECTION, "Upgrade", true)) {
      return new Refused(400, "invalid value for header 'Connection'");
    }
    var key = headers.get(HttpHeaderNames.SEC_WEBSOCKET_KEY);
    if (key == null || !WebSocketKey.valid(key)) {
      return new Refused(400, "the WebSocket key is missing or invalid");
    }
    if (!headers.containsValue(HttpHeaderNames.SEC_WEBSOCKET_VERSION, VERSION, true)) {
      return new Refused(400, "the WebSocket version must be " + VERSION);
    }
    return originRefusal(request, host, secure);
  }

  private @Nullable Refused originRefusal(HttpRequest request, String host, boolean secure) {
    if (!sameOrigin && anyOrigin) {
      return null;
    }
    var headers = request.headers();
    var text = headers.get(HttpHeaderNames.ORIGIN, headers.get(OLD_ORIGIN_HEADER));
    if (text == null || text.isEmpty()) {
      return null; // no browser; others can write what they like anyway (RFC 6455, 1.6)
    }
    var origin = Origin.parse(text);
    if (origin == null) {
      return new Refused(403, "origin not allowed: invalid");
    }
    if (sameOrigin && !origin.equals(Origin.of(secure, host))) {
      return new Refused(403, "origin not allowed: not same origin");
    }
    if (!anyOrigin && !allowedOrigins.contains(origin)) {
      return new Refused(403, "origin not allowed: not in the allowed list");
    }
    return null;
  }

  private Upgrade upgrade(HttpRequest request, String path, boolean leaf) {
    var forwarded = request.headers().get("X-Forwarded-For");
    var address =
        forwarded != null
                && (NetUtil.isValidIpV4Address(forwarded) || NetUtil.isValidIpV6Address(forwarded))
            ? forwarded
            : null;
    var cookie = request.headers().get(HttpHeaderNames.COOKIE);
    if (cookies == null || cookie == null || leaf) {
      return new Upgrade(path, leaf, address, null, null, null, null);
    }
    var sent = ServerCookieDecoder.LAX.decodeAll(cookie);
    String jwt = null;
    String user = null;
    String password = null;
    String token = null;
    for (var one : sent) {
      if (one.name().equals(cookies.jwtCookie())) {
        jwt = one.value();
      } else if (one.name().equals(cookies.userCookie())) {
        user = one.value();
      } else if (one.name().equals(cookies.passCookie())) {
        password = one.value();
      } else if (one.name().equals(cookies.tokenCookie())) {
        token = one.value();
      }
    }
    return new Upgrade(path, leaf, address, jwt, user, password, token);
  }

  private String answer(String key, boolean masked, boolean compressed) {
    var text = new StringBuilder(256);
    text.append("HTTP/1.1 101 Switching Protocols\r\n");
    text.append("Upgrade: websocket\r\nConnection: Upgrade\r\n");
    header(text, "Sec-WebSocket-Accept", WebSocketKey.accept(key));
    if (compressed) {
      header(text, "Sec-WebSocket-Extensions", Deflate.EXTENSION);
    }
    if (!masked) {
      header(text, NO_MASKING_HEADER, NO_MASKING);
    }
    headers.forEach((name, value) -> header(text, name, value));
    return text.append("\r\n").toString();
  }

  private static void header(StringBuilder text, String name, String value) {
    text.append(name).append(": ").append(value).append("\r\n");
  }
}

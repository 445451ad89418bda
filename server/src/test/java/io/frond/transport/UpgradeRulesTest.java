package io.frond.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.frond.options.HostPort;
import io.frond.options.WebSocketOptions;
import io.frond.transport.UpgradeRules.Agreed;
import io.frond.transport.UpgradeRules.Refused;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class UpgradeRulesTest {
  private static WebSocketOptions options(
      boolean sameOrigin, boolean compression, List<String> origins, Map<String, String> headers) {
    return new WebSocketOptions(
        new HostPort("127.0.0.1", -1),
        null,
        null,
        true,
        sameOrigin,
        origins,
        compression,
        Duration.ofSeconds(2),
        "jwt",
        "user",
        "pass",
        "token",
        null,
        null,
        headers,
        null);
  }

  private static UpgradeRules rules(boolean sameOrigin, List<String> origins) {
    return UpgradeRules.of(options(sameOrigin, true, origins, Map.of()));
  }

  private static HttpRequest request(String path) {
    var request = new DefaultHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, path);
    request
        .headers()
        .set("Host", "hub.example:4222")
        .set("Upgrade", "WebSocket")
        .set("Connection", "keep-alive, Upgrade")
        .set("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==")
        .set("Sec-WebSocket-Version", "13");
    return request;
  }

  private static Agreed agreed(UpgradeRules rules, HttpRequest request) {
    return assertInstanceOf(Agreed.class, rules.judge(request, false));
  }

  @ParameterizedTest
  @CsvSource({
    "Host,, 400",
    "Host, '', 400",
    "Upgrade,, 400",
    "Upgrade, h2c, 400",
    "Connection, keep-alive, 400",
    "Sec-WebSocket-Key,, 400",
    "Sec-WebSocket-Key, c2hvcnQ=, 400",
    "Sec-WebSocket-Key, !, 400",
    "Sec-WebSocket-Version, 8, 400",
  })
  void whatRfc6455AsksForIsAskedFor(String header, @Nullable String value, int status) {
    var request = request("/");
    request.headers().remove(header);
    if (value != null) {
      request.headers().set(header, value);
    }
    var refused = assertInstanceOf(Refused.class, rules(false, List.of()).judge(request, false));
    assertEquals(status, refused.status());
  }

  @Test
  void onlyGetOfHttp11IsTaken() {
    var rules = rules(false, List.of());
    var post = request("/").setMethod(HttpMethod.POST);
    assertEquals(405, ((Refused) rules.judge(post, false)).status());
    var old = request("/").setProtocolVersion(HttpVersion.HTTP_1_0);
    assertEquals(400, ((Refused) rules.judge(old, false)).status());
    assertEquals(404, ((Refused) rules.judge(request("/mqtt"), false)).status());
  }

  @ParameterizedTest
  @CsvSource({
    "/, /, false",
    "/any/thing?x=/leafnode, /any/thing, false",
    "/leafnode, /leafnode, true",
    "/site/a/leafnode?x=1, /site/a/leafnode, true",
    "http://hub.example:4222/leafnode, /leafnode, true",
    "http://hub.example, '', false",
  })
  void thePathTellsALeaf(String uri, String path, boolean leaf) {
    var upgrade = agreed(rules(false, List.of()), request(uri)).upgrade();
    assertEquals(leaf, upgrade.leafPath());
    if (!path.isEmpty()) {
      assertEquals(path, upgrade.path());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "http://hub.example:4222, true, '', true",
    "http://HUB.example:4222, true, '', true",
    "http://hub.example, true, '', false",
    "https://hub.example:4222, true, '', false",
    "http://other.example:4222, true, '', false",
    "null, true, '', false",
    "http://other.example, false, http://other.example:80, true",
    "http://other.example:81, false, http://other.example, false",
    "https://other.example, false, https://other.example:443, true",
    "http://[::1]:8080, false, http://[::1]:8080, true",
    "http://anybody.example, false, '', true",
    "http://anybody.example, false, nonsense, false",
  })
  void originsAreComparedBySchemeHostAndPort(
      String origin, boolean sameOrigin, String allowed, boolean welcome) {
    var request = request("/");
    request.headers().set("Origin", origin);
    var rules = rules(sameOrigin, allowed.isEmpty() ? List.of() : List.of(allowed));
    var verdict = rules.judge(request, false);
    assertEquals(welcome, verdict instanceof Agreed, verdict.toString());
    if (verdict instanceof Refused refused) {
      assertEquals(403, refused.status());
    }
  }

  @Test
  void aPageOfAnotherOriginIsRefusedOnPortsWithoutWebSocketOptions() {
    var rules = UpgradeRules.of(null);
    assertInstanceOf(Agreed.class, rules.judge(request("/leafnode"), false));
    var page = request("/");
    page.headers().set("Origin", "http://evil.example");
    assertInstanceOf(Refused.class, rules.judge(page, false));
  }

  @ParameterizedTest
  @CsvSource({
    "permessage-deflate, true",
    "'permessage-deflate; client_max_window_bits', true",
    "'permessage-deflate; server_max_window_bits=10', false",
    "'permessage-deflate; server_max_window_bits=10, permessage-deflate', true",
    "'permessage-deflate; server_max_window_bits=15', true",
    "x-webkit-deflate-frame, false",
  })
  void compressionIsAgreedToWhenItCanBeMet(String offer, boolean compressed) {
    var request = request("/");
    request.headers().set("Sec-WebSocket-Extensions", offer);
    var agreed = agreed(rules(false, List.of()), request);
    assertEquals(compressed, agreed.compressed());
    assertEquals(
        compressed,
        agreed
            .answer()
            .contains(
                "Sec-WebSocket-Extensions: permessage-deflate; server_no_context_takeover;"
                    + " client_no_context_takeover\r\n"));
    var off = UpgradeRules.of(options(false, false, List.of(), Map.of()));
    assertFalse(agreed(off, request).compressed());
  }

  @Test
  void theMaskIsLeftOutWhereThatIsAsked() {
    for (var path : List.of("/leafnode", "/")) {
      var request = request(path);
      request.headers().set("Nats-No-Masking", "true");
      var agreed = agreed(rules(false, List.of()), request);
      assertFalse(agreed.masked());
      assertTrue(agreed.answer().contains("Nats-No-Masking: true\r\n"));
      assertTrue(agreed(rules(false, List.of()), request(path)).masked());
    }
  }

  @Test
  void cookiesHeadersAndTheForwardedAddressAreTaken() {
    var rules = UpgradeRules.of(options(false, true, List.of(), Map.of("X-Site", "a")));
    var request = request("/");
    request
        .headers()
        .set("Cookie", "other=x; jwt=eyJ.a.b; user=u; pass=\"p w\"; token=t")
        .set("X-Forwarded-For", "2001:db8::1")
        .set("User-Agent", "Mozilla/5.0");
    var agreed = agreed(rules, request);
    assertEquals(
        new Upgrade("/", false, "2001:db8::1", "eyJ.a.b", "u", "p w", "t"), agreed.upgrade());
    assertTrue(agreed.answer().contains("X-Site: a\r\n"));
    assertTrue(agreed.answer().endsWith("\r\n\r\n"));
    assertTrue(agreed.browser());
    request.headers().set("X-Forwarded-For", "not an address");
    assertNull(agreed(rules, request).upgrade().forwardedFor());
  }
}

package io.frond.monitor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.frond.options.HostPort;
import io.frond.options.MonitorOptions;
import io.frond.options.TlsOptions;
import io.frond.server.FrondServer;
import io.frond.testkit.Await;
import io.frond.testkit.TestCertificates;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// How monitoring speaks HTTP, whatever it is asked for.
class MonitorServerTest {
  private static final HostPort ANY_PORT = new HostPort("127.0.0.1", 0);
  private static final int FUZZED = 3000;

  @Test
  void healthIsOneConstantLine() {
    try (var it = Monitored.start()) {
      var health = it.get("/healthz");
      assertEquals(200, health.statusCode());
      assertEquals("{\"status\":\"ok\"}", health.body());
      assertEquals("application/json", health.headers().firstValue("content-type").orElse(""));
      for (var query : List.of("js-enabled-only=true", "js-server-only=1", "details=1")) {
        assertEquals("{\"status\":\"ok\"}", it.get("/healthz?" + query).body(), query);
      }
      var stream = it.get("/healthz?stream=S");
      assertEquals(400, stream.statusCode());
      assertEquals(
          "\"account\" must not be empty when checking stream health",
          Monitored.parse(stream.body()).text("error"));
      assertEquals(400, it.get("/healthz?details=maybe").statusCode());
    }
  }

  @Test
  void healthFailsInLameDuckMode() throws Exception {
    try (var it = Monitored.start()) {
      it.connect("lingering");
      var ducking = Thread.ofVirtual().start(() -> duck(it.server()));
      Await.until("it is unavailable", () -> it.get("/healthz").statusCode() == 503);
      var health = Monitored.parse(it.get("/healthz").body());
      assertEquals("unavailable", health.text("status"));
      assertEquals("lame duck mode", health.text("error"));
      var details = Monitored.parse(it.get("/healthz?details=1").body());
      assertEquals("CONNECTION", details.objects("errors").getFirst().text("type"));
      ducking.interrupt();
      ducking.join();
    }
  }

  private static void duck(FrondServer server) {
    try {
      server.lameDuck();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void theRootLinksToEveryEndpoint() {
    try (var it = Monitored.start()) {
      var page = it.get("/").body();
      for (var path : List.of("/varz", "/connz", "/metrics", "/healthz")) {
        assertTrue(page.contains("href=\"" + path + "\""), path);
        assertEquals(200, it.get(path).statusCode());
      }
      assertTrue(it.get("/stacksz").body().contains("frond-loop"));
      assertEquals(404, it.get("/nothing").statusCode());
      assertEquals(404, it.get("/varz/").statusCode());
      assertEquals("404 page not found\n", it.get("/queuesz").body());
    }
  }

  @Test
  void thereAreNoInnerQueuesAndNoRaftGroups() {
    try (var it = Monitored.start()) {
      assertEquals("{}", it.get("/ipqueuesz?all=1").body());
      assertEquals(404, it.get("/raftz").statusCode());
      assertEquals("No Raft nodes registered", it.get("/raftz").body());
      assertTrue(it.get("/debug/vars").body().contains("\"memstats\""));
    }
  }

  @Test
  void aBasePathGoesBeforeAll() {
    var options = Monitored.OPTIONS.withMonitor(new MonitorOptions(ANY_PORT, null, "/frond/"));
    try (var it = Monitored.start(options)) {
      assertEquals(200, it.get("/frond/healthz").statusCode());
      assertEquals(200, it.get("/frond//varz").statusCode());
      assertTrue(it.get("/frond").body().contains("href=\"/frond/varz\""));
      assertEquals(200, it.get("/frond/").statusCode());
      assertEquals(404, it.get("/varz").statusCode());
      assertEquals(404, it.get("/frondvarz").statusCode());
    }
  }

  @Test
  void onlyGetAndHeadAreAllowed() {
    try (var it = Monitored.start()) {
      var uri = it.uri("/varz");
      var post = HttpRequest.newBuilder(uri).POST(BodyPublishers.ofString("x")).build();
      assertEquals(405, it.send(post).statusCode());
      var delete = HttpRequest.newBuilder(uri).DELETE().build();
      assertEquals(405, it.send(delete).statusCode());
      assertEquals("GET, HEAD", it.send(delete).headers().firstValue("allow").orElse(""));
      var head = it.send(HttpRequest.newBuilder(uri).HEAD().build());
      assertEquals(200, head.statusCode());
      assertEquals("", head.body());
      assertTrue(head.headers().firstValueAsLong("content-length").orElse(0) > 100);
    }
  }

  @Test
  void aCallbackWrapsTheDocument() {
    try (var it = Monitored.start()) {
      var padded = it.get("/varz?callback=app.show");
      assertTrue(padded.body().startsWith("app.show({"));
      assertTrue(padded.body().endsWith("})"));
      assertTrue(
          padded
              .headers()
              .firstValue("content-type")
              .orElse("")
              .startsWith("application/javascript"));
      assertEquals(400, it.get("/varz?callback=alert(1)").statusCode());
      assertEquals("*", padded.headers().firstValue("access-control-allow-origin").orElse(""));
    }
  }

  @Test
  void metricsAreInPrometheusFormat() {
    try (var it = Monitored.start()) {
      it.connect("client");
      var metrics = it.get("/metrics");
      assertTrue(
          metrics
              .headers()
              .firstValue("content-type")
              .orElse("")
              .startsWith("text/plain; version"));
      var lines = Set.copyOf(metrics.body().lines().toList());
      for (var line :
          List.of(
              "frond_healthy 1.0",
              "frond_connections{kind=\"client\"} 1.0",
              "frond_connections{kind=\"route\"} 0.0",
              "frond_client_connections_total 1.0",
              "frond_account_clients{account=\"$G\"} 1.0",
              "frond_slow_consumers_total{kind=\"client\"} 0.0",
              "# TYPE frond_received_messages_total counter",
              "# TYPE frond_uptime_seconds gauge")) {
        assertTrue(lines.contains(line), line + " in\n" + metrics.body());
      }
      for (var line : lines) {
        assertTrue(line.startsWith("#") || line.startsWith("frond_"), line);
      }
    }
  }

  @Test
  void httpsUsesTheServersCertificateAndWantsNone(@TempDir Path folder) throws Exception {
    var certificates = TestCertificates.create(folder);
    var tls =
        new TlsOptions(
            certificates.server().certificate().toString(),
            certificates.server().key().toString(),
            certificates.ca().toString(),
            true,
            false,
            false,
            Duration.ofSeconds(5),
            "1.2",
            List.of(),
            List.of(),
            Set.of(),
            TlsOptions.HandshakeFirst.OFF,
            Duration.ofMillis(50),
            0,
            List.of());
    var options =
        Monitored.OPTIONS.withTls(tls).withMonitor(new MonitorOptions(null, ANY_PORT, ""));
    try (var it = Monitored.start(options);
        var client = HttpClient.newBuilder().sslContext(trusting(certificates)).build()) {
      assertEquals("https", it.uri("/").getScheme());
      var request = HttpRequest.newBuilder(it.uri("/varz")).build();
      var varz = Monitored.parse(client.send(request, BodyHandlers.ofString()).body());
      assertTrue(varz.flag("tls_required", false) && varz.flag("tls_verify", false));
      var plain = URI.create("http://127.0.0.1:" + it.port() + "/varz");
      assertThrows(
          IOException.class,
          () -> client.send(HttpRequest.newBuilder(plain).build(), BodyHandlers.ofString()));
    }
    var both =
        Monitored.OPTIONS.withTls(tls).withMonitor(new MonitorOptions(ANY_PORT, ANY_PORT, ""));
    assertThrows(IOException.class, () -> FrondServer.start(both));
    var without = Monitored.OPTIONS.withMonitor(new MonitorOptions(null, ANY_PORT, ""));
    assertThrows(IOException.class, () -> FrondServer.start(without));
  }

  private static SSLContext trusting(TestCertificates certificates) throws Exception {
    var store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null, null);
    try (var file = Files.newInputStream(certificates.ca())) {
      var factory = CertificateFactory.getInstance("X.509");
      store.setCertificateEntry("ca", factory.generateCertificate(file));
    }
    var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(store);
    var context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    return context;
  }

  @Test
  void requestsOnOneConnectionAreAnsweredInOrder() throws IOException {
    try (var it = Monitored.start();
        var socket = new Socket(InetAddress.getLoopbackAddress(), it.port())) {
      socket.setSoTimeout(10_000);
      write(
          socket,
          "GET /varz HTTP/1.1\r\nHost: x\r\n\r\n"
              + "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"
              + "GET /healthz?details=2 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
      var all = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      var varz = all.indexOf("server_id");
      var health = all.indexOf("{\"status\":\"ok\"}");
      var bad = all.indexOf("400 Bad Request");
      assertTrue(varz > 0 && varz < health && health < bad, all);
    }
  }

  private static void write(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
    socket.getOutputStream().flush();
  }

  @Test
  void whatIsTooLongIsRefused() throws IOException {
    try (var it = Monitored.start()) {
      assertTrue(raw(it, "GET /" + "x".repeat(9000) + " HTTP/1.1\r\n\r\n").contains(" 414 "));
      var header = "GET / HTTP/1.1\r\nX: " + "x".repeat(33_000) + "\r\n\r\n";
      assertTrue(raw(it, header).contains(" 431 "));
      assertTrue(raw(it, "GET /varz?a=%zz HTTP/1.0\r\n\r\n").contains("malformed query"));
      var body = "GET / HTTP/1.1\r\nContent-Length: 100000\r\n\r\n" + "x".repeat(100_000);
      assertFalse(raw(it, body).contains("200 OK"));
      assertEquals(200, it.get("/healthz").statusCode());
    }
  }

  /// What comes back for a request until the server closes the connection.
  private static String raw(Monitored it, String request) throws IOException {
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), it.port())) {
      socket.setSoTimeout(10_000);
      try {
        write(socket, request);
        return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      } catch (IOException e) {
        return ""; // closed while we wrote
      }
    }
  }

  @Test
  void noRequestWhateverItIsStopsTheServer() throws IOException {
    var seed = System.nanoTime();
    var random = new Random(seed);
    var parts =
        List.of(
            "GET ",
            "HEAD ",
            "POST ",
            "/varz",
            "/connz",
            "/subsz",
            "/healthz",
            "?",
            "&",
            "=",
            "%",
            "%41",
            "subs=1",
            "sort=",
            "limit=-9",
            "offset=99999999999",
            "cid=",
            "state=closed",
            "callback=<",
            " HTTP/1.1",
            " HTTP/9",
            "\r\n",
            "\r\n\r\n",
            "Host: x",
            "Content-Length: ",
            "Transfer-Encoding: chunked",
            "ffffffffffff",
            "\u0000",
            "\u00ff",
            "//",
            "..",
            " ");
    var answered = 0;
    var hungUp = 0;
    try (var it = Monitored.start()) {
      for (var i = 0; i < FUZZED; i++) {
        var request = new StringBuilder(random.nextInt(3) == 0 ? "" : "GET /connz?");
        for (var n = random.nextInt(12); n > 0; n--) {
          request.append(parts.get(random.nextInt(parts.size())));
        }
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), it.port())) {
          socket.setSoTimeout(20_000);
          write(socket, request + " HTTP/1.0\r\n\r\n");
          socket.shutdownOutput();
          answered += socket.getInputStream().readAllBytes().length > 0 ? 1 : 0;
        } catch (SocketTimeoutException e) {
          throw new AssertionError("seed " + seed + ", no end: " + request, e);
        } catch (IOException e) {
          hungUp++; // it may whenever it likes
        }
      }
      assertEquals(200, it.get("/healthz").statusCode(), "seed " + seed);
      assertEquals(200, it.get("/connz?subs=1").statusCode(), "seed " + seed);
      assertTrue(answered > FUZZED / 10, answered + " answers, " + hungUp + " hung up");
    }
  }

  @Test
  void tooManyConnectionsAreTurnedAway() throws IOException {
    try (var it = Monitored.start()) {
      var sockets = new ArrayList<Socket>();
      try {
        for (var i = 0; i < MonitorServer.CONNECTIONS_MAX + 8; i++) {
          sockets.add(new Socket(InetAddress.getLoopbackAddress(), it.port()));
        }
        var last = sockets.getLast();
        last.setSoTimeout(10_000);
        assertEquals(-1, last.getInputStream().read());
      } finally {
        for (var socket : sockets) {
          socket.close();
        }
      }
      Await.until("there is room again", () -> healthy(it));
    }
  }

  private static boolean healthy(Monitored it) {
    try {
      return raw(it, "GET /healthz HTTP/1.0\r\n\r\n").contains("200 OK");
    } catch (IOException e) {
      return false;
    }
  }
}

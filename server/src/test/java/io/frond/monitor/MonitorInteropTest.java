package io.frond.monitor;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.frond.config.Configuration;
import io.frond.config.Flags;
import io.frond.json.JsonObject;
import io.frond.server.FrondServer;
import io.frond.testkit.Await;
import io.frond.testkit.GoServer;
import io.frond.testkit.TestServer;
import io.nats.client.Options;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Documents of a Frond and a nats-server that are in the same cluster, each with a leaf and a
/// client: the same fields.
@Tag("interop")
class MonitorInteropTest {
  /// Of nats-server's own matters, which a Frond has none of; absent when they are empty there too.
  private static final Map<String, Set<String>> NOT_OURS =
      Map.of(
          "/varz", Set.of("git_commit"),
          "/accountz?acc=$G account_detail", Set.of("imports", "exports", "responses"));

  private static final Map<String, Set<String>> OURS =
      Map.of("/leafz", Set.of("remotes", "sync"), "/varz", Set.of("frond"));

  @TempDir Path folder;

  private final HttpClient http = HttpClient.newHttpClient();

  private record Ports(int client, int http, int cluster, int leaf) {
    static Ports free() {
      return new Ports(
          TestServer.freePort(),
          TestServer.freePort(),
          TestServer.freePort(),
          TestServer.freePort());
    }

    String config(int otherRoute) {
      return """
      http: "127.0.0.1:%d"
      cluster { name: both, listen: "127.0.0.1:%d", routes: ["nats://127.0.0.1:%d"] }
      leafnodes { listen: "127.0.0.1:%d" }
      """
          .formatted(http, cluster, otherRoute, leaf);
    }

    String leafConfig() {
      return "leafnodes { remotes [ { url: \"nats://127.0.0.1:%d\" } ] }".formatted(leaf);
    }
  }

  @Test
  void documentsHaveTheSameFields() throws Exception {
    var go = Ports.free();
    var frond = Ports.free();
    try (var _ = GoServer.start(folder, "go", go.client(), go.config(frond.cluster()));
        var server = frond(frond, go.cluster());
        var _ = GoServer.start(folder, "goleaf", TestServer.freePort(), go.leafConfig());
        var _ = GoServer.start(folder, "frondleaf", TestServer.freePort(), frond.leafConfig());
        var clients = new Clients()) {
      var first = clients.connect("nats://127.0.0.1:" + go.client(), named());
      var second = clients.connect(server.clientUri().toString(), named());
      first.subscribe("a", "group");
      second.subscribe("a", "group");
      for (var http : List.of(go.http(), frond.http())) {
        Await.until("routes are up", () -> json(http, "/varz").number("routes", 0) > 0);
        Await.until("a leaf is up", () -> json(http, "/varz").number("leafnodes", 0) == 1);
        Await.until("it pinged its client", () -> roundTripKnown(http));
      }
      for (var path : List.of("/varz", "/connz", "/routez", "/leafz", "/subsz", "/accountz")) {
        same(path, json(go.http(), path), json(frond.http(), path));
      }
      var varz = json(go.http(), "/varz");
      for (var part : List.of("cluster", "leaf", "slow_consumer_stats", "disk_io_wait_stats")) {
        same("/varz " + part, part, varz, json(frond.http(), "/varz"));
      }
      for (var kind : List.of("Client", "Leafnode")) {
        connection("/connz?subs=1&auth=1", kind, go, frond);
        connection("/connz?subs=detail", kind, go, frond);
      }
      first("/routez", "routes", go, frond);
      first("/leafz?subs=1", "leafs", go, frond);
      first("/accstatz", "account_statz", go, frond);
      var path = "/accountz?acc=$G";
      same(
          path + " account_detail",
          Objects.requireNonNull(json(go.http(), path).object("account_detail")),
          Objects.requireNonNull(json(frond.http(), path).object("account_detail")));
    }
  }

  private FrondServer frond(Ports ports, int otherRoute) throws Exception {
    var file = folder.resolve("frond.conf");
    Files.writeString(
        file,
        "server_name: frond\nlisten: \"127.0.0.1:"
            + ports.client()
            + "\"\n"
            + ports.config(otherRoute));
    return FrondServer.start(
        Configuration.load(Flags.parse(new String[] {"-c", file.toString()})).options());
  }

  private static Options.Builder named() {
    return new Options.Builder().connectionName("client");
  }

  private boolean roundTripKnown(int port) {
    return json(port, "/connz").objects("connections").stream()
        .filter(connection -> "Client".equals(connection.text("kind")))
        .noneMatch(connection -> "0s".equals(connection.text("rtt")));
  }

  private JsonObject json(int port, String path) {
    try {
      var request =
          HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
              .timeout(Duration.ofSeconds(10))
              .build();
      return Monitored.parse(http.send(request, BodyHandlers.ofString()).body());
    } catch (Exception e) {
      throw new IllegalStateException(path, e);
    }
  }

  private void first(String path, String list, Ports go, Ports frond) {
    same(
        path + " " + list,
        json(go.http(), path).objects(list).getFirst(),
        json(frond.http(), path).objects(list).getFirst());
  }

  private void connection(String path, String kind, Ports go, Ports frond) {
    same(
        path + " " + kind, connection(path, kind, go.http()), connection(path, kind, frond.http()));
  }

  private JsonObject connection(String path, String kind, int port) {
    return json(port, path).objects("connections").stream()
        .filter(connection -> kind.equals(connection.text("kind")))
        .findFirst()
        .orElseThrow();
  }

  private static void same(String what, String part, JsonObject go, JsonObject frond) {
    same(what, Objects.requireNonNull(go.object(part)), Objects.requireNonNull(frond.object(part)));
  }

  private static void same(String what, JsonObject go, JsonObject frond) {
    var expected = new TreeSet<>(go.names());
    expected.removeAll(NOT_OURS.getOrDefault(what, Set.of()));
    var found = new TreeSet<>(frond.names());
    found.removeAll(OURS.getOrDefault(what, Set.of()));
    assertEquals(expected, found, what);
  }
}

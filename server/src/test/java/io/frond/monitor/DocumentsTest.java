package io.frond.monitor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.frond.json.JsonObject;
import io.frond.options.AccountOptions;
import io.frond.options.AuthOptions;
import io.frond.options.UserOptions;
import io.frond.options.Version;
import io.frond.testkit.Await;
import io.frond.testkit.TestServer;
import io.nats.client.Options;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What the documents hold: the field names are those of nats-server 2.14's structures.
class DocumentsTest {
  /// Those that nats-server writes whatever the options are.
  private static final Set<String> VARZ =
      Set.of(
          "server_id",
          "server_name",
          "version",
          "proto",
          "go",
          "host",
          "port",
          "max_connections",
          "ping_interval",
          "ping_max",
          "http_host",
          "http_port",
          "http_base_path",
          "https_port",
          "auth_timeout",
          "max_control_line",
          "max_payload",
          "max_pending",
          "cluster",
          "gateway",
          "leaf",
          "mqtt",
          "websocket",
          "jetstream",
          "tls_timeout",
          "write_deadline",
          "start",
          "now",
          "uptime",
          "mem",
          "cores",
          "gomaxprocs",
          "cpu",
          "connections",
          "total_connections",
          "routes",
          "remotes",
          "leafnodes",
          "in_msgs",
          "in_bytes",
          "in_client_msgs",
          "in_client_bytes",
          "out_msgs",
          "out_bytes",
          "out_client_msgs",
          "out_client_bytes",
          "slow_consumers",
          "stale_connections",
          "stalled_clients",
          "subscriptions",
          "http_req_stats",
          "config_load_time",
          "config_digest",
          "feature_flags",
          "system_account",
          "slow_consumer_stats",
          "stale_connection_stats",
          "disk_io_wait_stats");

  private static final Set<String> SUBLIST =
      Set.of(
          "num_subscriptions",
          "num_cache",
          "num_inserts",
          "num_removes",
          "num_matches",
          "cache_hit_rate",
          "max_fanout",
          "avg_fanout");

  private static Set<String> with(Set<String> some, String... more) {
    var all = new TreeSet<>(some);
    all.addAll(List.of(more));
    return all;
  }

  private static JsonObject object(JsonObject in, String name) {
    return Objects.requireNonNull(in.object(name), name);
  }

  @Test
  void varzHasTheFieldsOfNatsServer() {
    try (var it = Monitored.start()) {
      var varz = it.json("/varz");
      assertEquals(with(VARZ, "frond"), new TreeSet<>(varz.names()));
      assertEquals("monitored", varz.text("server_name"));
      assertEquals(Version.NATS, varz.text("version"));
      assertEquals(Version.FROND, object(varz, "frond").text("version"));
      assertEquals(it.server().clientUri().getPort(), varz.number("port", 0));
      assertEquals(Duration.ofMinutes(2).toNanos(), varz.number("ping_interval", 0));
      assertTrue(varz.number("mem", 0) > 1 << 20);
      assertTrue(varz.text("uptime", "").matches("\\d+s"), varz.text("uptime"));
      var start = Instant.parse(varz.text("start", ""));
      assertFalse(start.isAfter(Instant.parse(varz.text("now", ""))));
      assertEquals(
          Set.of("clients", "routes", "gateways", "leafs"),
          object(varz, "slow_consumer_stats").names());
    }
  }

  @Test
  void varzCountsWhatClientsDo() throws Exception {
    try (var it = Monitored.start()) {
      var own = it.json("/varz").number("subscriptions", 0);
      var receiver = it.connect("receiver");
      var sender = it.connect("sender");
      var subscription = receiver.subscribe("a.*");
      receiver.flush(Duration.ofSeconds(20));
      for (var i = 0; i < 3; i++) {
        sender.publish("a.b", "12345".getBytes(StandardCharsets.US_ASCII));
      }
      for (var i = 0; i < 3; i++) {
        assertTrue(subscription.nextMessage(Duration.ofSeconds(20)) != null);
      }
      sender.close();
      Await.until("the sender is gone", () -> it.json("/varz").number("connections", 0) == 1);
      var varz = it.json("/varz");
      assertEquals(2, varz.number("total_connections", 0));
      assertEquals(own + 1, varz.number("subscriptions", 0));
      for (var way : List.of("in", "out")) {
        assertEquals(3, varz.number(way + "_msgs", 0), way);
        assertEquals(15, varz.number(way + "_bytes", 0), way);
        assertEquals(3, varz.number(way + "_client_msgs", 0), way);
        assertEquals(15, varz.number(way + "_client_bytes", 0), way);
      }
      assertTrue(object(varz, "http_req_stats").number("/varz", 0) >= 2);
    }
  }

  @Test
  void subszCountsAndListsAndTests() throws Exception {
    try (var it = Monitored.start()) {
      var own = it.json("/subsz").number("num_subscriptions", 0);
      var client = it.connect("client");
      client.subscribe("a.*");
      client.subscribe("b", "group");
      client.flush(Duration.ofSeconds(20));
      var plain = it.json("/subsz");
      assertEquals(
          with(SUBLIST, "server_id", "now", "total", "offset", "limit"),
          new TreeSet<>(plain.names()));
      assertEquals(own + 2, plain.number("num_subscriptions", 0));
      assertEquals(0, plain.number("total", -1));
      assertEquals(2, it.json("/subscriptionsz?subs=1").number("total", -1));
      assertEquals(1, it.json("/subsz?subs=1&limit=1").objects("subscriptions_list").size());
      assertEquals(0, it.json("/subsz?subs=1&offset=9").objects("subscriptions_list").size());
      assertEquals(0, it.json("/subsz?subs=1&acc=$SYS").number("total", -1));
      var found = it.json("/subsz?subs=1&test=b").objects("subscriptions_list");
      assertEquals(1, found.size());
      assertEquals(
          new TreeSet<>(
              Set.of("account", "account_tag", "subject", "qgroup", "sid", "msgs", "cid")),
          new TreeSet<>(found.getFirst().names()));
      assertEquals("group", found.getFirst().text("qgroup"));
      var wrong = it.get("/subsz?subs=1&test=a.*");
      assertEquals(400, wrong.statusCode());
      assertEquals("invalid test subject, must be valid publish subject: a.*", wrong.body());
    }
  }

  @Test
  void accountsAreListedAndShown() {
    var users =
        List.of(
            new UserOptions("anna", "secret", null, "A", null, Set.of()),
            new UserOptions("bert", "secret", null, "B", null, Set.of()));
    var auth = new AuthOptions(null, null, null, users, null, Duration.ofSeconds(2), null);
    var options =
        Monitored.OPTIONS
            .withAuth(auth)
            .withAccounts(List.of(AccountOptions.unlimited("A"), AccountOptions.unlimited("B")));
    try (var it = Monitored.start(options)) {
      it.connect(new Options.Builder().userInfo("anna", "secret"));
      var all = it.json("/accountz");
      assertEquals(Set.of("server_id", "now", "system_account", "accounts"), all.names());
      assertEquals(List.of("$G", "$SYS", "A", "B"), all.texts("accounts"));
      var detail = object(it.json("/accountz?acc=A"), "account_detail");
      assertEquals(
          new TreeSet<>(
              Set.of(
                  "account_name",
                  "update_time",
                  "expired",
                  "complete",
                  "jetstream_enabled",
                  "leafnode_connections",
                  "client_connections",
                  "subscriptions",
                  "name_tag",
                  "sublist_stats")),
          new TreeSet<>(detail.names()));
      assertEquals(1, detail.number("client_connections", 0));
      assertEquals(SUBLIST, object(detail, "sublist_stats").names());
      assertTrue(object(it.json("/accountz?acc=$SYS"), "account_detail").flag("is_system", false));
      var unknown = it.get("/accountz?acc=nobody");
      assertEquals(400, unknown.statusCode());
      assertEquals("Account nobody does not exist", unknown.body());
      var used = it.json("/accstatz").objects("account_statz");
      assertEquals(List.of("A"), used.stream().map(account -> account.text("acc")).toList());
      assertEquals(
          new TreeSet<>(
              Set.of(
                  "acc",
                  "name",
                  "conns",
                  "leafnodes",
                  "total_conns",
                  "num_subscriptions",
                  "sent",
                  "received",
                  "slow_consumers")),
          new TreeSet<>(used.getFirst().names()));
      assertEquals(4, it.json("/accstatz?unused=1").objects("account_statz").size());
      assertTrue(it.json("/varz").flag("auth_required", false));
    }
  }

  @Test
  void theOtherDocumentsHaveTheFieldsOfNatsServer() {
    try (var it = Monitored.start()) {
      assertEquals(
          Set.of("server_id", "server_name", "now", "num_routes", "routes"),
          it.json("/routez?subs=1").names());
      assertEquals(
          Set.of("server_id", "now", "leafnodes", "leafs", "remotes", "sync"),
          it.json("/leafz?subs=1").names());
      assertEquals(
          Set.of("server_id", "now", "outbound_gateways", "inbound_gateways"),
          it.json("/gatewayz").names());
      var jsz = it.json("/jsz?accounts=1&streams=true");
      assertTrue(jsz.flag("disabled", false));
      assertEquals(
          new TreeSet<>(
              Set.of(
                  "memory",
                  "storage",
                  "reserved_memory",
                  "reserved_storage",
                  "accounts",
                  "ha_assets",
                  "api",
                  "server_id",
                  "now",
                  "disabled",
                  "config",
                  "streams",
                  "consumers",
                  "messages",
                  "bytes",
                  "total")),
          new TreeSet<>(jsz.names()));
    }
  }

  @Test
  void anIntervalIsToldBesideThatEverythingIsSynced(@TempDir Path folder) {
    for (var asked : List.of("", ", sync_interval: always", ", sync_interval: \"5s\"")) {
      var text =
          "listen: \"127.0.0.1:-1\", http: \"127.0.0.1:-1\", jetstream { store_dir: \"%s\"%s }"
              .formatted(folder, asked);
      try (var it = Monitored.start(TestServer.parse(text))) {
        var jetStream = Objects.requireNonNull(it.json("/varz").object("jetstream"));
        var config = Objects.requireNonNull(jetStream.object("config"));
        var always = !asked.contains("5s");
        assertEquals(always, config.flag("sync_always", false), asked);
        assertEquals(
            (always ? Duration.ofMinutes(2) : Duration.ofSeconds(5)).toNanos(),
            config.number("sync_interval", 0),
            asked);
      }
    }
  }
}

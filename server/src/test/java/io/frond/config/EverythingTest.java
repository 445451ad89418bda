package io.frond.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.frond.options.AccountOptions;
import io.frond.options.AccountOptions.JetStreamLimits;
import io.frond.options.AuthOptions;
import io.frond.options.Cidr;
import io.frond.options.ClientOptions;
import io.frond.options.ClusterOptions;
import io.frond.options.HostPort;
import io.frond.options.JetStreamOptions;
import io.frond.options.LeafOptions;
import io.frond.options.LogOptions;
import io.frond.options.MonitorOptions;
import io.frond.options.OutageOptions;
import io.frond.options.OutageOptions.LinkRules;
import io.frond.options.PermissionOptions;
import io.frond.options.PermissionOptions.Responses;
import io.frond.options.PermissionOptions.SubjectRule;
import io.frond.options.RemoteOptions;
import io.frond.options.ServerOptions;
import io.frond.options.ServerUrl;
import io.frond.options.TlsOptions;
import io.frond.options.TlsOptions.HandshakeFirst;
import io.frond.options.TraceOptions;
import io.frond.options.UserOptions;
import io.frond.options.WebSocketOptions;
import io.frond.options.WriteTimeout;
import java.lang.reflect.RecordComponent;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A file that says everything: each component of each record is asserted, and a component that is
/// forgotten here makes the last test fail.
class EverythingTest {
  private static final String NKEY = "UDXU4RCSJNZOIQHZNWXHXORDPRTGNJAHAHFRGZNEEJCPQTT2M7NLCNF4";
  private static final String SEED = "SUACSSL3UAHUDXKFSNVUZRF5UHPMWZ6BFDTJ7M6USDXIEDNPPQYYYCU3VY";
  private static final String PIN = "0123456789abcdef".repeat(4);

  /// `D/` stands for the directory of the test's files.
  static final String EVERYTHING =
      """
      server_name: hub-1, listen: "127.0.0.1:4333"
      client_advertise: "example.org:4000", server_tags: [eu, "rack:1"], server_metadata { a: b }
      pid_file: "frond.pid", ports_file_dir: ports
      http: "127.0.0.1:8222", http_base_path: "/nats/"
      debug: true, trace: true, trace_verbose: true, trace_headers: true
      logtime: false, logtime_utc: true, log_file: "frond.log", log_size_limit: 10MB
      log_max_num: 3, max_traced_msg_len: 100, connect_error_reports: 10
      reconnect_error_reports: 20
      max_connections: 100, max_subscriptions: 200, max_subscription_tokens: 8
      max_payload: 2MB, max_control_line: 8KB, max_pending: 16MB, max_closed_clients: 50
      ping_interval: "30s", ping_max: 5, write_deadline: "2s", write_timeout: close
      lame_duck_duration: "1m", lame_duck_grace_period: "5s"
      no_header_support: true, no_fast_producer_stall: true, allow_non_tls: true
      proxy_protocol: true
      system_account: SYS, no_auth_user: bob, default_js_domain: { $G: edge }
      tls {
        cert_file: "D/cert", key_file: "D/key", ca_file: "D/ca", timeout: 3.5
        verify_and_map: true, insecure: true, min_version: 1.3
        cipher_suites: [TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384]
        curve_preferences: [X25519, CurveP521], pinned_certs: [ "PIN" ]
        handshake_first: "250ms", connection_rate_limit: 50
      }
      authorization {
        timeout: 7
        default_permissions { subscribe: "public.>" }
        users [
          { user: ann, password: "$2a$11$x", allowed_connection_types: [standard, websocket],
            permissions { publish: { allow: [a, b.>], deny: b.c }, subscribe: ["foo", "foo q"],
              allow_responses: { max: 5, expires: "10s" } } }
          { nkey: NKEY }
        ]
        allowed_leaf_cidrs: ["192.168.1.0/24", "fd00::/8", 10.1.2.3]
      }
      accounts {
        SYS { users [{ user: admin, pass: pw }] }
        A {
          users [ { user: bob, permissions { publish: deny.this, allow_responses: true } }, { user: cid } ]
          default_permissions { publish { deny: "secret.>" } }
          trace_dest { dest: trace.a, sampling: 50 }
          limits { max_conn: 10, max_subs: 20, max_payload: 1KB, max_leafs: 2 }
          jetstream { max_mem: 1GB, max_file: 2GB, max_streams: 3, max_consumers: 4,
            max_bytes_required: true, mem_max_stream_bytes: 5, disk_max_stream_bytes: 6,
            max_ack_pending: 7 }
        }
      }
      cluster {
        name: core, listen: "127.0.0.1:6333", advertise: "c.example.org", no_advertise: true
        authorization { user: route, password: secret, timeout: 4 }
        routes: ["nats-route://route:s%40cret@host_1:6222", "nats://h2", "tls://[::1]:7"]
        tls { cert_file: "D/cert", key_file: "D/key" }
        connect_retries: 9, connect_backoff: true, pool_size: 5, accounts: [A]
        permissions { import { allow: "i.>", deny: i.no }, export: "e.>" }
        ping_interval: "10s", ping_max: 7, write_deadline: "6s", write_timeout: retry
        compression: off
      }
      leafnodes {
        listen: "127.0.0.1:7333", advertise: "l.example.org:7422", no_advertise: true
        authorization { users [{ user: leaf, password: pw, account: A }], timeout: 6
          account: A }
        tls { cert_file: "D/cert", key_file: "D/key", handshake_first: true }
        min_version: "2.10.1", isolate: true, reconnect: "3s", dial_timeout: "4s"
        write_deadline: "5s", write_timeout: retry, compression: { mode: s2_best }
        outage { enabled: false, max_bytes: 2MB, max_age: "1h", discard: new, session_expiry: "2h"
          server_grace: "3m", sync_interval: "50ms", catch_up_rate: 3MB, interest_grace: "4s"
          subjects { allow: [o.>], deny: o.no } }
        remotes [
          { urls: ["wss://u:p@hub:443/path", "ws://tok@hub:80"], account: A, nkey: SEED
            deny_imports: [x, "y.>"], deny_exports: z, hub: true, no_randomize: true
            prefer_order: true, disabled: true, isolate: true, request_isolation: true
            ignore_discovered_servers: true, tls { ca_file: "D/ca" }, compression: off
            ws_compression: true, ws_no_masking: true, first_info_timeout: "2s"
            dial_timeout: "3s"
            proxy { url: "http://proxy:3128", username: pu, password: pp, timeout: "7s" }
            outage { enabled: true, catch_up_rate: 5MB, interest_grace: "6s", subjects: "r.>" } }
        ]
      }
      websocket {
        listen: "127.0.0.1:8433", advertise: "w.example.org", no_tls: true
        tls { cert_file: "D/cert", key_file: "D/key" }
        same_origin: true, allowed_origins: ["https://example.org"], compression: true
        handshake_timeout: "9s", user_cookie: cu, pass_cookie: cp, token_cookie: ct
        no_auth_user: cid, authorization { timeout: 8 }, headers { X-Frame: deny }
        ping_interval: "11s"
      }
      jetstream { store_dir: "js", max_mem: 1G, max_file: "10G", domain: edge
        sync_interval: "2m", strict: false, key: secret, prev_key: old, cipher: AES, unique_tag: "AZ "
        limits { max_request_batch: 1, max_ack_pending: 2, max_ha_assets: 3, duplicate_window: "4s"
          batch { max_inflight_per_stream: 5, max_inflight_total: 6, max_msgs: 7, timeout: "8s" } } }
      """;

  /// Components that no file sets to anything else, with the reason.
  private static final Map<String, String> NOT_IN_FILES =
      Map.of(
          "websocket.jwtCookie", "a later capability",
          "monitor.https", "excluded by http",
          "log.syslog", "excluded by log_file",
          "leaf.outage.link.session", "of remotes",
          "systemHidden", "excluded by system_account",
          "tls.more", "excluded by cert_file",
          "auth.user", "excluded by accounts with users",
          "auth.password", "excluded by accounts with users",
          "auth.token", "excluded by accounts with users",
          "auth.account", "for leaf listeners only");

  /// Asserted once, at the top level; inside other blocks only some keys of them exist.
  private static final Set<Class<?>> SHARED =
      Set.of(AuthOptions.class, TlsOptions.class, HostPort.class);

  @TempDir private Path directory;

  private static Configuration.Loaded parse(String text) throws ConfigException {
    return Configuration.parse(text, "test", Map.of());
  }

  private static ServerOptions options(String text) throws ConfigException {
    return parse(text).options();
  }

  private String everything() throws Exception {
    for (var name : new String[] {"cert", "key", "ca"}) {
      Files.writeString(directory.resolve(name), name);
    }
    return EVERYTHING
        .replace("D/", directory + "/")
        .replace("NKEY", NKEY)
        .replace("SEED", SEED)
        .replace("PIN", PIN);
  }

  private TlsOptions tls(boolean verify, HandshakeFirst first) {
    return tls(directory + "/cert", directory + "/key", null, verify, first);
  }

  private static TlsOptions tls(
      @Nullable String certificate,
      @Nullable String key,
      @Nullable String authorities,
      boolean verify,
      HandshakeFirst first) {
    return new TlsOptions(
        certificate,
        key,
        authorities,
        verify,
        false,
        false,
        Duration.ofSeconds(2),
        "1.2",
        List.of(),
        List.of(),
        Set.of(),
        first,
        Duration.ofMillis(50),
        0,
        List.of());
  }

  private static PermissionOptions permissions(
      @Nullable SubjectRule publish,
      @Nullable SubjectRule subscribe,
      @Nullable Responses responses) {
    return new PermissionOptions(publish, subscribe, responses);
  }

  private static SubjectRule rule(@Nullable List<String> allow, List<String> deny) {
    return new SubjectRule(allow, deny);
  }

  private static Cidr cidr(String address, int bits) {
    return new Cidr(InetAddress.ofLiteral(address), bits);
  }

  @Test
  void jetStreamKeysAreMapped() throws Exception {
    var options = options(everything());
    assertEquals(
        new JetStreamOptions(
            "js",
            1_000_000_000,
            10L << 30,
            "edge",
            new JetStreamOptions.Sync.Interval(Duration.ofMinutes(2)),
            false,
            new JetStreamOptions.Encryption("secret", "old", JetStreamOptions.Cipher.AES),
            new JetStreamOptions.Limits(
                1,
                2,
                3,
                Duration.ofSeconds(4),
                new JetStreamOptions.BatchLimits(5, 6, 7, Duration.ofSeconds(8))),
            "az"),
        options.jetstream());
  }

  @Test
  void serverKeysAreMapped() throws Exception {
    var options = options(everything());
    assertEquals("hub-1", options.name());
    assertEquals(new HostPort("127.0.0.1", 4333), options.listen());
    assertEquals(
        new ClientOptions(
            100,
            200,
            8,
            2 << 20,
            8 << 10,
            16 << 20,
            Duration.ofSeconds(2),
            Duration.ofSeconds(30),
            5,
            50,
            true,
            true,
            new HostPort("example.org", 4000),
            true,
            Duration.ofMinutes(1),
            Duration.ofSeconds(5),
            true,
            WriteTimeout.CLOSE,
            true),
        options.client());
    assertEquals(
        new LogOptions(
            "frond.log", 10 << 20, 3, true, true, true, true, 100, false, true, 10, 20, null),
        options.log());
    assertEquals(
        new MonitorOptions(new HostPort("127.0.0.1", 8222), null, "/nats"), options.monitor());
    assertEquals(List.of("eu", "rack:1"), options.tags());
    assertEquals(Map.of("a", "b"), options.metadata());
    assertEquals("frond.pid", options.pidFile());
    assertEquals("ports", options.portsFileDir());
    assertNull(options.configFile());
    assertEquals(
        new TlsOptions(
            directory + "/cert",
            directory + "/key",
            directory + "/ca",
            true,
            true,
            true,
            Duration.ofMillis(3500),
            "1.3",
            List.of(
                "TLS_AES_128_GCM_SHA256",
                "TLS_AES_256_GCM_SHA384",
                "TLS_CHACHA20_POLY1305_SHA256",
                "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384"),
            List.of("x25519", "secp521r1"),
            Set.of(PIN),
            HandshakeFirst.AUTO,
            Duration.ofMillis(250),
            50,
            List.of()),
        options.tls());
  }

  @Test
  void usersAndAccountsAreMapped() throws Exception {
    var options = options(everything());
    var denied = permissions(rule(null, List.of("secret.>")), null, null);
    var answering =
        permissions(
            rule(List.of("deny.this"), List.of()), null, new Responses(1, Duration.ofMinutes(2)));
    var ann =
        permissions(
            rule(List.of("a", "b.>"), List.of("b.c")),
            rule(List.of("foo", "foo q"), List.of()),
            new Responses(5, Duration.ofSeconds(10)));
    var open = permissions(null, rule(List.of("public.>"), List.of()), null);
    assertEquals(
        new AuthOptions(
            null,
            null,
            null,
            List.of(
                new UserOptions(
                    "ann", "$2a$11$x", null, "$G", ann, Set.of("STANDARD", "WEBSOCKET")),
                new UserOptions(null, null, NKEY, "$G", open, Set.of()),
                new UserOptions("admin", "pw", null, "SYS", null, Set.of()),
                new UserOptions("bob", null, null, "A", answering, Set.of()),
                new UserOptions("cid", null, null, "A", denied, Set.of())),
            "bob",
            Duration.ofSeconds(7),
            null),
        options.auth());
    assertEquals(
        List.of(
            AccountOptions.unlimited("SYS"),
            new AccountOptions(
                "A",
                10,
                20,
                1024,
                2,
                new JetStreamLimits(1L << 30, 2L << 30, 3, 4, true, 5, 6, 7),
                new TraceOptions("trace.a", 50))),
        options.accounts());
    assertEquals("SYS", options.systemAccount());
  }

  @Test
  void clusterKeysAreMapped() throws Exception {
    assertEquals(
        new ClusterOptions(
            "core",
            new HostPort("127.0.0.1", 6333),
            List.of(
                new ServerUrl("nats", "route", "s@cret", "host_1", 6222, ""),
                new ServerUrl("nats", null, null, "h2", 6222, ""),
                new ServerUrl("tls", null, null, "::1", 7, "")),
            new AuthOptions("route", "secret", null, List.of(), null, Duration.ofSeconds(4), null),
            tls(true, HandshakeFirst.OFF),
            new HostPort("c.example.org", 0),
            true,
            9,
            true,
            5,
            rule(List.of("i.>"), List.of("i.no")),
            rule(List.of("e.>"), List.of()),
            Duration.ofSeconds(10),
            7,
            Duration.ofSeconds(6),
            List.of("A"),
            WriteTimeout.RETRY),
        options(everything()).cluster());
  }

  @Test
  void leafKeysAreMapped() throws Exception {
    var remote =
        new RemoteOptions(
            List.of(
                new ServerUrl("wss", "u", "p", "hub", 443, "/path"),
                new ServerUrl("ws", "tok", null, "hub", 80, "")),
            "A",
            SEED,
            List.of("x", "y.>"),
            List.of("z"),
            true,
            true,
            true,
            true,
            true,
            true,
            true,
            tls(null, null, directory + "/ca", false, HandshakeFirst.OFF),
            "off",
            true,
            true,
            Duration.ofSeconds(2),
            Duration.ofSeconds(3),
            new RemoteOptions.Proxy(
                new ServerUrl("http", null, null, "proxy", 3128, ""),
                "pu",
                "pp",
                Duration.ofSeconds(7)),
            new LinkRules(true, 5 << 20, Duration.ofSeconds(6), rule(List.of("r.>"), List.of())),
            List.of());
    var users = List.of(new UserOptions("leaf", "pw", null, "A", null, Set.of()));
    assertEquals(
        new LeafOptions(
            new HostPort("127.0.0.1", 7333),
            new AuthOptions(null, null, null, users, null, Duration.ofSeconds(6), "A"),
            tls(false, HandshakeFirst.ON),
            new HostPort("l.example.org", 7422),
            true,
            "2.10.1",
            true,
            Duration.ofSeconds(3),
            Duration.ofSeconds(4),
            Duration.ofSeconds(5),
            List.of(remote),
            List.of(cidr("192.168.1.0", 24), cidr("fd00::", 8), cidr("10.1.2.3", 32)),
            "s2_best",
            WriteTimeout.RETRY,
            new OutageOptions(
                false,
                2 << 20,
                Duration.ofHours(1),
                OutageOptions.Discard.NEW,
                Duration.ofHours(2),
                Duration.ofMinutes(3),
                Duration.ofMillis(50),
                new LinkRules(
                    false, 3 << 20, Duration.ofSeconds(4), rule(List.of("o.>"), List.of("o.no"))))),
        options(everything()).leaf());
  }

  @Test
  void websocketKeysAreMapped() throws Exception {
    assertEquals(
        new WebSocketOptions(
            new HostPort("127.0.0.1", 8433),
            new HostPort("w.example.org", 0),
            tls(false, HandshakeFirst.OFF),
            true,
            true,
            List.of("https://example.org"),
            true,
            Duration.ofSeconds(9),
            null,
            "cu",
            "cp",
            "ct",
            "cid",
            new AuthOptions(null, null, null, List.of(), null, Duration.ofSeconds(8), null),
            Map.of("X-Frame", "deny"),
            Duration.ofSeconds(11)),
        options(everything()).websocket());
  }

  /// A component that the tests above forget, or that no key sets, has its default still.
  @Test
  void noComponentKeepsItsDefaultWhenEverythingIsSaid() throws Exception {
    var options = options(everything());
    var file = Files.writeString(directory.resolve("x.conf"), "port: 1");
    var named = Configuration.load(file, Flags.none()).options();
    assertEquals(file.toString(), named.configFile());
    var kept = new ArrayList<String>();
    for (var component : ServerOptions.class.getRecordComponents()) {
      if (!component.getName().equals("configFile")) {
        collect(component.getName(), component, options, ServerOptions.DEFAULT, kept);
      }
    }
    kept.removeAll(NOT_IN_FILES.keySet());
    assertEquals(List.of(), kept);
  }

  private static void collect(
      String path,
      RecordComponent component,
      Object said,
      @Nullable Object plain,
      List<String> kept)
      throws ReflectiveOperationException {
    var value = component.getAccessor().invoke(said);
    var absent = plain == null ? null : component.getAccessor().invoke(plain);
    if (value == null || value.equals(absent)) {
      kept.add(path);
    } else if (value instanceof Record record
        && (!path.contains(".") || !SHARED.contains(record.getClass()))) {
      for (var inner : record.getClass().getRecordComponents()) {
        collect(path + "." + inner.getName(), inner, record, absent, kept);
      }
    }
  }
}

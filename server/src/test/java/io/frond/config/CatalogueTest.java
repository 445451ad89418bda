package io.frond.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Every key of the catalogue, in every spelling.
class CatalogueTest {
  private static final String NKEY = "UDXU4RCSJNZOIQHZNWXHXORDPRTGNJAHAHFRGZNEEJCPQTT2M7NLCNF4";
  private static final String SEED = "SUACSSL3UAHUDXKFSNVUZRF5UHPMWZ6BFDTJ7M6USDXIEDNPPQYYYCU3VY";

  @TempDir private static Path directory;

  /// What a level needs besides the key of the test.
  private static final Map<Level, String> NEEDS =
      Map.ofEntries(
          Map.entry(Level.USER, "user: a"),
          Map.entry(Level.LEAF_USER, "user: a"),
          Map.entry(Level.CLUSTER, "port: 6222"),
          Map.entry(Level.TLS, "cert_file: \"$FILE\"\nkey_file: \"$FILE\""),
          Map.entry(Level.CERTIFICATE, "cert_file: \"$FILE\"\nkey_file: \"$FILE\""),
          Map.entry(Level.REMOTE, "url: \"nats://h:1\""),
          Map.entry(Level.PROXY, "url: \"http://p:1\""),
          Map.entry(Level.FORWARD, "subjects: a.b"),
          Map.entry(Level.WEBSOCKET, "port: 80\nno_tls: true"),
          Map.entry(Level.COMPRESSION, "mode: accept"),
          Map.entry(Level.ACCOUNT_TRACE, "dest: d"),
          Map.entry(Level.JETSTREAM, "key: secret"));

  /// A value for each key; `KEY` alone takes the place of the level's needs when `!` stands before
  /// it; `?` marks keys that are checked and only warned about.
  private static final String SAMPLES =
      """
      SERVER listen: "127.0.0.1:4333"
      SERVER host: 127.0.0.1
      SERVER port: 4333
      SERVER server_name: n
      SERVER client_advertise: "x:1"
      SERVER server_tags: [a, b]
      SERVER server_metadata: { a: b }
      SERVER default_js_domain: { BASE: edge }
      SERVER pid_file: "x.pid"
      SERVER ports_file_dir: d
      SERVER http: "localhost:8222"
      SERVER https: 8443
      SERVER http_port: 8222
      SERVER https_port: 8443
      SERVER http_base_path: nats
      SERVER debug: true
      SERVER trace: true
      SERVER trace_verbose: true
      SERVER trace_headers: true
      SERVER logtime: false
      SERVER logtime_utc: true
      SERVER log_file: "x.log"
      SERVER syslog: true
      SERVER remote_syslog: "udp://h:514"
      SERVER log_size_limit: 1kb
      SERVER log_max_num: 3
      SERVER max_traced_msg_len: 10
      SERVER connect_error_reports: 7
      SERVER reconnect_error_reports: 7
      SERVER max_connections: 10
      SERVER max_subscriptions: 10
      SERVER max_subscription_tokens: 4
      SERVER max_payload: 1kb
      SERVER max_control_line: 1kb
      SERVER max_pending: 2mb
      SERVER max_closed_clients: 5
      SERVER ping_interval: "5s"
      SERVER ping_max: 3
      SERVER write_deadline: "3s"
      SERVER write_timeout: close
      SERVER lame_duck_duration: "40s"
      SERVER lame_duck_grace_period: "5s"
      SERVER no_header_support: true
      SERVER no_fast_producer_stall: true
      SERVER ?disable_sublist_cache: true
      SERVER authorization: { user: u, password: p }
      SERVER no_auth_user: base
      SERVER accounts: [A, B]
      SERVER system_account: BASE
      SERVER no_system_account: true, jetstream: false
      SERVER tls: { cert_file: "$FILE", key_file: "$FILE", verify: true }
      SERVER allow_non_tls: true
      SERVER proxy_protocol: true
      SERVER cluster: { port: 6222 }
      SERVER leafnodes: { port: 7422 }
      SERVER websocket: { port: 80, no_tls: true }
      SERVER jetstream: disabled
      SERVER store_dir: s
      AUTHORIZATION user: u
      AUTHORIZATION password: p
      AUTHORIZATION token: t
      AUTHORIZATION timeout: 5
      AUTHORIZATION users: [{ user: u }]
      AUTHORIZATION default_permissions: { publish: a }, users: [{ user: u }]
      AUTHORIZATION allowed_leaf_cidrs: ["10.0.0.0/8"]
      USER !user: zz
      USER password: p
      USER !nkey: $NKEY
      USER permissions: { publish: a }
      USER allowed_connection_types: [standard, LEAFNODE]
      PERMISSIONS publish: [a]
      PERMISSIONS subscribe: "a q"
      PERMISSIONS allow_responses: true
      SUBJECTS allow: a
      SUBJECTS deny: [a, b]
      RESPONSES max: 5
      RESPONSES expires: "5s"
      ACCOUNT users: [{ user: u }]
      ACCOUNT default_permissions: { publish: a }, users: [{ user: u }]
      ACCOUNT limits: { max_conn: 1 }
      ACCOUNT jetstream: enabled
      ACCOUNT msg_trace: a.b
      ACCOUNT_TRACE !dest: a.b
      ACCOUNT_TRACE sampling: "10%"
      ACCOUNT_LIMITS max_connections: 1
      ACCOUNT_LIMITS max_subscriptions: 1
      ACCOUNT_LIMITS max_payload: 1kb
      ACCOUNT_LIMITS max_leafnodes: 1
      ACCOUNT_JETSTREAM max_memory: 1GB
      ACCOUNT_JETSTREAM max_file: 1GB
      ACCOUNT_JETSTREAM max_streams: 5
      ACCOUNT_JETSTREAM max_consumers: 5
      ACCOUNT_JETSTREAM max_bytes_required: true
      ACCOUNT_JETSTREAM memory_max_stream_bytes: 1MB
      ACCOUNT_JETSTREAM disk_max_stream_bytes: 1MB
      ACCOUNT_JETSTREAM max_ack_pending: 100
      TLS !cert_file: "$FILE2", key_file: "$FILE"
      TLS !key_file: "$FILE2", cert_file: "$FILE"
      TLS !certs: [{ cert_file: "$FILE2", key_file: "$FILE" }, { cert_file: "$FILE", key_file: "$FILE" }]
      CERTIFICATE cert_file: "$FILE2"
      CERTIFICATE key_file: "$FILE2"
      TLS ca_file: "$FILE"
      TLS verify: true
      TLS verify_and_map: true
      TLS insecure: true
      TLS timeout: 5
      TLS min_version: "1.3"
      TLS cipher_suites: [TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256]
      TLS allow_insecure_cipher_suites: true, cipher_suites: [TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256]
      TLS curve_preferences: [CurveP256]
      TLS pinned_certs: ["AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"]
      TLS handshake_first: auto
      TLS connection_rate_limit: 100
      CLUSTER name: c
      CLUSTER !listen: "127.0.0.1:6333"
      CLUSTER host: 127.0.0.1
      CLUSTER !port: 6333
      CLUSTER authorization: { user: u, password: p }
      CLUSTER routes: ["nats-route://u:p@h:6222"]
      CLUSTER tls: { cert_file: "$FILE", key_file: "$FILE" }
      CLUSTER advertise: "h:1"
      CLUSTER no_advertise: true
      CLUSTER connect_retries: 5
      CLUSTER connect_backoff: true
      CLUSTER permissions: { import: a, export: b }
      CLUSTER pool_size: 5
      CLUSTER accounts: [A]
      CLUSTER ?compression: s2_fast
      CLUSTER ping_interval: "5s"
      CLUSTER ping_max: 5
      CLUSTER write_deadline: "5s"
      CLUSTER write_timeout: retry
      CLUSTER_AUTHORIZATION user: u
      CLUSTER_AUTHORIZATION password: p
      CLUSTER_AUTHORIZATION timeout: 5
      CLUSTER_AUTHORIZATION permissions: { import: a }
      COMPRESSION !mode: off
      COMPRESSION !rtt_thresholds: ["10ms", "20ms"]
      LEAFNODES listen: "127.0.0.1:7333"
      LEAFNODES host: 127.0.0.1, port: 7333
      LEAFNODES port: 7333
      LEAFNODES authorization: { user: u, password: p }
      LEAFNODES remotes: [{ url: "nats://h" }]
      LEAFNODES reconnect: "5s"
      LEAFNODES dial_timeout: "5s"
      LEAFNODES tls: { cert_file: "$FILE", key_file: "$FILE" }
      LEAFNODES advertise: h
      LEAFNODES no_advertise: true
      LEAFNODES min_version: "2.9.0"
      LEAFNODES compression: accept
      LEAFNODES isolate_leafnode_interest: true
      LEAFNODES write_deadline: "5s"
      LEAFNODES write_timeout: close
      LEAFNODES outage: { max_age: "5s" }
      OUTAGE enabled: false
      OUTAGE max_bytes: 2MB
      OUTAGE max_age: "5s"
      OUTAGE discard: new
      OUTAGE session_expiry: "5s"
      OUTAGE server_grace: "5s"
      OUTAGE sync_interval: "5s"
      OUTAGE catch_up_rate: 5MB
      OUTAGE interest_grace: "5s"
      OUTAGE subjects: { deny: a }
      REMOTE_OUTAGE enabled: false
      REMOTE_OUTAGE max_bytes: 2MB
      REMOTE_OUTAGE max_age: "5s"
      REMOTE_OUTAGE discard: new
      REMOTE_OUTAGE session_expiry: "5s"
      REMOTE_OUTAGE catch_up_rate: 5MB
      REMOTE_OUTAGE interest_grace: "5s"
      REMOTE_OUTAGE subjects: { deny: a }
      LEAF_AUTHORIZATION user: u
      LEAF_AUTHORIZATION password: p
      LEAF_AUTHORIZATION nkey: $NKEY
      LEAF_AUTHORIZATION timeout: 5
      LEAF_AUTHORIZATION users: [{ user: u }]
      LEAF_AUTHORIZATION account: A
      LEAF_USER !user: zz
      LEAF_USER password: p
      LEAF_USER account: A
      REMOTE !url: ["tls://u:p@h:1", "leaf://h"]
      REMOTE account: A
      REMOTE no_randomize: true
      REMOTE prefer_order: true
      REMOTE nkey: $SEED
      REMOTE hub: true
      REMOTE deny_imports: [a]
      REMOTE deny_exports: a
      REMOTE disabled: true
      REMOTE isolate_leafnode_interest: true
      REMOTE request_isolation: true
      REMOTE ignore_discovered_servers: true
      REMOTE tls: { ca_file: "$FILE" }
      REMOTE compression: off
      REMOTE ws_compression: true
      REMOTE ws_no_masking: true
      REMOTE first_info_timeout: "5s"
      REMOTE dial_timeout: "5s"
      REMOTE outage: disabled
      REMOTE forward: [{ subjects: a.b }], account: A
      FORWARD name: n
      FORWARD !subjects: ["a.*", "b.>"]
      FORWARD max_bytes: 1G
      FORWARD max_age: "1h"
      FORWARD priority: -5
      FORWARD rate: 64K
      FORWARD discard: new
      FORWARD window: 1
      FORWARD dead_letter: { max_bytes: 1M }
      DEAD_LETTER max_bytes: 1M
      DEAD_LETTER max_age: "1h"
      REMOTE !proxy: { url: "http://p:1" }, url: "ws://h:1"
      PROXY !url: "https://q"
      PROXY username: u, password: p
      PROXY password: p, username: u
      PROXY timeout: "5s"
      WEBSOCKET !listen: "127.0.0.1:81", no_tls: true
      WEBSOCKET host: 127.0.0.1
      WEBSOCKET !port: 81, no_tls: true
      WEBSOCKET advertise: "h:1"
      WEBSOCKET !no_tls: false, port: 80, tls: { cert_file: "$FILE", key_file: "$FILE" }
      WEBSOCKET tls: { cert_file: "$FILE", key_file: "$FILE" }
      WEBSOCKET same_origin: true
      WEBSOCKET allowed_origins: ["https://example.org"]
      WEBSOCKET handshake_timeout: 5
      WEBSOCKET compression: true
      WEBSOCKET authorization: { timeout: 5 }
      WEBSOCKET user_cookie: c
      WEBSOCKET pass_cookie: c
      WEBSOCKET token_cookie: c
      WEBSOCKET no_auth_user: u
      WEBSOCKET headers: { X-A: b }
      WEBSOCKET ping_interval: "5s"
      WEBSOCKET_AUTHORIZATION user: u
      WEBSOCKET_AUTHORIZATION password: p
      WEBSOCKET_AUTHORIZATION token: t
      WEBSOCKET_AUTHORIZATION timeout: 5
      JETSTREAM enabled: false
      JETSTREAM store_dir: s
      JETSTREAM max_memory_store: 1GB
      JETSTREAM max_file_store: "10G"
      JETSTREAM domain: d
      JETSTREAM sync_interval: "1m"
      JETSTREAM ?max_outstanding_catchup: 1GB
      JETSTREAM ?max_buffered_size: 1MB
      JETSTREAM ?max_buffered_msgs: 100
      JETSTREAM ?request_queue_limit: 100
      JETSTREAM ?info_queue_limit: 100
      JETSTREAM ?meta_compact: 100
      JETSTREAM ?meta_compact_size: 1MB
      JETSTREAM ?meta_compact_sync: true
      JETSTREAM ?max_concurrent_io: 8
      JETSTREAM strict: false
      JETSTREAM key: other
      JETSTREAM prev_key: old
      JETSTREAM cipher: aes
      JETSTREAM ?extension_hint: will_extend
      JETSTREAM limits: { max_ack_pending: 5 }
      JETSTREAM unique_tag: az
      JETSTREAM_LIMITS max_request_batch: 5
      JETSTREAM_LIMITS max_ack_pending: 5
      JETSTREAM_LIMITS max_ha_assets: 5
      JETSTREAM_LIMITS duplicate_window: "5s"
      JETSTREAM_LIMITS batch: { max_msgs: 5 }
      JETSTREAM_BATCH max_inflight_per_stream: 5
      JETSTREAM_BATCH max_inflight_total: 5
      JETSTREAM_BATCH max_msgs: 5
      JETSTREAM_BATCH timeout: "5s"
      """;

  /// Keys that have no sample because any value but the default is refused.
  private static final List<String> REFUSED =
      List.of(
          "ACCOUNT_JETSTREAM cluster_traffic: owner",
          "CLUSTER_AUTHORIZATION token: t",
          "CLUSTER_AUTHORIZATION users: [{ user: u }]");

  /// What switches a key of a later capability off, by its kind.
  private static final Map<String, String> OFF =
      Map.of("flag", "false", "whole", "0", "text", "\"\"", "array", "[]", "map", "{}");

  /// @param line `key: value` and what comes with it
  record Sample(Level level, String key, String line, boolean alone, boolean warnOnly) {
    @Override
    public String toString() {
      return level + " " + line;
    }
  }

  static List<Sample> samples() {
    var samples = new ArrayList<Sample>();
    SAMPLES.lines().forEach(line -> samples.add(sample(line)));
    return samples;
  }

  private static Sample sample(String line) {
    var blank = line.indexOf(' ');
    var rest = line.substring(blank + 1);
    var alone = rest.startsWith("!");
    var warnOnly = rest.startsWith("?");
    rest = alone || warnOnly ? rest.substring(1) : rest;
    var key = rest.substring(0, rest.indexOf(':'));
    return new Sample(Level.valueOf(line.substring(0, blank)), key, rest, alone, warnOnly);
  }

  static Stream<String> laterKeys() {
    return Stream.of(Level.values())
        .flatMap(level ->
            level.keys().stream()
                .filter(Level.Key::later)
                .flatMap(key -> key.names().stream())
                .map(name -> level + " " + name));
  }

  private static Configuration.Loaded load(Level level, String inner) throws Exception {
    return Configuration.parse(text(level, inner), "test", Map.of());
  }

  private static String text(Level level, String inner) throws IOException {
    var place = CataloguePlaces.ALL.get(level);
    assertNotNull(place, level.name());
    var text = place.replace("%s", inner);
    for (var file : new String[] {"FILE2", "FILE"}) {
      var path = directory.resolve(file);
      if (!Files.exists(path)) {
        Files.writeString(path, file);
      }
      text = text.replace("$" + file, path.toString());
    }
    return text.replace("$NKEY", NKEY).replace("$SEED", SEED);
  }

  private static String needs(Level level) {
    return NEEDS.getOrDefault(level, "");
  }

  @ParameterizedTest
  @MethodSource("samples")
  void aSupportedKeyIsMappedInEverySpelling(Sample sample) throws Exception {
    var base = load(sample.level(), needs(sample.level()));
    var key =
        sample.level().keys().stream()
            .filter(each -> each.name().equals(sample.key()))
            .findFirst()
            .orElseThrow();
    assertFalse(key.later(), "marked as later: " + key);
    var mapped = new HashSet<Object>();
    for (var name : key.names()) {
      for (var spelling : List.of(name, name.toUpperCase(Locale.ROOT))) {
        var line = sample.line().replaceFirst("^" + sample.key() + ":", spelling + ":");
        var inner = sample.alone() ? line : needs(sample.level()) + "\n" + line;
        var loaded = load(sample.level(), inner);
        mapped.add(loaded.options());
        if (sample.warnOnly()) {
          assertEquals(base.options(), loaded.options());
          assertTrue(
              loaded.warnings().stream()
                  .anyMatch(w -> w.startsWith('"' + spelling + '"') || w.contains(sample.key())),
              spelling + ": " + loaded.warnings());
        } else {
          assertNotEquals(base.options(), loaded.options(), spelling);
        }
      }
    }
    assertEquals(1, mapped.size(), "spellings differ");
  }

  @Test
  void everySupportedKeyHasASample() {
    var sampled = new HashSet<String>();
    samples().forEach(sample -> sampled.add(sample.level() + " " + sample.key()));
    REFUSED.stream()
        .map(CatalogueTest::sample)
        .forEach(s -> sampled.add(s.level() + " " + s.key()));
    for (var level : Level.values()) {
      for (var key : level.keys()) {
        assertTrue(
            key.later() || sampled.contains(level + " " + key.name()), level + " " + key.name());
      }
    }
  }

  @ParameterizedTest
  @MethodSource("laterKeys")
  void aKeyOfALaterCapabilityIsRefusedWithItsPlaceUnlessItIsOff(String levelAndKey)
      throws Exception {
    var words = levelAndKey.split(" ", -1);
    var level = Level.valueOf(words[0]);
    var marked = text(level, needs(level) + "\n  HERE: something").split("HERE", -1);
    var text = marked[0] + words[1] + marked[1];
    var line = marked[0].chars().filter(c -> c == '\n').count() + 1;
    var e =
        assertThrows(
            ConfigException.class, () -> Configuration.parse(text, "test", Map.of()), text);
    assertEquals(
        List.of("not supported yet: " + words[1] + " at test:" + line + ":3"), e.problems());
    var key = Objects.requireNonNull(level.index().get(words[1]));
    for (var off : OFF.entrySet()) {
      var inner = needs(level) + "\n" + words[1] + ": " + off.getValue();
      if (key.offKinds().contains(off.getKey())) {
        load(level, inner);
      } else {
        assertThrows(ConfigException.class, () -> load(level, inner), inner);
      }
    }
  }

  @Test
  void valuesThatNoKeyOfThisVersionHonoursAreRefused() {
    for (var line : REFUSED) {
      var sample = sample(line);
      var e =
          assertThrows(
              ConfigException.class,
              () -> load(sample.level(), needs(sample.level()) + "\n" + sample.line()),
              line);
      assertTrue(e.problems().getFirst().contains(sample.key()), line + ": " + e.problems());
    }
  }

  @Test
  void noSpellingStandsForTwoKeysOfALevel() {
    for (var level : Level.values()) {
      var seen = new HashMap<String, Level.Key>();
      for (var key : level.keys()) {
        for (var name : key.names()) {
          var other = seen.put(name, key);
          assertTrue(other == null, level + " " + name);
          assertEquals(name.toLowerCase(Locale.ROOT), name);
        }
      }
    }
  }
}

package io.frond.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfigErrorsTest {
  @TempDir private Path directory;

  private static List<String> problems(String text) {
    var e =
        assertThrows(
            ConfigException.class, () -> Configuration.parse(text, "x.conf", Map.of()), text);
    return e.problems();
  }

  private static List<String> warnings(String text) throws ConfigException {
    return Configuration.parse(text, "x.conf", Map.of()).warnings();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "lisen: 1|unknown key \"lisen\" at x.conf:1:1, did you mean \"listen\"?",
        "prot: 1|unknown key \"prot\" at x.conf:1:1, did you mean \"port\"?",
        "cluster { nmae: 1 }|unknown key \"nmae\" at x.conf:1:11, did you mean \"name\"?",
        "leaf { remotes [{ url: a, credential: b }] }"
            + "|unknown key \"credential\" at x.conf:1:27, did you mean \"credentials\"?",
        "allowed_leaf_cidrs: []|unknown key \"allowed_leaf_cidrs\" at x.conf:1:1, it belongs into"
            + " \"authorization\"",
        "zzzzzzzzzzzzzzzzzzzz: 1|unknown key \"zzzzzzzzzzzzzzzzzzzz\" at x.conf:1:1",
        "tls { certfile: x }|unknown key \"certfile\" at x.conf:1:7, did you mean \"cert_file\"?",
      })
  void unknownKeysAreToldWithTheNearestOne(String text, String problem) {
    assertEquals(problem, problems(text).getFirst());
  }

  @Test
  void allProblemsAreToldAtOnce() {
    assertEquals(
        List.of(
            "not supported yet: gateway at x.conf:1:1",
            "unknown key \"prot\" at x.conf:3:1, did you mean \"port\"?",
            "not supported yet: mqtt at x.conf:4:1",
            "invalid \"debug\" at x.conf:2:8: expected true or false, got a number"),
        problems("gateway { name: A }\ndebug: 1\nprot: 2\nmqtt { port: 1883 }"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "port: x|invalid \"port\" at x.conf:1:7: expected a whole number, got a string",
        "port: 70000|invalid \"port\" at x.conf:1:7: expected -1 to 65535, got 70000",
        "port: -2|expected -1 to 65535",
        "listen: \"h:99999\"|expected host:port with a port from -1 to 65535",
        "listen: localhost|expected host:port",
        "http: true|expected a port or \"host:port\"",
        "server_name: 5|expected a string (put it in quotes), got a number",
        "server_name: \"a b\"|server name cannot contain spaces",
        "ping_interval: abc|expected a duration such as \"10s\", got \"abc\"",
        "ping_interval: 2m|this means 2000000 seconds; put the duration in quotes",
        "write_deadline: \"-5s\"|cannot be negative",
        "write_timeout: never|expected default, close or retry",
        "max_payload: 5GB|expected 0 to 2147483647",
        "max_payload: 100MB|max_payload (104857600) cannot be higher than max_pending (67108864)",
        "max_subscription_tokens: 256|expected 1 to 255",
        "lame_duck_duration: \"29s\"|30 seconds are the least",
        "lame_duck_grace_period: \"3m\"|must be shorter than lame_duck_duration",
        "client_advertise: \"a:b:c\"|expected host:port or host",
        "server_tags: { a: b }|expected a string or an array of strings, got a map",
        "server_metadata: { a: 1 }|expected a string, got a number",
        "default_js_domain: { NOPE: a }|there is no account \"NOPE\"",
        "default_js_domain: { \"$SYS\": a }|the system account",
        "accounts { A { jetstream: enabled } }, default_js_domain: { A: a }|has JetStream itself",
        "default_js_domain: { \"$G\": \"a.b\" }|a domain cannot contain",
        "http: 1, https: 2|not both",
        "https_port: 8443|needs \"tls\"",
        "system_account: NOPE|there is no account \"NOPE\"",
        "no_auth_user: bob|\"bob\" is neither among the users",
        "tls { cert_file: /nowhere, key_file: /nowhere }|cannot read the file /nowhere",
        "tls { verify: true }|needs cert_file and key_file",
        "tls { min_version: \"1.1\" }|expected \"1.2\" or \"1.3\"",
        "tls { cipher_suites: [] }|the list is empty",
        "tls { cipher_suites: [TLS_RSA_WITH_RC4_128_SHA] }|no longer part of Java",
        "tls { cipher_suites: [TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256] }|allow_insecure_cipher",
        "tls { cipher_suites: [FOO] }|unknown cipher suite FOO",
        "tls { curve_preferences: [P9] }|expected X25519",
        "tls { curve_preferences: [X25519MLKEM768] }|no curve is left",
        "tls { pinned_certs: [abc] }|64 hexadecimal digits",
        "tls { handshake_first: maybe }|expected true, false, \"auto\" or a duration",
      })
  void serverKeysAreChecked(String text, String problem) {
    assertTrue(
        problems(text).stream().anyMatch(p -> p.contains(problem)),
        () -> text + ": " + problems(text));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "authorization { user: a, token: b }|cannot have a user and a token",
        "authorization { user: a, users: [] }|cannot have a single user and \"users\"",
        "authorization { token: a, users: [{user: b}] }|cannot have a token and \"users\"",
        "authorization { user: a }; accounts { A { users: [{user: b}] } }|single user",
        "authorization { users: [{user: a}, {user: a}] }|duplicate user \"a\", the other one is at"
            + " x.conf:1:26",
        "accounts { A { users: [{user: a}] }, B { users: [{user: a}] } }|duplicate user \"a\"",
        "authorization { users: [{user: a}] }; "
            + "accounts { A { users: [{user: a}] } }|duplicate user",
        "authorization { users: [{pass: a}] }|needs \"user\" or \"nkey\"",
        "authorization { users: [{nkey: UABC}] }|expected the public nkey of a user",
        "authorization { users: [a] }|expected maps, got a string",
        "authorization { users: { user: a } }|expected an array of maps, got a map",
        "authorization { users: [{user: a, permissions { publish: \"a..b\" }}] }|\"a..b\" is not a"
            + " valid subject",
        "authorization { users: [{user: a, permissions { publish: \"a q\" }}] }|\"a q\" is not a"
            + " valid subject",
        "authorization { users: [{user: a, permissions { subscribe: \"a q r\" }}] }|\"a q r\" is"
            + " not a valid subject",
        "authorization { users: [{user: a, permissions { subscribe { alow: a } }}] }|did you mean"
            + " \"allow\"?",
        "authorization { users: [{user: a, permissions { allow_responses: 3 }}] }|expected a map,"
            + " got a number",
        "authorization { users: [{user: a, clients: [FOO]}] }|unknown connection type FOO",
        "authorization { users: [{user: \"\", password: p}] }|the user at x.conf:1:25 needs"
            + " \"user\" or \"nkey\"",
        "authorization { allowed_leaf_cidrs: [\"192.168.1.5/24\"] }|write 192.168.1.0/24 for the"
            + " network or 192.168.1.5 for the one address",
        "authorization { allowed_leaf_cidrs: [\"300.1.1.1\"] }|expected an address such as"
            + " 10.1.2.3",
        "authorization { allowed_leaf_cidrs: [factory] }|expected an address such as 10.1.2.3",
        "authorization { allowed_leaf_cidrs: [\"10.0.0.0/33\"] }|between 0 and 32",
        "authorization { allowed_leaf_cidrs: [\"fd00::/200\"] }|between 0 and 128",
        "authorization { allowed_leaf_cidrs: [\"fd00::1/64\"] }|for the one address",
        "authorization { allowed_leaf_cidrs: [5] }|expected strings, got a number",
        "accounts { $G { } }|\"$G\" is a reserved account",
        "accounts [ A, A ]|duplicate account \"A\"",
        "accounts { A: 5 }|expected a map, got a number",
        "remote_syslog: \"http://h\"|expected udp://host:port",
        "accounts { A { imports: [{stream: {account: B, subject: a}}] } }|not supported yet:"
            + " imports at x.conf:1:16",
        "accounts { A { jetstream: maybe } }|expected enabled, disabled or a map",
        "ws { port: 1 }|needs \"tls\", or no_tls: true",
        "ws { port: 1, no_tls: true, allowed_origins: [foo] }|expected http://HOST",
        "ws { port: 1, no_tls: true, headers { Host: a } }|the header Host is not allowed",
        "ws { port: 1, no_tls: true, headers { Sec-WebSocket-X: a } }|is not allowed",
        "ws { port: 1, no_tls: true, no_auth_user: u }|\"u\" is neither among",
        "ws { port: 1, no_tls: true, authorization { user: a } }; "
            + "authorization { users [{user: b}] }|cannot have a user here",
      })
  void whoMayConnectIsChecked(String text, String problem) {
    assertTrue(
        problems(text).stream().anyMatch(p -> p.contains(problem)),
        () -> text + ": " + problems(text));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "cluster { name: \"a b\" }|name cannot contain spaces",
        "cluster { port: 1, routes: [\"ws://h:1\"] }|routes begin with",
        "cluster { port: 1, routes: [\"nats://h:x\"] }|expected a port between 1 and 65535",
        "cluster { port: 1, routes: [\"foo://h\"] }|unknown scheme foo://",
        "cluster { authorization { token: t } }|no token",
        "cluster { authorization { users: [] } }|one user",
        "cluster { permissions { import: a, allow_responses: true } }|no allow_responses",
        "cluster { permissions { export: \"a q\" } }|\"a q\" is not a valid subject",
        "cluster { permissions { import: a }, authorization { permissions { import: b } } }|is"
            + " given here and in \"cluster\" itself",
        "cluster { pool_size: -1, accounts: [A] }|cannot be negative",
        "cluster { accounts: [A, A] }|comes twice",
        "cluster { compression: fastest }|expected off, accept",
        "cluster { compression { rtt_thresholds: [\"5ms\", \"1ms\"] } }|ascending",
        "cluster { compression: 5 }|expected off, accept",
        "leaf { remotes: [{}] }|needs \"url\" or \"urls\"",
        "leaf { remotes: [{url: \"http://h\"}] }|remotes begin with",
        "leaf { remotes: [{url: \"nats://\"}] }|names no host",
        "leaf { remotes: [{url: \"nats://a b\"}] }|names no host",
        "leaf { remotes: [{urls: [\"nats://h\", \"ws://h\"]}] }|cannot have a mix of websocket and"
            + " non-websocket urls",
        "leaf { remotes: [{url: a}, {url: \"nats://a:7422\"}] }|is the same as the one at"
            + " x.conf:1:18",
        "leaf { remotes: [{url: a, account: A}] }|there is no account \"A\"",
        "leaf { remotes: [{url: a, nkey: SUAB}] }|expected the seed of a user",
        "leaf { remotes: [{url: a, deny_imports: [\"a b\"]}] }|\"a b\" is not a valid subject",
        "leaf { remotes: [{url: \"ws://a:1\", proxy { url: \"socks://p\" }}] }|unknown scheme"
            + " socks://",
        "leaf { remotes: [{url: \"ws://a:1\", proxy { url: \"http://p\", username: u }}] }|username"
            + " and password, or neither",
        "leaf { remotes: [{url: \"wss://a:1\", proxy { url: \"http://p\" }}] }|needs \"tls\" in the"
            + " remote",
        "leaf { remotes: [{url: a, creds: \"x.creds\"}] }|not supported yet: creds at x.conf:1:27",
        "leaf { authorization { user: a, users [{user: b}] } }|cannot have a single user as well",
        "leaf { authorization { users [{user: b}, {user: b}] } }|duplicate user \"b\"",
        "leaf { authorization { users [{user: b, account: A}] } }|there is no account \"A\"",
        "leaf { authorization { nkey: X } }|expected the public nkey",
        "leaf { min_version: \"2.7.9\" }|must be 2.8.0 or later",
        "leaf { min_version: \"127.0.0.1:-1\" }|expected a version such as",
        "jetstream: maybe|expected enabled, disabled or a map",
        "jetstream { max_mem: lots }|expected a size such as 10G",
        "jetstream { store_dir: a }, store_dir: b|is given here and in \"jetstream\"",
        "jetstream { domain: \"a.b\" }|cannot contain blanks",
        "jetstream { max_concurrent_io: 2 }|expected 4 to 8192",
        "tls { certs: [{ cert_file: a }] }|needs cert_file and key_file",
        "tls { certs: [], cert_file: a }|is instead of cert_file and key_file",
        "no_sys_acc: true, leafnodes { remotes: [{ url: a, account: $SYS }] }|$SYS",
        "jetstream { tpm { pcr: 1 } }|not supported yet: tpm at x.conf:1:13",
        "jetstream { cipher: des, key: k }|expected chachapoly or aes, got \"des\"",
        "jetstream { prev_key: k }|is given without \"key\"",
        "jetstream { sync: 0 }|expected always, none or a duration above 0",
        "jetstream { sync: sometimes }|expected a duration such as",
        "jetstream { max_mem: -2 }|expected -1 or more",
        "jetstream { max_mem: \"-2G\" }|cannot be negative",
        "jetstream { extension_hint: maybe }|expected no_extend or will_extend",
        "jetstream { limits { max_ack_pending: -1 } }|expected 0 to",
        "jetstream { limits { max_inflight_total: 1 } }|belongs into \"jetstream { limits { batch }"
            + " }\"",
        "system_account: S, jetstream: true, accounts { S { jetstream: true } }|cannot have"
            + " JetStream",
      })
  void linksAndJetStreamAreChecked(String text, String problem) {
    assertTrue(
        problems(text).stream().anyMatch(p -> p.contains(problem)),
        () -> text + ": " + problems(text));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "jetstream { meta_compact_size: -1 }|cannot be negative",
        "jetstream { store_dir: a, store: b }|\"store\" at x.conf:1:27: is given twice",
        "store_dir: 5|expected a string",
        "leaf { remotes: [{url: a, nkey: \"\"}] }|expected the seed of a user",
        "leaf { port: 1, min_version: \"\" }|expected a version such as",
        "prof_port: false|not supported yet: prof_port at x.conf:1:1",
        "mappings: []|not supported yet: mappings at x.conf:1:1",
      })
  void valuesThatMeanNothingAreNoneOfTheirKeys(String text, String problem) {
    assertTrue(
        problems(text).stream().anyMatch(p -> p.contains(problem)),
        () -> text + ": " + problems(text));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "port: 1, Port: 2|\"Port\" at x.conf:1:10: replaces the one at x.conf:1:1",
        "listen: \"h:5\", port: 6|\"port\" at x.conf:1:16: replaces the one of \"listen\" at"
            + " x.conf:1:1",
        "ping_interval: 30|\"ping_interval\" at x.conf:1:1: should be a duration such as \"10s\"",
        "max_payload: 9MB|\"max_payload\" at x.conf:1:1: more than 8 MiB are discouraged",
        "authorization { timeout: 90 }|\"timeout\" at x.conf:1:17: 90 seconds are long",
        "cluster { port: 1, compression: s2_auto }|\"compression\" at x.conf:1:20: links stay"
            + " uncompressed for now",
        "cluster { port: 1, ping_interval: \"1m\" }|30 seconds are the most for routes",
        "cluster { port: 1, routes: [\"nats://a:1\", \"nats://a:1\"] }|this route comes twice",
        "cluster { port: 1, authorization { permissions { import: a } } }|belongs directly into"
            + " \"cluster\"",
        "leaf { remotes: [{url: a, proxy { url: \"http://p\" }}] }|only for ws:// and wss://",
        "authorization { user: a, permissions { publish: b } }|has an effect on \"users\" only",
        "accounts { A {}, A {} }|replaces the one at x.conf:1:12",
        "jetstream { meta_compact: 5 }|has no effect in this version",
        "jetstream { cipher: aes }|has no effect without \"key\"",
      })
  void whatIsOnlyOddIsAWarning(String text, String warning) throws ConfigException {
    var warnings = warnings(text);
    assertEquals(1, warnings.size(), warnings.toString());
    assertTrue(warnings.getFirst().contains(warning), warnings.getFirst());
  }

  @Test
  void grammarErrorsNameFileLineAndColumn() throws Exception {
    var file = Files.writeString(directory.resolve("bad.conf"), "port: 1\ncluster {\n  name: [");
    var e = assertThrows(ConfigException.class, () -> Configuration.load(file, Flags.none()));
    assertTrue(e.getMessage().startsWith(file + ":3:10: "), e.getMessage());
    var missing = directory.resolve("missing.conf");
    e = assertThrows(ConfigException.class, () -> Configuration.load(missing, Flags.none()));
    assertTrue(e.getMessage().contains("no such file"), e.getMessage());
  }

  @Test
  void anEmptyFileIsAWarning() throws Exception {
    var file = Files.writeString(directory.resolve("empty.conf"), "# nothing\n");
    var loaded = Configuration.load(file, Flags.none());
    assertEquals(1, loaded.warnings().size());
  }

  @Test
  void problemsInIncludedFilesNameThem() throws Exception {
    Files.writeString(directory.resolve("auth.conf"), "authorization {\n usr: a }");
    var file = Files.writeString(directory.resolve("main.conf"), "include auth.conf");
    var e = assertThrows(ConfigException.class, () -> Configuration.load(file, Flags.none()));
    assertTrue(e.getMessage().contains("auth.conf:2:2, did you mean \"user\"?"), e.getMessage());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "max_bytes: 1000|\"max_bytes\" at x.conf:1:22: expected 1M or more",
        "max_bytes: \"-1\"|\"max_bytes\" at x.conf:1:33: expected a size such as 10G, got \"-1\"",
        "discard: all|\"discard\" at x.conf:1:22: expected old or new, got \"all\"",
        "max_age: \"x\"|\"max_age\" at x.conf:1:31: expected a duration such as \"10s\", got \"x\"",
        "sync_interval: \"0s\"|\"sync_interval\" at x.conf:1:22: expected 1ms to 1m",
        "sync_interval: \"2m\"|\"sync_interval\" at x.conf:1:22: expected 1ms to 1m",
        "catch_up_rate: -1|\"catch_up_rate\" at x.conf:1:22: cannot be negative",
        "subjects { allow: \"a..b\" }|\"allow\" at x.conf:1:40: \"a..b\" is not a valid subject",
        "enabled: 3|\"enabled\" at x.conf:1:31: expected true or false, got a number",
      })
  void whatIsWrongInOutageIsTold(String text, String problem) {
    assertEquals(List.of("invalid " + problem), problems("leafnodes { outage { " + text + " } }"));
  }

  @Test
  void aRemoteHasOnlySomeKeysOfOutage() {
    assertEquals(
        List.of(
            "unknown key \"sync_interval\" at x.conf:1:45, it belongs into \"leafnodes { outage"
                + " }\""),
        problems("leaf { remotes [{ url: \"nats://h\", outage { sync_interval: 1 } }] }"));
    assertEquals(
        List.of("invalid \"outage\" at x.conf:1:16: expected enabled, disabled or a map"),
        problems("leaf { outage: maybe }"));
  }
}

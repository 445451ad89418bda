package io.frond.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.frond.options.AccountOptions;
import io.frond.options.AccountOptions.JetStreamLimits;
import io.frond.options.ClientOptions;
import io.frond.options.ClusterOptions;
import io.frond.options.HostPort;
import io.frond.options.JetStreamOptions;
import io.frond.options.JetStreamOptions.Sync;
import io.frond.options.ServerOptions;
import io.frond.options.ServerUrl;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What single keys and spellings become.
class ConfigurationTest {
  @TempDir private Path directory;

  private static Configuration.Loaded parse(String text) throws ConfigException {
    return Configuration.parse(text, "test", Map.of());
  }

  private static ServerOptions options(String text) throws ConfigException {
    return parse(text).options();
  }

  @Test
  void nothingMeansTheDefaults() throws ConfigException {
    assertEquals(ServerOptions.DEFAULT, options(""));
    assertEquals(ServerOptions.DEFAULT, Configuration.load(Flags.none()).options());
    assertEquals(List.of(), parse("").warnings());
  }

  @ParameterizedTest
  @CsvSource({
    "0.0.0.0,4222,''",
    "127.0.0.1,4222,host: 127.0.0.1",
    "0.0.0.0,4222,port: 0",
    "0.0.0.0,-1,port: -1",
    "0.0.0.0,5000,listen: 5000",
    "0.0.0.0,5000,'listen: \":5000\"'",
    "::1,5000,'listen: \"[::1]:5000\"'",
    "localhost,-1,listen: localhost:-1",
    "h,6,'listen: h:5, port: 6'",
    "127.0.0.1,5,'listen: h:5; net: 127.0.0.1'",
  })
  void listenHostAndPortGiveTheAddress(String host, int port, String text) throws ConfigException {
    assertEquals(new HostPort(host, port), options(text).listen());
  }

  @Test
  void linksWithoutAPortDoNotListen() throws ConfigException {
    var cluster = options("cluster { name: x }").cluster();
    assertNotNull(cluster);
    assertNull(cluster.listen());
    assertEquals("x", cluster.name());
    assertEquals(ClusterOptions.DEFAULT_POOL_SIZE, cluster.poolSize());
    assertNull(options("leaf { }").leaf().listen());
    assertNull(options("ws { no_tls: true }").websocket());
    var warnings = parse("cluster { routes: [\"nats://h:1\"] }").warnings();
    assertEquals(
        List.of("\"routes\" at test:1:11: is not used: the cluster has no port"), warnings);
  }

  @ParameterizedTest
  @CsvSource({
    "enabled,true",
    "true,true",
    "'\"enabled\"',true",
    "'{}',true",
    "'{ storeDir: x }',true",
    "disabled,false",
    "false,false",
    "'{ enabled: false, store_dir: x }',false"
  })
  void jetStreamIsSwitchedInManyWays(String value, boolean on) throws ConfigException {
    assertEquals(on, options("jetstream: " + value).jetstream() != null);
    var account = options("accounts { A { jetstream: " + value.replaceAll("\\{.+}", "{}") + " } }");
    var limits = account.accounts().getFirst().jetstream();
    assertEquals(on || value.contains("{"), limits != null);
  }

  @Test
  void theStoreMayBeNamedAtTheTopLevel() throws ConfigException {
    assertNull(options("store_dir: x").jetstream());
    var jetstream = options("store_dir: x\njetstream: enabled").jetstream();
    assertEquals(JetStreamOptions.in("x"), jetstream);
  }

  @Test
  void whatIsSyncedWhen() throws ConfigException {
    assertEquals(new Sync.Always(), sync(""));
    assertEquals(new Sync.Always(), sync("sync_interval: Always"));
    assertEquals(new Sync.None(), sync("sync: none"));
    assertEquals(new Sync.Interval(Duration.ofSeconds(90)), sync("sync: \"1m30s\""));
    assertEquals(new Sync.Interval(Duration.ofSeconds(5)), sync("sync_interval: 5"));
  }

  private static Sync sync(String text) throws ConfigException {
    var jetstream = options("jetstream {" + text + "}").jetstream();
    assertNotNull(jetstream);
    return jetstream.sync();
  }

  @Test
  void keysAreNotInAnyText() throws ConfigException {
    var options = options("jetstream { key: secret, prev_key: older }");
    assertFalse(options.toString().contains("secret"));
    assertFalse(options.toString().contains("older"));
  }

  @Test
  void whichAccountsHaveJetStream() throws ConfigException {
    var alone = options("jetstream: enabled");
    assertEquals(JetStreamLimits.NONE, alone.jetStreamOf("$G"));
    assertNull(alone.jetStreamOf("$SYS"));
    assertNull(alone.jetStreamOf("A"));
    var withSystem = options("jetstream: enabled, system_account: S, accounts { S { } }");
    assertEquals(JetStreamLimits.NONE, withSystem.jetStreamOf("$G"));
    assertNull(withSystem.jetStreamOf("S"));
    var accounts = "accounts { A { jetstream { max_streams: 5 } }, B { } }";
    var named = options("jetstream: enabled\n" + accounts);
    assertNull(named.jetStreamOf("$G"));
    assertNull(named.jetStreamOf("B"));
    assertEquals(named.accounts().getFirst().jetstream(), named.jetStreamOf("A"));
    assertNotNull(named.jetStreamOf("A"));
    assertNull(options(accounts).jetStreamOf("A"));
  }

  @Test
  void timeoutsFollowTls() throws Exception {
    Files.writeString(directory.resolve("f"), "");
    var tls =
        "tls { cert_file: 'F', key_file: 'F', timeout: \"5s\" }".replace("F", directory + "/f");
    assertEquals(Duration.ofSeconds(6), options(tls).auth().timeout());
    assertEquals(
        Duration.ofSeconds(3), options(tls + "\nauthorization { timeout: 3 }").auth().timeout());
    var leaf =
        options("leafnodes { port: 1, authorization { user: a }, " + tls + " }").leaf().auth();
    assertNotNull(leaf);
    assertEquals(Duration.ofSeconds(6), leaf.timeout());
  }

  @Test
  void aVeryLongTimeIsStillSome() throws Exception {
    var options =
        options(
            "authorization { timeout: 9223372036854775807 }, ping_interval: 9223372036854775807");
    assertTrue(options.auth().timeout().toNanos() > 0);
    assertTrue(options.client().pingInterval().toNanos() > 0);
  }

  @Test
  void maximumsOfZeroMeanTheDefaultOrNone() throws ConfigException {
    var client =
        options("max_payload: 0, max_pending: 0, max_control_line: 0, ping_max: 0").client();
    assertEquals(ClientOptions.DEFAULT, client);
    assertEquals(-1, options("max_connections: 0").client().maxConnections());
    assertEquals(-1, options("max_connections: -1").client().maxConnections());
  }

  @Test
  void remotesWithoutAPortMean7422() throws ConfigException {
    var loaded =
        parse(
            "leaf { remotes [ {url: a}, {url: \"leaf://b\"}, {url: \"wss://c/x\"}, {url: \"[::1]\"}"
                + " ] }");
    var urls = loaded.options().leaf().remotes().stream().map(r -> r.urls().getFirst()).toList();
    assertEquals(
        List.of(
            ServerUrl.nats("a", 7422),
            ServerUrl.nats("b", 7422),
            new ServerUrl("wss", null, null, "c", 7422, "/x"),
            ServerUrl.nats("::1", 7422)),
        urls);
    assertEquals(1, loaded.warnings().size(), loaded.warnings().toString());
    assertTrue(loaded.warnings().getFirst().contains(":443"), loaded.warnings().getFirst());
  }

  @Test
  void variablesAreNoUnknownKeys() throws ConfigException {
    var options =
        options(
            """
            P: 4333
            port: $P
            accounts {
              TEAM { users [{ user: a }] }
              U: x
              B { users [{ user: $U }] }
            }
            """);
    assertEquals(4333, options.listen().port());
    assertEquals(
        List.of("TEAM", "B"), options.accounts().stream().map(AccountOptions::name).toList());
  }

  @Test
  void anEmptyListOfLeavesIsNotTheSameAsNone() throws ConfigException {
    assertNull(options("authorization { user: a }").leaf().allowed());
    assertEquals(List.of(), options("authorization { allowed_leaf_cidrs: [] }").leaf().allowed());
    assertNotEquals(true, options("authorization { allowed_leaf_cidrs: [] }").auth().required());
  }

  @Test
  void thePreferredHashOfASecretIsNotSpecial() throws ConfigException {
    var auth = options("authorization { user: \"ü ser\", password: $2a$11$abc }").auth();
    assertEquals("ü ser", auth.user());
    assertEquals("$2a$11$abc", auth.password());
    assertTrue(auth.required());
  }
}

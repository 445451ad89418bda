package io.frond.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.frond.config.ServerOptionsDiff.Change;
import io.frond.options.ServerOptions;
import io.frond.options.ServerUrl;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ServerOptionsDiffTest {
  private static final String BASE =
      """
      port: 4222, server_name: a, jetstream { max_mem: 1G }, http: 8222, client_advertise: x
      authorization { timeout: 2, allowed_leaf_cidrs: ["10.0.0.0/8"], users [{ user: u }] }
      accounts { A { } }
      cluster { name: c, port: 6222, routes: ["nats://r1:1", "nats://r2:1"], pool_size: 2
        authorization { user: r, password: p }, permissions { import: i } }
      leafnodes { port: 7422, authorization { user: l }, remotes [
        { url: "nats://h1:1" }, { url: "nats://h2:1", disabled: true }, { url: "nats://h3:1" } ] }
      websocket { port: 80, no_tls: true }
      """;

  private static ServerOptions options(String text) throws ConfigException {
    return Configuration.parse(text, "test", Map.of()).options();
  }

  private static ServerOptionsDiff diff(String from, String to) throws ConfigException {
    assertTrue(BASE.contains(from), from);
    return ServerOptionsDiff.between(options(BASE), options(BASE.replace(from, to)));
  }

  @Test
  void theSameFileChangesNothing() throws ConfigException {
    var diff = diff("port: 4222", "port: 4222");
    assertTrue(diff.isEmpty());
    assertEquals(List.of(), diff.routesAdded());
    assertEquals(List.of(), diff.remotesChanged());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "user: u|user: v|AUTH",
        "timeout: 2|timeout: 3|AUTH",
        "[{ user: u }]|[{ user: u, permissions { publish: a } }]|AUTH",
        "A { }|A { limits { max_conn: 1 } }|ACCOUNTS",
        "A { }|A { jetstream: enabled }|ACCOUNTS",
        "max_mem: 1G|max_mem: 2G|JETSTREAM",
        "10.0.0.0/8|10.0.0.0/9|ALLOWED_LEAVES",
        "client_advertise: x|client_advertise: y|CLIENT",
        "client_advertise: x|client_advertise: x, max_payload: 1KB|CLIENT",
        "client_advertise: x|client_advertise: x, ping_interval: \"1s\"|CLIENT",
        "client_advertise: x|client_advertise: x, debug: true|LOGGING",
        "client_advertise: x|client_advertise: x, log_file: \"l\"|LOGGING",
        "client_advertise: x|client_advertise: x, server_tags: t|TAGS",
        "client_advertise: x|client_advertise: x, server_metadata { a: b }|TAGS",
        "client_advertise: x|client_advertise: x, pid_file: p|PID_FILE",
        "client_advertise: x|client_advertise: x, ports_file_dir: p|PORTS_FILE",
        "pool_size: 2|pool_size: 3|CLUSTER",
        "password: p|password: q|CLUSTER_AUTH",
        "import: i|import: j|CLUSTER_PERMISSIONS",
        "import: i|import: i, export: e|CLUSTER_PERMISSIONS",
        "user: l|user: m|LEAF_AUTH",
        "leafnodes { port: 7422|leafnodes { port: 7422, reconnect: \"2s\"|LEAF",
      })
  void whatCanChangeWhileTheServerRuns(String from, String to, Change change)
      throws ConfigException {
    var diff = diff(from, to);
    assertEquals(Set.of(change), diff.changes());
    assertEquals(List.of(), diff.restartKeys());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "port: 4222|port: 4223|listen",
        "port: 4222|port: -1, host: h|host",
        "server_name: a|server_name: b|server_name",
        "jetstream { max_mem: 1G }|jetstream: disabled|jetstream",
        "jetstream { max_mem: 1G }|jetstream { max_mem: 1M }|jetstream",
        "jetstream { max_mem: 1G }|jetstream: enabled|jetstream",
        "max_mem: 1G|max_mem: 1G, max_file: 1T|jetstream",
        "max_mem: 1G|max_mem: 1G, domain: d|jetstream",
        "max_mem: 1G|max_mem: 1G, sync: none|jetstream",
        "max_mem: 1G|max_mem: 1G, limits { max_ack_pending: 5 }|jetstream",
        "max_mem: 1G|max_mem: 1G, store_dir: x|jetstream { store_dir }",
        "http: 8222|http: 8223|http",
        "http: 8222|http: 8222, http_base_path: x|http_base_path",
        "http: 8222|http: 8222, no_header_support: true|no_header_support",
        "accounts { A { }|system_account: A, accounts { A { }|system_account",
        "name: c|name: d|cluster { name }",
        "port: 6222|port: 6223|cluster { listen }",
        "port: 7422|port: 7423|leafnodes { listen }",
        "leafnodes { port|leafnodes { isolate: true, port|leafnodes { isolate }",
        "port: 80|port: 81|websocket",
        "websocket { port: 80, no_tls: true }|debug: false|websocket",
      })
  void whatNeedsARestart(String from, String to, String key) throws ConfigException {
    assertTrue(diff(from, to).restartKeys().contains("needs restart: " + key), key);
  }

  @Test
  void aRandomPortStaysAsItIs() throws ConfigException {
    assertEquals(List.of(), diff("port: 4222", "port: -1").restartKeys());
  }

  @Test
  void routesAreAddedAndRemoved() throws ConfigException {
    var diff = diff("\"nats://r1:1\"", "\"nats://r3:1\"");
    assertEquals(Set.of(Change.ROUTES), diff.changes());
    assertEquals(List.of(ServerUrl.nats("r3", 1)), diff.routesAdded());
    assertEquals(List.of(ServerUrl.nats("r1", 1)), diff.routesRemoved());
    assertTrue(
        diff("\"nats://r1:1\", \"nats://r2:1\"", "\"nats://r2:1\", \"nats://r1:1\"").isEmpty());
  }

  @Test
  void remotesAreAddedRemovedEnabledDisabledAndChanged() throws ConfigException {
    var diff =
        diff(
            "{ url: \"nats://h1:1\" }, { url: \"nats://h2:1\", disabled: true }, { url:"
                + " \"nats://h3:1\" }",
            "{ url: \"nats://h1:1\", disabled: true }, { url: \"nats://h2:1\" },"
                + " { url: \"nats://h3:1\", hub: true }, { url: \"nats://h4:1\" }");
    assertEquals(Set.of(Change.REMOTES), diff.changes());
    assertEquals(List.of("h2", "h4"), hosts(diff.remotesAdded()));
    assertEquals(List.of("h1"), hosts(diff.remotesRemoved()));
    assertEquals(List.of("h3"), hosts(diff.remotesChanged()));
    assertEquals(List.of("h3"), hosts(diff(", { url: \"nats://h3:1\" }", "").remotesRemoved()));
  }

  private static List<String> hosts(List<io.frond.options.RemoteOptions> remotes) {
    return remotes.stream().map(remote -> remote.urls().getFirst().host()).toList();
  }
}

package io.frond.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.frond.testkit.Await;
import io.frond.testkit.RawClient;
import io.frond.testkit.TestServer;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What changes in a running server when it is told another configuration.
class ReloadTest {
  private static String users(String... users) {
    return "authorization { users: [ " + String.join(", ", users) + " ] }";
  }

  private static RawClient as(TestServer server, String user) {
    return RawClient.connected(server, "\"user\":\"" + user + "\",\"pass\":\"p\"");
  }

  /// The next line that is no INFO.
  private static String line(RawClient client) {
    var line = client.line();
    return line.startsWith("INFO ") ? line(client) : line;
  }

  private static void assertAlive(RawClient client) {
    client.send("PING");
    assertEquals("PONG", line(client));
  }

  @Test
  void usersComeAndGo() throws Exception {
    try (var server =
            TestServer.start(users("{ user: a, password: p }", "{ user: b, password: p }"));
        var a = as(server, "a");
        var b = as(server, "b")) {
      server.reload(users("{ user: a, password: p }", "{ user: c, password: p }"));
      assertEquals("-ERR 'Authorization Violation'", line(b));
      b.expectClosed();
      assertAlive(a);
      try (var c = as(server, "c")) {
        c.ping();
      }
    }
  }

  @Test
  void changedPasswordEndsTheConnection() throws Exception {
    try (var server = TestServer.start(users("{ user: a, password: p }"));
        var a = as(server, "a")) {
      server.reload(users("{ user: a, password: other }"));
      assertEquals("-ERR 'Authorization Violation'", line(a));
      a.expectClosed();
    }
  }

  @Test
  void permissionsThatShrinkEndSubscriptions() throws Exception {
    try (var server = TestServer.start(users("{ user: a, password: p }"));
        var a = as(server, "a")) {
      a.send("SUB kept 1", "SUB lost 2").ping();
      server.reload(
          users(
              "{ user: a, password: p, permissions { subscribe: { deny: lost }, publish: { deny:"
                  + " nope } } }"));
      assertEquals(
          "-ERR 'Permissions Violation for Subscription to \"lost\" (sid \"2\")'", line(a));
      assertAlive(a);
      a.send("PUB lost 1", "x", "PUB kept 1", "y");
      assertEquals("MSG kept 1 1", line(a));
      a.expect("y");
      a.send("PUB nope 1", "x").expectError("Permissions Violation for Publish to \"nope\"");
    }
  }

  @Test
  void payloadLimitIsToldAndHolds() throws Exception {
    try (var server = TestServer.start("max_payload: 2000");
        var client = RawClient.connected(server)) {
      server.reload("max_payload: 1000");
      var line = client.line();
      assertEquals(1000, RawClient.info(line).number("max_payload", 0));
      client.send("PUB foo 1001", "x".repeat(1001)).expectError("Maximum Payload Violation");
    }
  }

  @Test
  void anAccountThatWasTakenOutIsShownNoMore() throws Exception {
    var with = "accounts { A { users: [ { user: a, password: p } ] }, B {} }";
    try (var server = TestServer.start("http: \"127.0.0.1:-1\"", with)) {
      var accounts = Objects.requireNonNull(server.server().monitorUri()).resolve("/accountz");
      assertTrue(get(accounts).contains("\"A\""));
      server.reload("http: \"127.0.0.1:-1\"", "accounts { B {} }");
      assertFalse(get(accounts).contains("\"A\""), get(accounts));
      server.reload("http: \"127.0.0.1:-1\"", with);
      assertTrue(get(accounts).contains("\"A\""));
      as(server, "a").close();
    }
  }

  private static String get(URI document) throws IOException {
    try (var in = document.toURL().openStream()) {
      return new String(in.readAllBytes(), UTF_8);
    }
  }

  @Test
  void aRouteOfItsOwnNeedsAnAccount() throws Exception {
    var cluster = "cluster { name: c, listen: \"127.0.0.1:" + TestServer.freePort() + "\"";
    try (var server = TestServer.start(cluster + " }", "accounts { A {} }")) {
      var why =
          assertThrows(
              IOException.class,
              () -> server.reload(cluster + ", accounts: [NOPE] }", "accounts { A {} }"));
      assertEquals(
          "unable to add account \"NOPE\" to the list of dedicated routes: account missing",
          why.getMessage());
      server.reload(cluster + ", accounts: [A] }", "accounts { A {} }");
    }
  }

  @Test
  void lowerConnectionLimitHoldsForTheNext() throws Exception {
    try (var server = TestServer.start();
        var one = RawClient.connected(server)) {
      server.reload("max_connections: 1");
      try (var two = RawClient.open(server)) {
        assertTrue(two.greeting().startsWith("INFO {"));
        assertEquals("-ERR 'maximum connections exceeded'", two.line());
      }
      assertAlive(one);
    }
  }

  @Test
  void authorizationMayBeSwitchedOn() throws Exception {
    try (var server = TestServer.start();
        var nobody = RawClient.connected(server)) {
      server.reload(users("{ user: a, password: p }"));
      assertEquals("-ERR 'Authorization Violation'", line(nobody));
      nobody.expectClosed();
      try (var a = as(server, "a")) {
        a.ping();
      }
    }
  }

  @Test
  void whatNeedsARestartIsRefusedAsAWhole() throws Exception {
    try (var server = TestServer.start("max_payload: 2000", "server_name: one");
        var client = RawClient.connected(server)) {
      var refused =
          assertThrows(
              IOException.class, () -> server.reload("max_payload: 1000", "server_name: two"));
      assertTrue(String.valueOf(refused.getMessage()).contains("server_name"));
      client.send("SUB foo 1", "PUB foo 1500", "x".repeat(1500));
      client.expect("MSG foo 1 1500", "x".repeat(1500));
      assertEquals("one", RawClient.connected(server).info().text("server_name"));
    }
  }

  @Test
  void nobodyIsToldOfWhatInfoDoesNotSay() throws Exception {
    try (var server = TestServer.start();
        var client = RawClient.connected(server)) {
      server.reload("ping_interval: \"1m\"");
      client.send("PING");
      assertEquals("PONG", client.line());
      assertTrue(server.logged("Reloaded: ping_interval = 1m0s"));
    }
  }

  @Test
  void aClientWhoseUserIsInAnotherAccountComesAgain() throws Exception {
    var a = "accounts { A { users: [ { user: a, password: p }%s ] }, B { users: [ %s ] } }";
    try (var server =
            TestServer.start(
                a.formatted(", { user: m, password: p }", "{ user: b, password: p }"));
        var moved = as(server, "m");
        var stays = as(server, "a")) {
      moved.send("SUB foo 1").ping();
      server.reload(a.formatted("", "{ user: b, password: p }, { user: m, password: p }"));
      moved.expectClosed();
      assertAlive(stays);
      try (var again = as(server, "m");
          var b = as(server, "b")) {
        again.send("SUB foo 1").ping();
        b.send("PUB foo 1", "x");
        again.expect("MSG foo 1 1", "x");
      }
    }
  }

  @Test
  void lowerConnectionLimitsEndTheLatest() throws Exception {
    var accounts = "accounts { A { users: [ { user: a, password: p } ]%s } }";
    try (var server = TestServer.start(accounts.formatted(""));
        var one = as(server, "a");
        var two = as(server, "a");
        var three = as(server, "a")) {
      server.reload(accounts.formatted(""), "max_connections: 2");
      assertEquals("-ERR 'maximum connections exceeded'", line(three));
      three.expectClosed();
      Await.until(
          "the log tells of it",
          () -> server.logged("Closed 1 connections to fall within max_connections"));
      server.reload(accounts.formatted(", limits { max_conn: 1 }"));
      assertEquals("-ERR 'maximum account active connections exceeded'", line(two));
      two.expectClosed();
      assertAlive(one);
    }
  }

  @Test
  void aShorterLineHoldsForThoseThatAreConnected() throws Exception {
    try (var server = TestServer.start();
        var client = RawClient.connected(server)) {
      server.reload("max_control_line: 512");
      client.ping(); // its event loop hears of the reload meanwhile
      client.ping();
      client.send("SUB " + "a".repeat(1000) + " 1").expectError("maximum control line exceeded");
      client.expectClosed();
    }
  }

  @Test
  void filesThatTellOfTheServerMove(@TempDir Path folder) throws Exception {
    var former = folder.resolve("a.pid");
    var later = folder.resolve("b.pid");
    try (var server = TestServer.start("pid_file: \"" + former + "\"")) {
      server.reload(
          "pid_file: \"" + later + "\"", "ports_file_dir: \"" + folder.toRealPath() + "\"");
      assertEquals(Long.toString(ProcessHandle.current().pid()), Files.readString(later).strip());
      assertFalse(Files.exists(former));
      try (var files = Files.list(folder)) {
        assertTrue(files.anyMatch(it -> it.toString().endsWith(".ports")));
      }
    }
    try (var files = Files.list(folder)) {
      assertEquals(0, files.count());
    }
  }

  @Test
  void whatCannotBeReadIsRefusedAsAWhole(@TempDir Path folder) throws Exception {
    var junk = Files.writeString(folder.resolve("junk.pem"), "junk").toString();
    var leaf = "leafnodes { listen: \"127.0.0.1:-1\"%s }";
    var tls = leaf.formatted(", tls { cert_file: \"J\", key_file: \"J\" }").replace("J", junk);
    var nowhere = "log_file: \"" + folder.resolve("no/such/folder/log") + '"';
    try (var server = TestServer.start(leaf.formatted(""))) {
      assertThrows(IOException.class, () -> server.reload("max_payload: 1000", tls));
      assertThrows(
          IOException.class, () -> server.reload("max_payload: 1000", leaf.formatted(""), nowhere));
      assertEquals(1 << 20, server.server().core().options().client().maxPayload());
      server.server().core().log().info("the log goes on");
      assertTrue(server.logged("the log goes on"));
      server.reload("max_payload: 1000", leaf.formatted(""));
    }
  }
}

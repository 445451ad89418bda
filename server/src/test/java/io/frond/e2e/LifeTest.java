package io.frond.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.frond.server.FrondServer;
import io.frond.testkit.Await;
import io.frond.testkit.RawClient;
import io.frond.testkit.TestServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

/// Starting, lame duck mode and ending; many servers in one JVM.
@SuppressWarnings("try") // closing may be interrupted, and servers are closed early on purpose
class LifeTest {
  private static final String CONFIG =
      """
      http: "127.0.0.1:-1"
      cluster { name: L, listen: "127.0.0.1:-1" }
      leafnodes { listen: "127.0.0.1:-1" }
      """;

  private static Set<Thread> threads() {
    return new HashSet<>(Thread.getAllStackTraces().keySet());
  }

  /// A thread that has done all is alive for a moment longer.
  private static void awaitNoMoreThan(Set<Thread> before) {
    Await.until(
        "no thread is left",
        () ->
            threads().stream()
                .allMatch(it -> before.contains(it) || !it.getName().startsWith("frond")));
  }

  @Test
  void closedServerLeavesNoThreadAndNoPort() throws Exception {
    try (var warm = TestServer.start(CONFIG)) { // what the JVM itself starts once
      assertTrue(warm.port() > 0);
    }
    var before = threads();
    var server = TestServer.start(CONFIG);
    var port = server.port();
    var client = RawClient.connected(server);
    server.close();
    client.expectClosed();
    client.close();
    awaitNoMoreThan(before);
    new ServerSocket(port, 1, InetAddress.getLoopbackAddress()).close();
  }

  @Test
  void clientsAreToldOfTheEnd() {
    var server = TestServer.start();
    try (var client = RawClient.connected(server)) {
      server.close();
      client.expectClosed();
    }
    server.close();
  }

  @Test
  void serversOfOneJvmKnowNothingOfEachOther() {
    var servers = new ArrayList<TestServer>();
    var clients = new ArrayList<RawClient>();
    try {
      var names = new HashSet<String>();
      for (var i = 0; i < 10; i++) {
        servers.add(TestServer.start("max_payload: " + (1000 + i)));
        clients.add(RawClient.connected(servers.getLast()));
        names.add(clients.getLast().info().text("server_id", ""));
        assertEquals(1000 + i, clients.getLast().info().number("max_payload", 0));
      }
      assertEquals(10, names.size());
      for (var client : clients) {
        client.send("SUB > 1").ping();
      }
      for (var client : clients) {
        client.send("PUB foo 1", "x").expect("MSG foo 1 1", "x").ping();
      }
      servers.getFirst().close();
      clients.getLast().ping();
    } finally {
      clients.forEach(RawClient::close);
      servers.forEach(TestServer::close);
    }
  }

  @Test
  void portThatIsTakenIsAnErrorAndLeavesNothing() throws Exception {
    try (var server = TestServer.start()) {
      var before = threads();
      var options = TestServer.parse("listen: \"127.0.0.1:" + server.port() + "\"");
      assertThrows(IOException.class, () -> FrondServer.start(options));
      awaitNoMoreThan(before);
    }
  }

  @Test
  void lameDuckTellsItsClientsAndThenClosesThem() throws Exception {
    try (var server =
            TestServer.start("lame_duck_grace_period: \"20s\"", "lame_duck_duration: \"60s\"");
        var modern = RawClient.connected(server);
        var old = RawClient.open(server);
        var executor = Executors.newSingleThreadExecutor()) {
      old.connect("{\"verbose\":false}");
      var done =
          executor.submit(() -> {
            server.server().lameDuck();
            return true;
          });
      var line = modern.line();
      assertTrue(RawClient.info(line).flag("ldm", false), line);
      Await.until("no new clients", () -> refusesConnections(server.port()));
      modern.send("SUB foo 1", "PUB foo 1", "x").expect("MSG foo 1 1", "x");
      modern.close();
      old.close();
      assertTrue(done.get());
      assertFalse(server.server().awaitReady(Duration.ofSeconds(1)));
    }
  }

  private static boolean refusesConnections(int port) {
    try (var socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 200);
      return false;
    } catch (IOException e) {
      return true;
    }
  }

  @Test
  void infoChangesReachOnlyClientsThatUnderstandThem() throws Exception {
    try (var server = TestServer.start();
        var modern = RawClient.connected(server);
        var old = RawClient.open(server)) {
      old.connect("{\"verbose\":false}");
      server.reload("max_payload: 5000");
      assertEquals(5000, RawClient.info(modern.line()).number("max_payload", 0));
      old.ping();
      assertNotEquals(5000, old.info().number("max_payload", 0));
    }
  }

  @Test
  void queueGroupsAreServedFairly() {
    try (var server = TestServer.start();
        var publisher = RawClient.connected(server)) {
      var members = new ArrayList<RawClient>();
      for (var i = 0; i < 4; i++) {
        members.add(RawClient.connected(server));
        members.getLast().send("SUB work.* crew 1").ping();
      }
      publisher.send("PUB work.a 0\r\n\r\n".repeat(4000).stripTrailing(), "").ping();
      var all = 0;
      for (var member : members) {
        var count = 0;
        member.send("PING");
        for (var line = member.line(); !line.equals("PONG"); line = member.line()) {
          count += line.startsWith("MSG") ? 1 : 0;
        }
        assertTrue(count > 800 && count < 1200, "one of four got " + count); // 7 deviations
        all += count;
        member.close();
      }
      assertEquals(4000, all);
    }
  }
}

package io.frond.lane;

import static io.frond.lane.LaneSite.text;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.frond.testkit.Await;
import io.frond.testkit.TestServer;
import io.nats.client.Connection;
import io.nats.client.Nats;
import io.nats.client.Options;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Lanes of several accounts, with the same names and subjects: each keeps to its account.
class LaneAccountsTest {
  private static final int COUNT = 200;
  private static final String ACCOUNTS =
      """
      accounts {
        A { jetstream: enabled, users: [{ user: a, password: x }] }
        B { jetstream: enabled, users: [{ user: b, password: x }] }
      }
      """;

  @TempDir Path folder;
  private final int hubPort = TestServer.freePort();
  private final List<AutoCloseable> open = new ArrayList<>();

  @AfterEach
  void close() throws Exception {
    for (var each : open.reversed()) {
      each.close();
    }
  }

  private TestServer start(int port, String... config) {
    var server = TestServer.startAt(port, config);
    open.add(server);
    return server;
  }

  private TestServer startHub() {
    return start(
        hubPort,
        "server_name: hub",
        "jetstream { store_dir: \"" + folder.resolve("hub") + "\" }",
        ACCOUNTS,
        "authorization { allowed_leaf_cidrs: [\"127.0.0.0/8\"] }");
  }

  private TestServer startLeaf() {
    var remote = "{ url: \"nats://%s:x@127.0.0.1:" + hubPort + "\", account: %s, forward: [%s] }";
    var lane = "{ name: n, subjects: \"n.*\" }";
    return start(
        -1,
        "server_name: leaf",
        "jetstream { store_dir: \"" + folder.resolve("leaf") + "\" }",
        ACCOUNTS,
        "leafnodes { reconnect: 100ms, remotes: [",
        remote.formatted("a", "A", lane),
        remote.formatted("b", "B", lane + ", { name: other, subjects: \"other\" }"),
        "] }");
  }

  private Connection client(TestServer at, String user) throws Exception {
    var connection =
        Nats.connect(
            Options.builder()
                .server("nats://" + user + ":x@127.0.0.1:" + at.port())
                .connectionTimeout(LaneSite.WAIT)
                .build());
    open.add(connection);
    return connection;
  }

  private static void publish(Connection at, String prefix) {
    for (var i = 0; i < COUNT; i++) {
      at.publish("n.x", (prefix + i).getBytes(StandardCharsets.UTF_8));
    }
    LaneSite.flush(at);
  }

  /// One account has a stream at the hub, the other one subscribers.
  @Test
  void eachKeepsToItsAccount() throws Exception {
    var hub = startHub();
    var streamed = client(hub, "a");
    LaneSite.stream(streamed, "N", "n.*");
    var subscriber = client(hub, "b");
    var there = subscriber.subscribe("n.*");
    LaneSite.flush(subscriber);
    var leaf = startLeaf();
    publish(client(leaf, "a"), "a");
    publish(client(leaf, "b"), "b");
    for (var i = 0; i < COUNT; i++) {
      assertEquals("b" + i, text(there.nextMessage(LaneSite.WAIT)));
    }
    Await.until("the stream has all", () -> LaneSite.count(streamed, "N") == COUNT);
    assertEquals(LaneSite.numbers("a", COUNT), LaneSite.texts(streamed, "N"));
    Await.until(
        "all lanes are in step",
        () ->
            leaf.server().lanes().stream()
                .allMatch(lane -> lane.messages() == 0 && !lane.hub().isEmpty()));
    assertEquals(
        List.of("A n 200", "B n 200", "B other 0"),
        leaf.server().lanes().stream()
            .map(lane -> lane.account() + " " + lane.name() + " " + lane.forwarded())
            .toList());
  }
}

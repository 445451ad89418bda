package io.frond.lane;

import static io.frond.lane.LaneSite.numbers;
import static io.frond.lane.LaneSite.publish;
import static io.frond.lane.LaneSite.stream;
import static io.frond.lane.LaneSite.texts;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.frond.testkit.Await;
import io.frond.testkit.TestCertificates;
import io.frond.testkit.TestServer;
import io.nats.client.Connection;
import io.nats.client.Nats;
import io.nats.client.Options;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Lanes over links that are no plain sockets.
class LaneTransportTest {
  @TempDir Path folder;

  private final List<Connection> connections = new ArrayList<>();

  @AfterEach
  void close() throws InterruptedException {
    for (var each : connections) {
      each.close();
    }
  }

  private Connection client(TestServer at) throws Exception {
    var uri = at.server().clientUri().toString();
    var made =
        Nats.connect(
            Options.builder().server(uri).connectionTimeout(LaneSite.WAIT).noReconnect().build());
    connections.add(made);
    return made;
  }

  /// Some messages go before the hub restarts, some while it is away, some after.
  ///
  /// @param hubConfig how leaves come to it
  /// @param remote how the leaf does
  private void carriesALane(String hubConfig, String remote) throws Exception {
    var port = TestServer.freePort();
    var hubText =
        new String[] {
          "server_name: hub",
          "jetstream { store_dir: \"" + folder.resolve("hub") + "\" }",
          hubConfig.replace("PORT", "" + port)
        };
    var hub = TestServer.start(hubText);
    var leaf =
        TestServer.start(
            "server_name: leaf",
            "jetstream { store_dir: \"" + folder.resolve("leaf") + "\" }",
            "leaf { reconnect: 100ms, remotes [ { "
                + remote.replace("PORT", "" + port)
                + ", forward: [{ name: orders, subjects: \"orders.>\" }] } ] }");
    try (leaf) {
      var atLeaf = client(leaf);
      var atHub = client(hub);
      stream(atHub, "ORDERS", "orders.>");
      publishSome(atLeaf, 0);
      Await.until("the first are there", () -> LaneSite.count(atHub, "ORDERS") == 100);
      hub.close();
      publishSome(atLeaf, 100);
      hub = TestServer.start(hubText);
      var again = client(hub);
      publishSome(atLeaf, 200);
      Await.until("all are there", () -> LaneSite.count(again, "ORDERS") == 300);
      assertEquals(numbers("m", 300), texts(again, "ORDERS"));
    } finally {
      hub.close();
    }
  }

  private static void publishSome(Connection at, int from) {
    for (var i = from; i < from + 100; i++) {
      publish(at, "orders.x", "m" + i);
    }
  }

  @Test
  void overWebSocket() throws Exception {
    carriesALane(
        "authorization { allowed_leaf_cidrs = [\"127.0.0.0/8\"] }\n"
            + "websocket { listen: \"127.0.0.1:PORT\", no_tls: true, compression: true }",
        "url: \"ws://127.0.0.1:PORT\", ws_compression: true");
  }

  @Test
  void overTls() throws Exception {
    var certificates = TestCertificates.create(folder);
    var hub = certificates.server();
    var leaf = certificates.client();
    var tls = "tls { cert_file: \"%s\", key_file: \"%s\", ca_file: \"%s\"%s }";
    carriesALane(
        "leafnodes { listen: \"127.0.0.1:PORT\", "
            + tls.formatted(hub.certificate(), hub.key(), certificates.ca(), ", verify: true")
            + " }",
        "url: \"tls://localhost:PORT\", "
            + tls.formatted(leaf.certificate(), leaf.key(), certificates.ca(), ""));
  }
}

package io.frond.lane;

import io.frond.testkit.Await;
import io.frond.testkit.TestCluster;
import io.frond.testkit.TestServer;
import io.nats.client.Connection;
import io.nats.client.Nats;
import io.nats.client.Options;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A core of three that leaves join on the port of the clients, each server with a store that
/// outlives it, on ports that stay; and a leaf with a remote for each of them.
final class LaneCore implements AutoCloseable {
  static final int SIZE = 3;

  private final Path folder;
  private final String name;
  private final String[] forward;
  private final int[] ports = new int[SIZE];
  private final int[] clusterPorts = new int[SIZE];
  private final int[] leafPorts = new int[SIZE];
  private final int[] dialled = new int[SIZE];
  private final int leafPort = TestServer.freePort();
  private final @Nullable TestServer[] hubs = new TestServer[SIZE];
  private final List<Connection> connections = new ArrayList<>();
  private String leafConfig = "";
  private @Nullable TestServer leaf;

  /// @param forward the lanes of each remote, empty for none
  LaneCore(Path folder, String name, String... forward) {
    this.folder = folder;
    this.name = name;
    this.forward = forward;
    for (var i = 0; i < SIZE; i++) {
      ports[i] = TestServer.freePort();
      clusterPorts[i] = TestServer.freePort();
      leafPorts[i] = TestServer.freePort();
      dialled[i] = ports[i];
    }
  }

  LaneCore leafConfig(String config) {
    leafConfig = config;
    return this;
  }

  int port(int hub) {
    return ports[hub];
  }

  /// Where a server of the core listens for leaves, besides its port for clients.
  int leafPort(int hub) {
    return leafPorts[hub];
  }

  /// The leaf dials by way of a port that leads to the server.
  LaneCore through(int hub, int port) {
    dialled[hub] = port;
    return this;
  }

  /// Starts one server of the core.
  TestServer start(int hub) {
    var started = TestServer.startAt(ports[hub], hubText(hub));
    hubs[hub] = started;
    return started;
  }

  String hubText(int hub) {
    var routes = new StringBuilder();
    for (var i = 0; i < SIZE; i++) {
      routes.append(i == hub ? "" : "\"nats://127.0.0.1:" + clusterPorts[i] + "\"\n");
    }
    return String.join(
        "\n",
        "server_name: " + name + hub,
        "jetstream { store_dir: \"" + folder.resolve(name + hub) + "\" }",
        "cluster { name: " + name + ", listen: \"127.0.0.1:" + clusterPorts[hub] + "\"",
        "  routes: [" + routes + "] }",
        "leafnodes { listen: \"127.0.0.1:" + leafPorts[hub] + "\" }",
        "authorization { allowed_leaf_cidrs = [\"127.0.0.0/8\"] }");
  }

  /// Starts them all and waits until they know each other.
  LaneCore startAll() {
    for (var i = 0; i < SIZE; i++) {
      start(i);
    }
    for (var i = 0; i < SIZE; i++) {
      TestCluster.awaitPeers(hub(i).server(), SIZE - 1);
    }
    return this;
  }

  TestServer hub(int index) {
    return running(hubs[index]);
  }

  void stop(int hub) {
    hub(hub).close();
    hubs[hub] = null;
  }

  /// The server that the leaf is joined to; -1 for none.
  int joined() {
    var at = leaf().server().lanes().getFirst().hub();
    return at.startsWith(name) ? Integer.parseInt(at.substring(name.length())) : -1;
  }

  /// Waits until the lanes go over a link.
  int awaitJoined() {
    Await.until("the lanes have a link", () -> joined() >= 0);
    return joined();
  }

  /// What the leaf dials.
  String remotes() {
    var all = new StringBuilder();
    for (var i = 0; i < SIZE; i++) {
      all.append(
          "  { url: \"nats://127.0.0.1:" + dialled[i] + "\", ignore_discovered_servers: true");
      all.append(forward[i].isEmpty() ? " }\n" : ", forward: " + forward[i] + " }\n");
    }
    return all.toString();
  }

  TestServer startLeaf() {
    return startLeaf(remotes());
  }

  TestServer startLeaf(String remotes) {
    var started = TestServer.startAt(leafPort, leafText(remotes));
    leaf = started;
    return started;
  }

  String[] leafText(String remotes) {
    return new String[] {
      "server_name: leaf",
      "jetstream { store_dir: \"" + folder.resolve("leaf") + "\" }",
      "leaf { reconnect: 100ms, remotes [",
      remotes,
      "] }",
      leafConfig
    };
  }

  TestServer leaf() {
    return running(leaf);
  }

  void stopLeaf() {
    leaf().close();
    leaf = null;
  }

  private static TestServer running(@Nullable TestServer server) {
    if (server == null) {
      throw new IllegalStateException("not started");
    }
    return server;
  }

  Connection atHub(int hub) {
    return client(LaneSite.url(ports[hub]));
  }

  Connection atLeaf() {
    return client(LaneSite.url(leafPort));
  }

  Connection client(String url) {
    try {
      var connection =
          Nats.connect(
              Options.builder().server(url).connectionTimeout(LaneSite.WAIT).noReconnect().build());
      connections.add(connection);
      return connection;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  LaneStatus lane(String lane) {
    return leaf().server().lanes().stream()
        .filter(it -> it.name().equals(lane))
        .findFirst()
        .orElseThrow();
  }

  /// Waits until so many messages were stored, and all went.
  void awaitInStep(String lane, long stored) {
    Await.until(
        "lane " + lane + " is in step: " + lane(lane),
        () -> lane(lane).stored() == stored && lane(lane).messages() == 0);
  }

  @Override
  public void close() {
    for (var connection : connections) {
      try {
        connection.close();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
    if (leaf != null) {
      leaf.close();
    }
    for (var hub : hubs) {
      if (hub != null) {
        hub.close();
      }
    }
  }
}

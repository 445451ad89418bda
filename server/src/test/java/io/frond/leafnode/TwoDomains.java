package io.frond.leafnode;

import io.frond.server.FrondServer;
import io.frond.testkit.Await;
import io.frond.testkit.FaultyLink;
import io.frond.testkit.TestServer;
import io.nats.client.Connection;
import io.nats.client.JetStream;
import io.nats.client.JetStreamApiException;
import io.nats.client.JetStreamManagement;
import io.nats.client.JetStreamOptions;
import io.nats.client.Nats;
import io.nats.client.Options;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A hub with the JetStream domain `hub` and a leaf with the domain `leaf`, either of them a Frond
/// or a nats-server, the line between them one that can be cut, and a client at each.
@SuppressWarnings("try") // closing may be interrupted
final class TwoDomains implements AutoCloseable {
  /// Which program a side runs.
  enum Kind {
    FROND,
    GO
  }

  private final Path folder;
  private final Kind hubKind;
  private final Kind leafKind;
  private final List<AutoCloseable> open = new ArrayList<>();
  private final int hubPort = TestServer.freePort();
  private final int leafPort = TestServer.freePort();
  private final int linkPort = TestServer.freePort();
  final int monitorPort = TestServer.freePort();
  final FaultyLink line = FaultyLink.to(linkPort);
  private final Fleet fleet;
  private @Nullable AutoCloseable hub;
  private @Nullable AutoCloseable leaf;
  final Connection atHub;
  final Connection atLeaf;

  TwoDomains(Path folder, Kind hub, Kind leaf) throws Exception {
    this.folder = folder;
    hubKind = hub;
    leafKind = leaf;
    fleet = new Fleet(folder);
    startHub();
    startLeaf();
    atHub = connect(hubPort);
    atLeaf = connect(leafPort);
    awaitLink();
  }

  void startHub() {
    hub =
        start(
            hubKind,
            "hub",
            hubPort,
            store("hub")
                + "http: \"127.0.0.1:%d\"\n".formatted(monitorPort)
                + "leafnodes { listen: \"127.0.0.1:%d\" }\n".formatted(linkPort));
  }

  void startLeaf() {
    leaf =
        start(
            leafKind,
            "leaf",
            leafPort,
            store("leaf")
                + "leafnodes { reconnect: 100ms, remotes = [ {\n"
                + "url: \"nats-leaf://127.0.0.1:%d\"\n".formatted(line.port())
                + "ignore_discovered_servers: true } ] }\n"); // no way around the line
  }

  private AutoCloseable start(Kind kind, String name, int port, String config) {
    return kind == Kind.GO ? fleet.go(name, port, config) : fleet.frond(name, port, config);
  }

  private String store(String domain) {
    return "jetstream { domain: %s, store_dir: \"%s\" }\n"
        .formatted(domain, folder.resolve("store-" + domain));
  }

  void stopHub() {
    fleet.close(java.util.Objects.requireNonNull(hub));
  }

  void stopLeaf() {
    fleet.close(java.util.Objects.requireNonNull(leaf));
  }

  private Connection connect(int port) throws IOException, InterruptedException {
    var connection =
        Nats.connect(
            new Options.Builder()
                .server("nats://127.0.0.1:" + port)
                .connectionTimeout(Duration.ofSeconds(20))
                .reconnectWait(Duration.ofMillis(100))
                .maxReconnects(-1)
                .build());
    open.add(connection);
    return connection;
  }

  /// The server as a Frond, to look inside.
  FrondServer frondHub() {
    return (FrondServer) java.util.Objects.requireNonNull(hub);
  }

  FrondServer frondLeaf() {
    return (FrondServer) java.util.Objects.requireNonNull(leaf);
  }

  /// Waits until each side reaches the other's JetStream.
  void awaitLink() {
    reach(atHub, "leaf");
    reach(atLeaf, "hub");
  }

  private static void reach(Connection from, String domain) {
    Await.until(
        domain + " is reached",
        () -> {
          try {
            return domain.equals(management(from, domain).getAccountStatistics().getDomain());
          } catch (IOException | JetStreamApiException e) {
            return false;
          }
        });
  }

  static JetStreamOptions in(String domain) {
    return JetStreamOptions.builder().domain(domain).requestTimeout(Duration.ofSeconds(10)).build();
  }

  static JetStreamManagement management(Connection from, String domain) throws IOException {
    return from.jetStreamManagement(in(domain));
  }

  static JetStream jetStream(Connection from, String domain) throws IOException {
    return from.jetStream(in(domain));
  }

  String hubUrl() {
    return "nats://127.0.0.1:" + hubPort;
  }

  String leafUrl() {
    return "nats://127.0.0.1:" + leafPort;
  }

  @Override
  public void close() throws Exception {
    for (var part : open) {
      part.close();
    }
    line.close();
    fleet.close();
  }
}

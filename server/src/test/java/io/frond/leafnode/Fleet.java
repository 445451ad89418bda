package io.frond.leafnode;

import io.frond.config.ConfigException;
import io.frond.config.Configuration;
import io.frond.config.Flags;
import io.frond.jetstream.JetStreamGround;
import io.frond.server.FrondServer;
import io.frond.testkit.Await;
import io.frond.testkit.GoServer;
import io.frond.testkit.TestServer;
import io.nats.client.Connection;
import io.nats.client.Nats;
import io.nats.client.Options;
import io.nats.client.Subscription;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// Servers in this JVM (and nats-servers beside it) with their clients, made from configuration
/// texts; closes all that it made.
final class Fleet implements AutoCloseable {
  static final Duration WAIT = Duration.ofSeconds(20);
  static final String LOOPBACK_LIST = "authorization { allowed_leaf_cidrs = [\"127.0.0.0/8\"] }\n";

  private final Path folder;
  private final List<AutoCloseable> open = new ArrayList<>();
  private final Map<FrondServer, Path> logs = new HashMap<>();
  private int count;

  Fleet(Path folder) {
    this.folder = folder;
  }

  /// Configuration of a JetStream whose store outlives the server.
  String store(String name) {
    return "jetstream { store_dir: \"" + folder.resolve(name) + "\" }\n";
  }

  /// Starts a server on a free port.
  FrondServer frond(String name, String config) {
    return frond(name, -1, config);
  }

  FrondServer frond(String name, int port, String config) {
    return frondOn(JetStreamGround.real(), name, port, config);
  }

  /// @param ground what JetStream and the logs stand on
  FrondServer frondOn(JetStreamGround ground, String name, int port, String config) {
    return start(ground, name, "server_name: " + name + "\n", port, config);
  }

  /// Starts a server without a name in its configuration.
  ///
  /// @param label for its files
  FrondServer nameless(String label, String config) {
    return start(JetStreamGround.real(), label, "", -1, config);
  }

  private FrondServer start(
      JetStreamGround ground, String name, String named, int port, String config) {
    try {
      var number = count++;
      var file = folder.resolve(name + number + ".conf");
      var log = folder.resolve(name + number + ".log");
      Files.writeString(
          file,
          named
              + "listen: \"127.0.0.1:"
              + port
              + "\"\nlog_file: \""
              + log
              + "\"\ndebug: true\n"
              + config,
          StandardCharsets.UTF_8);
      var server = FrondServer.start(options(file), ground);
      open.add(server);
      logs.put(server, log);
      return server;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static io.frond.options.ServerOptions options(Path file) {
    try {
      return Configuration.load(Flags.parse(new String[] {"-c", file.toString()})).options();
    } catch (ConfigException e) {
      throw new AssertionError(e.getMessage(), e);
    }
  }

  /// Reads a changed configuration.
  void reload(FrondServer server, String from, String to) throws IOException {
    var file = Path.of(String.valueOf(server.core().options().configFile()));
    Files.writeString(file, Files.readString(file).replace(from, to));
    server.reload(options(file));
  }

  GoServer go(String name, String config) {
    return go(name, TestServer.freePort(), config);
  }

  GoServer go(String name, int port, String config) {
    var server = GoServer.start(folder, name, port, config);
    open.add(server);
    return server;
  }

  String log(FrondServer server) {
    try {
      return Files.readString(Objects.requireNonNull(logs.get(server)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static int port(FrondServer server) {
    return server.clientUri().getPort();
  }

  static int leafPort(FrondServer server) {
    return Objects.requireNonNull(server.leaves().listening()).port();
  }

  /// A leaf's configuration with these URLs in one remote.
  static String remote(String... urls) {
    return remoteWith("", urls);
  }

  static String remoteWith(String more, String... urls) {
    return "leaf { reconnect: 200ms, remotes = [ { urls: [\""
        + String.join("\", \"", urls)
        + "\"], "
        + more
        + " } ] }\n";
  }

  static String nats(FrondServer server) {
    return "nats://127.0.0.1:" + port(server);
  }

  Connection client(FrondServer server) {
    return client(server.clientUri().toString());
  }

  Connection client(String uri) {
    try {
      var connection =
          Nats.connect(Options.builder().server(uri).connectionTimeout(WAIT).noReconnect().build());
      open.add(connection);
      return connection;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  static void awaitLinks(FrondServer server, int links) {
    Await.until(
        server.core().identity().name() + " has " + links + " leaf links",
        () -> server.leaves().leaves().size() == links);
  }

  /// Waits until the other end of one of the server's leaf links showed this interest.
  static void awaitInterest(FrondServer server, String subject) {
    Await.until(
        server.core().identity().name() + " hears of " + subject,
        () ->
            server.leaves().leaves().stream()
                .anyMatch(it -> it.subscriptionList().contains(subject)));
  }

  static void awaitNoInterest(FrondServer server, String subject) {
    Await.until(
        server.core().identity().name() + " hears no more of " + subject,
        () ->
            server.leaves().leaves().stream()
                .noneMatch(it -> it.subscriptionList().contains(subject)));
  }

  void awaitLog(FrondServer server, String text) {
    Await.until(
        server.core().identity().name() + " logs " + text, () -> log(server).contains(text));
  }

  static String next(Subscription subscription) {
    try {
      var message = subscription.nextMessage(WAIT);
      if (message == null) {
        throw new AssertionError("no message on " + subscription.getSubject());
      }
      return new String(message.getData(), StandardCharsets.UTF_8);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /// Whether no message is there after one that came later by the same way: so none is to come.
  static boolean silent(Subscription subscription, Connection from, Subscription marker) {
    publish(from, marker.getSubject(), "marker");
    while (!next(marker).equals("marker")) {}
    return subscription.getPendingMessageCount() == 0;
  }

  static void publish(Connection connection, String subject, String text) {
    connection.publish(subject, text.getBytes(StandardCharsets.UTF_8));
    flush(connection);
  }

  static Subscription subscribe(Connection connection, String subject) {
    var subscription = connection.subscribe(subject);
    flush(connection);
    return subscription;
  }

  static Subscription subscribe(Connection connection, String subject, String queue) {
    var subscription = connection.subscribe(subject, queue);
    flush(connection);
    return subscription;
  }

  static void flush(Connection connection) {
    try {
      connection.flush(WAIT);
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  /// Ends one of the servers before the others.
  void close(AutoCloseable part) {
    open.remove(part);
    try {
      part.close();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public void close() {
    for (var part : List.copyOf(open).reversed()) {
      close(part);
    }
  }
}

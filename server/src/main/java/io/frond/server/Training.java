package io.frond.server;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.frond.config.ConfigException;
import io.frond.config.Flags;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// The run from which the JVM makes its AOT cache (JEP 514, 515): what happens here is loaded,
/// linked and profiled when a server starts. So it does what every server does: start from a file,
/// answer whether it is healthy, carry messages, keep them in streams. The rest stays out, since a
/// class in the cache costs memory in each server, used or not, about 10 KiB: cluster, leaves, TLS,
/// WebSocket, but also `String.format` and streams in the code here.
///
/// `main` is the program's only thread besides the server's own. An exercise that does not work
/// makes the cache poorer, not the build fail; a test says that all of them work.
final class Training {
  private static final int MESSAGES = 20_000;
  private static final int BATCH = 200;
  private static final int RECEIVERS = 4;
  private static final int HEALTH_CHECKS = 3;

  private final Path folder;
  private final boolean alone;
  private final int http = freePort();
  private final List<String> failed = new ArrayList<>();

  private Training(Path folder, boolean alone) throws IOException {
    this.folder = folder;
    this.alone = alone;
  }

  static void main() throws Exception {
    Main.main(new String[] {"-v"}); // a start's first steps
    run(true);
    // The cache is written now. Not by System.exit, which loads the platform's logging.
    Runtime.getRuntime().halt(0);
  }

  /// @return the exercises that did not work, with the reason
  static List<String> run() throws IOException, ConfigException {
    return run(false);
  }

  /// @param alone whether the process is there for the training, so that its signals may be handled
  private static List<String> run(boolean alone) throws IOException, ConfigException {
    var folder = Files.createTempDirectory("frond-training");
    try {
      var training = new Training(folder, alone);
      training.exerciseAll();
      return training.failed;
    } finally {
      delete(folder.toFile());
    }
  }

  private static void delete(File file) throws IOException {
    var inside = file.listFiles();
    if (inside != null) {
      for (var one : inside) {
        delete(one);
      }
    }
    Files.delete(file.toPath());
  }

  private void exerciseAll() throws IOException, ConfigException {
    try (var server = start()) {
      exercise("health", this::health);
      exercise("publish", () -> publish(server));
      exercise("request", () -> request(server));
      exercise("jetstream", () -> jetStream(server));
    }
  }

  private interface Exercise {
    void run() throws IOException;
  }

  private void exercise(String name, Exercise exercise) {
    try {
      exercise.run();
    } catch (IOException e) {
      failed.add(name + ": " + e);
    }
  }

  private FrondServer start() throws IOException, ConfigException {
    var file = folder.resolve("server.conf");
    Files.writeString(
        file,
        "listen: \"127.0.0.1:-1\"\nhttp: \"127.0.0.1:"
            + http
            + "\"\nserver_name: training\njetstream { store_dir: \""
            + folder.resolve("store")
            + "\" }\n");
    var flags = Flags.parse(new String[] {"-c", file.toString()});
    var server = Main.start(flags);
    if (alone) {
      Signals.install(server, flags);
    }
    return server;
  }

  private void health() throws IOException {
    for (var i = 0; i < HEALTH_CHECKS; i++) {
      try (var connection = new TrainingConnection(http)) {
        connection.send("GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
        connection.await("HTTP/1.1 200", 1);
      }
    }
  }

  private void publish(FrondServer server) throws IOException {
    try (var publisher = client(server);
        var plain = client(server);
        var queue = client(server)) {
      for (var sid = 1; sid <= RECEIVERS; sid++) {
        plain.send("SUB train.data " + sid + "\r\n");
        queue.send("SUB train.* workers " + sid + "\r\n");
      }
      plain.ping();
      queue.ping();
      var batch = new StringBuilder();
      for (var i = 0; i < BATCH / 2; i++) {
        batch.append("PUB train.data 128\r\n").repeat("x", 128).append("\r\n");
        batch.append("HPUB train.data 20 24\r\nNATS/1.0\r\nA: bcd\r\n\r\nbody\r\n");
      }
      var frames = batch.toString().getBytes(ISO_8859_1);
      for (var i = 0; i < MESSAGES / BATCH; i++) {
        publisher.send(frames);
        plain.await("MSG train.data", BATCH * RECEIVERS);
        queue.await("MSG train.data", BATCH);
      }
      publisher.ping();
      plain.send("UNSUB 1 5\r\nUNSUB 2\r\n");
      plain.ping();
    }
  }

  private void request(FrondServer server) throws IOException {
    try (var service = client(server);
        var requester = client(server)) {
      service.send("SUB train.service 1\r\n");
      service.ping();
      requester.send("SUB _INBOX.train.* 1\r\n");
      for (var i = 0; i < BATCH; i++) {
        requester.send("PUB train.service _INBOX.train." + i + " 2\r\nhi\r\n");
        service.await("MSG train.service", 1);
        service.send("PUB _INBOX.train." + i + " 5\r\nhello\r\n");
        requester.await("MSG _INBOX.train.", 1);
      }
      requester.send("PUB train.nobody _INBOX.train.none 0\r\n\r\n");
      requester.await("HMSG _INBOX.train.none", 1);
    }
  }

  private static void jetStream(FrondServer server) throws IOException {
    try (var client = client(server)) {
      JetStreamTraining.run(client);
    }
  }

  private static TrainingConnection client(FrondServer server) throws IOException {
    var client = new TrainingConnection(server.clientUri().getPort());
    client.send(
        "CONNECT {\"verbose\":false,\"pedantic\":false,\"lang\":\"java\",\"version\":\"1\","
            + "\"protocol\":1,\"echo\":true,\"headers\":true,\"no_responders\":true}\r\n");
    client.ping();
    return client;
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}

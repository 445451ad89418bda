package io.frond.testkit;

import io.frond.config.ConfigException;
import io.frond.config.Configuration;
import io.frond.jetstream.JetStreamGround;
import io.frond.options.ServerOptions;
import io.frond.server.FrondServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;

/// A server of one test, on a free loopback port, from a configuration's text. It logs into a file,
/// and closing it fails when an exception escaped inside: the log would tell of an internal error.
public final class TestServer implements AutoCloseable {
  private static final int PORTS_FROM = 20_000;
  private static final int PORTS = 12_000;
  private static final AtomicInteger NEXT_PORT =
      new AtomicInteger(ThreadLocalRandom.current().nextInt(PORTS));

  private static final Pattern ESCAPED = Pattern.compile("java\\.lang\\.\\w+(Exception|Error)");

  private final FrondServer server;
  private final int wantedPort;
  private final Path logFile;
  private boolean closed;

  private TestServer(FrondServer server, int wantedPort, Path logFile) {
    this.server = server;
    this.wantedPort = wantedPort;
    this.logFile = logFile;
  }

  /// @param config lines of a configuration without `listen`, `log_file` and `debug`
  public static TestServer start(String... config) {
    return startAt(-1, config);
  }

  /// As [#start] on a port that another server had before.
  public static TestServer startAt(int port, String... config) {
    try {
      var log = Files.createTempFile("frond-test", ".log");
      return new TestServer(FrondServer.start(options(port, log, config)), port, log);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// As [#startAt], with JetStream on another ground than the machine's.
  public static TestServer startOn(JetStreamGround ground, int port, String... config) {
    try {
      var log = Files.createTempFile("frond-test", ".log");
      return new TestServer(FrondServer.start(options(port, log, config), ground), port, log);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static ServerOptions options(int port, Path log, String... config) {
    var text =
        "listen: \"127.0.0.1:%d\"\nlog_file: \"%s\"\ndebug: true\n".formatted(port, log)
            + String.join("\n", config);
    return parse(text);
  }

  /// The options that a configuration's text says.
  public static ServerOptions parse(String text) {
    try {
      return Configuration.parse(text, "test").options();
    } catch (ConfigException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  /// A port that nobody has, for a server that is started later. It lies below those that systems
  /// give to outgoing connections by themselves, one of which could take it meanwhile. The same one
  /// is not given twice: who got it first may not have taken it yet.
  public static int freePort() {
    while (true) {
      var port = PORTS_FROM + Math.floorMod(NEXT_PORT.getAndIncrement(), PORTS);
      try (var socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
        return socket.getLocalPort();
      } catch (IOException e) {
        // somebody has it: another one
      }
    }
  }

  public FrondServer server() {
    return server;
  }

  public int port() {
    return server.clientUri().getPort();
  }

  /// Where clients connect, `nats://` or `tls://`.
  public String url() {
    return server.clientUri().toString();
  }

  /// Clients that are connected.
  public int clients() {
    return server.core().connections().count();
  }

  /// Reloads with another text, as that of [#start].
  ///
  /// @throws IOException when it is refused
  public void reload(String... config) throws IOException {
    server.reload(options(wantedPort, logFile, config));
  }

  public List<String> log() {
    try {
      return Files.readAllLines(logFile);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public boolean logged(String text) {
    return log().stream().anyMatch(line -> line.contains(text));
  }

  /// Whether a line of the log tells that an exception escaped which only a bug throws.
  public static boolean tellsOfAnException(String line) {
    return line.contains("internal error") || ESCAPED.matcher(line).find();
  }

  /// Again has no effect.
  ///
  /// @throws AssertionError when an exception escaped while the server ran
  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    server.close();
    var escaped = log().stream().filter(TestServer::tellsOfAnException).toList();
    logFile.toFile().delete();
    if (!escaped.isEmpty()) {
      throw new AssertionError(String.join("\n", escaped));
    }
  }
}

package io.frond.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// The server as a program in a process of its own, which a test starts and kills again and again:
/// the tests' class path, the same folder, a new port each time. The test's thread only.
public final class ServerProcess implements AutoCloseable {
  private final Path folder;
  private final String config;
  private @Nullable Process process;
  private int port;
  private int starts;

  /// @param folder for configuration, log and whatever the configuration puts there
  /// @param config lines without `listen`
  public ServerProcess(Path folder, String config) {
    this.folder = folder;
    this.config = config;
  }

  /// Starts it and does not wait.
  public void start() {
    try {
      starts++;
      port = TestServer.freePort();
      var file = folder.resolve("server.conf");
      Files.writeString(file, "listen: \"127.0.0.1:" + port + "\"\n" + config + "\n");
      var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
      process =
          new ProcessBuilder(
                  java,
                  "-XX:+UseSerialGC",
                  "-XX:TieredStopAtLevel=1",
                  "-Xmx512m",
                  "-XX:-UsePerfData",
                  "--enable-native-access=ALL-UNNAMED",
                  "--sun-misc-unsafe-memory-access=allow",
                  "-Dio.netty.jfr.enabled=false",
                  "-cp",
                  classPath(),
                  "io.frond.server.Main",
                  "-c",
                  file.toString())
              .redirectErrorStream(true)
              .redirectOutput(logFile(starts).toFile())
              .start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Surefire's own class path is one jar that names the rest.
  private static String classPath() {
    var real = System.getProperty("surefire.test.class.path");
    return real == null ? System.getProperty("java.class.path") : real;
  }

  private Path logFile(int start) {
    return folder.resolve("server-" + start + ".log");
  }

  /// Waits until clients are answered.
  ///
  /// @throws AssertionError when the process ends instead
  public void awaitReady() {
    Await.until("the server answers", () -> !running().isAlive() || answers());
    if (!running().isAlive()) {
      throw new AssertionError("the server ended:\n" + String.join("\n", log()));
    }
  }

  private Process running() {
    return Objects.requireNonNull(process, "not started");
  }

  private boolean answers() {
    try (var socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 100);
      socket.setSoTimeout(1000);
      return socket.getInputStream().read() == 'I';
    } catch (IOException e) {
      return false;
    }
  }

  public boolean isAlive() {
    return running().isAlive();
  }

  /// Kills it without a farewell (`kill -9`) and waits until it is gone.
  public void kill() {
    running().destroyForcibly().onExit().join();
  }

  /// Asks it to end (`kill`) and does not wait.
  public void terminate() {
    running().destroy();
  }

  /// Whether it ended within so long.
  public boolean awaitEnd(long millis) {
    try {
      return running().waitFor(millis, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  public String url() {
    return "nats://127.0.0.1:" + port;
  }

  public int port() {
    return port;
  }

  /// What it has said since its last start.
  public List<String> log() {
    try {
      return new String(Files.readAllBytes(logFile(starts)), StandardCharsets.UTF_8)
          .lines()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    if (process != null) {
      kill();
    }
  }
}

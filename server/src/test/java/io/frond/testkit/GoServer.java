package io.frond.testkit;

import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/// A nats-server of the installed release as a peer, for interoperation tests: a process with a
/// configuration file and a log of its own in a folder of the test's.
public final class GoServer implements AutoCloseable {
  private static final String PROGRAM = "nats-server";

  private final Process process;
  private final Path log;
  private final int port;

  private GoServer(Process process, Path log, int port) {
    this.process = process;
    this.log = log;
    this.port = port;
  }

  /// Whether the program is on the PATH.
  public static boolean installed() {
    var path = System.getenv("PATH");
    for (var folder : (path == null ? "" : path).split(File.pathSeparator, -1)) {
      if (Files.isExecutable(Path.of(folder, PROGRAM))) {
        return true;
      }
    }
    return false;
  }

  /// Starts a server and returns when its client port answers.
  ///
  /// @param port for clients
  /// @param config the rest of the configuration file
  public static GoServer start(Path folder, String name, int port, String config) {
    try {
      var file = folder.resolve(name + "-" + port + ".conf");
      var log = folder.resolve(name + "-" + port + ".log");
      Files.writeString(
          file,
          "server_name: " + name + "\nlisten: \"127.0.0.1:" + port + "\"\n" + config,
          StandardCharsets.UTF_8);
      var process =
          new ProcessBuilder(PROGRAM, "-DV", "-c", file.toString())
              .redirectErrorStream(true)
              .redirectOutput(log.toFile())
              .start();
      var server = new GoServer(process, log, port);
      Await.until(name + " answers", () -> server.failed() || server.answers());
      if (server.failed()) {
        throw new IllegalStateException("nats-server ended:\n" + server.log());
      }
      return server;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private boolean failed() {
    return !process.isAlive();
  }

  private boolean answers() {
    try (var socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 100);
      socket.setSoTimeout(1000);
      var reader = new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8);
      return reader.read() == 'I';
    } catch (IOException e) {
      return false;
    }
  }

  public String uri() {
    return "nats://127.0.0.1:" + port;
  }

  public int port() {
    return port;
  }

  /// What it has logged so far, for messages of failed tests.
  public String log() {
    try {
      return Files.readString(log);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Kills it without a farewell.
  public void kill() {
    process.destroyForcibly().onExit().join();
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(5, TimeUnit.SECONDS)) {
        kill();
      }
    } catch (InterruptedException e) {
      kill();
      Thread.currentThread().interrupt();
    }
  }
}

package io.frond.bench;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// A server in a process of its own, with a store, that can be ended and started again, and looked
/// at from outside. Linux.
final class BigServer implements AutoCloseable {
  private static final long LIMIT_NANOS = TimeUnit.MINUTES.toNanos(5);
  private static final Pattern USED = Pattern.compile("used (\\d+)K");

  private final List<String> command;
  private final Path folder;
  private final int port = freePort();
  private final int http = freePort();
  private @Nullable Process process;

  /// @param program starts the server
  BigServer(String program, Path folder) throws IOException {
    this.folder = folder;
    var file = folder.resolve("server.conf");
    Files.writeString(
        file,
        "listen: \"127.0.0.1:"
            + port
            + "\"\nhttp: \"127.0.0.1:"
            + http
            + "\"\nserver_name: big\njetstream { store_dir: \""
            + folder.resolve("store")
            + "\", max_file: 70GiB }\n");
    command = List.of(program, "-c", file.toString());
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  /// Starts it.
  ///
  /// @return milliseconds until it was healthy
  long start() throws IOException, InterruptedException {
    var began = System.nanoTime();
    var started =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(folder.resolve("server.log").toFile()))
            .start();
    process = started;
    while (!isHealthy()) {
      if (!started.isAlive() || System.nanoTime() - began > LIMIT_NANOS) {
        throw new IOException("does not start: see " + folder.resolve("server.log"));
      }
      TimeUnit.MILLISECONDS.sleep(5);
    }
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began);
  }

  private boolean isHealthy() {
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), http)) {
      var request = "GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      var answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
      return answer.startsWith("HTTP/1.1 200");
    } catch (IOException e) {
      return false;
    }
  }

  BigClient connect() throws IOException {
    return new BigClient(port);
  }

  private Process process() {
    var running = process;
    if (running == null) {
      throw new IllegalStateException("not started");
    }
    return running;
  }

  /// Ends it in order.
  ///
  /// @return milliseconds until it was gone
  long stop() {
    return end(process());
  }

  /// Ends it as `kill -9` does.
  void kill() {
    process().destroyForcibly().onExit().join();
  }

  private static long end(Process running) {
    var began = System.nanoTime();
    running.destroy();
    running.onExit().join();
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began);
  }

  /// What stands in `/proc/PID/status`, in MiB.
  ///
  /// @param field `VmRSS` or `VmHWM`
  long mebibytes(String field) throws IOException {
    for (var line : Files.readAllLines(proc("status"))) {
      if (line.startsWith(field + ":")) {
        return Long.parseLong(line.replaceAll("\\D", "")) / 1024;
      }
    }
    throw new IOException("no " + field);
  }

  int openFiles() {
    var names = proc("fd").toFile().list();
    return names == null ? 0 : names.length;
  }

  private Path proc(String name) {
    return Path.of("/proc", Long.toString(process().pid()), name);
  }

  /// MiB of the heap that are in use after a collection.
  long heapMebibytes() throws IOException, InterruptedException {
    jcmd("GC.run");
    var sum = 0L;
    for (var line : jcmd("GC.heap_info")) {
      var lower = line.toLowerCase(Locale.ROOT);
      var match = USED.matcher(line);
      if (!lower.contains("metaspace") && !lower.contains("class space") && match.find()) {
        sum += Long.parseLong(match.group(1));
      }
    }
    return sum / 1024;
  }

  private List<String> jcmd(String what) throws IOException, InterruptedException {
    var jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
    var child =
        new ProcessBuilder(jcmd, Long.toString(process().pid()), what)
            .redirectErrorStream(true)
            .start();
    var lines = new ArrayList<String>();
    try (BufferedReader in = child.inputReader(StandardCharsets.UTF_8)) {
      in.lines().forEach(lines::add);
    }
    child.waitFor();
    return lines;
  }

  /// MiB on the disk.
  long storedMebibytes() throws IOException {
    try (var files = Files.walk(folder.resolve("store"))) {
      return files.map(Path::toFile).filter(File::isFile).mapToLong(File::length).sum() >> 20;
    }
  }

  @Override
  public void close() {
    var running = process;
    if (running != null) {
      end(running);
    }
  }
}

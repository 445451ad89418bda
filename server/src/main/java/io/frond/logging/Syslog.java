package io.frond.logging;

import io.frond.options.SyslogAddress;
import io.frond.options.SyslogAddress.Network;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/// Tells a system log, as nats-server does: `<priority>time program[pid]: text` on this machine,
/// with the host's name in front of the program elsewhere (RFC 3164, with a time of RFC 3339).
///
/// Any thread may add a line; one thread of its own writes them, so that nobody waits for a system
/// log that does not take any. What [#LINES_MAX] cannot hold is left out and counted.
final class Syslog implements AutoCloseable {
  private static final int LINES_MAX = 4096;
  private static final long CLOSE_MILLIS = 2000;
  private static final long RETRY_MILLIS = 1000;
  private static final int DAEMON = 3 << 3;
  private static final DateTimeFormatter SHORT =
      DateTimeFormatter.ofPattern("MMM ppd HH:mm:ss", Locale.ROOT);
  private static final Line LAST = new Line(0, "");

  private record Line(int severity, String text) {}

  private final SyslogAddress at;
  private final boolean local;
  private final String program;
  private final String host;
  private final long pid = ProcessHandle.current().pid();
  private final BlockingQueue<Line> lines = new ArrayBlockingQueue<>(LINES_MAX);
  private final AtomicLong leftOut = new AtomicLong();
  private final Thread thread;
  private SyslogSocket socket;

  /// Connects.
  ///
  /// @throws IOException when there is no system log
  Syslog(SyslogAddress at, String program) throws IOException {
    this.at = at;
    this.program = program;
    local = at.network() == Network.LOCAL || at.network() == Network.UNIX;
    host = local ? "" : hostName();
    socket = SyslogSocket.open(at);
    thread = Thread.ofPlatform().name("frond-syslog").daemon().start(this::run);
  }

  private static String hostName() throws IOException {
    var kernel = Path.of("/proc/sys/kernel/hostname");
    return Files.isReadable(kernel)
        ? Files.readString(kernel).strip()
        : InetAddress.getLocalHost().getHostName();
  }

  SyslogAddress address() {
    return at;
  }

  /// @param level as in [Log]'s lines
  void add(String level, String text) {
    var severity =
        switch (level) {
          case "FTL" -> 2;
          case "ERR" -> 3;
          case "WRN" -> 4;
          case "DBG" -> 7;
          default -> 5;
        };
    if (!lines.offer(new Line(severity, text))) {
      leftOut.incrementAndGet();
    }
  }

  private void run() {
    try {
      for (var line = lines.take(); line != LAST; line = lines.take()) {
        var lost = leftOut.getAndSet(0);
        if (lost > 0) {
          write(new Line(4, lost + " lines were left out: the system log is too slow"));
        }
        write(line);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /// Once more over a new connection when it fails; a line that then fails is left out.
  private void write(Line line) throws InterruptedException {
    var message = message(line).getBytes(StandardCharsets.UTF_8);
    try {
      socket.write(ByteBuffer.wrap(message));
    } catch (IOException e) {
      try {
        socket.close();
        socket = SyslogSocket.open(at);
        socket.write(ByteBuffer.wrap(message));
      } catch (IOException again) {
        leftOut.incrementAndGet();
        TimeUnit.MILLISECONDS.sleep(RETRY_MILLIS);
      }
    }
  }

  /// Elsewhere nats-server names no facility.
  private String message(Line line) {
    var now = ZonedDateTime.now(ZoneId.systemDefault());
    var time =
        local
            ? now.format(SHORT)
            : now.truncatedTo(ChronoUnit.SECONDS).format(DateTimeFormatter.ISO_OFFSET_DATE_TIME)
                + " "
                + host;
    var priority = (at.network() == Network.LOCAL ? DAEMON : 0) | line.severity();
    return "<" + priority + ">" + time + " " + program + "[" + pid + "]: " + line.text() + "\n";
  }

  /// Lets what was added be written, for two seconds at most.
  @Override
  public void close() {
    try {
      if (lines.offer(LAST, CLOSE_MILLIS, TimeUnit.MILLISECONDS)) {
        thread.join(CLOSE_MILLIS);
      }
      thread.interrupt();
      thread.join(CLOSE_MILLIS);
      socket.close();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IOException e) {
      System.err.println("closing the system log: " + e.getMessage());
    }
  }
}

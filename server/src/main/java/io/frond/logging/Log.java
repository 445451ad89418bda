package io.frond.logging;

import io.frond.options.LogOptions;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.TimeZone;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// Lines as nats-server writes them: `[pid] 2026/01/31 12:00:00.000000 [INF] text`.
///
/// Any thread. `lock` guards the file, its size, the options and which system log is open;
/// formatting happens outside of it. A line that cannot be written is dropped: logging never stops
/// the server.
public final class Log implements AutoCloseable {
  private static final int MILLIS_PER_SECOND = 1000;

  private final ReentrantLock lock = new ReentrantLock();
  private final long pid = ProcessHandle.current().pid();
  private volatile LogOptions options;
  private volatile boolean debug;
  private volatile boolean trace;
  private @Nullable OutputStream file;
  private volatile @Nullable Syslog syslog;
  private long fileBytes;

  /// Opens the log.
  ///
  /// @throws IOException when the log file cannot be opened, or there is no system log
  public Log(LogOptions options) throws IOException {
    this.options = options;
    configure(options);
  }

  /// Applies changed options; opens another file where they name one. Where it cannot be opened all
  /// stays as it was.
  public void configure(LogOptions next) throws IOException {
    lock.lock();
    try {
      openFile(next);
      openSyslog(next);
      options = next;
      debug = next.debug();
      trace = next.trace();
    } finally {
      lock.unlock();
    }
  }

  /// Closes and opens the file again, for log rotation by others (`SIGUSR1`).
  public void reopen() throws IOException {
    if (options.file() == null) {
      info("File log re-open ignored, not a file logger");
      return;
    }
    configure(options);
    info("File log re-opened");
  }

  private void openFile(LogOptions next) throws IOException {
    var path = next.file() == null ? null : Path.of(next.file());
    var opened = path == null ? null : new FileOutputStream(path.toFile(), true);
    if (file != null) {
      file.close();
    }
    file = opened;
    fileBytes = path == null ? 0 : Files.size(path);
  }

  private void openSyslog(LogOptions next) throws IOException {
    var before = syslog;
    if (before == null ? next.syslog() == null : before.address().equals(next.syslog())) {
      return;
    }
    if (next.syslog() == null) {
      syslog = null;
    } else {
      syslog = new Syslog(next.syslog(), System.getProperty("frond.program", "frond"));
    }
    if (before != null) {
      before.close();
    }
  }

  public boolean debugging() {
    return debug;
  }

  public boolean tracing() {
    return trace;
  }

  public LogOptions options() {
    return options;
  }

  public void info(String text) {
    write("INF", text);
  }

  public void warn(String text) {
    write("WRN", text);
  }

  public void error(String text) {
    write("ERR", text);
  }

  public void fatal(String text) {
    write("FTL", text);
  }

  public void debug(String text) {
    if (debug) {
      write("DBG", text);
    }
  }

  public void trace(String text) {
    if (trace) {
      write("TRC", text);
    }
  }

  /// An unexpected failure on one line: what it was and where.
  public static String trace(Throwable failure) {
    var text = new StringBuilder(failure.toString());
    for (var frame : failure.getStackTrace()) {
      text.append(" < ").append(frame);
    }
    return text.toString();
  }

  private void write(String level, String text) {
    var elsewhere = syslog;
    if (elsewhere != null) {
      elsewhere.add(level, oneLine(new StringBuilder(text.length()), text).toString());
      return;
    }
    var line = new StringBuilder(48 + text.length()).append('[').append(pid).append("] ");
    if (options.time()) {
      appendTime(line, options.utc());
    }
    line.append('[').append(level).append("] ");
    var bytes = oneLine(line, text).append('\n').toString().getBytes(StandardCharsets.UTF_8);
    lock.lock();
    try {
      if (file == null) {
        System.err.write(bytes, 0, bytes.length);
        System.err.flush();
        return;
      }
      file.write(bytes);
      fileBytes += bytes.length;
      if (options.fileSizeLimit() > 0 && fileBytes > options.fileSizeLimit()) {
        rotate();
      }
    } catch (IOException e) {
      System.err.write(bytes, 0, bytes.length);
    } finally {
      lock.unlock();
    }
  }

  /// No line of ours is made by what a peer sent.
  private static StringBuilder oneLine(StringBuilder line, String text) {
    for (var i = 0; i < text.length(); i++) {
      var c = text.charAt(i);
      line.append(c == '\n' || c == '\r' ? ' ' : c);
    }
    return line;
  }

  private static void appendTime(StringBuilder to, boolean utc) {
    var instant = Instant.now();
    // Not by a ZoneId: the first one searches every jar for more time zones, while the server
    // starts.
    var offsetMillis = utc ? 0 : TimeZone.getDefault().getOffset(instant.toEpochMilli());
    var now =
        LocalDateTime.ofEpochSecond(
            instant.getEpochSecond() + offsetMillis / MILLIS_PER_SECOND,
            instant.getNano(),
            ZoneOffset.UTC);
    pad(to, now.getYear(), 4).append('/');
    pad(to, now.getMonthValue(), 2).append('/');
    pad(to, now.getDayOfMonth(), 2).append(' ');
    pad(to, now.getHour(), 2).append(':');
    pad(to, now.getMinute(), 2).append(':');
    pad(to, now.getSecond(), 2).append('.');
    pad(to, now.getNano() / 1000, 6).append(' ');
  }

  private static StringBuilder pad(StringBuilder to, int value, int width) {
    var digits = Integer.toString(value);
    for (var i = digits.length(); i < width; i++) {
      to.append('0');
    }
    return to.append(digits);
  }

  /// Moves the full file aside as `NAME.yyyy.MM.dd.HH.mm.ss.nnnnnnnnn` and keeps the newest ones.
  private void rotate() throws IOException {
    var path = Path.of(java.util.Objects.requireNonNull(options.file()));
    var stamp = new StringBuilder();
    appendTime(stamp, options.utc());
    var suffix = stamp.toString().strip().replace('/', '.').replace(':', '.').replace(' ', '.');
    Files.move(path, path.resolveSibling(path.getFileName() + "." + suffix));
    openFile(options);
    if (options.fileMaxNum() > 0) {
      prune(path);
    }
  }

  private void prune(Path path) throws IOException {
    var parent = path.toAbsolutePath().getParent();
    if (parent == null) {
      return;
    }
    var prefix = path.getFileName() + ".";
    try (var files = Files.list(parent)) {
      var old = files.filter(f -> f.getFileName().toString().startsWith(prefix)).sorted().toList();
      for (var i = 0; i < old.size() - (options.fileMaxNum() - 1); i++) {
        Files.deleteIfExists(old.get(i));
      }
    }
  }

  @Override
  public void close() {
    lock.lock();
    try {
      var elsewhere = syslog;
      if (elsewhere != null) {
        elsewhere.close();
        syslog = null;
      }
      if (file != null) {
        file.close();
        file = null;
      }
    } catch (IOException e) {
      System.err.println("closing the log: " + e.getMessage());
    } finally {
      lock.unlock();
    }
  }
}

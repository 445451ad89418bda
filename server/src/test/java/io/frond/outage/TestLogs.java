package io.frond.outage;

import static io.frond.outage.Messages.message;
import static io.frond.outage.Messages.text;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.frond.disk.Disk;
import io.frond.logging.Log;
import io.frond.options.LogOptions;
import io.frond.options.OutageOptions;
import io.frond.options.OutageOptions.Discard;
import io.frond.options.OutageOptions.LinkRules;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/// A log of which the test is the loop, the writer and the reader: everything is done at once, or
/// when the test says so.
final class TestLogs {
  static final Path DIRECTORY = Path.of("/store/log-0");
  static final int GROUP = 100;

  final ManualClock clock;
  final Disk disk;
  long maxBytes = 1 << 20;
  Duration maxAge = Duration.ofHours(1);
  Discard discard = Discard.OLD;
  long memoryMax = 1 << 20;
  Executor writer = Runnable::run;
  private long high = 7;

  TestLogs(Disk disk, ManualClock clock) {
    this.disk = disk;
    this.clock = clock;
  }

  OutageOptions options() {
    return new OutageOptions(
        true,
        maxBytes,
        maxAge,
        discard,
        Duration.ofHours(1),
        Duration.ofMinutes(1),
        Duration.ofMillis(100),
        LinkRules.DEFAULT);
  }

  static Log log() {
    try {
      return new Log(LogOptions.DEFAULT);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Opens the log, as a new life of the process.
  SourceLog open() throws IOException {
    return open(high++);
  }

  SourceLog open(long high) throws IOException {
    disk.createDirectories(DIRECTORY);
    var start = clock.wallMillis();
    var state = new LogState(new Times(clock, clock.nanos(), start));
    var found = LogRecovery.read(disk, DIRECTORY, start, start, log());
    var names = Names.open(disk, DIRECTORY, log());
    var shared =
        new LogFiles.Shared(disk, writer, Runnable::run, Runnable::run, names, options(), log());
    var files = new LogFiles(shared, state, DIRECTORY, Runnable::run);
    files.recovered(found);
    var budget = new Budget(1, maxBytes);
    var log =
        new SourceLog("id", 0, high << 32, memoryMax, options(), budget, state, files, () -> {});
    log.recovered(found);
    return log;
  }

  SourceLog inMemory() {
    var state = new LogState(new Times(clock, clock.nanos(), clock.wallMillis()));
    var budget = new Budget(1, maxBytes);
    return new SourceLog("id", 0, 7L << 32, memoryMax, options(), budget, state, null, () -> {});
  }

  /// Lets so much time pass that what is in memory is written.
  void write(SourceLog log) {
    clock.pass(150);
    log.tick();
    log.tick();
  }

  static long append(SourceLog log, String body, int... sessions) {
    return log.append(message("s", body), sessions, sessions.length);
  }

  static List<String> rest(Cursor cursor) {
    var bodies = new ArrayList<String>();
    for (var idle = 0; idle < 1000 && (idle == 0 || !cursor.isAtEnd()); idle++) {
      for (@Nullable Entry entry; (entry = cursor.next()) != null; idle = 0) {
        bodies.add(text(entry.body()));
      }
    }
    assertTrue(cursor.isAtEnd());
    return bodies;
  }

  static List<String> rest(SourceLog log, int session) {
    return rest(log.cursor(session, 0, () -> {}));
  }

  List<String> segments() throws IOException {
    return disk.list(DIRECTORY).stream().filter(name -> name.endsWith(".seg")).toList();
  }
}

package io.frond.outage;

import io.frond.disk.Disk;
import io.frond.logging.Log;
import io.frond.options.OutageOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// All source logs of a server: one for each loop, and what earlier loops left. Any thread.
public final class OutageLogs implements AutoCloseable {
  /// The directory in the store.
  public static final String FOLDER = "outage";

  /// The file of a [ReceivedCursors] in it.
  public static final String CURSORS = "cursors";

  private static final String LOG_PREFIX = "log-";
  private static final int SEQUENCE_BITS = 32;
  private static final int MILLIS_PER_SECOND = 1000;
  private static final int ID_RADIX = 36;

  /// Bytes of one log in memory, at least and at most; in between, all logs together have a part of
  /// the heap.
  private static final long MEMORY_MIN = 1 << 20;

  private static final long MEMORY_MAX = 16 << 20;
  private static final int HEAP_PART = 8;

  private final OutageOptions options;
  private final OutageClock clock;
  private final String serverId;
  private final @Nullable ServerFile serverFile;
  private final Names names;
  private final Ticker ticker;
  private final Worker writer = new Worker("outage-write");
  private final Worker syncer = new Worker("outage-sync");
  private final Worker reader = new Worker("outage-read");
  private final List<SourceLog> logs = new ArrayList<>();
  private final List<SourceLog> orphans = new ArrayList<>();
  private final long startNanos;
  private final long startMillis;

  private OutageLogs(
      OutageOptions options,
      OutageClock clock,
      String serverId,
      @Nullable ServerFile serverFile,
      Names names) {
    this.options = options;
    this.clock = clock;
    this.serverId = serverId;
    this.serverFile = serverFile;
    this.names = names;
    ticker = new Ticker(Math.clamp(options.syncInterval().toMillis() / 2, 5, 1000));
    startNanos = clock.nanos();
    startMillis = clock.wallMillis();
  }

  /// Logs that keep everything in memory, and are gone with the process.
  ///
  /// @param loops one for each source
  public static OutageLogs inMemory(
      OutageOptions options,
      List<? extends Executor> loops,
      OutageClock clock,
      RandomGenerator random) {
    var all = new OutageLogs(options, clock, ServerFile.randomId(random), null, Names.inMemory());
    var budget = new Budget(loops.size(), options.maxBytes());
    var first = (all.startMillis / MILLIS_PER_SECOND) << SEQUENCE_BITS;
    for (var i = 0; i < loops.size(); i++) {
      all.logs.add(all.log(i, loops.get(i), first, budget, all.state(), null, loops.size()));
    }
    return all;
  }

  /// Opens the logs in a directory, and makes it when it is not there. What earlier loops left is
  /// in [#orphans], on the first loop.
  ///
  /// @param loops one for each source; they need not run yet
  /// @throws IOException when the directory cannot be read or written, or is of a later version
  public static OutageLogs open(
      Disk disk,
      Path directory,
      OutageOptions options,
      List<? extends Executor> loops,
      OutageClock clock,
      RandomGenerator random,
      Log log)
      throws IOException {
    disk.createDirectories(directory);
    var server = ServerFile.open(disk, directory, random, log);
    var names = Names.open(disk, directory, log);
    var all = new OutageLogs(options, clock, server.id(), server, names);
    all.open(disk, directory, loops, server, log);
    return all;
  }

  private void open(
      Disk disk, Path directory, List<? extends Executor> loops, ServerFile server, Log log)
      throws IOException {
    var found = new ArrayList<LogRecovery.@Nullable Found>();
    for (var i = 0; i < loops.size(); i++) {
      found.add(null);
    }
    var high = Math.max(startMillis / MILLIS_PER_SECOND, server.high() + 1);
    var used = new HashSet<Integer>();
    for (var index : indexes(disk, directory)) {
      var read =
          LogRecovery.read(disk, path(directory, index), startMillis, clock.wallMillis(), log);
      while (found.size() <= index) {
        found.add(null);
      }
      found.set(index, read);
      high = Math.max(high, (read.last() >> SEQUENCE_BITS) + 1);
      dropNameless(read, path(directory, index), log);
      read.positions()
          .forEach((session, position) -> {
            used.add(session);
            used.add(position.group());
          });
    }
    server.raise(high);
    names.keep(used, used.stream().mapToInt(Integer::intValue).max().orElse(0));
    var shared = new LogFiles.Shared(disk, writer, syncer, reader, names, options, log);
    var budget = new Budget(found.size(), options.maxBytes());
    for (var i = 0; i < found.size(); i++) {
      var left = found.get(i);
      if (i >= loops.size() && (left == null || left.segments().isEmpty())) {
        deleteEmpty(disk, path(directory, i));
        continue;
      }
      var loop = loops.get(i < loops.size() ? i : 0);
      var state = state();
      var files = new LogFiles(shared, state, path(directory, i), loop);
      var opened = log(i, loop, high << SEQUENCE_BITS, budget, state, files, found.size());
      (i < loops.size() ? logs : orphans).add(opened);
      if (left != null && !left.segments().isEmpty()) {
        files.recovered(left);
        opened.recovered(left);
      }
    }
  }

  /// Sessions whose names are lost: nobody will ever ask for what they need.
  private void dropNameless(LogRecovery.Found found, Path path, Log log) {
    var before = found.positions().size();
    found.positions().keySet().removeIf(session -> names.name(session) == null);
    var dropped = before - found.positions().size();
    if (dropped > 0) {
      log.warn(
          "Leaf node outage log: " + path + ": the names of " + dropped + " far ends are lost");
    }
  }

  private static void deleteEmpty(Disk disk, Path directory) {
    try {
      disk.delete(directory);
    } catch (IOException e) {
      // There is something in it that is not ours.
    }
  }

  private static Path path(Path directory, int index) {
    return directory.resolve(LOG_PREFIX + index);
  }

  private static Set<Integer> indexes(Disk disk, Path directory) throws IOException {
    var indexes = new HashSet<Integer>();
    for (var name : disk.list(directory)) {
      if (name.matches(LOG_PREFIX + "\\d{1,4}")) {
        indexes.add(Integer.valueOf(name.substring(LOG_PREFIX.length())));
      }
    }
    return indexes;
  }

  private LogState state() {
    return new LogState(new Times(clock, startNanos, startMillis));
  }

  private SourceLog log(
      int index,
      Executor loop,
      long first,
      Budget budget,
      LogState state,
      @Nullable LogFiles files,
      int count) {
    var waking = new Waking(loop);
    var log =
        new SourceLog(
            serverId + Integer.toString(index, ID_RADIX),
            index,
            first,
            Math.clamp(
                Runtime.getRuntime().maxMemory() / HEAP_PART / count, MEMORY_MIN, MEMORY_MAX),
            options,
            budget,
            state,
            files,
            waking);
    waking.log = log;
    return log;
  }

  /// Asks for ticks of a log.
  private final class Waking implements Runnable {
    private final Executor loop;
    private @Nullable SourceLog log;

    Waking(Executor loop) {
      this.loop = loop;
    }

    @Override
    public void run() {
      if (log != null) {
        ticker.wake(log, loop);
      }
    }
  }

  /// The server's name among those that remember what it sent: random, and the same after a restart
  /// with the same store.
  public String serverId() {
    return serverId;
  }

  /// The log of a loop.
  public SourceLog log(int loop) {
    return logs.get(loop);
  }

  /// The number of loops.
  public int size() {
    return logs.size();
  }

  /// Logs of loops that an earlier life had and this one has not: nothing is appended to them, but
  /// their sessions may still need what is in them. They belong to the first loop.
  public List<SourceLog> orphans() {
    return List.copyOf(orphans);
  }

  /// The number that stands for a session's or a group's name in this server's logs: above 0, and
  /// the same after a restart as long as a log knows the session.
  public int handle(String name) {
    return names.of(name);
  }

  /// The name of a handle, null when there is none.
  public @Nullable String name(int handle) {
    return names.name(handle);
  }

  /// Of all logs.
  public LogStats stats() {
    var all = LogStats.NONE;
    for (var log : logs) {
      all = all.plus(log.stats());
    }
    for (var log : orphans) {
      all = all.plus(log.stats());
    }
    return all;
  }

  /// Makes safe what is not yet, and ends the threads. The loops must have ended, or at least do
  /// nothing with the logs any more.
  @Override
  public void close() {
    ticker.close();
    logs.forEach(SourceLog::close);
    orphans.forEach(SourceLog::close);
    writer.close();
    syncer.close();
    reader.close();
    names.close();
    raiseServer();
  }

  /// Who published more than four billion messages used up more than one value of the upper half.
  private void raiseServer() {
    var high = logs.stream().mapToLong(log -> log.last() >> SEQUENCE_BITS).max().orElse(0);
    if (serverFile != null && high > serverFile.high()) {
      try {
        serverFile.raise(high);
      } catch (IOException e) {
        // Then the clock has to tell, which has run at least as far.
      }
    }
  }
}

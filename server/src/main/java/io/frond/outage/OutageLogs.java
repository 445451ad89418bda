package io.frond.outage;

import io.frond.options.OutageOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// All source logs of a server: one for each loop, and what earlier loops left. Any thread.
public final class OutageLogs implements AutoCloseable {
  private static final String DIGITS =
      "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  private static final int ID_LENGTH = 12;
  private static final int SEQUENCE_BITS = 32;
  private static final int MILLIS_PER_SECOND = 1000;

  /// Bytes of one log in memory.
  static final long MEMORY_MAX = 16 << 20;

  private final String serverId;
  private final Ticker ticker;
  private final Handles handles = new Handles();
  private final List<SourceLog> logs = new ArrayList<>();

  private OutageLogs(
      OutageOptions options,
      List<? extends Executor> loops,
      OutageClock clock,
      RandomGenerator random) {
    serverId = randomId(random);
    ticker = new Ticker(Math.clamp(options.syncInterval().toMillis(), 10, 1000));
    var budget = new Budget(loops.size(), options.maxBytes());
    var nanos = clock.nanos();
    var millis = clock.wallMillis();
    var first = (millis / MILLIS_PER_SECOND) << SEQUENCE_BITS;
    for (var i = 0; i < loops.size(); i++) {
      var loop = loops.get(i);
      var times = new Times(clock, nanos, millis);
      logs.add(
          new SourceLog(
              serverId + Integer.toString(i, 36),
              i,
              first,
              MEMORY_MAX,
              options,
              budget,
              times,
              new Waking(i, loop)));
    }
  }

  /// Asks for ticks of a log.
  private final class Waking implements Runnable {
    private final int log;
    private final Executor loop;

    Waking(int log, Executor loop) {
      this.log = log;
      this.loop = loop;
    }

    @Override
    public void run() {
      ticker.wake(logs.get(log), loop);
    }
  }

  /// Logs that keep everything in memory, and are gone with the process.
  ///
  /// @param loops one for each source
  public static OutageLogs inMemory(
      OutageOptions options,
      List<? extends Executor> loops,
      OutageClock clock,
      RandomGenerator random) {
    return new OutageLogs(options, loops, clock, random);
  }

  private static String randomId(RandomGenerator random) {
    var id = new StringBuilder(ID_LENGTH);
    for (var i = 0; i < ID_LENGTH; i++) {
      id.append(DIGITS.charAt(random.nextInt(DIGITS.length())));
    }
    return id.toString();
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

  /// The number that stands for a session's or a group's name in this server's logs: above 0, and
  /// the same after a restart with the same store.
  public int handle(String name) {
    return handles.of(name);
  }

  /// The name of a handle, null when there is none.
  public @Nullable String name(int handle) {
    return handles.text(handle);
  }

  /// Of all logs.
  public LogStats stats() {
    var all = LogStats.NONE;
    for (var log : logs) {
      all = all.plus(log.stats());
    }
    return all;
  }

  /// Ends the thread. The loops must not append any more.
  @Override
  public void close() {
    ticker.close();
  }
}

package io.frond.outage;

import static io.frond.outage.Messages.message;
import static io.frond.outage.TestLogs.GROUP;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.frond.testkit.FaultyDisk;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/// Random work on a log against a plain model of it.
class LogModelTest {
  private static final int SESSIONS = 6;

  /// What one session should get, by sequence.
  private final Map<Integer, TreeMap<Long, String>> model = new TreeMap<>();

  private final Map<Integer, Long> settled = new TreeMap<>();
  private final ManualClock clock = new ManualClock();
  private int count;

  @Test
  void whatEverHappensEachSessionGetsWhatIsItsOwnInOrder() throws IOException {
    var seed = Long.getLong("frond.seed", System.nanoTime());
    var cases = Math.min(2000, Integer.getInteger("frond.fuzz.cases", 60));
    for (var i = 0; i < cases; i++) {
      model.clear();
      settled.clear();
      try {
        run(new Random(seed + i));
      } catch (AssertionError | RuntimeException e) {
        throw new AssertionError("-Dfrond.seed=" + (seed + i), e);
      }
    }
  }

  private void run(Random random) throws IOException {
    var disk = new FaultyDisk(random.nextLong());
    var logs = new TestLogs(disk, clock);
    logs.maxBytes = 1 << 30;
    logs.maxAge = Duration.ZERO;
    logs.memoryMax = (1 + random.nextLong(6)) * Chunk.BYTES;
    var log = logs.open();
    var steps = 50 + random.nextInt(400);
    for (var step = 0; step < steps; step++) {
      var session = 1 + random.nextInt(SESSIONS);
      switch (random.nextInt(12)) {
        case 0 -> add(log, session);
        case 1 -> {
          if (random.nextInt(4) == 0) {
            log.remove(session);
            model.remove(session);
            settled.remove(session);
          }
        }
        case 2, 3, 4 -> append(log, random);
        case 5 -> appendToGroup(log, random);
        case 6 -> settle(log, session, random);
        case 7 -> read(log, session, random);
        case 8, 9 -> logs.write(log);
        case 10 -> {
          if (random.nextInt(8) == 0) {
            log.close();
            disk.kill();
            log = restarted(logs);
          }
        }
        default -> {
          for (var i = 0; i < 30; i++) {
            append(log, random);
          }
        }
      }
    }
    for (var session = 1; session <= SESSIONS; session++) {
      compare(log, session);
    }
    assertEquals(0, log.stats().discarded());
    for (var session : log.sessions()) {
      log.settled(session, log.last());
    }
    logs.write(log);
    logs.write(log);
    assertEquals(List.of(), logs.segments());
    assertEquals(0, log.stats().entries());
  }

  /// A session that needs nothing may be forgotten over a restart, and nobody else.
  private SourceLog restarted(TestLogs logs) throws IOException {
    var log = logs.open();
    model.entrySet().removeIf(each -> each.getValue().isEmpty() && log.settled(each.getKey()) < 0);
    for (var session : log.sessions()) {
      assertTrue(model.containsKey(session), "a session that was removed: " + session);
    }
    return log;
  }

  private void add(SourceLog log, int session) {
    assertEquals(log.add(session, GROUP + session % 2, log.last()), !model.containsKey(session));
    model.computeIfAbsent(session, any -> new TreeMap<>());
    settled.putIfAbsent(session, log.last());
  }

  private String body(Random random) {
    return count++ + "x".repeat(random.nextInt(20) == 0 ? random.nextInt(40_000) : 200);
  }

  private void append(SourceLog log, Random random) {
    var listed = new ArrayList<Integer>();
    for (var session = 1; session <= SESSIONS; session++) {
      if (random.nextInt(3) == 0) {
        listed.add(session);
      }
    }
    var body = body(random);
    var handles = listed.stream().mapToInt(Integer::intValue).toArray();
    var sequence = log.append(message("s", body), handles, handles.length);
    for (var session : listed) {
      var of = model.get(session);
      if (of != null) {
        of.put(sequence, body);
      }
    }
  }

  private void appendToGroup(SourceLog log, Random random) {
    var group = random.nextInt(2);
    var body = body(random);
    var sequence = log.appendToGroup(message("s", body), GROUP + group);
    model.forEach((session, of) -> {
      if (session % 2 == group) {
        of.put(sequence, body);
      }
    });
  }

  private void settle(SourceLog log, int session, Random random) {
    var of = model.get(session);
    if (of == null || of.isEmpty()) {
      return;
    }
    var all = List.copyOf(of.keySet());
    var upTo = random.nextInt(4) == 0 ? log.last() : all.get(random.nextInt(all.size()));
    log.settled(session, upTo);
    of.headMap(upTo, true).clear();
    settled.merge(session, upTo, Math::max);
  }

  /// Reads a part with a cursor, goes back, and reads on.
  private void read(SourceLog log, int session, Random random) {
    var of = model.get(session);
    if (of == null || of.isEmpty()) {
      return;
    }
    var all = List.copyOf(of.keySet());
    var from = all.get(random.nextInt(all.size()));
    var cursor = log.cursor(session, from, () -> {});
    for (var i = 0; i < random.nextInt(20); i++) {
      cursor.next();
    }
    cursor.rewind(from);
    assertEquals(List.copyOf(of.tailMap(from, false).values()), TestLogs.rest(cursor));
  }

  private void compare(SourceLog log, int session) {
    var of = model.get(session);
    assertEquals(of != null, log.settled(session) >= 0);
    if (of != null) {
      assertEquals(List.copyOf(of.values()), TestLogs.rest(log, session), "session " + session);
      assertTrue(log.settled(session) <= log.last());
    }
  }
}

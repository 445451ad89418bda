package io.frond.outage;

import static io.frond.outage.Messages.message;
import static io.frond.outage.TestLogs.GROUP;
import static io.frond.outage.TestLogs.append;
import static io.frond.outage.TestLogs.rest;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.frond.testkit.FaultyDisk;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class DiskLogTest extends SourceLogContract {
  private final FaultyDisk disk = (FaultyDisk) logs.disk;

  DiskLogTest() throws IOException {}

  @Override
  SourceLog open() throws IOException {
    return logs.open();
  }

  @Test
  void whatIsSettledInTimeNeverTouchesTheDisk() throws IOException {
    var log = open();
    log.add(1, GROUP, log.last());
    var before = disk.operations();
    for (var i = 0; i < 1000; i++) {
      append(log, "x" + i, 1);
      log.settled(1, log.last());
      log.tick();
    }
    assertEquals(before, disk.operations());
  }

  @Test
  void whatStaysSurvivesARestart() throws IOException {
    var log = open();
    log.add(1, GROUP, log.last());
    log.add(2, GROUP, log.last());
    append(log, "a", 1);
    var b = append(log, "b", 1, 2);
    log.appendToGroup(message("s", "c"), GROUP);
    logs.write(log);
    log.settled(1, b);
    logs.write(log);
    disk.crash();
    log = open();
    assertEquals(List.of("c"), rest(log, 1));
    assertEquals(List.of("b", "c"), rest(log, 2));
    assertEquals(b, log.settled(1));
    assertTrue(log.stats().entries() >= 2 && log.stats().entries() <= 3, "about");
    append(log, "d", 1, 2);
    assertEquals(List.of("c", "d"), rest(log, 1));
    assertEquals(List.of("b", "c", "d"), rest(log, 2));
    log.add(3, GROUP, log.last());
    log.appendToGroup(message("s", "e"), GROUP);
    assertEquals(List.of("e"), rest(log, 3));
    log.close();
    disk.kill();
    log = open();
    assertEquals(List.of("c", "d", "e"), rest(log, 1));
    assertEquals(List.of("b", "c", "d", "e"), rest(log, 2));
    assertEquals(List.of("e"), rest(log, 3));
    for (var session : new int[] {1, 2, 3}) {
      log.settled(session, log.last());
    }
    logs.write(log);
    logs.write(log);
    assertEquals(List.of(), logs.segments());
    assertEquals(0, log.stats().entries());
    assertEquals(0, log.stats().diskBytes());
  }

  @Test
  void whatMemoryHasNoRoomForIsReadBack() throws IOException {
    logs.maxBytes = 1 << 30;
    logs.memoryMax = 4 * Chunk.BYTES;
    var log = open();
    log.add(1, GROUP, log.last());
    log.add(2, GROUP, log.last());
    var all = new ArrayList<String>();
    var filler = "y".repeat(1000);
    for (var i = 0; i < 5000; i++) {
      all.add(i + filler);
      if (i % 7 == 3) {
        log.appendToGroup(message("s", i + filler), GROUP);
      } else {
        append(log, i + filler, 1);
        append(log, "other", 2);
      }
      if (i % 100 == 0) {
        logs.write(log);
      }
    }
    assertEquals(0, log.stats().discarded());
    assertTrue(log.stats().diskBytes() > 5_000_000);
    same(all, rest(log, 1));
    var cursor = log.cursor(1, 0, () -> {});
    var seen = new ArrayList<String>();
    for (var steps = 0; steps < 1_000_000 && seen.size() < 5000; steps++) {
      var entry = cursor.next();
      if (entry != null) {
        seen.add(Messages.text(entry.body()));
        log.settled(1, entry.sequence());
        if (steps % 50 == 0) {
          logs.write(log);
        }
      }
    }
    same(all, seen);
    log.settled(2, log.last());
    logs.write(log);
    logs.write(log);
    assertEquals(List.of(), logs.segments());
  }

  @Test
  void onlySegmentsThatSomebodyNeedsStay() throws IOException {
    logs.maxBytes = 1 << 30;
    logs.memoryMax = 4 * Chunk.BYTES;
    var log = open();
    log.add(1, GROUP, log.last());
    log.add(2, GROUP, log.last());
    var filler = "y".repeat(100_000);
    append(log, "needed", 2);
    for (var i = 0; i < 400; i++) {
      append(log, filler, 1);
      if (i % 10 == 0) {
        logs.write(log);
      }
    }
    assertTrue(logs.segments().size() > 4, logs.segments().toString());
    log.settled(1, log.last());
    logs.write(log);
    logs.write(log);
    assertEquals(2, logs.segments().size(), "the one that is needed, and the newest");
    disk.crash();
    log = open();
    assertEquals(List.of("needed"), rest(log, 2));
    assertEquals(List.of(), rest(log, 1));
  }

  @Test
  void aFullDiskCostsWhatMemoryCannotHoldAndNoMore() throws IOException {
    logs.maxBytes = 1 << 30;
    logs.memoryMax = 4 * Chunk.BYTES;
    var log = open();
    log.add(1, GROUP, log.last());
    disk.capacity(disk.used() + 100_000);
    var filler = "y".repeat(1000);
    for (var i = 0; i < 2000; i++) {
      append(log, i + filler, 1);
      if (i % 100 == 0) {
        logs.write(log);
      }
    }
    var lost = log.stats(1);
    assertNotNull(lost);
    assertTrue(lost.discardedByDisk() > 1000, lost.toString());
    assertEquals(lost.discardedByDisk(), lost.discarded());
    disk.capacity(Long.MAX_VALUE);
    logs.clock.pass(2000);
    for (var i = 2000; i < 3000; i++) {
      append(log, i + filler, 1);
      if (i % 100 == 0) {
        logs.write(log);
      }
    }
    logs.write(log);
    assertEquals(lost.discardedByDisk(), log.stats().discardedByDisk(), "all is well again");
    var left = rest(log, 1);
    assertEquals(3000 - lost.discardedByDisk(), left.size());
    assertEquals(2999 + filler, left.getLast());
    disk.crash();
    var again = rest(open(), 1);
    again.retainAll(left); // what was given up may be there, where a file could not be cut
    assertEquals(left, again);
  }

  @Test
  void aDiskThatCannotSyncIsTriedAgainWithAnotherFile() throws IOException {
    var log = open();
    log.add(1, GROUP, log.last());
    append(log, "a", 1);
    logs.write(log);
    append(log, "b", 1);
    disk.failForces(1);
    logs.write(log);
    append(log, "c", 1);
    logs.clock.pass(2000);
    logs.write(log);
    disk.crash();
    log = open();
    assertEquals(List.of("a", "b", "c"), rest(log, 1));
    assertEquals(0, log.stats().discarded());
  }

  @Test
  void ageGoesOnOverARestartAndClocksThatAreWrongChangeLittle() throws IOException {
    var log = open();
    log.add(1, GROUP, log.last());
    append(log, "a", 1);
    logs.clock.pass(Duration.ofMinutes(30).toMillis());
    append(log, "b", 1);
    logs.write(log);
    disk.crash();
    logs.clock.pass(Duration.ofMinutes(31).toMillis());
    log = open();
    assertEquals(List.of("b"), rest(log, 1));
    var stats = log.stats(1);
    assertNotNull(stats);
    assertEquals(1, stats.discardedByAge());
    disk.crash();
    logs.clock.set(1000); // 1970: nobody set it
    log = open();
    assertEquals(List.of("a", "b"), rest(log, 1), "as old as it was when it was written");
    logs.clock.pass(Duration.ofMinutes(61).toMillis());
    log.tick();
    assertEquals(List.of(), rest(log, 1));
    assertEquals(2, log.stats().discardedByAge());
    assertEquals(0, log.stats().entries());
  }

  @Test
  void theLimitHoldsForFiles() throws IOException {
    logs.memoryMax = 4 * Chunk.BYTES;
    var log = open();
    log.add(1, GROUP, log.last());
    var filler = "y".repeat(1000);
    for (var i = 0; i < 3000; i++) {
      append(log, i + filler, 1);
      if (i % 50 == 0) {
        logs.write(log);
      }
    }
    logs.write(log);
    var stats = log.stats();
    assertTrue(stats.diskBytes() <= 1 << 20, stats.toString());
    var left = rest(log, 1);
    assertEquals(3000, left.size() + stats.discardedByLimit());
    assertTrue(left.size() > 700, "left: " + left.size());
    assertEquals(2999 + filler, left.getLast());
    var ofSession = log.stats(1);
    assertNotNull(ofSession);
    assertEquals(stats.discardedByLimit(), ofSession.discardedByLimit());
  }

  @Test
  void aReadThatFailsIsTriedAgain() throws IOException {
    var log = open();
    log.add(1, GROUP, log.last());
    append(log, "a", 1);
    logs.write(log);
    disk.crash();
    log = open();
    var cursor = log.cursor(1, 0, () -> {});
    disk.failReads(1);
    cursor.next();
    log.tick();
    assertEquals(List.of("a"), rest(cursor));
  }

  private static void same(List<String> expected, List<String> actual) {
    for (var i = 0; i < Math.min(expected.size(), actual.size()); i++) {
      assertEquals(expected.get(i), actual.get(i), "number " + i);
    }
    assertEquals(expected.size(), actual.size());
  }

  @Test
  void whileTheDiskIsBehindMemoryHoldsMoreAndTellsSo() throws IOException {
    var waiting = new ArrayDeque<Runnable>();
    logs.writer = waiting::add;
    logs.memoryMax = 256 << 10;
    logs.maxBytes = 64 << 20;
    var log = open();
    log.add(1, GROUP, log.last());
    var body = "x".repeat(1000);
    assertEquals(0, log.lag());
    var sent = new ArrayList<String>();
    while (log.lag() < 120) {
      sent.add(sent.size() + body);
      assertTrue(append(log, sent.getLast(), 1) > 0);
    }
    assertEquals(0, discards(log));
    while (log.lag() > 20) {
      logs.clock.pass(150);
      log.tick();
      while (!waiting.isEmpty()) {
        waiting.remove().run();
      }
    }
    assertEquals(sent, rest(log, 1));
    while (discards(log) == 0) { // the writer does nothing: there is an end to it
      append(log, body, 1);
    }
    assertTrue(log.heldBytes() <= 2 * logs.memoryMax + (64 << 10), () -> "" + log.heldBytes());
  }

  @Test
  void allIsWrittenAtTheEndHoweverMuchItIs() throws IOException {
    var waiting = new ArrayDeque<Runnable>();
    logs.writer = waiting::add;
    logs.memoryMax = 16 << 20;
    logs.maxBytes = 64 << 20;
    var log = open();
    log.add(1, GROUP, log.last());
    var sent = new ArrayList<String>();
    for (var i = 0; i < 3500; i++) {
      sent.add(i + "x".repeat(1000));
      append(log, sent.getLast(), 1);
    }
    log.close();
    while (!waiting.isEmpty()) {
      waiting.remove().run();
    }
    disk.kill();
    logs.writer = Runnable::run;
    assertEquals(sent, rest(open(), 1));
  }

  @Test
  void aDiskThatFailsHoldsNobodyBack() throws IOException {
    logs.memoryMax = 256 << 10;
    logs.maxBytes = 64 << 20;
    var log = open();
    log.add(1, GROUP, log.last());
    disk.failWrites(1_000_000);
    while (discards(log) == 0) {
      append(log, "x".repeat(1000), 1);
    }
    assertEquals(0, log.lag());
    assertTrue(log.heldBytes() <= logs.memoryMax + (64 << 10), () -> "" + log.heldBytes());
  }

  private static long discards(SourceLog log) {
    return Objects.requireNonNull(log.stats(1)).discarded();
  }
}

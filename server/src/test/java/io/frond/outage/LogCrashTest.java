package io.frond.outage;

import static io.frond.outage.Messages.message;
import static io.frond.outage.TestLogs.GROUP;
import static io.frond.outage.TestLogs.append;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.frond.testkit.FaultyDisk;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// The power fails at each change that a log makes to the disk.
class LogCrashTest {
  private static final int STEPS = 60;

  /// Records with positions that a batch or two that were not safe may have had.
  private static final int POSITIONS_MAX = 4;

  private static final long SEED = Long.getLong("frond.seed", System.nanoTime());

  private final ManualClock clock = new ManualClock();

  /// What was appended for session 1, and how much of it was safe, before the power failed.
  private final List<String> appended = new ArrayList<>();

  private int safe;
  private int settled;

  @Test
  void whatWasSafeIsThereAfterThePowerFailed() throws IOException {
    var all = new FaultyDisk(0);
    work(all);
    var operations = all.operations();
    assertTrue(operations > 40, "operations: " + operations);
    for (var at = 1; at < operations; at++) {
      for (var seed = SEED; seed < SEED + 3; seed++) {
        var disk = new FaultyDisk(seed * 1000L + at);
        disk.powerOffAfter(at);
        try {
          work(disk);
        } catch (IOException e) {
          // it could not even begin
        }
        disk.crash();
        check(disk, "power off after " + at + ", -Dfrond.seed=" + seed);
        disk.crash();
        check(disk, "again");
      }
    }
  }

  private TestLogs logs(FaultyDisk disk) {
    var logs = new TestLogs(disk, clock);
    logs.maxBytes = 1 << 20;
    return logs;
  }

  private void work(FaultyDisk disk) throws IOException {
    appended.clear();
    safe = 0;
    settled = 0;
    var logs = logs(disk);
    var log = logs.open();
    log.add(1, GROUP, log.last());
    log.add(2, GROUP, log.last());
    var sequences = new ArrayList<Long>();
    for (var i = 0; i < STEPS; i++) {
      var body = i + "-" + "z".repeat(5000);
      appended.add(body);
      sequences.add(
          i % 5 == 0
              ? log.appendToGroup(message("s", body), GROUP)
              : append(log, body, i % 2 == 0 ? new int[] {1} : new int[] {1, 2}));
      if (i % 3 == 2) {
        clock.pass(2000);
        log.tick();
        log.tick();
        if (!disk.isOff()) {
          safe = appended.size();
        }
      }
      if (i % 10 == 9) {
        settled = i - 5;
        log.settled(1, sequences.get(settled - 1));
      }
      if (i == 40) {
        log.settled(2, log.last());
      }
    }
  }

  /// Of what was not safe anything may be missing, also in the middle: a batch that is written when
  /// the power fails is torn anywhere. It counts as lost where something behind it is there.
  private void check(FaultyDisk disk, String when) throws IOException {
    var log = logs(disk).open();
    var got = log.settled(1) >= 0 ? TestLogs.rest(log, 1) : List.<String>of();
    var counted = log.stats().discardedByDamage();
    assertTrue(
        counted <= appended.size() - safe + POSITIONS_MAX, when + ": " + counted + " counted");
    if (safe > settled) {
      assertTrue(log.settled(1) >= 0, when);
    }
    if (got.isEmpty()) {
      assertTrue(safe <= settled, when + ": nothing there, safe: " + safe);
      return;
    }
    var first = appended.indexOf(got.getFirst());
    assertTrue(
        first >= 0 && (first <= settled || safe <= settled), when + ": begins with " + first);
    var left = appended.subList(first, appended.size());
    assertEquals(left.stream().filter(got::contains).toList(), got, when + ": order, and once");
    if (safe > first) {
      assertTrue(got.containsAll(appended.subList(first, safe)), when + ": " + got.size());
    }
    var missing = appended.indexOf(got.getLast()) - first + 1 - got.size();
    assertTrue(missing <= counted, when + ": " + missing + " missing, counted: " + counted);
  }
}

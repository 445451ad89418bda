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
      for (var seed = 0; seed < 3; seed++) {
        var disk = new FaultyDisk(seed * 1000L + at);
        disk.powerOffAfter(at);
        try {
          work(disk);
        } catch (IOException e) {
          // it could not even begin
        }
        disk.crash();
        check(disk, "power off after " + at + ", seed " + seed);
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

  private void check(FaultyDisk disk, String when) throws IOException {
    var log = logs(disk).open();
    var got = log.settled(1) >= 0 ? TestLogs.rest(log, 1) : List.<String>of();
    assertEquals(0, log.stats().discardedByDamage(), when);
    if (safe > settled) {
      assertTrue(log.settled(1) >= 0, when);
    }
    if (got.isEmpty()) {
      assertTrue(safe <= settled, when + ": nothing there, safe: " + safe);
      return;
    }
    var first = appended.indexOf(got.getFirst());
    assertTrue(first >= 0 && first <= settled, when + ": begins with " + first);
    assertEquals(appended.subList(first, first + got.size()), got, when);
    assertTrue(first + got.size() >= safe, when + ": " + (first + got.size()) + " of " + safe);
  }
}

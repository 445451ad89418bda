package io.frond.outage;

import static io.frond.outage.Messages.message;
import static io.frond.outage.TestLogs.GROUP;
import static io.frond.outage.TestLogs.append;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.frond.testkit.FaultyDisk;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// Files of a log that are damaged: never is something served that was not appended, or in another
/// order, and what is lost is what was damaged, counted.
class LogDamageTest {
  private static final int CASES = Math.min(1000, Integer.getInteger("frond.fuzz.cases", 200));

  private final FaultyDisk whole = new FaultyDisk(1);
  private final ManualClock clock = new ManualClock();

  /// @return what session 1 should get
  private List<String> make(int entries, int bytes, long maxBytes) throws IOException {
    var logs = logs(whole, maxBytes);
    var log = logs.open();
    log.add(1, GROUP, log.last());
    log.add(2, GROUP, log.last());
    var all = new ArrayList<String>();
    for (var i = 0; i < entries; i++) {
      var body = i + "-" + "z".repeat(bytes);
      all.add(body);
      switch (i % 3) {
        case 0 -> append(log, body, 1);
        case 1 -> append(log, body, 1, 2);
        default -> log.appendToGroup(message("s", body), GROUP);
      }
      if (i % 4 == 1) {
        logs.write(log);
      }
    }
    log.close();
    assertEquals(all, TestLogs.rest(logs(whole.copy(1), maxBytes).open(), 1));
    return all;
  }

  private TestLogs logs(FaultyDisk disk, long maxBytes) {
    var logs = new TestLogs(disk, clock);
    logs.maxBytes = maxBytes;
    return logs;
  }

  /// @return entries that were lost
  private int check(FaultyDisk disk, List<String> all, long maxBytes) throws IOException {
    var log = logs(disk, maxBytes).open();
    assertTrue(
        log.settled(1) >= 0 || log.stats().discardedByDamage() > 0, "a session is lost in silence");
    var got = log.settled(1) >= 0 ? TestLogs.rest(log, 1) : List.<String>of();
    var at = 0;
    for (var body : got) {
      while (at < all.size() && !all.get(at).equals(body)) {
        at++;
      }
      assertTrue(at < all.size(), "not appended, or not here: " + body);
      at++;
    }
    var lost = all.size() - got.size();
    assertTrue(
        lost <= log.stats().discardedByDamage(),
        lost + " lost, counted: " + log.stats().discardedByDamage());
    return lost;
  }

  private List<Path> files() throws IOException {
    return whole.list(TestLogs.DIRECTORY).stream().map(TestLogs.DIRECTORY::resolve).toList();
  }

  @Test
  void anyFlippedByteCostsOneEntryAtMost() throws IOException {
    var all = make(12, 10, 1 << 20);
    for (var file : files()) {
      var bytes = whole.contents(file);
      for (var i = 0; i < bytes.length; i++) {
        var disk = whole.copy(i);
        var changed = bytes.clone();
        changed[i] ^= (byte) (1 << i % 8);
        disk.damage(file, changed);
        var lost = check(disk, all, 1 << 20);
        assertTrue(lost <= 1, file + " byte " + i + ": " + lost + " lost");
      }
    }
  }

  @Test
  void anyTruncationCostsWhatWasCutOff() throws IOException {
    var all = make(12, 10, 1 << 20);
    for (var file : files()) {
      var bytes = whole.contents(file);
      for (var length = 0; length < bytes.length; length++) {
        var disk = whole.copy(length);
        disk.damage(file, Arrays.copyOf(bytes, length));
        check(disk, all, 1 << 20);
      }
    }
  }

  @Test
  void randomDamageOfALargeLogIsContained() throws IOException {
    var all = make(1500, 700, 1 << 20 << 1);
    var seed = Long.getLong("frond.seed", System.nanoTime());
    var random = new Random(seed);
    var files = files();
    assertTrue(files.size() > 5, files.toString());
    for (var i = 0; i < CASES; i++) {
      var disk = whole.copy(i);
      var file = files.get(random.nextInt(files.size()));
      var bytes = disk.contents(file);
      var changed = damaged(bytes, random);
      disk.damage(file, changed);
      try {
        check(disk, all, 1 << 20 << 1);
      } catch (AssertionError e) {
        throw new AssertionError("-Dfrond.seed=" + seed + ", case " + i, e);
      }
    }
  }

  private static byte[] damaged(byte[] bytes, Random random) {
    var at = random.nextInt(bytes.length);
    var length = Math.min(bytes.length - at, 1 + random.nextInt(4000));
    var changed = bytes.clone();
    switch (random.nextInt(4)) {
      case 0 -> changed[at] ^= (byte) (1 + random.nextInt(255));
      case 1 -> Arrays.fill(changed, at, at + length, (byte) 0);
      case 2 -> { // a part of another place
        var from = random.nextInt(bytes.length - length + 1);
        System.arraycopy(bytes, from, changed, at, length);
      }
      default -> {
        return Arrays.copyOf(bytes, at);
      }
    }
    return changed;
  }
}

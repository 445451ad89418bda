package io.frond.log;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.frond.testkit.FaultyDisk;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// Flipped bytes and files cut short: nothing wrong is ever replayed, hardly anything is lost, and
/// what is lost is told.
class LogDamageTest {
  private static final SyncMode ALWAYS = new SyncMode.Always();
  private static final long QUIET = 100_000;

  private final List<byte[]> all = new ArrayList<>();
  private int opened;
  private FaultyDisk disk = new FaultyDisk(1);

  /// Some segments of some frames of some entries.
  ///
  /// @param clean whether the log is closed, else the process is killed
  private void write(long seed, boolean clean) throws IOException {
    var random = new Random(seed);
    disk = new FaultyDisk(seed);
    all.clear();
    var test = TestLog.open(disk, TestLog.DIR, ALWAYS, 1, 600, QUIET);
    for (var i = 0; i < 7; i++) {
      var payloads = new byte[1 + random.nextInt(4)][];
      for (var j = 0; j < payloads.length; j++) {
        payloads[j] = new byte[random.nextInt(120)];
        random.nextBytes(payloads[j]);
        all.add(payloads[j]);
      }
      test.commit(payloads);
    }
    if (clean) {
      test.close();
    } else {
      disk.powerOffAfter(0);
      test.die();
      disk.kill();
    }
  }

  private static int used(byte[] file) {
    var end = file.length;
    while (end > 0 && file[end - 1] == 0) {
      end--;
    }
    return end;
  }

  /// Opens a damaged log, checks that what comes is right, and counts what does not come.
  private int missing(FaultyDisk damaged, List<String> reports) throws IOException {
    var test = TestLog.open(damaged, TestLog.DIR, ALWAYS, 1, 600, QUIET);
    var last = 0L;
    for (var entry : test.replayed) {
      assertTrue(entry.index() > last, "order");
      last = entry.index();
      assertArrayEquals(all.get((int) last - 1), entry.payload());
    }
    reports.addAll(test.damage);
    assertTrue(test.last >= last);
    if (opened++ % 10 == 0) {
      goesOn(damaged, test);
    }
    test.die();
    return all.size() - test.replayed.size();
  }

  /// A damaged log can be written, and what is written then is replayed.
  private static void goesOn(FaultyDisk damaged, TestLog test) throws IOException {
    var before = test.replayed.size();
    test.commit(new byte[3]);
    damaged.powerOffAfter(0);
    test.die();
    damaged.kill();
    try (var again = TestLog.open(damaged, TestLog.DIR, ALWAYS, 1, 600, QUIET)) {
      assertEquals(before + 1, again.replayed.size());
      assertEquals(test.committed.getFirst().index(), again.last);
      assertEquals(3, again.replayed.getLast().payload().length);
    }
  }

  private FaultyDisk with(Path file, byte[] bytes) throws IOException {
    var copy = disk.copy(1);
    copy.damage(file, bytes);
    return copy;
  }

  @Test
  void anyFlippedByteCostsAtMostTheEntryThatItIsIn() throws IOException {
    write(1, true);
    var random = new Random(1);
    assertEquals(0, missing(disk.copy(1), new ArrayList<>()));
    for (var name : disk.list(TestLog.DIR)) {
      var file = TestLog.DIR.resolve(name);
      var good = disk.contents(file);
      for (var at = 0; at < used(good); at++) {
        var bytes = good.clone();
        bytes[at] ^= (byte) (1 << random.nextInt(8));
        var reports = new ArrayList<String>();
        var lost = missing(with(file, bytes), reports);
        assertTrue(lost <= 1, lost + " lost by a flip at " + at + " of " + name);
        assertFalse(lost > 0 && reports.isEmpty(), "a loss that is not told, at " + at);
      }
    }
  }

  /// Without the mark that a quiet or closed log has, damage of the last group looks like a crash.
  @Test
  void afterAKillAFlipCostsNothingElseButTheLastGroup() throws IOException {
    write(2, false);
    for (var name : disk.list(TestLog.DIR)) {
      var file = TestLog.DIR.resolve(name);
      var good = disk.contents(file);
      for (var at = 0; at < used(good); at++) {
        var bytes = good.clone();
        bytes[at] ^= (byte) 0xff;
        var reports = new ArrayList<String>();
        var lost = missing(with(file, bytes), reports);
        assertTrue(lost <= 4, lost + " lost by a flip at " + at + " of " + name);
      }
    }
  }

  @Test
  void aFileCutShortLosesOnlyWhatWasCutOff() throws IOException {
    for (var clean : List.of(true, false)) {
      write(3, clean);
      for (var name : disk.list(TestLog.DIR)) {
        var file = TestLog.DIR.resolve(name);
        var good = disk.contents(file);
        var before = -1;
        for (var size = used(good); size >= 0; size--) {
          var reports = new ArrayList<String>();
          var lost = missing(with(file, Arrays.copyOf(good, size)), reports);
          assertTrue(lost >= before, "cutting off more brings entries back");
          before = lost;
          assertFalse(lost > 0 && reports.isEmpty(), "a loss that is not told: " + size);
        }
        assertTrue(before <= 25, before + " entries in one small segment");
      }
    }
  }

  @Test
  void aSegmentThatIsGoneIsTold() throws IOException {
    write(4, true);
    var names = disk.list(TestLog.DIR);
    for (var name : names.subList(0, names.size() - 1)) {
      var copy = disk.copy(1);
      copy.delete(TestLog.DIR.resolve(name));
      var reports = new ArrayList<String>();
      assertTrue(missing(copy, reports) > 0);
      assertEquals(1, reports.size(), reports.toString());
    }
  }

  @Test
  void randomDamageNeverBringsWrongEntries() throws IOException {
    var random = new Random(5);
    write(5, true);
    for (var round = 0; round < 1_000; round++) {
      var copy = disk.copy(round);
      for (var hit = random.nextInt(4); hit >= 0; hit--) {
        var names = copy.list(TestLog.DIR);
        var file = TestLog.DIR.resolve(names.get(random.nextInt(names.size())));
        var bytes = copy.contents(file);
        var from = random.nextInt(3_000);
        var to = from + random.nextInt(random.nextBoolean() ? 10 : 600);
        for (var at = from; at < to; at++) {
          bytes[at] = random.nextBoolean() ? (byte) random.nextInt() : 0;
        }
        copy.damage(file, bytes);
      }
      var reports = new ArrayList<String>();
      missing(copy, reports);
    }
  }

  /// A page that the disk cannot read costs what is in it.
  @Test
  void unreadablePagesAreSkipped() throws IOException {
    write(6, true);
    disk.failReads(1_000);
    var reports = new ArrayList<String>();
    try (var test = TestLog.open(disk, TestLog.DIR, ALWAYS, 1, 600, QUIET)) {
      assertEquals(List.of(), test.replayed);
      reports.addAll(test.damage);
    }
    assertFalse(reports.isEmpty());
    disk.failReads(0);
    assertEquals(0, missing(disk, new ArrayList<>()));
  }
}

package io.frond.log;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.frond.disk.Disk;
import io.frond.disk.DiskCipher;
import io.frond.disk.EncryptedDisk;
import io.frond.testkit.FaultyDisk;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Power failures, full disks and I/O errors: what was committed is replayed, once and in order;
/// what failed never comes back once something else was committed.
@Timeout(300)
class LogCrashTest {
  private static final long SEED = Long.getLong("frond.seed", System.nanoTime());

  /// One disk through several lives, and what its log must and may hold.
  private static final class Story {
    final FaultyDisk disk;
    final Disk used;
    final Random random;
    final SyncMode mode;
    final TreeMap<Long, byte[]> committed = new TreeMap<>();
    final TreeMap<Long, byte[]> possible = new TreeMap<>();
    long cut;
    long committedCount;
    long failedCount;

    Story(long seed, SyncMode mode, boolean encrypted) {
      disk = new FaultyDisk(seed);
      used = encrypted ? new EncryptedDisk(disk, DiskCipher.AES, "key", null) : disk;
      random = new Random(seed);
      this.mode = mode;
    }

    /// Opens the log as it is after whatever happened, and checks what is in it.
    TestLog open(boolean mayLose) throws IOException {
      var test = TestLog.open(used, TestLog.DIR, mode, cut + 1, 20_000, 0);
      var found = new TreeMap<Long, byte[]>();
      var last = cut;
      for (var entry : test.replayed) {
        assertTrue(entry.index() > last, "order");
        last = entry.index();
        found.put(last, entry.payload());
      }
      for (var entry : found.entrySet()) {
        var expected = committed.getOrDefault(entry.getKey(), possible.get(entry.getKey()));
        assertArrayEquals(expected, entry.getValue(), "entry " + entry.getKey());
      }
      if (!mayLose) {
        for (var index : committed.keySet()) {
          assertTrue(found.containsKey(index), "entry " + index + " is missing");
        }
        test.damage.removeIf(what -> what.contains("ends early"));
        assertEquals(List.of(), test.damage);
      } else {
        assertEquals(
            List.copyOf(committed.headMap(last, true).keySet()),
            found.keySet().stream().filter(committed::containsKey).toList());
      }
      committed.clear();
      committed.putAll(found);
      possible.clear();
      return test;
    }

    /// Proposes some batches, perhaps some at once, and notes what became of them.
    void work(TestLog test, int rounds) {
      for (var i = 0; i < rounds; i++) {
        if (random.nextBoolean()) {
          test.commitHere(payloads());
        } else {
          for (var many = random.nextInt(3); many >= 0; many--) {
            test.propose(payloads());
          }
          test.settle();
        }
        note(test);
        if (random.nextInt(10) == 0 && !committed.isEmpty()) {
          cut(test);
        }
      }
    }

    private byte[][] payloads() {
      var payloads = new byte[1 + random.nextInt(6)][];
      for (var i = 0; i < payloads.length; i++) {
        payloads[i] = new byte[random.nextInt(random.nextInt(30) == 0 ? 40_000 : 400)];
        random.nextBytes(payloads[i]);
      }
      return payloads;
    }

    private void note(TestLog test) {
      if (!test.committed.isEmpty()) {
        // Failures before a commit are over; those behind it may come back at a crash.
        var last = test.committed.getLast().index();
        possible.headMap(last, true).clear();
        test.failed.removeIf(entry -> entry.index() < last);
      }
      for (var entry : test.committed) {
        assertTrue(committed.isEmpty() || entry.index() > committed.lastKey(), "order");
        committed.put(entry.index(), entry.payload());
      }
      test.failed.forEach(entry -> possible.put(entry.index(), entry.payload()));
      committedCount += test.committed.size();
      failedCount += test.failed.size();
      test.committed.clear();
      test.failed.clear();
    }

    private void cut(TestLog test) {
      cut = committed.firstKey() + random.nextInt(committed.size());
      committed.headMap(cut, true).clear();
      test.log.cut(cut);
    }
  }

  private static AssertionError failed(long seed, Throwable why) {
    return new AssertionError("with -Dfrond.seed=" + seed, why);
  }

  /// The power fails at each point of a workload in turn, then again in what follows.
  @Test
  void nothingCommittedIsLostAtAPowerFailure() throws IOException {
    var points = 0L;
    var commits = 0L;
    for (var point = 0; point < 250; point++) {
      var seed = SEED + point;
      try {
        var story = new Story(seed, new SyncMode.Always(), seed % 3 == 0);
        for (var life = 0; life < 2; life++) {
          var test = story.open(false);
          story.disk.powerOffAfter(life == 0 ? point : story.random.nextInt(300));
          story.work(test, 25);
          points += story.disk.operations();
          story.disk.powerOffAfter(0);
          test.die();
          story.disk.crash();
        }
        story.open(false).close();
        commits += story.committedCount;
      } catch (AssertionError | RuntimeException | IOException e) {
        throw failed(seed, e);
      }
    }
    assertTrue(commits > 2_000, commits + " commits in " + points + " changes");
  }

  /// As before, but what the operating system has survives.
  @Test
  void nothingCommittedIsLostWhenTheProcessIsKilled() throws IOException {
    for (var mode :
        List.of(
            new SyncMode.Always(),
            new SyncMode.Interval(Duration.ofMillis(2)),
            new SyncMode.None())) {
      for (var round = 0; round < 60; round++) {
        var seed = SEED + round;
        try {
          var story = new Story(seed, mode, false);
          for (var life = 0; life < 4; life++) {
            var test = story.open(false);
            story.disk.powerOffAfter(story.random.nextInt(300));
            story.work(test, 25);
            story.disk.powerOffAfter(0);
            test.die();
            story.disk.kill();
          }
          story.open(false).close();
        } catch (AssertionError | RuntimeException | IOException e) {
          throw failed(seed, e);
        }
      }
    }
  }

  /// Without syncing a power failure may cost the newest entries, never those in between.
  @Test
  void withoutSyncAPowerFailureLosesOnlyTheEnd() throws IOException {
    for (var round = 0; round < 100; round++) {
      var seed = SEED + round;
      try {
        var story = new Story(seed, new SyncMode.Interval(Duration.ofMillis(2)), false);
        for (var life = 0; life < 4; life++) {
          var test = story.open(true);
          assertEquals(List.copyOf(story.committed.keySet()), indexes(test));
          story.disk.powerOffAfter(story.random.nextInt(300));
          story.work(test, 25);
          story.disk.powerOffAfter(0);
          test.die();
          story.disk.crash();
        }
        story.open(true).close();
      } catch (AssertionError | RuntimeException | IOException e) {
        throw failed(seed, e);
      }
    }
  }

  private static List<Long> indexes(TestLog test) {
    return test.replayed.stream().map(TestLog.Entry::index).toList();
  }

  /// Writes and syncs fail now and then, the disk is full for a while; then the power fails.
  @Test
  void whatFailsIsToldAndTheLogGoesOn() throws IOException {
    var commits = 0L;
    var failures = 0L;
    for (var round = 0; round < 60; round++) {
      var seed = SEED + round;
      try {
        var story = new Story(seed, new SyncMode.Always(), seed % 3 == 0);
        for (var life = 0; life < 3; life++) {
          var test = story.open(false);
          for (var i = 0; i < 12; i++) {
            disturb(story);
            story.work(test, 3);
          }
          calm(story);
          var before = story.committedCount;
          story.work(test, 2);
          assertTrue(story.committedCount > before, "the log does not recover");
          end(story, test);
        }
        story.open(false).close();
        commits += story.committedCount;
        failures += story.failedCount;
      } catch (AssertionError | RuntimeException | IOException e) {
        throw failed(seed, e);
      }
    }
    assertTrue(commits > 500 && failures > 500, commits + " and " + failures);
  }

  private static void disturb(Story story) {
    calm(story);
    switch (story.random.nextInt(5)) {
      case 0 -> story.disk.failWrites(1 + story.random.nextInt(3));
      case 1 -> story.disk.failForces(1 + story.random.nextInt(4));
      case 2 -> story.disk.capacity(story.disk.used() + story.random.nextInt(1_000));
      default -> {}
    }
  }

  private static void calm(Story story) {
    story.disk.failWrites(0);
    story.disk.failForces(0);
    story.disk.capacity(Long.MAX_VALUE);
  }

  private static void end(Story story, TestLog test) throws IOException {
    switch (story.random.nextInt(3)) {
      case 0 -> test.close();
      case 1 -> {
        story.disk.powerOffAfter(0);
        test.die();
        story.disk.kill();
      }
      default -> {
        story.disk.powerOffAfter(0);
        test.die();
        story.disk.crash();
      }
    }
  }

  @Test
  void afterAFailureEverythingInFlightFailsWithIt() throws IOException {
    var disk = new FaultyDisk(SEED);
    try (var test = TestLog.open(disk)) {
      test.commit(new byte[1]);
      disk.failForces(3);
      for (var i = 0; i < 100; i++) {
        test.propose(new byte[2]);
      }
      test.settle();
      assertEquals(100, test.failed.size());
      assertEquals(1, test.committed.size());
      test.commit(new byte[3]);
      assertEquals(102, test.committed.getLast().index());
    }
    disk.crash();
    try (var test = TestLog.open(disk)) {
      assertEquals(List.of(1L, 102L), indexes(test));
    }
  }

  @Test
  void aFileThatFailsOnceIsLeftAndNothingFails() throws IOException {
    var disk = new FaultyDisk(SEED);
    try (var test = TestLog.open(disk)) {
      test.commit(new byte[1]);
      disk.failForces(1);
      test.commit(new byte[2]);
      disk.failWrites(1);
      test.commit(new byte[3]);
      assertEquals(3, test.committed.size());
      assertEquals(List.of(), test.failed);
      assertEquals(2, test.trouble.size());
    }
    disk.crash();
    try (var test = TestLog.open(disk)) {
      assertEquals(List.of(1L, 2L, 3L), indexes(test));
    }
  }

  @Test
  void aFullDiskRecoversWithoutNewFiles() throws IOException {
    var disk = new FaultyDisk(SEED);
    try (var test = TestLog.open(disk)) {
      test.commit(new byte[1]);
      disk.capacity(disk.used());
      for (var i = 0; i < 50; i++) {
        test.commit(new byte[300_000]);
      }
      assertEquals(50, test.failed.size());
      test.commit(new byte[100]);
      assertEquals(2, test.committed.size());
      assertEquals(1, disk.list(TestLog.DIR).size());
      disk.capacity(Long.MAX_VALUE);
      test.commit(new byte[300_000]);
      assertEquals(3, test.committed.size());
    }
    disk.crash();
    try (var test = TestLog.open(disk)) {
      assertEquals(List.of(1L, 52L, 53L), indexes(test));
    }
  }
}

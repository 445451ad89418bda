package io.frond.log;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.frond.disk.DiskCipher;
import io.frond.disk.EncryptedDisk;
import io.frond.disk.RealDisk;
import io.frond.testkit.FaultyDisk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The log while nothing fails.
class LocalLogTest {
  private static final SyncMode ALWAYS = new SyncMode.Always();

  @TempDir Path directory;

  private static byte[] payload(Random random, int length) {
    var bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }

  /// Indexes rise by one, and the payloads are these.
  static void assertEntries(List<byte[]> expected, long first, List<TestLog.Entry> found) {
    assertEquals(expected.size(), found.size());
    for (var i = 0; i < found.size(); i++) {
      var entry = found.get(i);
      assertEquals(first + i, entry.index());
      assertEquals(expected.get(i).length % 100, entry.kind());
      assertEquals(expected.get(i).length * 3L, entry.stream());
      assertArrayEquals(expected.get(i), entry.payload());
    }
  }

  @Test
  void whatWasCommittedIsReplayed() throws IOException {
    var random = new Random(1);
    var all = new ArrayList<byte[]>();
    for (var round = 0; round < 5; round++) {
      try (var test = TestLog.open(new RealDisk(), directory.resolve("log"), ALWAYS, 1, 200_000)) {
        assertEquals(all.size(), test.last);
        assertEntries(all, 1, test.replayed);
        assertEquals(List.of(), test.damage);
        assertEquals(List.of(), test.torn);
        var before = all.size();
        for (var i = 0; i < 20; i++) {
          var batch = new byte[random.nextInt(30)][];
          for (var j = 0; j < batch.length; j++) {
            batch[j] = payload(random, random.nextInt(random.nextInt(20) == 0 ? 60_000 : 300));
            all.add(batch[j]);
          }
          test.propose(batch);
        }
        test.settle();
        assertEntries(all.subList(before, all.size()), before + 1, test.committed);
        assertEquals(List.of(), test.failed);
        assertTrue(test.log.stats().segments() > 1);
      }
    }
  }

  @Test
  void largeEntriesAndBatchesLargerThanASegment() throws IOException {
    var random = new Random(2);
    var all = new ArrayList<byte[]>();
    var disk = new FaultyDisk(1);
    try (var test = TestLog.open(disk, TestLog.DIR, ALWAYS, 1, 1 << 20)) {
      for (var size : List.of(2 << 20, 10, 5 << 20, (1 << 18) - 17, 1 << 18, 0)) {
        var one = payload(random, size);
        all.add(one);
        test.commit(one);
      }
      var many = new byte[3000][];
      for (var i = 0; i < many.length; i++) {
        many[i] = payload(random, random.nextInt(2000));
        all.add(many[i]);
      }
      test.commit(many);
      assertEntries(all, 1, test.committed);
    }
    try (var test = TestLog.open(disk)) {
      assertEntries(all, 1, test.replayed);
      assertEquals(List.of(), test.damage);
    }
  }

  @Test
  void replayBeginsWhereItIsTold() throws IOException {
    var disk = new FaultyDisk(1);
    var all = new ArrayList<byte[]>();
    try (var test = TestLog.open(disk, TestLog.DIR, ALWAYS, 1, 10_000)) {
      for (var i = 0; i < 100; i++) {
        var payloads = new byte[][] {new byte[i], new byte[i * 2], new byte[i * 3]};
        all.addAll(List.of(payloads));
        test.commit(payloads);
      }
    }
    for (var from = 1; from <= 301; from++) {
      try (var test = TestLog.open(disk.copy(1), TestLog.DIR, ALWAYS, from, 10_000)) {
        assertEntries(all.subList(from - 1, 300), from, test.replayed);
        assertEquals(300, test.last);
        assertEquals(List.of(), test.damage);
      }
    }
  }

  /// A checkpoint may know of more than the log, when that is not synced always.
  @Test
  void indexesGoOnBehindACheckpoint() throws IOException {
    var disk = new FaultyDisk(1);
    try (var test = TestLog.open(disk)) {
      test.commit(new byte[1], new byte[2]);
    }
    try (var test = TestLog.open(disk, TestLog.DIR, ALWAYS, 11, 1 << 20)) {
      assertEquals(10, test.last);
      test.commit(new byte[3]);
      assertEquals(11, test.committed.getFirst().index());
    }
    try (var test = TestLog.open(disk, TestLog.DIR, ALWAYS, 11, 1 << 20)) {
      assertEquals(List.of(), test.damage);
      assertEquals(11, test.last);
      assertEquals(11, test.replayed.getFirst().index());
    }
  }

  @Test
  void whatIsCutIsDeletedAndItsFilesAreUsedAgain() throws IOException {
    var disk = new FaultyDisk(1);
    var random = new Random(3);
    var cut = 0L;
    for (var round = 0; round < 10; round++) {
      try (var test = TestLog.open(disk, TestLog.DIR, ALWAYS, cut + 1, 300_000)) {
        assertEquals(round == 0 ? 0 : 50, test.replayed.size());
        assertEquals(List.of(), test.damage);
        for (var i = 0; i < 1000; i++) {
          test.propose(payload(random, 1000));
        }
        test.settle();
        assertTrue(test.log.liveBytes() >= 1_000_000, "live " + test.log.liveBytes());
        cut = test.last + 950;
        test.log.cut(cut);
        assertTrue(test.log.liveBytes() < 150_000, "live " + test.log.liveBytes());
      }
      assertTrue(disk.used() < 4 * 600_000, disk.used() + " bytes");
    }
  }

  @Test
  void afterEverythingWasCutAStartReadsNothing() throws IOException {
    var disk = new FaultyDisk(1);
    try (var test = TestLog.open(disk)) {
      for (var i = 0; i < 30; i++) {
        test.commit(new byte[100_000]);
      }
      test.log.cut(30);
      assertEquals(0, test.log.liveBytes());
    }
    assertEquals(2, disk.list(TestLog.DIR).size());
    try (var test = TestLog.open(disk, TestLog.DIR, ALWAYS, 31, 64 << 20)) {
      assertEquals(30, test.last);
      assertEquals(List.of(), test.damage);
    }
  }

  @Test
  void otherSyncModesCommitWithoutWaiting() throws IOException {
    for (var mode : List.of(new SyncMode.None(), new SyncMode.Interval(Duration.ofMillis(1)))) {
      var disk = new FaultyDisk(1);
      var all = new ArrayList<byte[]>();
      try (var test = TestLog.open(disk, TestLog.DIR, mode, 1, 100_000)) {
        for (var i = 0; i < 500; i++) {
          all.add(new byte[i]);
          test.commit(new byte[i]);
        }
      }
      disk.crash();
      try (var test = TestLog.open(disk, TestLog.DIR, mode, 1, 100_000)) {
        assertEntries(all, 1, test.replayed);
        assertEquals(List.of(), test.damage);
      }
    }
  }

  @Test
  void whatTheOwnerWritesItselfIsLikeAnythingElse() throws IOException {
    var disk = new FaultyDisk(1);
    var all = new ArrayList<byte[]>();
    try (var test = TestLog.open(disk, TestLog.DIR, new SyncMode.Always(), 1, 20_000)) {
      for (var i = 0; i < 500; i++) {
        all.add(new byte[i]);
        test.commitHere(new byte[i]);
        assertEquals(0, test.log.inFlight());
      }
      assertEntries(all, 1, test.committed);
      assertTrue(test.here > 300, test.here + " of 500"); // each new file is for the thread
      assertTrue(test.here < 500);
    }
    disk.crash();
    try (var test = TestLog.open(disk)) {
      assertEntries(all, 1, test.replayed);
      assertEquals(List.of(), test.damage);
    }
  }

  @Test
  void aFailureOfWhatTheOwnerWritesIsToldAndOver() throws IOException {
    var disk = new FaultyDisk(1);
    var before = 0L;
    try (var test = TestLog.open(disk)) {
      for (var i = 0; i < 30; i++) {
        test.commitHere(new byte[i]);
      }
      assertTrue(test.here > 0);
      before = test.committed.size();
      disk.failForces(Integer.MAX_VALUE);
      test.commitHere(new byte[1]);
      disk.failForces(0);
      assertEquals(1, test.failed.size());
      test.commitHere(new byte[2]);
      assertEquals(before + 1, test.committed.size());
    }
    try (var test = TestLog.open(disk)) {
      assertEquals(before + 1, test.replayed.size());
    }
  }

  @Test
  void batchesInFlightShareASync() throws IOException {
    var disk = new FaultyDisk(1);
    try (var test = TestLog.open(disk)) {
      synchronized (disk) { // it works on the first group until all is proposed
        for (var i = 0; i < 10_000; i++) {
          test.propose(new byte[10]);
        }
      }
      test.settle();
      assertTrue(test.log.stats().groups() <= 2, test.log.stats().toString());
      assertEquals(10_000, test.log.stats().entries());
    }
  }

  @Test
  void anUnknownVersionIsRefused() throws IOException {
    var disk = new FaultyDisk(1);
    try (var test = TestLog.open(disk)) {
      test.commit(new byte[1]);
    }
    var file = TestLog.DIR.resolve(disk.list(TestLog.DIR).getFirst());
    var bytes = disk.contents(file);
    var header = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    header.putInt(8, 2).putInt(12, 0);
    var crc = new CRC32C();
    crc.update(bytes, 0, Format.SEGMENT_HEADER);
    header.putInt(12, (int) crc.getValue());
    disk.damage(file, bytes);
    var refusal = assertThrows(IOException.class, () -> TestLog.open(disk));
    assertTrue(refusal.toString().contains("format 2"), refusal.toString());
  }

  @Test
  void anEncryptedLogIsRefusedWithoutItsKey() throws IOException {
    var disk = new FaultyDisk(1);
    var encrypted = new EncryptedDisk(disk, DiskCipher.AES, "key", null);
    try (var test = TestLog.open(encrypted)) {
      test.commit(new byte[1]);
    }
    var refusal = assertThrows(IOException.class, () -> TestLog.open(disk));
    assertTrue(refusal.toString().contains("no key"), refusal.toString());
    try (var test = TestLog.open(encrypted)) {
      assertEquals(1, test.replayed.size());
    }
  }
}

package io.frond.outage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.frond.testkit.FaultyDisk;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class ReceivedCursorsTest {
  private static final Path FILE = Path.of("/store/cursors");
  private static final int MAX = 8;

  private final FaultyDisk disk = new FaultyDisk(1);
  private final ManualClock clock = new ManualClock();

  private ReceivedCursors open(FaultyDisk on) throws IOException {
    return ReceivedCursors.open(on, FILE, MAX, clock, TestLogs.log());
  }

  @Test
  void whatWasSettledIsKnownAfterTheProcessDied() throws IOException {
    var cursors = open(disk);
    var a = cursors.source("a");
    assertEquals("a", a.id());
    assertSame(a, cursors.source("a"));
    assertEquals(0, a.settled());
    for (var sequence = 1; sequence < 10; sequence++) {
      a.settle(sequence);
      a.settle(sequence - 1);
      cursors.source("sixteen bytes 16").settle(1L << 62);
      disk.kill();
      cursors = open(disk);
      a = cursors.source("a");
      assertEquals(sequence, a.settled());
      assertEquals(1L << 62, cursors.source("sixteen bytes 16").settled());
      assertEquals(2, cursors.size());
    }
    cursors.close();
    disk.crash();
    assertEquals(9, open(disk).source("a").settled());
  }

  @Test
  void whoHasBeenQuietForLongestIsForgotten() throws IOException {
    var cursors = open(disk);
    for (var i = 0; i < MAX; i++) {
      cursors.source("s" + i).settle(1000 + i);
      clock.pass(1000);
    }
    var first = cursors.source("s0");
    first.settle(2000);
    clock.pass(1000);
    var forgotten = cursors.source("s1");
    cursors.source("new").settle(5);
    assertEquals(MAX, cursors.size());
    clock.pass(1000);
    disk.kill();
    cursors = open(disk);
    assertEquals(2000, cursors.source("s0").settled());
    assertEquals(5, cursors.source("new").settled());
    assertEquals(1001, forgotten.settled());
    assertEquals(0, cursors.source("s1").settled());
  }

  @Test
  void whoWasForgottenIsRememberedWhenItSettlesAgain() throws IOException {
    var cursors = open(disk);
    var quiet = cursors.source("quiet");
    quiet.settle(1);
    clock.pass(5000);
    for (var i = 0; i < MAX; i++) {
      cursors.source("s" + i).settle(1);
      clock.pass(1000);
    }
    quiet.settle(2);
    assertSame(quiet, cursors.source("quiet"));
    disk.kill();
    assertEquals(2, open(disk).source("quiet").settled());
  }

  @Test
  void aDamagedByteCostsNothingOrAnOlderPosition() throws IOException {
    var cursors = open(disk);
    for (var i = 1; i <= 4; i++) {
      cursors.source("a").settle(i);
      cursors.source("b").settle(10L * i);
    }
    var bytes = disk.contents(FILE);
    for (var i = 0; i < bytes.length; i++) {
      var copy = disk.copy(i);
      var changed = bytes.clone();
      changed[i] ^= (byte) (1 << i % 8);
      copy.damage(FILE, changed);
      var read = open(copy);
      var a = read.source("a").settled();
      var b = read.source("b").settled();
      assertTrue(a == 4 || a == 3, "byte " + i + ": " + a);
      assertTrue(b == 40 || b == 30, "byte " + i + ": " + b);
    }
    for (var length = 0; length < bytes.length; length++) {
      var copy = disk.copy(length);
      copy.damage(FILE, Arrays.copyOf(bytes, length));
      var read = open(copy);
      assertTrue(read.source("a").settled() <= 4);
      read.source("a").settle(50);
      copy.kill();
      assertEquals(50, open(copy).source("a").settled());
    }
  }

  @Test
  void aDiskThatFailsChangesNothingForTheProcess() throws IOException {
    var cursors = open(disk);
    var a = cursors.source("a");
    a.settle(1);
    disk.failWrites(2);
    a.settle(2);
    a.settle(3);
    assertEquals(3, a.settled());
    a.settle(4);
    disk.kill();
    assertEquals(4, open(disk).source("a").settled());
  }

  @Test
  void inMemoryItWorksAsWell() {
    var cursors = ReceivedCursors.inMemory(MAX, clock, TestLogs.log());
    cursors.source("a").settle(3);
    assertEquals(3, cursors.source("a").settled());
    assertThrows(IllegalArgumentException.class, () -> cursors.source(""));
    assertThrows(IllegalArgumentException.class, () -> cursors.source("x".repeat(17)));
  }
}

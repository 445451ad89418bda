package io.frond.lane;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.frond.logging.Log;
import io.frond.options.LogOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Lanes' cursors and their file.
class LaneCursorsTest {
  @TempDir Path folder;

  private LaneCursors open() throws Exception {
    var cursors = new LaneCursors(folder, 4096, Runnable::run, new Log(LogOptions.DEFAULT));
    cursors.open();
    return cursors;
  }

  @Test
  void whatIsTakenIsKnownAfterARestart() throws Exception {
    var safe = new AtomicInteger();
    try (var cursors = open()) {
      assertTrue(cursors.take("one", 5));
      assertFalse(cursors.take("one", 5));
      assertFalse(cursors.take("one", 4));
      assertTrue(cursors.take("two", 1));
      cursors.whenSafe(safe::incrementAndGet);
      assertTrue(cursors.take("one", 6));
      cursors.whenSafe(safe::incrementAndGet);
    }
    assertEquals(2, safe.get());
    try (var cursors = open()) {
      assertEquals(6, cursors.of("one"));
      assertEquals(1, cursors.of("two"));
      assertEquals(0, cursors.of("three"));
    }
  }

  @Test
  void aDamagedOrTornFileGivesWhatIsBeforeTheDamage() throws Exception {
    try (var cursors = open()) {
      for (var i = 1; i <= 20; i++) {
        cursors.take("lane", i);
        cursors.whenSafe(() -> {});
      }
    }
    var file = folder.resolve(LaneCursors.FILE);
    var whole = Files.readAllBytes(file);
    var random = new SplittableRandom(7);
    for (var i = 0; i < 100; i++) {
      var bytes = whole.clone();
      if (i % 2 == 0) {
        bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
      } else {
        bytes = Arrays.copyOf(bytes, random.nextInt(bytes.length));
      }
      Files.write(file, bytes);
      try (var cursors = open()) {
        var read = cursors.of("lane");
        assertTrue(read >= 0 && read <= 20, "read " + read);
        assertTrue(cursors.take("lane", 100));
        cursors.whenSafe(() -> {});
      }
      try (var cursors = open()) {
        assertEquals(100, cursors.of("lane"));
      }
    }
  }

  @Test
  void theFileDoesNotGrowForever() throws Exception {
    try (var cursors = open()) {
      for (var i = 1; i <= 2_000; i++) {
        cursors.take("a lane with a long name", i);
        if (i % 10 == 0) {
          cursors.take("another " + i % 100, i);
        }
        cursors.whenSafe(() -> {});
      }
    }
    assertTrue(Files.size(folder.resolve(LaneCursors.FILE)) < 10_000);
    try (var cursors = open()) {
      assertEquals(2_000, cursors.of("a lane with a long name"));
    }
  }
}

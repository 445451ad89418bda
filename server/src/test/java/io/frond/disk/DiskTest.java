package io.frond.disk;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.frond.testkit.FaultyDisk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What every disk does, and what the faulty one does wrong.
class DiskTest {
  private static final Path DIR = Path.of("/disk");

  @TempDir Path directory;

  private static ByteBuffer bytes(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
  }

  private static String text(DiskFile file) throws IOException {
    var all = ByteBuffer.allocate((int) file.size() + 1);
    var count = file.read(all, 0);
    assertEquals(file.size(), count);
    return new String(all.array(), 0, count, StandardCharsets.UTF_8);
  }

  private static void write(Disk disk, Path file, String text) throws IOException {
    try (var open = disk.open(file)) {
      open.write(bytes(text), 0);
      open.force();
    }
  }

  private static String read(Disk disk, Path file) throws IOException {
    try (var open = disk.open(file)) {
      return text(open);
    }
  }

  @Test
  void theRealDiskKeepsThePromises() throws IOException {
    keepsThePromises(new RealDisk(), directory.resolve("a/b"));
  }

  @Test
  void theFaultyDiskKeepsThemWhileNothingFails() throws IOException {
    keepsThePromises(new FaultyDisk(1), DIR);
  }

  private static void keepsThePromises(Disk disk, Path dir) throws IOException {
    assertEquals(List.of(), disk.list(dir));
    disk.createDirectories(dir);
    disk.createDirectories(dir);
    try (var file = disk.open(dir.resolve("f"))) {
      file.write(bytes("behind"), 5);
      file.write(bytes("start"), 0);
      file.force();
      assertEquals("startbehind", text(file));
      assertEquals(0, file.read(ByteBuffer.allocate(1), 11));
      var part = ByteBuffer.allocate(3);
      assertEquals(3, file.read(part, 5));
      assertArrayEquals("beh".getBytes(StandardCharsets.UTF_8), part.array());
      file.truncate(5);
      assertEquals("start", text(file));
      file.reserve(5, 200_000);
      assertEquals(200_000, file.size());
    }
    write(disk, dir.resolve("g"), "other");
    assertEquals(List.of("f", "g"), disk.list(dir));
    disk.rename(dir.resolve("g"), dir.resolve("f"));
    disk.forceDirectory(dir);
    assertEquals(List.of("f"), disk.list(dir));
    assertEquals("other", read(disk, dir.resolve("f")));
    disk.recycle(dir.resolve("f"), dir.resolve("h")).close();
    assertFalse(disk.exists(dir.resolve("f")));
    assertTrue(disk.exists(dir.resolve("h")));
    disk.delete(dir.resolve("h"));
    disk.delete(dir.resolve("h"));
    assertEquals(List.of(), disk.list(dir));
    assertTrue(disk.usableBytes(dir) > 0);
  }

  @Test
  void anInterruptedThreadGoesOnWorkingWithItsFile() throws IOException {
    var disk = new RealDisk();
    try (var file = disk.open(directory.resolve("f"))) {
      Thread.currentThread().interrupt();
      file.write(bytes("one"), 0);
      file.force();
      disk.forceDirectory(directory);
      assertEquals("one", text(file));
      assertTrue(Thread.interrupted());
      file.write(bytes("two"), 3);
      assertEquals("onetwo", text(file));
    }
  }

  /// Interrupts that hit in the midst of a call, thousands of times.
  @Test
  void interruptsInTheMidstOfWorkDoNotCloseTheFile() throws Exception {
    try (var file = new RealDisk().open(directory.resolve("f"))) {
      var failure = new Throwable[1];
      var worker =
          new Thread(() -> {
            try {
              for (var i = 0; i < 3_000; i++) {
                file.write(bytes("%06d".formatted(i)), i * 6L);
                var back = ByteBuffer.allocate(6);
                assertEquals(6, file.read(back, i * 6L));
              }
              file.force();
            } catch (IOException | AssertionError e) {
              failure[0] = e;
            }
          });
      worker.start();
      while (worker.isAlive()) {
        worker.interrupt();
        worker.join(0, 20_000);
      }
      if (failure[0] != null) {
        throw new AssertionError(failure[0]);
      }
      var all = text(file);
      for (var i = 0; i < 3_000; i++) {
        assertEquals(i, Integer.parseInt(all.substring(i * 6, i * 6 + 6)));
      }
    }
  }

  @Test
  void aFileThatWasClosedStaysClosed() throws IOException {
    var file = new RealDisk().open(directory.resolve("f"));
    file.close();
    assertThrows(IOException.class, () -> file.write(bytes("x"), 0));
  }

  @Test
  void aCrashKeepsWhatWasForced() throws IOException {
    for (var seed = 0; seed < 50; seed++) {
      var disk = new FaultyDisk(seed);
      disk.createDirectories(DIR);
      write(disk, DIR.resolve("f"), "forced");
      disk.forceDirectory(DIR);
      var file = disk.open(DIR.resolve("f"));
      file.write(bytes("FOR"), 0);
      disk.crash();
      assertThrows(IOException.class, file::force);
      assertTrue(List.of("forced", "FORced").contains(read(disk, DIR.resolve("f"))));
    }
  }

  @Test
  void aCrashMayLoseNamesAndTearWrites() throws IOException {
    var lost = 0;
    var torn = 0;
    for (var seed = 0; seed < 100; seed++) {
      var disk = new FaultyDisk(seed);
      disk.createDirectories(DIR);
      write(disk, DIR.resolve("name"), "x");
      write(disk, DIR.resolve("kept"), "");
      disk.crash();
      lost += disk.exists(DIR.resolve("name")) ? 0 : 1;
      write(disk, DIR.resolve("kept"), "");
      disk.forceDirectory(DIR);
      disk.open(DIR.resolve("kept")).write(bytes("0123456789".repeat(200)), 0);
      disk.crash();
      var after = read(disk, DIR.resolve("kept"));
      torn += after.isEmpty() || after.equals("0123456789".repeat(200)) ? 0 : 1;
    }
    assertTrue(lost > 10 && lost < 90, lost + " names lost");
    assertTrue(torn > 10 && torn < 90, torn + " writes torn");
  }

  @Test
  void aFullDiskTakesWhatFits() throws IOException {
    var disk = new FaultyDisk(1);
    disk.createDirectories(DIR);
    disk.capacity(10);
    try (var file = disk.open(DIR.resolve("f"))) {
      assertThrows(IOException.class, () -> file.write(bytes("0123456789abc"), 0));
      assertEquals("0123456789", text(file));
      file.write(bytes("over"), 0);
      disk.capacity(11);
      file.write(bytes("!"), 10);
      assertEquals("over456789!", text(file));
    }
  }

  @Test
  void aForceThatFailedMakesNothingSafeLater() throws IOException {
    var lost = 0;
    for (var seed = 0; seed < 50; seed++) {
      var disk = new FaultyDisk(seed);
      disk.createDirectories(DIR);
      var file = disk.open(DIR.resolve("f"));
      disk.forceDirectory(DIR);
      file.write(bytes("x"), 0);
      disk.failForces(1);
      assertThrows(IOException.class, file::force);
      file.force();
      disk.crash();
      lost += read(disk, DIR.resolve("f")).isEmpty() ? 1 : 0;
    }
    assertTrue(lost > 5 && lost < 45, lost + " lost");
  }
}

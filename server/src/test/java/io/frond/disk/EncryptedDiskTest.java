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
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Encryption below the files: transparent with the key, nothing without.
class EncryptedDiskTest {
  private static final Path DIR = Path.of("/disk");
  private static final Path FILE = DIR.resolve("f");
  private static final int HEADER = EncryptedHeader.BYTES;

  private final FaultyDisk raw = new FaultyDisk(1);

  EncryptedDiskTest() throws IOException {
    raw.createDirectories(DIR);
  }

  private EncryptedDisk disk(DiskCipher cipher) {
    return new EncryptedDisk(raw, cipher, "the key", null);
  }

  private static byte[] all(Disk disk, Path path) throws IOException {
    try (var file = disk.open(path)) {
      var bytes = ByteBuffer.allocate((int) file.size());
      assertEquals(bytes.capacity(), file.read(bytes, 0));
      return bytes.array();
    }
  }

  private static byte[] content(byte[] physical) {
    return Arrays.copyOfRange(physical, HEADER, physical.length);
  }

  @ParameterizedTest
  @EnumSource
  void readsAndWritesAtAnyPlace(DiskCipher cipher) throws IOException {
    var random = new Random(cipher.ordinal());
    var disk = disk(cipher);
    var model = new byte[0];
    var file = disk.open(FILE);
    for (var i = 0; i < 2_000; i++) {
      switch (random.nextInt(12)) {
        case 0 -> {
          var size = random.nextInt(model.length + 1);
          file.truncate(size);
          model = Arrays.copyOf(model, size);
        }
        case 1 -> {
          file.close();
          file = disk.open(FILE);
        }
        default -> {
          var bytes = new byte[random.nextInt(random.nextInt(50) == 0 ? 200_000 : 300)];
          random.nextBytes(bytes);
          var at = random.nextInt(model.length + 1);
          file.write(direct(random, bytes), at);
          model = Arrays.copyOf(model, Math.max(model.length, at + bytes.length));
          System.arraycopy(bytes, 0, model, at, bytes.length);
        }
      }
      var from = random.nextInt(model.length + 1);
      var part = ByteBuffer.allocate(random.nextInt(1_000));
      var count = file.read(part, from);
      assertEquals(Math.min(part.capacity(), model.length - from), count);
      assertArrayEquals(
          Arrays.copyOfRange(model, from, from + count), Arrays.copyOf(part.array(), count));
    }
    file.close();
    assertArrayEquals(model, all(disk, FILE));
  }

  private static ByteBuffer direct(Random random, byte[] bytes) {
    return random.nextBoolean()
        ? ByteBuffer.wrap(bytes)
        : ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
  }

  /// The streams are those of the algorithms, so that a file can be read with other tools: zeros
  /// encrypted with a key of zeros.
  @Test
  void theStreamsAreThoseOfTheStandards() {
    assertEquals("dc95c078a2408989ad48a21492842087", stream(DiskCipher.AES));
    assertEquals("76b8e0ada0f13d90405d6ae55386bd28", stream(DiskCipher.CHACHA20));
  }

  private static String stream(DiskCipher cipher) {
    var bytes = new byte[16];
    cipher.apply(cipher.create(), cipher.key(new byte[32]), 0, 0, bytes, 0, 16);
    return HexFormat.of().formatHex(bytes);
  }

  @ParameterizedTest
  @EnumSource
  void nothingCanBeSeenWithoutTheKey(DiskCipher cipher) throws IOException {
    var text = "secret".repeat(1_000).getBytes(StandardCharsets.UTF_8);
    for (var name : new String[] {"f", "g"}) {
      try (var file = disk(cipher).open(DIR.resolve(name))) {
        file.write(ByteBuffer.wrap(text), 0);
      }
    }
    var one = content(raw.contents(FILE));
    var other = content(raw.contents(DIR.resolve("g")));
    assertEquals(text.length, one.length);
    assertFalse(new String(one, StandardCharsets.ISO_8859_1).contains("cre"));
    assertFalse(Arrays.equals(one, other));
    for (var at = 6; at + 6 < 1_000; at++) {
      assertFalse(Arrays.equals(one, at, at + 6, one, 0, 6));
    }
  }

  @Test
  void anotherKeyIsRefusedByName() throws IOException {
    try (var file = disk(DiskCipher.AES).open(FILE)) {
      file.write(ByteBuffer.wrap(new byte[10]), 0);
    }
    var wrong = new EncryptedDisk(raw, DiskCipher.AES, "another", "and another");
    var refusal = assertThrows(IOException.class, () -> wrong.open(FILE));
    assertTrue(refusal.toString().contains("/disk/f"), refusal.toString());
    assertTrue(refusal.toString().contains("another key"), refusal.toString());
  }

  @Test
  void theKeyBeforeStillOpensItsFiles() throws IOException {
    try (var file = disk(DiskCipher.AES).open(FILE)) {
      file.write(ByteBuffer.wrap(new byte[] {1, 2, 3}), 0);
    }
    var next = new EncryptedDisk(raw, DiskCipher.CHACHA20, "new key", "the key");
    assertArrayEquals(new byte[] {1, 2, 3}, all(next, FILE));
    try (var file = next.open(DIR.resolve("g"))) {
      file.write(ByteBuffer.wrap(new byte[] {4}), 0);
    }
    assertThrows(IOException.class, () -> disk(DiskCipher.AES).open(DIR.resolve("g")));
    var later = new EncryptedDisk(raw, DiskCipher.AES, "new key", null);
    assertArrayEquals(new byte[] {4}, all(later, DIR.resolve("g")));
    assertThrows(IOException.class, () -> later.open(FILE));
  }

  @Test
  void filesThatAreNotEncryptedAreRefusedAndNotTouched() throws IOException {
    for (var size : new int[] {1, 100, 1_024, 5_000}) {
      var plain = new byte[size];
      Arrays.fill(plain, (byte) 'x');
      try (var file = raw.open(FILE)) {
        file.write(ByteBuffer.wrap(plain), 0);
      }
      assertThrows(IOException.class, () -> disk(DiskCipher.AES).open(FILE));
      assertArrayEquals(plain, raw.contents(FILE));
      raw.delete(FILE);
    }
  }

  @Test
  void aFlippedBitInTheHeaderCostsNothing() throws IOException {
    try (var file = disk(DiskCipher.AES).open(FILE)) {
      file.write(ByteBuffer.wrap(new byte[] {1, 2, 3, 4}), 0);
      file.truncate(2);
      file.write(ByteBuffer.wrap(new byte[] {5, 6}), 2);
    }
    var good = raw.contents(FILE);
    for (var at = 0; at < HEADER; at++) {
      var bytes = good.clone();
      bytes[at] ^= 4;
      raw.damage(FILE, bytes);
      assertArrayEquals(new byte[] {1, 2, 5, 6}, all(disk(DiskCipher.AES), FILE));
    }
  }

  /// What is written where something was cut off, or into a recycled file, is not combined with the
  /// stream that was used there before.
  @ParameterizedTest
  @EnumSource
  void noStreamIsUsedTwice(DiskCipher cipher) throws IOException {
    var disk = disk(cipher);
    var zeros = new byte[100];
    var before = new byte[40][];
    try (var file = disk.open(FILE)) {
      file.write(ByteBuffer.wrap(zeros), 0);
      for (var i = 0; i < before.length; i++) {
        before[i] = content(raw.contents(FILE));
        file.truncate(50);
        file.write(ByteBuffer.wrap(zeros, 0, 50), 50);
        for (var j = 0; j <= i; j++) {
          var now = content(raw.contents(FILE));
          assertArrayEquals(Arrays.copyOf(before[j], 50), Arrays.copyOf(now, 50));
          assertFalse(Arrays.equals(before[j], 50, 66, now, 50, 66));
        }
      }
      file.reserve(100, 200);
      var reserved = content(raw.contents(FILE));
      assertArrayEquals(zeros, Arrays.copyOfRange(reserved, 100, 200));
      file.erase(10, 60);
      assertArrayEquals(new byte[50], Arrays.copyOfRange(content(raw.contents(FILE)), 10, 60));
    }
    var old = content(raw.contents(FILE));
    try (var file = disk.recycle(FILE, DIR.resolve("g"))) {
      assertEquals(200, file.size());
      file.write(ByteBuffer.wrap(zeros), 0);
    }
    var now = content(raw.contents(DIR.resolve("g")));
    assertFalse(Arrays.equals(old, 0, 10, now, 0, 10));
    assertArrayEquals(zeros, Arrays.copyOf(all(disk, DIR.resolve("g")), 100));
  }

  /// Wherever the power fails while a file is made, cut short and written: it opens, and what was
  /// forced is there.
  @Test
  void aCrashLeavesAFileThatOpens() throws IOException {
    for (var seed = 0; seed < 300; seed++) {
      var faulty = new FaultyDisk(seed);
      faulty.createDirectories(DIR);
      var disk = new EncryptedDisk(faulty, DiskCipher.AES, "k", null);
      faulty.powerOffAfter(seed % 15);
      var safe = 0;
      try (var file = disk.open(FILE)) {
        faulty.forceDirectory(DIR);
        for (var i = 0; i < 5; i++) {
          file.write(ByteBuffer.wrap(new byte[] {1, 2, 3, 4, 5, 6}), safe);
          file.truncate(safe + 3);
          file.force();
          safe += 3;
        }
      } catch (IOException e) {
        // The power is off.
      }
      faulty.crash();
      var found = all(disk, FILE);
      assertTrue(found.length >= safe);
      for (var i = 0; i < safe; i++) {
        assertEquals(i % 3 + 1, found[i]);
      }
    }
  }

  @Test
  void aFullDiskLeavesAFileThatOpensLater() throws IOException {
    for (var room = 0; room < HEADER; room += 7) {
      raw.capacity(room);
      assertThrows(IOException.class, () -> disk(DiskCipher.AES).open(FILE));
      raw.capacity(Long.MAX_VALUE);
      assertEquals(0, all(disk(DiskCipher.AES), FILE).length);
      raw.delete(FILE);
    }
  }
}

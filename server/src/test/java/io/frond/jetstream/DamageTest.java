package io.frond.jetstream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.frond.store.StoredMessage;
import io.frond.testkit.Await;
import io.frond.testkit.FaultyDisk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.NavigableMap;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Damage of a whole store directory: it opens, twice; no message is another than it was; not more
/// is lost than what was damaged; and what is lost is told of.
class DamageTest {
  private static final long SEED = Long.getLong("frond.seed", System.nanoTime());

  /// A store at rest and what is in it.
  private static final class Sample {
    final FaultyDisk disk = new FaultyDisk(SEED);
    final AtomicLong clock = new AtomicLong(TestEngine.START);
    final TreeMap<String, TreeMap<Long, String>> streams = new TreeMap<>();
    final Random random;

    /// Messages of one frame of the log or of one group of the store's.
    final Set<Long> acked = new HashSet<>();

    /// @param killed whether the server ends without a checkpoint
    Sample(long seed, int messages, int size, boolean killed) throws IOException {
      random = new Random(seed);
      var engine = TestEngine.start(disk, clock);
      for (var stream : List.of("S", "T")) {
        streams.put(stream, new TreeMap<>());
        engine.make(
            "STREAM.CREATE." + stream,
            ("{'name':'" + stream + "','subjects':['" + stream + ".>']}").replace('\'', '"'));
        engine.make(
            "CONSUMER.CREATE." + stream + ".C",
            ("{'stream_name':'"
                    + stream
                    + "','config':{'durable_name':'C','name':'C',"
                    + "'ack_policy':'explicit'}}")
                .replace('\'', '"'));
      }
      for (var i = 0; i < messages; i++) {
        publish(engine, i % 3 == 0 ? "T" : "S", i, size);
        if (i == messages / 2) {
          consume(engine, 3);
          delete(engine);
          engine.checkpoint();
        }
      }
      consume(engine, 2);
      if (killed) {
        awaitMark(engine);
        disk.powerOffAfter(0);
        engine.close();
        disk.kill();
      } else {
        engine.close();
      }
    }

    /// Until the log has noted what is safe: then its last frame has no entries.
    private void awaitMark(TestEngine engine) {
      Await.until(
          "the log's mark",
          () -> {
            engine.idle();
            return lastFrameBytes() == 0;
          });
    }

    private int lastFrameBytes() {
      var segments = disk.files().stream().filter(file -> file.toString().endsWith(".log"));
      ByteBuffer bytes;
      try {
        bytes = ByteBuffer.wrap(disk.contents(segments.toList().getLast()));
      } catch (IOException e) {
        throw new AssertionError(e);
      }
      bytes.order(ByteOrder.LITTLE_ENDIAN);
      var length = -1;
      for (var at = 0; at + 48 <= bytes.limit(); at += 8) {
        length = bytes.getInt(at) == 0x31464c46 ? bytes.getInt(at + 8) : length; // "FLF1"
      }
      return length;
    }

    private NavigableMap<Long, String> stream(String name) {
      var stream = streams.get(name);
      if (stream == null) {
        throw new AssertionError(name);
      }
      return stream;
    }

    private void publish(TestEngine engine, String stream, int number, int size) {
      var payload = stream + number + "-" + "y".repeat(random.nextInt(size));
      var answer = engine.await(engine.send(stream + ".s" + number % 4, "", payload));
      assertNotNull(answer);
      stream(stream).put(answer.json().number("seq", 0), payload);
    }

    private void consume(TestEngine engine, int count) {
      var inbox = engine.newInbox();
      engine.publish(
          "$JS.API.CONSUMER.MSG.NEXT.S.C",
          inbox,
          "",
          ("{\"batch\":" + count + ",\"no_wait\":true}").getBytes(StandardCharsets.UTF_8));
      for (var i = 0; i < count; i++) {
        var message = engine.await(inbox);
        assertNotNull(message);
        assertNotNull(engine.await(engine.send(message.reply(), "", "+ACK")));
        acked.add(Long.valueOf(message.reply().split("\\.", -1)[5]));
      }
    }

    private void delete(TestEngine engine) {
      var sequence = stream("S").firstKey() + 2;
      engine.make("STREAM.MSG.DELETE.S", "{\"seq\":" + sequence + "}");
      stream("S").remove(sequence);
    }

    /// The part of a file that says something: without the zeros at its end.
    int used(Path file) throws IOException {
      var bytes = disk.contents(file);
      var end = bytes.length;
      while (end > 0 && bytes[end - 1] == 0) {
        end--;
      }
      return Math.min(bytes.length, end + 16);
    }

    /// Opens a store that was damaged, sometimes twice, and looks at all of it.
    ///
    /// @param lostMax messages that may be lost, in all streams
    void check(FaultyDisk damaged, String what, int lostMax) throws IOException {
      var lives = random.nextInt(4) == 0 ? 2 : 1;
      for (var life = 0; life < lives; life++) {
        TestEngine engine;
        try {
          engine = TestEngine.start(damaged, clock);
        } catch (IOException | RuntimeException e) {
          throw new AssertionError(what + ": start " + life + " fails", e);
        }
        var lost = new ArrayList<String>();
        for (var name : streams.keySet()) {
          engine.on(() -> lost.addAll(look(engine, name, what)));
        }
        if (lost.size() > lostMax) {
          throw new AssertionError(
              what + " lost " + lost + ", more than " + lostMax + "\n" + engine.logged());
        }
        if (!lost.isEmpty() && life == 0) {
          assertTrue(isTold(engine.logged()), what + " lost " + lost + "\n" + engine.logged());
        }
        engine.close();
        damaged.kill();
      }
    }

    /// What was deleted is not there again.
    void checkRemoved(FaultyDisk damaged, String what) throws IOException {
      var engine = TestEngine.start(damaged, clock);
      engine.on(() -> {
        for (var name : streams.keySet()) {
          var asset = engine.asset(name);
          assertNotNull(asset, what);
          var store = asset.stream().store();
          assertEquals(stream(name).size(), store.messages(), what);
          assertEquals(stream(name).lastKey(), store.lastSequence(), what);
          assertNotNull(asset.consumers().get("C"), what);
        }
        return true;
      });
      engine.close();
      damaged.kill();
    }

    private static boolean isTold(String log) {
      return log.contains(" lost")
          || log.contains("damaged")
          || log.contains("cannot be read")
          || log.contains("looks the same");
    }

    private List<String> look(TestEngine engine, String name, String what) throws IOException {
      var lost = new ArrayList<String>();
      var asset = engine.asset(name);
      if (asset == null) {
        stream(name).keySet().forEach(sequence -> lost.add(name + sequence));
        return lost;
      }
      var store = asset.stream().store();
      var message = new StoredMessage();
      stream(name)
          .forEach((sequence, payload) -> {
            try {
              if (!store.load(sequence, message)) {
                lost.add(name + sequence);
              } else {
                assertEquals(
                    payload,
                    new String(message.payload(), StandardCharsets.UTF_8),
                    () -> what + " serves another message as " + name + sequence);
              }
            } catch (IOException e) {
              throw new AssertionError(what, e);
            }
          });
      if (name.equals("S")) {
        var consumer = asset.consumers().get("C");
        if (consumer != null) {
          var floor = consumer.floorStream();
          for (var sequence : stream(name).headMap(floor, true).keySet()) {
            if (!acked.contains(sequence) && !lost.contains(name + sequence)) {
              throw new AssertionError(what + ": the floor " + floor + " is over " + sequence);
            }
          }
        }
      }
      return lost;
    }
  }

  private static byte[] flipped(byte[] bytes, int at, int bit) {
    var copy = bytes.clone();
    copy[at] ^= (byte) (1 << bit);
    return copy;
  }

  /// @param every how many bytes there are from one damage to the next
  private static void eachByte(boolean killed, int every) throws IOException {
    var sample = new Sample(SEED, 12, 60, killed);
    var cases = 0;
    for (var file : sample.disk.files()) {
      if (file.endsWith("lock")) {
        continue;
      }
      var bytes = sample.disk.contents(file);
      for (var at = 0; at < sample.used(file); at += every) {
        var disk = sample.disk.copy(at);
        disk.damage(file, flipped(bytes, at, sample.random.nextInt(8)));
        sample.check(disk, describe("flip", file, at), 1);
        disk = sample.disk.copy(at);
        disk.damage(file, Arrays.copyOf(bytes, at));
        sample.check(disk, describe("truncation", file, at), inFile(sample, file));
        cases += 2;
      }
    }
    assertTrue(cases * every > 2_000, "only " + cases + " cases");
  }

  /// How many messages may be lost when a file is cut.
  private static int inFile(Sample sample, Path file) {
    var name = file.toString();
    if (name.contains("/messages/") || name.contains("/log/")) {
      return sample.streams.values().stream().mapToInt(TreeMap::size).sum();
    }
    return 0;
  }

  private static String describe(String what, Path file, int at) {
    return "-Dfrond.seed=" + SEED + ": " + what + " of " + file + " at " + at;
  }

  @Test
  void twoDamagedCopiesOfACheckpointMakeAWholeOne() throws IOException {
    var sample = new Sample(SEED, 12, 60, false);
    var cases = 0;
    for (var file : sample.disk.files()) {
      if (!file.endsWith("checkpoint")) {
        continue;
      }
      var copy = Path.of(file + ".copy");
      var bytes = sample.disk.contents(file);
      for (var round = 0; round < 100; round++) {
        var left = bytes.clone();
        var right = sample.disk.contents(copy);
        var places = 1 + sample.random.nextInt(5);
        for (var i = 0; i < places; i++) { // each has its own part of the file
          damage(left, i * bytes.length / places, bytes.length / places / 2, sample.random);
          damage(right, (2 * i + 1) * bytes.length / places / 2, 1, sample.random);
        }
        var disk = sample.disk.copy(round);
        disk.damage(file, left);
        disk.damage(copy, round % 3 == 0 ? Arrays.copyOf(bytes, bytes.length - 1) : right);
        sample.check(disk, "-Dfrond.seed=" + SEED + ": both copies, round " + round, 0);
        cases++;
      }
    }
    assertEquals(200, cases);
  }

  /// What looks like a later program's is no reason to leave it alone when the other copy says
  /// more.
  @Test
  void aDamagedVersionIsMadeWholeByTheOtherCopy() throws IOException {
    var sample = new Sample(SEED, 12, 60, false);
    var file =
        sample.disk.files().stream()
            .filter(it -> it.endsWith("checkpoint"))
            .findFirst()
            .orElseThrow();
    var left = sample.disk.contents(file);
    var right = left.clone();
    left[4] ^= 4;
    right[right.length - 1] ^= 1;
    var disk = sample.disk.copy(1);
    disk.damage(file, left);
    disk.damage(Path.of(file + ".copy"), right);
    sample.check(disk, "-Dfrond.seed=" + SEED + ": the version", 0);
  }

  /// A store with the same changes in both copies of a stream's checkpoint.
  private static FaultyDisk withBoth(Sample sample, Consumer<byte[]> change) throws IOException {
    var disk = sample.disk.copy(1);
    for (var file : sample.disk.files()) {
      if (file.toString().contains("/1/checkpoint") && !file.endsWith(StreamCheckpoint.OLDER)) {
        var bytes = disk.contents(file);
        change.accept(bytes);
        disk.damage(file, bytes);
      }
    }
    return disk;
  }

  @Test
  void theSameDamageOfBothVersionsIsNotTakenForALaterProgram() throws IOException {
    var sample = new Sample(SEED, 12, 60, false);
    for (var bit = 0; bit < 16; bit++) {
      var at = 4 + bit / 8;
      var flip = 1 << bit % 8;
      sample.check(
          withBoth(sample, bytes -> bytes[at] ^= (byte) flip),
          "-Dfrond.seed=" + SEED + ": bit " + bit + " of both versions",
          0);
    }
  }

  @Test
  void aCheckpointOfALaterVersionIsLeftAlone() throws IOException {
    var sample = new Sample(SEED, 12, 60, false);
    var disk =
        withBoth(
            sample,
            bytes -> {
              var crc = new CRC32C();
              bytes[5] = 2;
              crc.update(bytes, 4, 2);
              crc.update(bytes, 10, bytes.length - 10);
              ByteBuffer.wrap(bytes).putInt(6, (int) crc.getValue());
            });
    var why = assertThrows(IOException.class, () -> TestEngine.start(disk, sample.clock));
    assertTrue(String.valueOf(why.getMessage()).contains(" has version 2, "), why.getMessage());
  }

  @Test
  void aStreamIsRebuiltWhenBothCopiesOfItsCheckpointAreLost() throws IOException {
    for (var killed : List.of(false, true)) {
      var sample = new Sample(SEED, 40, 60, killed);
      for (var file : sample.disk.files()) {
        if (!file.endsWith("checkpoint")) {
          continue;
        }
        var copy = Path.of(file + ".copy");
        for (var round = 0; round < 12; round++) {
          var disk = sample.disk.copy(round);
          var size = sample.disk.contents(file).length;
          var at = sample.random.nextInt(size);
          for (var each : List.of(file, copy)) {
            switch (round % 3) {
              case 0 -> disk.delete(each);
              case 1 -> disk.damage(each, flipped(disk.contents(each), at, 3));
              default -> disk.damage(each, Arrays.copyOf(disk.contents(each), at));
            }
          }
          var what = "-Dfrond.seed=" + SEED + ": both copies lost, round " + round;
          sample.check(disk, what + (killed ? ", killed" : ""), 0);
          sample.checkRemoved(disk, what);
        }
      }
    }
  }

  /// Flips one bit somewhere in a part.
  private static void damage(byte[] bytes, int at, int length, Random random) {
    bytes[at + random.nextInt(length)] ^= (byte) (1 << random.nextInt(8));
  }

  @Test
  void someSingleDamageOfASmallStore() throws IOException {
    eachByte(false, 61);
    eachByte(true, 53);
  }

  @Test
  @Tag("long")
  void everySingleDamageOfASmallStoreThatWasClosed() throws IOException {
    eachByte(false, 1);
  }

  @Test
  @Tag("long")
  void everySingleDamageOfASmallStoreThatWasKilled() throws IOException {
    eachByte(true, 1);
  }

  @Test
  @Tag("long")
  void aThousandDamagesOfALargerStore() throws IOException {
    var sample = new Sample(SEED, 1_500, 900, true);
    var files = sample.disk.files();
    for (var i = 0; i < 1_000; i++) {
      var file = files.get(sample.random.nextInt(files.size()));
      if (file.endsWith("lock") || sample.used(file) == 0) {
        continue;
      }
      var bytes = sample.disk.contents(file);
      var at = sample.random.nextInt(sample.used(file));
      var disk = sample.disk.copy(i);
      if (sample.random.nextInt(4) == 0) {
        disk.damage(file, Arrays.copyOf(bytes, at));
        sample.check(disk, describe("truncation", file, at), inFile(sample, file));
      } else {
        disk.damage(file, flipped(bytes, at, sample.random.nextInt(8)));
        sample.check(disk, describe("flip", file, at), 1);
      }
    }
  }
}

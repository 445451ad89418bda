package io.frond.backup;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.frond.consumer.ConsumerConfig;
import io.frond.consumer.ConsumerState;
import io.frond.json.JsonTime;
import io.frond.stream.StreamConfig;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// The layers of the format, one by one.
class FormatTest {
  private static byte[] ofNatsServer() throws IOException {
    return resource("nats-server");
  }

  private static byte[] resource(String name) throws IOException {
    try (var in = FormatTest.class.getResourceAsStream("/backup/" + name + ".tar.s2")) {
      return Objects.requireNonNull(in).readAllBytes();
    }
  }

  private record File(String name, byte[] content) {}

  /// Unpacks in pieces of random sizes.
  private static List<File> unpack(byte[] archive, Random random) throws BackupException {
    var files = new ArrayList<File>();
    var tar = new TarReader((name, content) -> files.add(new File(name, content)));
    var s2 = new S2Reader(tar);
    for (var at = 0; at < archive.length; ) {
      var take = Math.min(archive.length - at, 1 + random.nextInt(5000));
      s2.read(archive, at, take);
      at += take;
    }
    assertTrue(s2.isComplete() && tar.isComplete(), "something is missing");
    return files;
  }

  /// Writes down what a block holds.
  private static final class Log implements BlockReader.Messages {
    private final List<String> lines = new ArrayList<>();

    @Override
    public void message(
        long sequence,
        long timestamp,
        byte[] subject,
        ByteBuffer buffer,
        int at,
        int headerLength,
        int length) {
      var body = new byte[Math.min(length, 60)];
      buffer.get(at, body);
      var text = new String(body, StandardCharsets.UTF_8).replace("\r\n", "|");
      var name = new String(subject, StandardCharsets.UTF_8);
      lines.add(sequence + " " + name + " " + headerLength + " " + text);
    }

    @Override
    public void erased(long sequence, long timestamp) {
      lines.add(sequence + " erased");
    }

    @Override
    public void deleted(long sequence, long timestamp) {
      lines.add(sequence + " deleted");
    }
  }

  @Test
  void backupOfNatsServerIsRead() throws Exception {
    var files = unpack(ofNatsServer(), new Random(7));
    var names = files.stream().map(File::name).toList();
    assertEquals(
        List.of(
            "meta.inf",
            "meta.sum",
            "msgs/1.blk",
            "msgs/index.db",
            "obs/C1/meta.inf",
            "obs/C1/meta.sum",
            "obs/C1/o.dat"),
        names);
    var log = new Log();
    BlockReader.read(files.get(2).content, BlockWriter.key("S1-1"), log);
    assertEquals(
        List.of(
            "1 s1.x1 19 NATS/1.0|A: b1||hello hello hello hello hello hello 1",
            "2 s1.x2 19 NATS/1.0|A: b2||hello hello hello hello hello hello 2"),
        log.lines.subList(0, 2));
    assertEquals(
        List.of("308 erased", "3 deleted", "5 deleted", "308 deleted", "1 deleted", "2 deleted"),
        log.lines.subList(307, log.lines.size()));
  }

  @Test
  void contentOfNatsServersBackupIsGiven() throws Exception {
    var content = new Noted();
    var reader = new BackupReader(content);
    var archive = ofNatsServer();
    reader.read(archive, 0, archive.length);
    reader.end();
    assertEquals("S1 [s1.>] 2026-11-24T00:07:00.802076428Z", content.stream);
    assertEquals(305, content.messages);
    assertEquals(List.of(3L, 5L, 308L, 1L, 2L), content.deleted.subList(0, 5));
    assertEquals(303, content.left.size());
    assertEquals(4, content.left.first());
    assertEquals(308, content.last);
    assertEquals("C1 EXPLICIT", content.consumer);
    var state = Objects.requireNonNull(content.state);
    assertArrayEquals(
        new long[] {2, 3, 7, 9},
        new long[] {
          state.ackFloorConsumer(),
          state.ackFloorStream(),
          state.deliveredConsumer(),
          state.deliveredStream()
        });
    assertEquals(List.of(4L, 6L, 7L), List.copyOf(state.pending().keySet()));
    assertEquals(
        state,
        ConsumerStateFile.decode(ConsumerStateFile.encode(state, 1_795_479_300_000_000_000L)));
  }

  /// Thirteen messages, of which some went because of `max_msgs` and `max_msgs_per_subject` and two
  /// were deleted later: not fewer than the limits allow now, but those before do not come back.
  @Test
  void whatWentBecauseOfLimitsIsTold() throws Exception {
    var content = new Noted();
    var reader = new BackupReader(content);
    var archive = resource("nats-server-limits");
    reader.read(archive, 0, archive.length);
    reader.end();
    assertEquals(13, content.messages);
    assertEquals(List.of(6L, 7L, 9L, 10L, 12L, 13L), List.copyOf(content.left));
    assertEquals(13, content.last);
  }

  /// Its blocks hold no records: they were written anew when the last messages went.
  @Test
  void howFarAStreamWithoutMessagesWasIsTold() throws Exception {
    var content = new Noted();
    var reader = new BackupReader(content);
    var archive = resource("nats-server-empty");
    reader.read(archive, 0, archive.length);
    reader.end();
    assertEquals(0, content.left.size());
    assertEquals(40, content.last);
  }

  @Test
  void aDamagedStateIsNoticed() throws Exception {
    var files = unpack(resource("nats-server-limits"), new Random(5));
    var state =
        files.stream().filter(it -> it.name().equals("msgs/index.db")).findFirst().orElseThrow();
    var key = BlockWriter.key("S1");
    var gone = new Noted();
    StreamStateFile.read(state.content(), key, gone);
    assertTrue(gone.deleted.contains(8L), gone.deleted.toString());
    for (var at = 0; at < state.content().length; at++) {
      var damaged = state.content().clone();
      damaged[at] ^= 1;
      assertThrows(BackupException.class, () -> StreamStateFile.read(damaged, key, new Noted()));
      var cut = Arrays.copyOf(state.content(), at);
      assertThrows(BackupException.class, () -> StreamStateFile.read(cut, key, new Noted()));
    }
  }

  /// Remembers what a backup holds.
  private static final class Noted implements BackupReader.Content, StreamStateFile.Gone {
    private String stream = "";
    private int messages;
    private final List<Long> deleted = new ArrayList<>();
    private final TreeSet<Long> left = new TreeSet<>();
    private long last;
    private String consumer = "";
    private @Nullable ConsumerState state;

    @Override
    public void stream(StreamConfig config, long created) {
      stream = config.name() + " " + config.subjects() + " " + JsonTime.of(created);
    }

    @Override
    public void message(
        long sequence,
        long timestamp,
        byte[] subject,
        ByteBuffer buffer,
        int at,
        int headerLength,
        int length) {
      messages++;
      left.add(sequence);
    }

    @Override
    public void last(long sequence, long timestamp) {
      last = sequence;
    }

    @Override
    public void deleted(long sequence) {
      deleted.add(sequence);
      left.remove(sequence);
    }

    @Override
    public void deletedBefore(long sequence) {
      left.headSet(sequence).clear();
    }

    @Override
    public void last(long sequence) {
      last = sequence;
    }

    @Override
    public void before(long sequence) {
      deletedBefore(sequence);
    }

    @Override
    public void consumer(
        String name, long created, ConsumerConfig config, @Nullable ConsumerState state) {
      consumer = name + " " + config.ackPolicy();
      this.state = state;
    }
  }

  @Test
  void everyFlippedByteIsNoticed() throws Exception {
    var archive = ofNatsServer();
    var random = new Random(11);
    for (var round = 0; round < 300; round++) {
      var damaged = archive.clone();
      damaged[random.nextInt(archive.length)] ^= (byte) (1 << random.nextInt(8));
      var reader = new BackupReader(new Noted());
      assertThrows(
          BackupException.class,
          () -> {
            reader.read(damaged, 0, damaged.length);
            reader.end();
          });
    }
  }

  @Test
  void framesOfAnyBytesAreReadBack() throws Exception {
    var random = new Random(3);
    for (var round = 0; round < 50; round++) {
      var data = new byte[random.nextInt(300_000)];
      random.nextBytes(data);
      var framed = S2Writer.frames(data, 0, data.length);
      var back = new ByteArrayOutputStream();
      var reader = new S2Reader(back::write);
      var begin = S2Writer.begin();
      reader.read(begin, 0, begin.length);
      reader.read(framed, 0, framed.length);
      assertArrayEquals(data, back.toByteArray());
    }
  }

  @Test
  void longNamesSurviveTheArchive() throws Exception {
    var name = "obs/" + "n".repeat(240) + "/meta.inf";
    var found = new ArrayList<File>();
    var file = TarWriter.file(name, new byte[] {1, 2, 3}, 3, 1_700_000_000);
    new TarReader((path, content) -> found.add(new File(path, content)))
        .bytes(file, 0, file.length);
    assertEquals(name, found.getFirst().name);
    assertArrayEquals(new byte[] {1, 2, 3}, found.getFirst().content);
  }
}

package io.frond.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.frond.json.JsonObject;
import io.frond.testkit.TestServer;
import io.nats.client.Connection;
import io.nats.client.JetStreamApiException;
import io.nats.client.JetStreamManagement;
import io.nats.client.Message;
import io.nats.client.api.AckPolicy;
import io.nats.client.api.ConsumerConfiguration;
import io.nats.client.api.ConsumerInfo;
import io.nats.client.api.MessageInfo;
import io.nats.client.api.StorageType;
import io.nats.client.api.StreamConfiguration;
import io.nats.client.api.StreamInfo;
import io.nats.client.api.StreamInfoOptions;
import io.nats.client.impl.Headers;
import java.io.ByteArrayOutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Backups of streams over the API, as `nats stream backup` and `nats stream restore` do it.
@SuppressWarnings("try") // closing may be interrupted
class BackupTest {
  private static final Duration LIMIT = Duration.ofSeconds(20);

  @TempDir private Path folder;
  private TestServer server;
  private Connection client;
  private JetStreamManagement streams;

  @BeforeEach
  void connect() throws Exception {
    server = start();
    client = Watcher.connect(new Watcher().options(server.url()));
    streams = client.jetStreamManagement();
  }

  private TestServer start() {
    return TestServer.start("jetstream { store_dir: \"" + folder + "\" }");
  }

  @AfterEach
  void close() throws Exception {
    client.close();
    server.close();
  }

  private JsonObject ask(String subject, String request) throws Exception {
    var answer = client.request("$JS.API." + subject, request.getBytes(UTF_8), LIMIT);
    return JsonObject.parse(Objects.requireNonNull(answer, subject).getData());
  }

  private void fill(int messages) throws Exception {
    streams.addStream(
        StreamConfiguration.builder()
            .name("S")
            .subjects("s.>")
            .storageType(StorageType.File)
            .build());
    var random = new Random(1);
    for (var i = 1; i <= messages; i++) {
      var body = new byte[random.nextInt(2000)];
      random.nextBytes(body);
      client.publish("s." + i % 10, new Headers().add("N", Integer.toString(i)), body);
    }
    client.flush(LIMIT);
    while (streams.getStreamInfo("S").getStreamState().getMsgCount() < messages) {
      client.flush(LIMIT);
    }
  }

  /// Takes a backup: all chunks one after the other.
  private byte[] backup(int chunk) throws Exception {
    var inbox = client.createInbox();
    var chunks = client.subscribe(inbox);
    var answer =
        ask(
            "STREAM.SNAPSHOT.S",
            "{\"deliver_subject\":\"" + inbox + "\",\"chunk_size\":" + chunk + "}");
    assertFalse(answer.has("error"));
    var all = new ByteArrayOutputStream();
    while (true) {
      var next = Objects.requireNonNull(chunks.nextMessage(LIMIT), "no chunk came");
      if (next.getData().length == 0) {
        var status = next.getStatus();
        assertTrue(status == null || status.getCode() == 204, () -> "" + status);
        return all.toByteArray();
      }
      all.write(next.getData());
      if (next.getReplyTo() != null) {
        client.publish(next.getReplyTo(), new byte[0]);
      }
    }
  }

  private JsonObject restore(byte[] backup, String state) throws Exception {
    var place =
        ask(
            "STREAM.RESTORE.S",
            "{\"config\":{\"name\":\"S\",\"subjects\":[\"s.>\"]}" + state + "}");
    var to = Objects.requireNonNull(place.text("deliver_subject"));
    for (var at = 0; at < backup.length; at += 100_000) {
      var chunk = Arrays.copyOfRange(backup, at, Math.min(at + 100_000, backup.length));
      var answer = request(to, chunk);
      if (answer.getData().length > 0) {
        return JsonObject.parse(answer.getData());
      }
    }
    return JsonObject.parse(request(to, new byte[0]).getData());
  }

  private Message request(String to, byte[] body) throws Exception {
    return Objects.requireNonNull(client.request(to, body, LIMIT), "no answer to a chunk");
  }

  @Test
  void restoredStreamIsAsItWas() throws Exception {
    fill(2_000);
    streams.deleteMessage("S", 7);
    streams.deleteMessage("S", 2_000);
    streams.addOrUpdateConsumer(
        "S", ConsumerConfiguration.builder().durable("C").ackPolicy(AckPolicy.Explicit).build());
    var inbox = client.createInbox();
    var messages = client.subscribe(inbox);
    client.publish("$JS.API.CONSUMER.MSG.NEXT.S.C", inbox, "5".getBytes(UTF_8));
    for (var i = 0; i < 5; i++) {
      var message = Objects.requireNonNull(messages.nextMessage(LIMIT));
      if (i < 2) {
        message.ackSync(LIMIT);
      }
    }
    var before = streams.getStreamInfo("S", StreamInfoOptions.allSubjects());
    var consumer = streams.getConsumerInfo("S", "C");
    var hundredth = streams.getMessage("S", 100);
    var backup = backup(50_000);
    assertTrue(backup.length > 1_000_000, () -> "" + backup.length);
    streams.deleteStream("S");

    var told = client.subscribe("$JS.EVENT.ADVISORY.CONSUMER.CREATED.S.*");
    assertFalse(restore(backup, "").has("error"));
    assertEquals(
        "$JS.EVENT.ADVISORY.CONSUMER.CREATED.S.C",
        Objects.requireNonNull(told.nextMessage(LIMIT), "no advisory").getSubject());
    check(before, consumer, hundredth);
    server.close();
    server = start();
    client.close();
    client = Watcher.connect(new Watcher().options(server.url()));
    streams = client.jetStreamManagement();
    check(before, consumer, hundredth);
    assertEquals(2_001, client.jetStream().publish("s.1", new byte[1]).getSeqno());
  }

  private void check(StreamInfo before, ConsumerInfo consumer, MessageInfo hundredth)
      throws Exception {
    var after = streams.getStreamInfo("S", StreamInfoOptions.allSubjects());
    assertEquals(before.getStreamState().getMsgCount(), after.getStreamState().getMsgCount());
    assertEquals(before.getStreamState().getByteCount(), after.getStreamState().getByteCount());
    assertEquals(
        before.getStreamState().getLastSequence(), after.getStreamState().getLastSequence());
    assertEquals(before.getStreamState().getSubjectMap(), after.getStreamState().getSubjectMap());
    assertEquals(before.getStreamState().getFirstTime(), after.getStreamState().getFirstTime());
    assertEquals(before.getCreateTime(), after.getCreateTime());
    var now = streams.getConsumerInfo("S", "C");
    assertEquals(consumer.getAckFloor().getStreamSequence(), now.getAckFloor().getStreamSequence());
    assertEquals(
        consumer.getDelivered().getConsumerSequence(), now.getDelivered().getConsumerSequence());
    assertEquals(3, now.getNumAckPending());
    assertEquals(consumer.getNumPending(), now.getNumPending());
    var message = streams.getMessage("S", 100);
    assertEquals(
        HexFormat.of().formatHex(hundredth.getData()), HexFormat.of().formatHex(message.getData()));
    assertEquals(hundredth.getTime(), message.getTime());
    assertEquals("100", Objects.requireNonNull(message.getHeaders()).getFirst("N"));
  }

  @Test
  void backupOfNatsServerIsRestored() throws Exception {
    byte[] backup;
    try (var in = BackupTest.class.getResourceAsStream("/backup/nats-server.tar.s2")) {
      backup = Objects.requireNonNull(in).readAllBytes();
    }
    var place =
        ask(
            "STREAM.RESTORE.S1",
            "{\"config\":{\"name\":\"S1\",\"subjects\":[\"s1.>\"]},\"state\":{\"first_seq\":4}}");
    var to = Objects.requireNonNull(place.text("deliver_subject"));
    assertEquals(0, request(to, backup).getData().length);
    var done = JsonObject.parse(request(to, new byte[0]).getData());
    assertFalse(done.has("error"));
    var info = streams.getStreamInfo("S1");
    assertEquals(303, info.getStreamState().getMsgCount());
    assertEquals(4, info.getStreamState().getFirstSequence());
    assertEquals(308, info.getStreamState().getLastSequence());
    assertEquals(
        "hello hello hello hello hello hello 4",
        new String(Objects.requireNonNull(streams.getMessage("S1", 4).getData()), UTF_8));
    assertEquals(3, streams.getConsumerInfo("S1", "C1").getNumAckPending());
  }

  @Test
  void whatLimitsTookAtNatsServerDoesNotComeBack() throws Exception {
    byte[] backup;
    try (var in = BackupTest.class.getResourceAsStream("/backup/nats-server-limits.tar.s2")) {
      backup = Objects.requireNonNull(in).readAllBytes();
    }
    var place =
        ask(
            "STREAM.RESTORE.S1",
            "{\"config\":{\"name\":\"S1\",\"subjects\":[\"s1.*\"],\"max_msgs\":8,"
                + "\"max_msgs_per_subject\":3},\"state\":{}}");
    var to = Objects.requireNonNull(place.text("deliver_subject"));
    assertEquals(0, request(to, backup).getData().length);
    assertFalse(JsonObject.parse(request(to, new byte[0]).getData()).has("error"));
    var state = streams.getStreamInfo("S1").getStreamState();
    assertEquals(6, state.getMsgCount());
    assertEquals(6, state.getFirstSequence());
    assertEquals(13, state.getLastSequence());
  }

  @Test
  void aStreamOfNatsServerWithoutMessagesGoesOnWhereItWas() throws Exception {
    byte[] backup;
    try (var in = BackupTest.class.getResourceAsStream("/backup/nats-server-empty.tar.s2")) {
      backup = Objects.requireNonNull(in).readAllBytes();
    }
    var place =
        ask(
            "STREAM.RESTORE.S1",
            "{\"config\":{\"name\":\"S1\",\"subjects\":[\"s1.*\"],\"retention\":\"interest\"},"
                + "\"state\":{}}");
    var to = Objects.requireNonNull(place.text("deliver_subject"));
    assertEquals(0, request(to, backup).getData().length);
    assertFalse(JsonObject.parse(request(to, new byte[0]).getData()).has("error"));
    var state = streams.getStreamInfo("S1").getStreamState();
    assertEquals(0, state.getMsgCount());
    assertEquals(40, state.getLastSequence());
    assertEquals(41, client.jetStream().publish("s1.a", new byte[0]).getSeqno());
  }

  @Test
  void damagedBackupLeavesNothing() throws Exception {
    fill(300);
    var backup = backup(128 << 10);
    streams.deleteStream("S");
    backup[backup.length / 2] ^= 1;
    var error = Objects.requireNonNull(restore(backup, "").object("error"));
    assertEquals(10062, error.number("err_code", 0));
    assertThrows(JetStreamApiException.class, () -> streams.getStreamInfo("S"));
    backup[backup.length / 2] ^= 1;
    assertFalse(restore(backup, "").has("error"));
    assertEquals(300, streams.getStreamInfo("S").getStreamState().getMsgCount());
    var again = ask("STREAM.RESTORE.S", "{\"config\":{\"name\":\"S\",\"subjects\":[\"s.>\"]}}");
    assertEquals(10130, Objects.requireNonNull(again.object("error")).number("err_code", 0));
  }
}

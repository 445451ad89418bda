package io.frond.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.frond.testkit.TestServer;
import io.nats.client.Connection;
import io.nats.client.JetStreamApiException;
import io.nats.client.JetStreamManagement;
import io.nats.client.Message;
import io.nats.client.PullSubscribeOptions;
import io.nats.client.api.AckPolicy;
import io.nats.client.api.ConsumerConfiguration;
import io.nats.client.api.DeliverPolicy;
import io.nats.client.api.PriorityPolicy;
import io.nats.client.api.ReplayPolicy;
import io.nats.client.api.RetentionPolicy;
import io.nats.client.api.StorageType;
import io.nats.client.api.StreamConfiguration;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/// Managing consumers through the Java client.
@SuppressWarnings("try") // closing may be interrupted
class ConsumerManagementTest {
  @TempDir private Path folder;
  private TestServer server;
  private Connection client;
  private JetStreamManagement manage;

  @BeforeEach
  void connect() throws Exception {
    server = TestServer.start("jetstream { store_dir: \"" + folder + "\" }");
    client = Watcher.connect(new Watcher().options(server.url()));
    manage = client.jetStreamManagement();
    manage.addStream(
        StreamConfiguration.builder()
            .name("S")
            .subjects("s.>")
            .storageType(StorageType.Memory)
            .build());
    for (var i = 0; i < 10; i++) {
      client.jetStream().publish("s." + i % 2, Integer.toString(i).getBytes(UTF_8));
    }
  }

  @AfterEach
  void close() throws Exception {
    client.close();
    server.close();
  }

  private static ConsumerConfiguration.Builder durable(String name) {
    return ConsumerConfiguration.builder().durable(name).ackPolicy(AckPolicy.Explicit);
  }

  private static void refused(int number, Executable what) {
    var error = assertThrows(JetStreamApiException.class, what);
    assertEquals(number, error.getApiErrorCode(), error.getMessage());
  }

  @Test
  void everyFieldOfAPullConsumerComesBack() throws Exception {
    var start = ZonedDateTime.now(ZoneOffset.UTC).minusHours(1);
    var config =
        durable("C")
            .description("a consumer")
            .deliverPolicy(DeliverPolicy.ByStartTime)
            .startTime(start)
            .ackWait(Duration.ofSeconds(7))
            .maxDeliver(5)
            .backoff(Duration.ofSeconds(1), Duration.ofSeconds(2))
            .filterSubjects("s.0", "s.1")
            .replayPolicy(ReplayPolicy.Original)
            .sampleFrequency("30")
            .maxPullWaiting(20)
            .maxAckPending(30)
            .headersOnly(true)
            .maxBatch(40)
            .maxExpires(Duration.ofSeconds(50))
            .maxBytes(60)
            .inactiveThreshold(Duration.ofMinutes(70))
            .memStorage(true)
            .metadata(Map.of("k", "v"))
            .priorityPolicy(PriorityPolicy.Overflow)
            .priorityGroups("g")
            .build();
    var created = manage.addOrUpdateConsumer("S", config).getConsumerConfiguration();
    var shown = manage.getConsumerInfo("S", "C").getConsumerConfiguration();
    for (var each : List.of(created, shown)) {
      assertEquals("C", each.getDurable());
      assertEquals("C", each.getName());
      assertEquals("a consumer", each.getDescription());
      assertEquals(DeliverPolicy.ByStartTime, each.getDeliverPolicy());
      assertEquals(start.toInstant(), Objects.requireNonNull(each.getStartTime()).toInstant());
      assertEquals(5, each.getMaxDeliver());
      assertEquals(List.of(Duration.ofSeconds(1), Duration.ofSeconds(2)), each.getBackoff());
      assertEquals(List.of("s.0", "s.1"), each.getFilterSubjects());
      assertEquals(ReplayPolicy.Original, each.getReplayPolicy());
      assertEquals("30", each.getSampleFrequency());
      assertEquals(20, each.getMaxPullWaiting());
      assertEquals(30, each.getMaxAckPending());
      assertTrue(each.isHeadersOnly() && each.isMemStorage());
      assertEquals(40, each.getMaxBatch());
      assertEquals(Duration.ofSeconds(50), each.getMaxExpires());
      assertEquals(60, each.getMaxBytes());
      assertEquals(Duration.ofMinutes(70), each.getInactiveThreshold());
      assertEquals("v", Objects.requireNonNull(each.getMetadata()).get("k"));
      assertEquals(List.of("g"), each.getPriorityGroups());
      assertEquals(PriorityPolicy.Overflow, each.getPriorityPolicy());
    }
  }

  @Test
  void everyFieldOfAPushConsumerComesBack() throws Exception {
    var info =
        manage.addOrUpdateConsumer(
            "S",
            durable("P")
                .deliverSubject("to.me")
                .deliverGroup("group")
                .flowControl(Duration.ofSeconds(2))
                .rateLimit(8000)
                .build());
    var config = info.getConsumerConfiguration();
    assertEquals("to.me", config.getDeliverSubject());
    assertEquals("group", config.getDeliverGroup());
    assertTrue(config.isFlowControl());
    assertEquals(Duration.ofSeconds(2), config.getIdleHeartbeat());
    assertEquals(8000, config.getRateLimit());
    assertFalse(info.isPushBound());
  }

  @Test
  void consumersAreListedShownAndDeleted() throws Exception {
    for (var name : List.of("B", "A")) {
      manage.addOrUpdateConsumer("S", durable(name).build());
    }
    assertEquals(List.of("A", "B"), manage.getConsumerNames("S"));
    assertEquals(2, manage.getConsumers("S").size());
    var info = manage.getConsumerInfo("S", "A");
    assertEquals("S", info.getStreamName());
    assertEquals(10, info.getNumPending());
    assertNotNull(info.getCreationTime());
    assertEquals(2, manage.getStreamInfo("S").getStreamState().getConsumerCount());
    assertTrue(manage.deleteConsumer("S", "A"));
    refused(10014, () -> manage.deleteConsumer("S", "A"));
    refused(10014, () -> manage.getConsumerInfo("S", "A"));
    refused(10059, () -> manage.getConsumerNames("NONE"));
  }

  @Test
  void createAndUpdateAreToldApart() throws Exception {
    manage.createConsumer("S", durable("C").build());
    manage.createConsumer("S", durable("C").build());
    refused(10148, () -> manage.createConsumer("S", durable("C").maxDeliver(3).build()));
    assertEquals(
        3,
        manage
            .updateConsumer("S", durable("C").maxDeliver(3).build())
            .getConsumerConfiguration()
            .getMaxDeliver());
    refused(10149, () -> manage.updateConsumer("S", durable("D").build()));
    refused(
        10012,
        () -> manage.updateConsumer("S", durable("C").deliverPolicy(DeliverPolicy.New).build()));
  }

  @Test
  void whatCannotBeIsRefusedWithItsNumber() throws Exception {
    refused(10059, () -> manage.addOrUpdateConsumer("NONE", durable("C").build()));
    refused(
        10079, () -> manage.addOrUpdateConsumer("S", durable("C").deliverSubject("a.*").build()));
    refused(
        10081, () -> manage.addOrUpdateConsumer("S", durable("C").deliverSubject("s.x").build()));
    refused(10086, () -> manage.addOrUpdateConsumer("S", durable("C").rateLimit(10).build()));
    refused(
        10138,
        () -> manage.addOrUpdateConsumer("S", durable("C").filterSubjects("s.*", "s.1").build()));
    refused(10074, () -> manage.addOrUpdateConsumer("S", durable("C").numReplicas(3).build()));
    manage.addStream(
        StreamConfiguration.builder()
            .name("W")
            .subjects("w.>")
            .retentionPolicy(RetentionPolicy.WorkQueue)
            .maxConsumers(2)
            .build());
    refused(
        10084,
        () ->
            manage.addOrUpdateConsumer(
                "W",
                ConsumerConfiguration.builder().durable("C").ackPolicy(AckPolicy.None).build()));
    manage.addOrUpdateConsumer("W", durable("A").filterSubject("w.a").build());
    refused(10099, () -> manage.addOrUpdateConsumer("W", durable("B").build()));
    refused(
        10100, () -> manage.addOrUpdateConsumer("W", durable("B").filterSubject("w.>").build()));
    manage.addOrUpdateConsumer("W", durable("B").filterSubject("w.b").build());
    refused(
        10026, () -> manage.addOrUpdateConsumer("W", durable("C").filterSubject("w.c").build()));
  }

  @Test
  void pausedConsumerWaitsUntilItIsResumed() throws Exception {
    manage.addOrUpdateConsumer("S", durable("C").build());
    var until = ZonedDateTime.now(ZoneOffset.UTC).plusMinutes(5);
    var paused = manage.pauseConsumer("S", "C", until);
    assertTrue(paused.isPaused());
    assertEquals(until.toInstant(), Objects.requireNonNull(paused.getPauseUntil()).toInstant());
    assertTrue(manage.getConsumerInfo("S", "C").getPaused());
    var consumer = client.getConsumerContext("S", "C");
    assertNull(consumer.next(1_000));
    assertTrue(manage.resumeConsumer("S", "C"));
    assertNotNull(consumer.next(20_000));
  }

  @Test
  void consumerStartsWhereItIsTold() throws Exception {
    assertEquals(
        6,
        manage
            .addOrUpdateConsumer(
                "S",
                durable("SEQ")
                    .deliverPolicy(DeliverPolicy.ByStartSequence)
                    .startSequence(5)
                    .build())
            .getNumPending());
    assertEquals(
        1,
        manage
            .addOrUpdateConsumer("S", durable("LAST").deliverPolicy(DeliverPolicy.Last).build())
            .getNumPending());
    assertEquals(
        0,
        manage
            .addOrUpdateConsumer("S", durable("NEW").deliverPolicy(DeliverPolicy.New).build())
            .getNumPending());
    assertEquals(
        2,
        manage
            .addOrUpdateConsumer(
                "S",
                durable("EACH")
                    .deliverPolicy(DeliverPolicy.LastPerSubject)
                    .filterSubject("s.*")
                    .build())
            .getNumPending());
    assertEquals(
        5,
        manage
            .addOrUpdateConsumer("S", durable("ODD").filterSubject("s.1").build())
            .getNumPending());
  }

  @Test
  void consumersOutliveARestart() throws Exception {
    manage.addStream(
        StreamConfiguration.builder()
            .name("F")
            .subjects("f.>")
            .storageType(StorageType.File)
            .build());
    for (var i = 0; i < 5; i++) {
      client.jetStream().publish("f.x", new byte[1]);
    }
    manage.addOrUpdateConsumer("F", durable("C").build());
    var consumer = client.getConsumerContext("F", "C");
    for (var i = 0; i < 2; i++) {
      Objects.requireNonNull(consumer.next(20_000)).ackSync(Duration.ofSeconds(20));
    }
    client.close();
    server.close();
    server = TestServer.start("jetstream { store_dir: \"" + folder + "\" }");
    client = Watcher.connect(new Watcher().options(server.url()));
    manage = client.jetStreamManagement();
    assertEquals(List.of("F"), manage.getStreamNames());
    var info = manage.getConsumerInfo("F", "C");
    assertEquals(2, info.getAckFloor().getStreamSequence());
    assertEquals(3, info.getNumPending());
  }

  @Test
  void countsAreThoseOfAllThatWasPublishedAndAcknowledgedBefore() throws Exception {
    manage.addStream(
        StreamConfiguration.builder()
            .name("W")
            .subjects("w")
            .retentionPolicy(RetentionPolicy.WorkQueue)
            .build());
    manage.addOrUpdateConsumer("W", durable("C").build());
    var worker = client.jetStream().subscribe(null, PullSubscribeOptions.bind("W", "C"));
    for (var round = 0; round < 30; round++) {
      for (var i = 0; i < 5; i++) {
        client.publish("w", new byte[0]); // nobody waits for its acknowledgement
      }
      assertEquals(5, manage.getStreamInfo("W").getStreamState().getMsgCount(), "in " + round);
      worker.fetch(5, Duration.ofSeconds(20)).forEach(Message::ack);
      assertEquals(0, manage.getConsumerInfo("W", "C").getNumAckPending(), "in " + round);
      assertEquals(0, manage.getStreamInfo("W").getStreamState().getMsgCount(), "in " + round);
    }
  }
}

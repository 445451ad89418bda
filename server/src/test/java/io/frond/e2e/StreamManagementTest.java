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
import io.nats.client.PurgeOptions;
import io.nats.client.api.CompressionOption;
import io.nats.client.api.ConsumerLimits;
import io.nats.client.api.DiscardPolicy;
import io.nats.client.api.MessageGetRequest;
import io.nats.client.api.Mirror;
import io.nats.client.api.Republish;
import io.nats.client.api.RetentionPolicy;
import io.nats.client.api.Source;
import io.nats.client.api.StorageType;
import io.nats.client.api.StreamConfiguration;
import io.nats.client.api.StreamInfoOptions;
import io.nats.client.api.SubjectTransform;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/// Managing streams through the Java client.
@SuppressWarnings("try") // closing may be interrupted
class StreamManagementTest {
  private static final Duration LIMIT = Duration.ofSeconds(20);

  @TempDir private Path folder;
  private TestServer server;
  private Connection client;
  private JetStreamManagement streams;

  @BeforeEach
  void connect() throws Exception {
    server =
        TestServer.start(
            "jetstream { store_dir: \"" + folder + "\", domain: hub }",
            "accounts {",
            " A { jetstream: true, users: [{user: a, password: a}] }",
            " SMALL { jetstream { max_mem: 10k, max_streams: 2, max_consumers: 1 }",
            "   users: [{user: s, password: s}] }",
            " NONE { users: [{user: n, password: n}] }",
            "}",
            "no_auth_user: a");
    client = Watcher.connect(new Watcher().options(server.url()));
    streams = client.jetStreamManagement();
  }

  @AfterEach
  void close() throws Exception {
    client.close();
    server.close();
  }

  private static StreamConfiguration.Builder stream(String name) {
    return StreamConfiguration.builder()
        .name(name)
        .subjects(name + ".>")
        .storageType(StorageType.Memory);
  }

  private static JetStreamApiException refused(int number, Executable what) {
    var error = assertThrows(JetStreamApiException.class, what);
    assertEquals(number, error.getApiErrorCode(), error.getMessage());
    return error;
  }

  @Test
  void accountTellsWhatItUses() throws Exception {
    streams.addStream(stream("S").build());
    client.jetStream().publish("S.a", "x".getBytes(UTF_8));
    var account = streams.getAccountStatistics();
    assertEquals("hub", account.getDomain());
    assertEquals(1, account.getStreams());
    assertEquals(4, account.getApi().getLevel());
    assertTrue(account.getMemory() > 0);
    assertEquals(-1, account.getLimits().getMaxStreams());
  }

  @Test
  void everyFieldOfAConfigurationComesBack() throws Exception {
    streams.addStream(stream("ORIGIN").build());
    var config =
        StreamConfiguration.builder()
            .name("S")
            .description("a stream")
            .subjects("one", "two.*")
            .retentionPolicy(RetentionPolicy.Limits)
            .maxConsumers(10)
            .maxMessages(100)
            .maxBytes(100_000)
            .maxAge(Duration.ofHours(1))
            .maxMessagesPerSubject(10)
            .maximumMessageSize(1000)
            .storageType(StorageType.File)
            .discardPolicy(DiscardPolicy.New)
            .discardNewPerSubject(true)
            .duplicateWindow(Duration.ofMinutes(1))
            .compressionOption(CompressionOption.S2)
            .allowRollup(true)
            .allowDirect(true)
            .denyDelete(true)
            .denyPurge(false)
            .firstSequence(100)
            .consumerLimits(
                ConsumerLimits.builder().maxAckPending(50).inactiveThreshold(60_000).build())
            .republish(Republish.builder().source("one").destination("re.one").build())
            .subjectTransform(
                SubjectTransform.builder()
                    .source("two.*")
                    .destination("two.{{wildcard(1)}}")
                    .build())
            .sources(Source.builder().sourceName("ORIGIN").filterSubject("ORIGIN.a").build())
            .allowMessageTtl()
            .subjectDeleteMarkerTtl(Duration.ofMinutes(5))
            .metadata(Map.of("who", "me"))
            .build();
    var created = streams.addStream(config).getConfiguration();
    var shown = streams.getStreamInfo("S").getConfiguration();
    for (var each : List.of(created, shown)) {
      assertEquals("a stream", each.getDescription());
      assertEquals(List.of("one", "two.*"), each.getSubjects());
      assertEquals(100, each.getMaxMsgs());
      assertEquals(Duration.ofHours(1), each.getMaxAge());
      assertEquals(10, each.getMaxMsgsPerSubject());
      assertEquals(1000, each.getMaximumMessageSize());
      assertEquals(StorageType.File, each.getStorageType());
      assertEquals(DiscardPolicy.New, each.getDiscardPolicy());
      assertTrue(each.isDiscardNewPerSubject());
      assertEquals(Duration.ofMinutes(1), each.getDuplicateWindow());
      assertEquals(CompressionOption.S2, each.getCompressionOption());
      assertTrue(each.getAllowRollup() && each.getAllowDirect() && each.getDenyDelete());
      assertFalse(each.getDenyPurge() || each.getSealed() || each.getMirrorDirect());
      assertEquals(100, each.getFirstSequence());
      assertEquals(50, Objects.requireNonNull(each.getConsumerLimits()).getMaxAckPending());
      assertEquals("re.one", Objects.requireNonNull(each.getRepublish()).getDestination());
      assertEquals(
          "two.{{wildcard(1)}}",
          Objects.requireNonNull(each.getSubjectTransform()).getDestination());
      assertEquals(
          "ORIGIN.a", Objects.requireNonNull(each.getSources()).getFirst().getFilterSubject());
      assertTrue(each.getAllowMessageTtl());
      assertEquals("me", Objects.requireNonNull(each.getMetadata()).get("who"));
      assertEquals("1", each.getMetadata().get("_nats.req.level"));
    }
    assertEquals(
        100, client.jetStream().publish("one", new byte[1]).getSeqno(), "the first sequence");
  }

  @Test
  void streamsAreListedFoundAndCounted() throws Exception {
    for (var name : List.of("C", "A", "B")) {
      streams.addStream(stream(name).build());
    }
    assertEquals(List.of("A", "B", "C"), streams.getStreamNames());
    assertEquals(List.of("B"), streams.getStreamNames("B.x"));
    assertEquals(3, streams.getStreams().size());
    assertEquals("C", streams.getStreams("C.>").getFirst().getConfiguration().getName());
  }

  @Test
  void infoTellsOfSubjectsAndGaps() throws Exception {
    streams.addStream(stream("S").build());
    for (var i = 0; i < 5; i++) {
      client.jetStream().publish("S." + i % 2, new byte[1]);
    }
    assertTrue(streams.deleteMessage("S", 2));
    var info =
        streams.getStreamInfo(
            "S", StreamInfoOptions.builder().allSubjects().deletedDetails().build());
    var state = info.getStreamState();
    assertEquals(Map.of("S.0", 3L, "S.1", 1L), state.getSubjectMap());
    assertEquals(List.of(2L), state.getDeleted());
    assertEquals(2, state.getSubjectCount());
    assertEquals(5, state.getLastSequence());
    assertNotNull(info.getClusterInfo());
    assertNotNull(info.getTimestamp());
    refused(10043, () -> streams.deleteMessage("S", 2));
  }

  @Test
  void updateChangesAndRefuses() throws Exception {
    streams.addStream(stream("S").build());
    var updated = streams.updateStream(stream("S").maxMessages(2).build());
    assertEquals(2, updated.getConfiguration().getMaxMsgs());
    refused(10052, () -> streams.updateStream(stream("S").storageType(StorageType.File).build()));
    refused(
        10052,
        () -> streams.updateStream(stream("S").retentionPolicy(RetentionPolicy.WorkQueue).build()));
    refused(10059, () -> streams.updateStream(stream("NONE").build()));
    streams.updateStream(stream("S").seal().build());
    refused(10109, () -> streams.purgeStream("S"));
  }

  @Test
  void whatCannotBeIsRefusedWithItsNumber() throws Exception {
    streams.addStream(stream("S").build());
    refused(10058, () -> streams.addStream(stream("S").maxMessages(5).build()));
    refused(10065, () -> streams.addStream(stream("T").subjects("S.x").build()));
    refused(10059, () -> streams.getStreamInfo("NONE"));
    refused(10059, () -> streams.deleteStream("NONE"));
    refused(10059, () -> streams.purgeStream("NONE"));
    refused(10074, () -> streams.addStream(stream("T").replicas(3).build()));
    refused(
        10034,
        () ->
            streams.addStream(
                stream("T").mirror(Mirror.builder().sourceName("S").build()).build()));
  }

  @Test
  void messagesAreGotBothWays() throws Exception {
    for (var direct : List.of(false, true)) {
      var name = "S" + direct;
      streams.addStream(stream(name).allowDirect(direct).build());
      for (var i = 1; i <= 4; i++) {
        client.jetStream().publish(name + "." + i % 2, Integer.toString(i).getBytes(UTF_8));
      }
      assertEquals("2", text(streams.getMessage(name, 2).getData()));
      assertEquals("4", text(streams.getLastMessage(name, name + ".0").getData()));
      assertEquals("1", text(streams.getFirstMessage(name, name + ".1").getData()));
      assertEquals("3", text(streams.getNextMessage(name, 2, name + ".1").getData()));
      var time = streams.getMessage(name, 3).getTime();
      assertEquals(3, streams.getMessage(name, MessageGetRequest.firstForStartTime(time)).getSeq());
      refused(10037, () -> streams.getMessage(name, 9));
      assertEquals(name, streams.getMessage(name, 1).getStream());
    }
  }

  private static String text(byte @Nullable [] bytes) {
    return new String(Objects.requireNonNull(bytes), UTF_8);
  }

  @Test
  void purgeByFilterSequenceAndKeep() throws Exception {
    streams.addStream(stream("S").build());
    for (var i = 1; i <= 20; i++) {
      client.jetStream().publish("S." + i % 2, new byte[1]);
    }
    assertEquals(
        8,
        streams
            .purgeStream("S", PurgeOptions.builder().subject("S.0").keep(2).build())
            .getPurged());
    assertEquals(
        3,
        streams
            .purgeStream("S", PurgeOptions.builder().subject("S.1").sequence(7).build())
            .getPurged());
    assertEquals(9, streams.purgeStream("S").getPurged());
    assertEquals(0, streams.getStreamInfo("S").getStreamState().getMsgCount());
    streams.addStream(stream("T").denyPurge(true).denyDelete(true).build());
    client.jetStream().publish("T.a", new byte[1]);
    refused(10110, () -> streams.purgeStream("T"));
    refused(10057, () -> streams.deleteMessage("T", 1));
  }

  @Test
  void limitsOfAnAccountHold() throws Exception {
    try (var small =
        Watcher.connect(
            new Watcher().options(server.url()).userInfo("s".toCharArray(), "s".toCharArray()))) {
      var its = small.jetStreamManagement();
      refused(10028, () -> its.addStream(stream("A").maxBytes(20_000).build()));
      its.addStream(stream("A").maxBytes(5_000).build());
      its.addStream(stream("B").maxBytes(5_000).build());
      refused(10027, () -> its.addStream(stream("C").build()));
      refused(10028, () -> its.updateStream(stream("B").maxBytes(6_000).build()));
      assertEquals(10_000, its.getAccountStatistics().getLimits().getMaxMemory());
    }
  }

  @Test
  void accountWithoutJetStreamIsToldSo() throws Exception {
    try (var none =
        Watcher.connect(
            new Watcher().options(server.url()).userInfo("n".toCharArray(), "n".toCharArray()))) {
      var its = none.jetStreamManagement();
      refused(10039, its::getAccountStatistics);
      refused(10039, () -> its.getStreamInfo("S"));
    }
    assertNull(client.getLastError(), "nothing is wrong here");
  }

  @Test
  void advisoriesTellOfChanges() throws Exception {
    var seen = new TreeSet<String>();
    var advisories = client.subscribe("$JS.EVENT.ADVISORY.>");
    client.flush(LIMIT);
    streams.addStream(stream("S").build());
    streams.updateStream(stream("S").maxMessages(2).build());
    streams.deleteStream("S");
    while (seen.size() < 4) {
      var message = Objects.requireNonNull(advisories.nextMessage(LIMIT), () -> "only " + seen);
      seen.add(message.getSubject());
    }
    assertEquals(
        new TreeSet<>(
            List.of(
                "$JS.EVENT.ADVISORY.API",
                "$JS.EVENT.ADVISORY.STREAM.CREATED.S",
                "$JS.EVENT.ADVISORY.STREAM.UPDATED.S",
                "$JS.EVENT.ADVISORY.STREAM.DELETED.S")),
        seen);
  }

  @Test
  void domainPrefixReachesTheSame() throws Exception {
    streams.addStream(stream("S").build());
    var answer = client.request("$JS.hub.API.STREAM.NAMES", null, LIMIT);
    assertTrue(text(Objects.requireNonNull(answer).getData()).contains("\"streams\":[\"S\"]"));
  }
}

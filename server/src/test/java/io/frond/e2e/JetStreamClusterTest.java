package io.frond.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.frond.options.JetStreamOptions;
import io.frond.server.FrondServer;
import io.frond.testkit.Await;
import io.frond.testkit.TestCluster;
import io.nats.client.Connection;
import io.nats.client.JetStreamApiException;
import io.nats.client.JetStreamManagement;
import io.nats.client.Nats;
import io.nats.client.Options;
import io.nats.client.PullSubscribeOptions;
import io.nats.client.api.KeyValueConfiguration;
import io.nats.client.api.Mirror;
import io.nats.client.api.StorageType;
import io.nats.client.api.StreamAlternate;
import io.nats.client.api.StreamConfiguration;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// JetStream in a cluster before streams are replicated: each stream is on one server, and every
/// server reaches it.
class JetStreamClusterTest {
  private static final Duration LIMIT = Duration.ofSeconds(20);

  @TempDir Path folder;

  private final TestCluster cluster = new TestCluster();
  private final List<Connection> clients = new ArrayList<>();
  private FrondServer first;
  private FrondServer second;
  private FrondServer third;

  @BeforeEach
  void start() throws Exception {
    first = server("a");
    second = server("b", TestCluster.routePort(first));
    third = server("c", TestCluster.routePort(first));
    TestCluster.awaitPeers(first, 2);
    TestCluster.awaitPeers(third, 2);
  }

  private FrondServer server(String name, int... routes) throws Exception {
    cluster.more =
        options -> options.withJetStream(JetStreamOptions.in(folder.resolve(name).toString()));
    return cluster.start(name, routes);
  }

  @AfterEach
  void stop() throws Exception {
    for (var client : clients) {
      client.close();
    }
    cluster.close();
  }

  private Connection client(FrondServer server) throws Exception {
    var client =
        Nats.connect(
            Options.builder()
                .server(server.clientUri().toString())
                .connectionTimeout(LIMIT)
                .build());
    clients.add(client);
    return client;
  }

  private static StreamConfiguration stream(String name, String subject) {
    return StreamConfiguration.builder()
        .name(name)
        .subjects(subject)
        .storageType(StorageType.File)
        .build();
  }

  @Test
  void aStreamIsReachedFromEveryServer() throws Exception {
    var atFirst = client(first);
    var atThird = client(third);
    atFirst.jetStreamManagement().addStream(stream("ORDERS", "orders.>"));
    var publisher = atThird.jetStream();
    for (var i = 1; i <= 20; i++) {
      var ack = publisher.publish("orders.new", ("o" + i).getBytes(StandardCharsets.UTF_8));
      assertEquals(i, ack.getSeqno());
    }
    var subscription =
        client(second)
            .jetStream()
            .subscribe("orders.>", PullSubscribeOptions.builder().durable("worker").build());
    var got = 0;
    for (var message : subscription.fetch(20, LIMIT)) {
      assertEquals("orders.new", message.getSubject());
      assertEquals("o" + ++got, new String(message.getData(), StandardCharsets.UTF_8));
      message.ackSync(LIMIT);
    }
    assertEquals(20, got);
    var state = atThird.jetStreamManagement().getConsumerInfo("ORDERS", "worker");
    assertEquals(20, state.getAckFloor().getStreamSequence());
  }

  @Test
  void namesAndSubjectsAreTakenOnce() throws Exception {
    client(first).jetStreamManagement().addStream(stream("A", "a.>"));
    var elsewhere = client(second).jetStreamManagement();
    var name =
        assertThrows(JetStreamApiException.class, () -> elsewhere.addStream(stream("A", "other")));
    assertEquals(10058, name.getApiErrorCode());
    var subject =
        assertThrows(JetStreamApiException.class, () -> elsewhere.addStream(stream("B", "a.x")));
    assertEquals(10065, subject.getApiErrorCode());
  }

  @Test
  void listsHaveTheStreamsOfAllServers() throws Exception {
    client(first).jetStreamManagement().addStream(stream("S1", "s1"));
    client(second).jetStreamManagement().addStream(stream("S2", "s2"));
    var third = client(this.third);
    third.keyValueManagement().create(KeyValueConfiguration.builder().name("K").build());
    for (var server : List.of(first, second, this.third)) {
      var management = client(server).jetStreamManagement();
      Await.until("all names", () -> names(management).equals(List.of("KV_K", "S1", "S2")));
      assertEquals(3, management.getStreams().size());
    }
    third.keyValue("K").put("k", "v");
    assertEquals("v", client(first).keyValue("K").get("k").getValueAsString());
  }

  @Test
  void whereAStreamIsMirroredIsTold() throws Exception {
    var atFirst = client(first).jetStreamManagement();
    atFirst.addStream(stream("S", "s"));
    assertEquals(List.of(), alternates(atFirst, "S"));
    var mirror = StreamConfiguration.builder().mirror(Mirror.builder().name("S").build());
    client(second).jetStreamManagement().addStream(mirror.name("M2").build());
    atFirst.addStream(mirror.name("M1").build());
    for (var server : List.of(first, second, third)) {
      var management = client(server).jetStreamManagement();
      Await.until(
          "the mirrors are told",
          () -> alternates(management, "S").equals(List.of("S", "M1", "M2")));
      assertEquals(List.of(), alternates(management, "M1"));
    }
    atFirst.deleteStream("M1");
    Await.until("one mirror is left", () -> alternates(atFirst, "S").equals(List.of("S", "M2")));
    atFirst.deleteStream("M2");
    Await.until("there is no mirror", () -> alternates(atFirst, "S").isEmpty());
  }

  private static List<String> alternates(JetStreamManagement management, String stream) {
    try {
      var all = management.getStreamInfo(stream).getAlternates();
      return all == null ? List.of() : all.stream().map(StreamAlternate::getName).toList();
    } catch (IOException | JetStreamApiException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void anAccountsFiguresAreThoseOfAllServers() throws Exception {
    client(first).jetStreamManagement().addStream(stream("S1", "s1"));
    var atSecond = client(second);
    atSecond.jetStreamManagement().addStream(stream("S2", "s2"));
    atSecond.jetStream().subscribe("s2", PullSubscribeOptions.builder().durable("d").build());
    atSecond.jetStream().publish("s1", new byte[100]);
    atSecond.jetStream().publish("s2", new byte[200]);
    for (var server : List.of(first, second, third)) {
      var management = client(server).jetStreamManagement();
      Await.until("all streams", () -> names(management).equals(List.of("S1", "S2")));
      var bytes = 0L;
      for (var info : management.getStreams()) {
        bytes += info.getStreamState().getByteCount();
      }
      var all = "2 streams, 1 consumers, " + bytes + " bytes";
      Await.until(all, () -> figures(management).equals(all));
    }
  }

  private static String figures(JetStreamManagement management) {
    try {
      var all = management.getAccountStatistics();
      return all.getStreams()
          + " streams, "
          + all.getConsumers()
          + " consumers, "
          + all.getStorage()
          + " bytes";
    } catch (IOException | JetStreamApiException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void anAuditNamesWhoAskedAtAnotherServer() throws Exception {
    client(first).jetStreamManagement().addStream(stream("S1", "s1"));
    var listener = client(first);
    var audit = listener.subscribe("$JS.EVENT.ADVISORY.API");
    listener.flush(LIMIT);
    var asks = client(third);
    Await.until("the stream is known", () -> names(management(asks)).equals(List.of("S1")));
    Await.until(
        "an audit that names the client", // a third server may be asked first, and knows nobody
        () -> {
          try {
            asks.jetStreamManagement().getStreamInfo("S1");
            var message = audit.nextMessage(LIMIT);
            var text = new String(message.getData(), StandardCharsets.UTF_8);
            return text.contains("STREAM.INFO.S1")
                && text.contains("\"lang\":\"java\"")
                && text.contains("\"client_type\":\"nats\"");
          } catch (IOException | JetStreamApiException | InterruptedException e) {
            throw new AssertionError(e);
          }
        });
  }

  /// Clients come to a server as soon as it listens, its routes stand a moment later.
  @Test
  void aServerThatHasJustStartedKnowsTheOthersStreams() throws Exception {
    client(first).jetStreamManagement().addStream(stream("S1", "s1.>"));
    for (var i = 0; i < 5; i++) {
      var late = server("late" + i, TestCluster.routePort(first));
      var client = client(late);
      var management = client.jetStreamManagement();
      assertEquals("S1", management.getStreamInfo("S1").getConfiguration().getName(), "start " + i);
      assertEquals(List.of("S1"), names(management));
      assertEquals(i, client.jetStream().publish("s1.x", new byte[1]).getSeqno() - 1);
      late.close();
    }
  }

  @Test
  void aNameIsTakenForAServerThatHasJustStarted() throws Exception {
    client(first).jetStreamManagement().addStream(stream("S1", "s1.>"));
    var late = client(server("late", TestCluster.routePort(first))).jetStreamManagement();
    var error =
        assertThrows(JetStreamApiException.class, () -> late.addStream(stream("S1", "other")));
    assertEquals(10058, error.getApiErrorCode());
  }

  @Test
  void aStreamIsFoundEverywhereAsSoonAsItsCreationIsAnswered() throws Exception {
    var atFirst = client(first).jetStreamManagement();
    var others = List.of(client(second).jetStreamManagement(), client(third).jetStreamManagement());
    for (var i = 0; i < 100; i++) {
      atFirst.addStream(stream("S" + i, "s" + i));
      for (var each : others) {
        assertEquals("S" + i, each.getStreamInfo("S" + i).getConfiguration().getName());
        assertEquals(List.of("S" + i), each.getStreamNames("s" + i));
      }
    }
  }

  @Test
  void noStreamsAreNullInAListOfNames() throws Exception {
    var client = client(second);
    var asked = "{\"subject\":\"nobody\"}".getBytes(StandardCharsets.UTF_8);
    var answer =
        Objects.requireNonNull(
            client.request("$JS.API.STREAM.NAMES", asked, Duration.ofSeconds(20)));
    assertTrue(new String(answer.getData(), StandardCharsets.UTF_8).contains("\"streams\":null"));
    assertEquals(List.of(), names(client.jetStreamManagement()));
  }

  /// Which server creates a stream is chance.
  @Test
  void streamsAreFoundAgainWhenTheirServerIsBack() throws Exception {
    var atFirst = client(first).jetStreamManagement();
    var all = IntStream.range(0, 30).mapToObj(i -> "S" + i).toList();
    for (var name : all) {
      atFirst.addStream(stream(name, name));
    }
    second.close();
    var away = all.stream().filter(name -> errorOf(atFirst, name) != 0).toList();
    assertFalse(away.isEmpty());
    away.forEach(name -> assertEquals(10008, errorOf(atFirst, name)));
    second = server("b", TestCluster.routePort(first));
    TestCluster.awaitPeers(first, 2);
    TestCluster.awaitPeers(third, 2);
    all.forEach(name -> assertEquals(0, errorOf(atFirst, name), name));
  }

  private static int errorOf(JetStreamManagement management, String stream) {
    try {
      var _ = management.getStreamInfo(stream);
      return 0;
    } catch (JetStreamApiException e) {
      return e.getApiErrorCode();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static JetStreamManagement management(Connection of) {
    try {
      return of.jetStreamManagement();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static List<String> names(JetStreamManagement management) {
    try {
      return management.getStreamNames();
    } catch (IOException | JetStreamApiException e) {
      throw new AssertionError(e);
    }
  }
}

package io.frond.stream;

import static io.frond.stream.StreamRig.SECOND;
import static io.frond.stream.StreamRig.START;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.frond.json.JsonException;
import io.frond.json.JsonObject;
import io.frond.json.JsonWriter;
import io.frond.shard.Outlet;
import io.frond.testkit.ManualOutlet;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class StreamOriginsTest {
  /// An origin's API: it notes requests, and says what the test wants.
  private static final class FakeOrigin {
    final StreamRig rig;
    final List<String> requests = new ArrayList<>();
    final List<String> flow = new ArrayList<>();
    String refusal = "";
    long delivered;
    long pending;
    String deliverSubject = "";
    String name = "";
    long count;

    FakeOrigin(Consumer<StreamConfig.Builder> settings, String prefix) {
      rig =
          new StreamRig(b -> {
            b.subjects = List.of();
            settings.accept(b);
          });
      rig.outlet.subscribe(prefix + ".CONSUMER.CREATE.>", this::create);
      rig.outlet.subscribe(
          "$JS.FC.>",
          (subject, reply, headerLength, body) ->
              flow.add(new String(subject, UTF_8) + "\n" + new String(body, UTF_8)));
    }

    /// From now on it says which stream it is and what its last sequence is.
    Outlet.Listening says(String created, long last) {
      return rig.outlet.subscribe(
          "$JS.API.STREAM.INFO.>",
          (subject, reply, headerLength, body) -> {
            var json = "{\"created\":\"" + created + "\",\"state\":{\"last_seq\":" + last + "}}";
            rig.outlet.publish(reply, new byte[0], 0, json.getBytes(UTF_8));
          });
    }

    /// The API in reach or not, beside the requests that it hears.
    void reachable(boolean now) {
      if (now) {
        rig.outlet.interested("$JS.API.>");
      } else {
        rig.outlet.uninterested("$JS.API.>");
      }
    }

    void heartbeat() {
      deliver(
          "x", "", "NATS/1.0 100 Idle Heartbeat\r\nNats-Last-Consumer: " + count + "\r\n\r\n", "");
    }

    OriginStatus status() {
      return rig.stream.origins().status().getFirst();
    }

    private void create(byte[] subject, byte[] reply, int headerLength, byte[] body) {
      var json = new String(body, headerLength, body.length - headerLength, UTF_8);
      requests.add(new String(subject, UTF_8) + " " + json);
      String answer;
      if (refusal.isEmpty()) {
        try {
          var config = JsonObject.parse(json.getBytes(UTF_8)).object("config");
          if (config == null) {
            throw new AssertionError(json);
          }
          deliverSubject = config.text("deliver_subject", "");
          name = config.text("name", "");
        } catch (JsonException e) {
          throw new AssertionError(e);
        }
        count = 0;
        answer =
            "{\"name\":\""
                + name
                + "\",\"config\":{\"deliver_subject\":\""
                + deliverSubject
                + "\"},\"delivered\":{\"consumer_seq\":0,\"stream_seq\":"
                + delivered
                + "},\"num_pending\":"
                + pending
                + "}";
      } else {
        answer = refusal;
      }
      rig.outlet.publish(reply, new byte[0], 0, answer.getBytes(UTF_8));
    }

    void give(long sequence, String subject, String headers, String payload) {
      give(sequence, ++count, subject, headers, payload);
    }

    void give(long sequence, long delivery, String subject, String headers, String payload) {
      var h = headers.isEmpty() ? "" : "NATS/1.0\r\n" + headers + "\r\n";
      deliver(
          subject,
          "$JS.ACK.O." + name + ".1." + sequence + "." + delivery + "." + (START + sequence) + ".3",
          h,
          payload);
    }

    void deliver(String subject, String reply, String headers, String payload) {
      var body = (headers + payload).getBytes(UTF_8);
      var r = reply.getBytes(UTF_8);
      rig.outlet.deliver(
          deliverSubject.getBytes(UTF_8),
          subject.getBytes(UTF_8),
          r,
          r.length,
          headers.length(),
          ByteBuffer.wrap(body),
          0,
          body.length);
      rig.shard.run();
    }

    String info() {
      var to = JsonWriter.compact().begin();
      rig.stream.origins().write(to);
      return new String(to.end().bytes(), UTF_8);
    }
  }

  private static FakeOrigin mirror() {
    var origin = new FakeOrigin(b -> b.mirror = new StreamSource("O"), "$JS.API");
    origin.rig.shard.advance(SECOND);
    return origin;
  }

  @Test
  void aMirrorAsksForAConsumerAndKeepsSequencesAndTimes() {
    var origin = mirror();
    var rig = origin.rig;
    assertEquals(1, origin.requests.size());
    var request = origin.requests.getFirst();
    assertTrue(request.startsWith("$JS.API.CONSUMER.CREATE.O {\"stream_name\":\"O\""), request);
    for (var part :
        List.of(
            "\"deliver_policy\":\"all\"",
            "\"ack_policy\":\"none\"",
            "\"flow_control\":true",
            "\"idle_heartbeat\":1000000000",
            "\"inactive_threshold\":10000000000",
            "\"direct\":true",
            "\"sourcing\":true",
            "\"_nats.mirror.stream\":\"S\"")) {
      assertTrue(request.contains(part), request);
    }
    origin.give(3, "a", "Nats-Expected-Stream: O\r\nA: b\r\nNats-Msg-Id: i\r\n", "x");
    origin.give(4, "b", "", "y");
    origin.give(9, "a", "", "z");
    assertEquals("3:a 4:b 9:a", rig.messages());
    assertEquals("NATS/1.0\r\nA: b\r\nNats-Msg-Id: i\r\n\r\nx", rig.body(3));
    rig.each(message -> assertEquals(START + message.sequence(), message.timestamp()));
    assertTrue(origin.info().startsWith("{\"mirror\":{\"name\":\"O\",\"lag\":2,\"active\":"));
    assertTrue(rig.stream.origins().isCaughtUp());
    rig.restart();
    rig.shard.advance(3 * SECOND);
    assertTrue(origin.requests.getLast().contains("\"opt_start_seq\":10"));
    origin.give(9, "a", "", "z");
    origin.give(10, "a", "", "z");
    assertEquals("3:a 4:b 9:a 10:a", rig.messages());
  }

  @Test
  void aMirrorOfWhatBeginsLateBeginsLate() {
    var origin =
        new FakeOrigin(
            b -> b.mirror = new StreamSource("O", 50, null, "f.>", List.of(), null, null),
            "$JS.API");
    origin.delivered = 49;
    origin.rig.shard.advance(SECOND);
    var request = origin.requests.getFirst();
    assertTrue(request.startsWith("$JS.API.CONSUMER.CREATE.O.JS_MIRROR_"), request);
    assertTrue(request.contains(".f.> {"), request);
    assertTrue(request.contains("\"deliver_policy\":\"by_start_sequence\",\"opt_start_seq\":50"));
    assertEquals(49, origin.rig.stream.store().lastSequence());
    origin.give(50, "f.a", "", "x");
    assertEquals("50:f.a", origin.rig.messages());
  }

  @Test
  void whatIsMissedIsAskedForAgain() {
    var origin = mirror();
    var rig = origin.rig;
    origin.give(1, "a", "", "x");
    origin.give(3, 3, "a", "", "lost one");
    assertEquals("1:a", rig.messages());
    rig.shard.advance(2 * SECOND);
    assertEquals(2, origin.requests.size());
    assertTrue(origin.requests.getLast().contains("\"opt_start_seq\":2"));
    origin.give(2, "a", "", "x");
    assertEquals("1:a 2:a", rig.messages());
    origin.deliver("x", "", "NATS/1.0 100 Idle Heartbeat\r\nNats-Last-Consumer: 1\r\n\r\n", "");
    rig.shard.advance(2 * SECOND);
    assertEquals(2, origin.requests.size());
    origin.deliver("x", "", "NATS/1.0 100 Idle Heartbeat\r\nNats-Last-Consumer: 2\r\n\r\n", "");
    rig.shard.advance(2 * SECOND);
    assertEquals(3, origin.requests.size());
    rig.shard.advance(5 * SECOND);
    assertEquals(4, origin.requests.size(), "nothing came for four seconds");
  }

  /// As after the end of a process: the origin's consumer did not hear that the message is here.
  @Test
  void whatComesAgainIsNotBehindAnyMore() {
    var origin = mirror();
    origin.give(1, "a", "", "x");
    origin.pending = 1;
    origin.rig.shard.advance(5 * SECOND);
    assertEquals(2, origin.requests.size());
    assertTrue(origin.info().contains("\"lag\":1"));
    origin.deliver("a", "$JS.ACK.O." + origin.name + ".1.1.1." + START + ".1", "", "x");
    assertTrue(origin.info().contains("\"lag\":0"));
  }

  @Test
  void flowControlIsAnsweredWhenAllIsStored() {
    var origin = mirror();
    origin.give(1, "a", "", "x");
    origin.deliver("x", "$JS.FC.1", "NATS/1.0 100 FlowControl Request\r\n\r\n", "");
    assertEquals(
        "$JS.FC.1\nNATS/1.0\r\nNats-Last-Consumer: 1\r\nNats-Last-Stream: 1\r\n\r\n",
        origin.flow.getLast());
    origin.deliver(
        "x",
        "",
        "NATS/1.0 100 Idle Heartbeat\r\nNats-Last-Consumer: 1\r\n"
            + "Nats-Consumer-Stalled: $JS.FC.2\r\n\r\n",
        "");
    assertTrue(origin.flow.getLast().startsWith("$JS.FC.2\n"));
  }

  @Test
  void anOriginThatDoesNotWantIsAskedLaterAndLater() {
    var origin = new FakeOrigin(b -> b.mirror = new StreamSource("O"), "$JS.API");
    origin.refusal =
        "{\"error\":{\"code\":404,\"err_code\":10059,\"description\":\"stream not found\"}}";
    origin.rig.shard.advance(30 * SECOND);
    assertTrue(
        origin.requests.size() >= 3 && origin.requests.size() <= 6, origin.requests.size() + "");
    assertTrue(origin.info().contains("\"active\":-1,\"error\":{\"code\":404,\"err_code\":10059"));
    origin.refusal = "";
    origin.rig.shard.advance(70 * SECOND);
    origin.give(1, "a", "", "x");
    assertEquals("1:a", origin.rig.messages());
    assertFalse(origin.info().contains("error"));
  }

  @Test
  void aServerOfAnOlderLevelIsAskedInItsWay() {
    var origin = new FakeOrigin(b -> b.mirror = new StreamSource("O"), "$JS.API");
    origin.refusal = "{\"error\":{\"code\":412,\"err_code\":10185,\"description\":\"level\"}}";
    origin.rig.shard.advance(SECOND / 10);
    assertTrue(origin.requests.size() >= 2);
    assertFalse(origin.requests.get(1).contains("sourcing"));
  }

  private static StreamSource source(String name, String filter) {
    return new StreamSource(name, 0, null, filter, List.of(), null, null);
  }

  @Test
  void sourcedMessagesSayWhereTheyComeFrom() {
    var origin =
        new FakeOrigin(
            b -> {
              b.subjects = List.of("own.>");
              b.sources =
                  List.of(
                      new StreamSource(
                          "O",
                          0,
                          null,
                          "",
                          List.of(new StreamSource.Transform("a.*", "b.$1")),
                          new StreamSource.External("$JS.hub.API", "deliver.x"),
                          null));
            },
            "$JS.hub.API");
    var rig = origin.rig;
    rig.shard.advance(SECOND);
    var request = origin.requests.getFirst();
    assertTrue(request.startsWith("$JS.hub.API.CONSUMER.CREATE.O.JS_SRC_"), request);
    assertTrue(request.contains("\"filter_subject\":\"a.*\""), request);
    assertTrue(origin.deliverSubject.startsWith("deliver.x.S."), origin.deliverSubject);
    origin.give(7, "a.q", "Nats-Stream-Source: old 1 > >\r\nNats-Batch-Id: i\r\nA: b\r\n", "x");
    rig.publish("own.a");
    origin.give(9, "a.r", "", "y");
    assertEquals("1:b.q 2:own.a 3:b.r", rig.messages());
    var index = rig.stream.config().sources().getFirst().originName();
    assertEquals(
        "NATS/1.0\r\nA: b\r\nNats-Stream-Source: " + index + " 7 a.* b.$1 a.q\r\n\r\nx",
        rig.body(1));
    rig.restart();
    rig.shard.advance(3 * SECOND);
    assertTrue(origin.requests.getLast().contains("\"opt_start_seq\":10"));
    rig.purge("", 0, 0);
    rig.change(b -> b.sources = List.of());
    assertTrue(
        rig.outlet.take().stream()
            .map(ManualOutlet.Sent::to)
            .anyMatch(to -> to.startsWith("$JS.hub.API.CONSUMER.DELETE.O.JS_SRC_")));
    origin.give(10, "a.r", "", "y");
    assertEquals("", rig.messages());
  }

  @Test
  void positionsAreFoundInMessagesThatWereRestoredWithoutThem() {
    var origin =
        new FakeOrigin(b -> b.sources = List.of(source("O", ""), source("P", "f")), "$JS.API");
    var rig = origin.rig;
    rig.shard.advance(SECOND);
    assertEquals(2, origin.requests.size());
    // The one that was asked last is the one that the fake origin speaks for.
    var last = origin.requests.getLast().contains("\"stream_name\":\"O\"") ? "O" : "P";
    origin.give(4, "f", "", "x");
    rig.reopenWithoutState();
    rig.shard.advance(3 * SECOND);
    var asked =
        origin.requests.subList(2, 4).stream()
            .filter(request -> request.contains("\"stream_name\":\"" + last + "\""))
            .findFirst()
            .orElseThrow();
    assertTrue(asked.contains("\"opt_start_seq\":5"), asked);
  }

  @Test
  void aMessageThatFindsNoRoomComesAgain() {
    var origin =
        new FakeOrigin(
            b -> {
              b.sources = List.of(new StreamSource("O"));
              b.discard = Discard.NEW;
              b.maxMsgs = 2;
            },
            "$JS.API");
    var rig = origin.rig;
    rig.shard.advance(SECOND);
    for (var i = 1; i <= 4; i++) {
      origin.give(i, "a", "", "m" + i);
    }
    assertEquals("1:a 2:a", rig.messages());
    rig.shard.advance(3 * SECOND);
    assertTrue(origin.requests.getLast().contains("\"opt_start_seq\":3"));
    rig.remove(1);
    origin.give(3, "a", "", "m3");
    assertEquals("2:a 3:a", rig.messages());
    assertTrue(rig.body(3).endsWith("m3"));
  }

  @Test
  void aMirrorThatIsPromotedLetsItsOriginGo() {
    var origin = mirror();
    origin.give(1, "a", "", "x");
    origin.rig.change(b -> {
      b.mirror = null;
      b.subjects = List.of("s.>");
    });
    origin.give(2, "a", "", "x");
    origin.rig.publish("s.a");
    assertEquals("1:a 2:s.a", origin.rig.messages());
    assertEquals("{}", origin.info());
  }

  private static final String FIRST = "2026-01-01T00:00:00Z";
  private static final String SECOND_TIME = "2026-02-02T00:00:00.123456789Z";

  @Test
  void whatTheOriginDeletedIsSkippedAndCounted() {
    var origin = mirror();
    origin.give(1, "a", "", "x");
    origin.give(5, "a", "", "x");
    assertEquals("1:a 5:a", origin.rig.messages());
    assertEquals(3, origin.status().skipped());
    assertEquals(5, origin.status().sequence());
  }

  @Test
  void anOriginThatIsBackInReachIsAskedAtOnce() {
    var origin = new FakeOrigin(b -> b.mirror = new StreamSource("O"), "$JS.API");
    origin.refusal = "{\"error\":{\"code\":503,\"err_code\":10008,\"description\":\"x\"}}";
    origin.reachable(true);
    origin.reachable(false);
    origin.rig.shard.advance(600 * SECOND);
    var before = origin.requests.size();
    assertEquals(OriginStatus.State.UNREACHABLE, origin.status().state());
    origin.refusal = "";
    origin.reachable(true);
    origin.rig.shard.advance(3 * SECOND);
    assertEquals(before + 1, origin.requests.size());
    origin.give(1, "a", "", "x");
    assertEquals("1:a", origin.rig.messages());
    assertEquals(2, origin.status().restarts());
  }

  @Test
  void lagIsProvenByTheOriginItselfAndNotForLong() {
    var origin = mirror();
    origin.give(1, "a", "", "x");
    assertEquals(2, origin.status().lag());
    assertEquals(OriginStatus.State.CATCHING_UP, origin.status().state());
    assertTrue(origin.status().proven());
    origin.rig.shard.advance(2 * SECOND);
    assertFalse(origin.status().proven());
    origin.heartbeat();
    assertTrue(origin.status().proven());
    origin.rig.shard.advance(3 * SECOND);
    assertFalse(origin.status().proven());
  }

  @Test
  void aSourceOfAStreamThatWasMadeAnewBeginsAnew() {
    var origin = new FakeOrigin(b -> b.sources = List.of(source("O", "")), "$JS.API");
    var rig = origin.rig;
    var said = origin.says(FIRST, 7);
    rig.shard.advance(SECOND);
    origin.give(7, "a", "", "old");
    rig.restart();
    said.close();
    origin.says(SECOND_TIME, 1);
    rig.shard.advance(3 * SECOND);
    assertTrue(origin.requests.getLast().contains("\"deliver_policy\":\"all\""));
    origin.give(1, "a", "", "new");
    assertEquals("1:a 2:a", rig.messages());
    assertTrue(rig.body(2).endsWith("new"));
    assertTrue(origin.status().reason().contains("created anew"));
  }

  @Test
  void aMirrorOfAStreamThatWasMadeAnewKeepsWhatItHasAndSaysSo() {
    var origin = new FakeOrigin(b -> b.mirror = new StreamSource("O"), "$JS.API");
    var rig = origin.rig;
    var said = origin.says(FIRST, 2);
    rig.shard.advance(SECOND);
    origin.give(1, "a", "", "old");
    origin.give(2, "a", "", "old");
    var requests = origin.requests.size();
    said.close();
    said = origin.says(SECOND_TIME, 1);
    for (var i = 0; i < 10; i++) {
      origin.heartbeat();
      rig.shard.advance(SECOND);
    }
    assertEquals(OriginStatus.State.ORIGIN_REPLACED, origin.status().state());
    assertTrue(origin.info().contains("created anew"), origin.info());
    assertEquals(requests, origin.requests.size());
    assertEquals("1:a 2:a", rig.messages());
    said.close();
    origin.says(FIRST, 3);
    rig.shard.advance(6 * SECOND);
    origin.give(3, "a", "", "back");
    assertEquals("1:a 2:a 3:a", rig.messages());
  }

  @Test
  void anOriginThatGivesLessThanItHasIsAskedAnew() {
    var origin = mirror();
    origin.give(1, "a", "", "x");
    origin.says(FIRST, 5);
    var before = origin.requests.size();
    for (var i = 0; i < 18; i++) {
      origin.heartbeat();
      origin.rig.shard.advance(SECOND);
    }
    assertEquals(before + 1, origin.requests.size());
    assertTrue(origin.status().reason().contains("more than it gave"));
  }

  @Test
  void anOriginThatLostWhatIsHereIsNamed() {
    var origin = mirror();
    origin.give(1, "a", "", "x");
    origin.give(2, "a", "", "x");
    origin.says(FIRST, 1);
    origin.rig.restart();
    origin.rig.shard.advance(3 * SECOND);
    assertEquals(OriginStatus.State.ORIGIN_BEHIND, origin.status().state());
    assertTrue(origin.status().reason().contains("ended at 1, behind 2"));
  }
}

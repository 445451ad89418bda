package io.frond.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.frond.testkit.ManualOutlet.Sent;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Direct get (ADR-31), with a real stream in memory.
class DirectApiTest {
  private final FakeEngine engine = new FakeEngine();

  @BeforeEach
  void fill() {
    engine.ask(
        "STREAM.CREATE.A",
        "{\"name\":\"A\",\"subjects\":[\"a.>\"],\"storage\":\"memory\",\"allow_direct\":true}");
    engine.publish("A", "a.1", "K: v", "one");
    engine.publish("A", "a.2", "", "two");
    engine.shard.advance(1_000_000_000);
    engine.publish("A", "a.1", "", "three");
    engine.publish("A", "a.3", "", "four");
  }

  private static String headers(Sent sent) {
    return sent.headers().replace("\r\n", "|");
  }

  private String status(String subject, String request) {
    var sent = engine.direct(subject, request);
    assertEquals(1, sent.size());
    return headers(sent.getFirst());
  }

  @Test
  void messageComesWithHeadersThatTellWhereItIsFrom() {
    var sent = engine.direct("A", "{\"seq\":1}");
    assertEquals(1, sent.size());
    assertEquals(
        "NATS/1.0|K: v|Nats-Stream: A|Nats-Subject: a.1|Nats-Sequence: 1"
            + "|Nats-Time-Stamp: 2023-11-14T22:13:20Z||",
        headers(sent.getFirst()));
    assertEquals("one", sent.getFirst().payload());
    var last = engine.direct("A", "{\"last_by_subj\":\"a.1\"}").getFirst();
    assertEquals(
        "NATS/1.0|Nats-Stream: A|Nats-Subject: a.1|Nats-Sequence: 3"
            + "|Nats-Time-Stamp: 2023-11-14T22:13:21Z||",
        headers(last));
    assertEquals("three", engine.direct("A.a.1", "").getFirst().payload());
    assertEquals("four", engine.direct("A", "{\"last_by_subj\":\"a.*\"}").getFirst().payload());
    assertEquals(
        "three",
        engine.direct("A", "{\"start_time\":\"2023-11-14T22:13:20.5Z\"}").getFirst().payload());
    var bare = engine.direct("A", "{\"seq\":1,\"no_hdr\":true}").getFirst();
    assertEquals(0, bare.headerLength());
    assertEquals("one", bare.payload());
  }

  @Test
  void whatCannotBeGivenHasItsStatus() {
    assertEquals("NATS/1.0 404 Message Not Found||", status("A", "{\"seq\":9}"));
    assertEquals("NATS/1.0 404 Message Not Found||", status("A.a.9", ""));
    assertEquals("NATS/1.0 408 Empty Request||", status("A", ""));
    assertEquals("NATS/1.0 408 Empty Request||", status("A", "{}"));
    assertEquals("NATS/1.0 408 Malformed Request||", status("A", "{"));
    assertEquals("NATS/1.0 408 Empty Request||", status("A", "null"));
    assertEquals("NATS/1.0 404 Message Not Found||", status("A", "{\"seq\":18446744073709551615}"));
    assertEquals("NATS/1.0 408 Malformed Request||", status("A", "{\"seq\":\"x\"}"));
    assertEquals("NATS/1.0 408 Bad Request||", status("A", "{\"seq\":1,\"last_by_subj\":\"a.1\"}"));
    assertEquals("NATS/1.0 408 Bad Request||", status("A.a.1", "{\"seq\":1}"));
    assertEquals("NATS/1.0 503|Nats-Subject: $JS.API.DIRECT.GET.B||", status("B", "{\"seq\":1}"));
    assertEquals("NATS/1.0 404 No Results||", status("A", "{\"multi_last\":[\"b.*\"]}"));
  }

  @Test
  void batchEndsWithWhatIsLeft() {
    var sent = engine.direct("A", "{\"seq\":1,\"batch\":3}");
    assertEquals(List.of("one", "two", "three", ""), sent.stream().map(Sent::payload).toList());
    assertTrue(
        headers(sent.get(1)).contains("|Nats-Num-Pending: 2|Nats-Last-Sequence: 1||"),
        headers(sent.get(1)));
    assertEquals(
        "NATS/1.0 204 EOB|Nats-Num-Pending: 1|Nats-Last-Sequence: 3||", headers(sent.getLast()));
    var filtered = engine.direct("A", "{\"next_by_subj\":\"a.1\",\"batch\":9}");
    assertEquals(List.of("one", "three", ""), filtered.stream().map(Sent::payload).toList());
    var byBytes = engine.direct("A", "{\"seq\":1,\"batch\":9,\"max_bytes\":26}");
    assertEquals(List.of("one", "two", ""), byBytes.stream().map(Sent::payload).toList());
  }

  @Test
  void aBatchOfLessThanNothingIsOver() {
    assertTrue(
        status("A", "{\"seq\":1,\"batch\":-1}").startsWith("NATS/1.0 204 EOB|Nats-Num-Pending: "));
    assertTrue(
        status("A", "{\"next_by_subj\":\"none\",\"batch\":-1}")
            .startsWith("NATS/1.0 204 EOB|Nats-Num-Pending: 0|"));
  }

  @Test
  void slowReceiverGetsABatchInParts() {
    engine.outlet.crowded(true);
    engine.outlet.interested("answers");
    engine.outlet.take();
    engine.send(FakeEngine.ACCOUNT, "DIRECT.GET.A", "", "{\"seq\":1,\"batch\":9}");
    assertEquals(1, engine.outlet.take().size());
    engine.outlet.crowded(false);
    engine.shard.advance(1_000_000_000);
    assertEquals(4, engine.outlet.take().size());
  }

  @Test
  void newestOfManySubjectsAreAsTheyWereAtOneMoment() {
    var now = engine.direct("A", "{\"multi_last\":[\"a.*\"]}");
    assertEquals(List.of("two", "three", "four", ""), now.stream().map(Sent::payload).toList());
    assertEquals(
        "NATS/1.0 204 EOB|Nats-Num-Pending: 0|Nats-Last-Sequence: 4|Nats-UpTo-Sequence: 4||",
        headers(now.getLast()));
    var before = engine.direct("A", "{\"multi_last\":[\"a.1\",\"a.2\"],\"up_to_seq\":2}");
    assertEquals(List.of("one", "two", ""), before.stream().map(Sent::payload).toList());
    var byTime =
        engine.direct("A", "{\"multi_last\":[\"a.*\"],\"up_to_time\":\"2023-11-14T22:13:20.5Z\"}");
    assertEquals(List.of("one", "two", ""), byTime.stream().map(Sent::payload).toList());
    var two = engine.direct("A", "{\"multi_last\":[\"a.*\"],\"batch\":2}");
    assertEquals(
        "NATS/1.0 204 EOB|Nats-Num-Pending: 1|Nats-Last-Sequence: 3|Nats-UpTo-Sequence: 4||",
        headers(two.getLast()));
  }

  @Test
  void tooManySubjectsAreRefused() {
    Stream.iterate(0, i -> i + 1)
        .limit(1025)
        .forEach(i -> engine.publish("A", "a.many." + i, "", "x"));
    assertEquals("NATS/1.0 413 Too Many Results||", status("A", "{\"multi_last\":[\"a.many.*\"]}"));
  }
}

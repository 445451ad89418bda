package io.frond.outage;

import static io.frond.outage.Messages.message;
import static io.frond.outage.Messages.text;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.frond.options.OutageOptions;
import io.frond.options.OutageOptions.Discard;
import io.frond.options.OutageOptions.LinkRules;
import io.frond.wire.MessageFrame;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class SourceLogTest {
  private static final int GROUP = 100;

  private final ManualClock clock = new ManualClock();
  private final SourceLog log = log(1 << 20, Duration.ofHours(1), Discard.OLD, 1 << 20);

  private SourceLog log(long maxBytes, Duration maxAge, Discard discard, long memoryMax) {
    var options =
        new OutageOptions(
            true,
            maxBytes,
            maxAge,
            discard,
            Duration.ofHours(1),
            Duration.ofMillis(100),
            LinkRules.DEFAULT);
    var times = new Times(clock, clock.nanos(), clock.wallMillis());
    return new SourceLog(
        "id", 0, 7L << 32, memoryMax, options, new Budget(1, maxBytes), times, () -> {});
  }

  private static long append(SourceLog log, String body, int... sessions) {
    return log.append(message("s", body), sessions, sessions.length);
  }

  private static List<String> rest(Cursor cursor) {
    var bodies = new ArrayList<String>();
    for (@Nullable Entry entry; (entry = cursor.next()) != null; ) {
      bodies.add(text(entry.body()));
    }
    assertTrue(cursor.isAtEnd());
    return bodies;
  }

  private List<String> rest(int session) {
    return rest(log.cursor(session, 0, () -> {}));
  }

  @Test
  void sequencesRiseFromTheStart() {
    log.add(1, GROUP, log.last());
    assertEquals((7L << 32) + 1, append(log, "a", 1));
    assertEquals((7L << 32) + 2, append(log, "b"));
    assertEquals((7L << 32) + 3, append(log, "c", 2));
    assertEquals((7L << 32) + 3, log.last());
    assertEquals(List.of("a"), rest(1));
  }

  @Test
  void anEntryIsAsItWasAppended() {
    log.add(1, GROUP, log.last());
    var headers = "NATS/1.0\r\n\r\n".getBytes(UTF_8);
    var body = "NATS/1.0\r\n\r\npayload".getBytes(UTF_8);
    var frame = MessageFrame.of("a.b".getBytes(UTF_8), "r".getBytes(UTF_8), headers.length, body);
    var queues = new byte[][] {"q1".getBytes(UTF_8), "queue".getBytes(UTF_8), new byte[0]};
    var message = new OutageMessage().of(frame, "@x.y".getBytes(UTF_8), queues, 2);
    clock.set(clock.wallMillis() + 1000);
    log.tick();
    var sequence = log.append(message, new int[] {1}, 1);
    var entry = log.cursor(1, 0, () -> {}).next();
    assertNotNull(entry);
    assertEquals(sequence, entry.sequence());
    assertEquals(clock.wallMillis(), entry.timeMillis());
    assertEquals("a.b", text(entry.subject()));
    assertEquals("r@x.y", text(entry.reply()));
    assertEquals(headers.length, entry.headerLength());
    assertArrayEquals(body, entry.body());
    assertEquals(2, entry.queueCount());
    assertEquals("q1", text(entry.queues()[0]));
    assertEquals("queue", text(entry.queues()[1]));
    assertFalse(entry.isForAll());
    var again = entry.frame(MessageFrame.blank());
    assertEquals("a.b", again.subjectText());
    assertEquals("r@x.y", text(again.reply()));
    assertEquals(headers.length, again.headerLength());
    assertArrayEquals(body, again.body());
    var end = again.bodyAt() + again.size();
    assertEquals('\r', again.buffer().get(end));
    assertEquals('\n', again.buffer().get(end + 1));
  }

  @Test
  void eachSessionGetsItsOwnInOrder() {
    log.add(1, GROUP, log.last());
    log.add(2, GROUP, log.last());
    append(log, "a", 1);
    append(log, "b", 2);
    append(log, "c", 1, 2);
    log.appendToGroup(message("s", "d"), GROUP);
    append(log, "e", 2, 1);
    assertEquals(List.of("a", "c", "d", "e"), rest(1));
    assertEquals(List.of("b", "c", "d", "e"), rest(2));
    log.add(3, GROUP, log.last());
    log.appendToGroup(message("s", "f"), GROUP);
    assertEquals(List.of("f"), rest(3));
    log.add(4, GROUP + 1, log.last());
    log.appendToGroup(message("s", "g"), GROUP);
    assertEquals(List.of(), rest(4));
  }

  @Test
  void whatAllHaveSettledIsGone() {
    log.add(1, GROUP, log.last());
    log.add(2, GROUP, log.last());
    var a = append(log, "a", 1, 2);
    var b = log.appendToGroup(message("s", "b"), GROUP);
    var c = append(log, "c", 1, 2);
    log.settled(1, b);
    assertEquals(List.of("c"), rest(1));
    assertEquals(List.of("a", "b", "c"), rest(2));
    assertEquals(b, log.settled(1));
    log.settled(1, a);
    assertEquals(b, log.settled(1));
    log.settled(2, a);
    assertEquals(2, entries());
    log.settled(2, b);
    assertEquals(1, entries());
    log.settled(2, c);
    log.settled(1, c);
    assertEquals(0, entries());
  }

  private long entries() {
    log.tick();
    return log.stats().entries();
  }

  @Test
  void aSessionThatIsRemovedNeedsNothing() {
    log.add(1, GROUP, log.last());
    log.add(2, GROUP, log.last());
    append(log, "a", 1);
    append(log, "b", 1, 2);
    log.appendToGroup(message("s", "c"), GROUP);
    log.remove(1);
    assertFalse(log.knows(1));
    assertEquals(-1, log.settled(1));
    assertNull(log.stats(1));
    assertEquals(2, entries());
    append(log, "d", 1);
    assertEquals(List.of("b", "c"), rest(2));
    log.remove(2);
    assertEquals(0, entries());
    log.remove(2);
    log.settled(2, log.last());
  }

  @Test
  void aCursorSeesWhatComesLater() {
    log.add(1, GROUP, log.last());
    var cursor = log.cursor(1, log.last(), () -> {});
    assertNull(cursor.next());
    assertTrue(cursor.isAtEnd());
    append(log, "a", 1);
    var b = append(log, "b", 1);
    assertEquals(List.of("a", "b"), rest(cursor));
    log.settled(1, b);
    log.appendToGroup(message("s", "c"), GROUP);
    var d = append(log, "d", 1);
    assertFalse(cursor.isAtEnd());
    assertEquals(List.of("c", "d"), rest(cursor));
    cursor.rewind(b);
    assertEquals(List.of("c", "d"), rest(cursor));
    cursor.rewind(0);
    assertEquals(List.of("c", "d"), rest(cursor));
    cursor.rewind(d);
    assertEquals(List.of(), rest(cursor));
    assertEquals(d, cursor.after());
  }

  @Test
  void whatIsSettledAheadOfACursorIsPassed() {
    log.add(1, GROUP, log.last());
    log.add(2, GROUP, log.last());
    var cursor = log.cursor(1, log.last(), () -> {});
    append(log, "a", 1);
    log.appendToGroup(message("s", "b"), GROUP);
    var c = append(log, "c", 1, 2);
    append(log, "d", 1);
    log.settled(1, c);
    assertEquals(List.of("d"), rest(cursor));
  }

  @Test
  void anotherCursorEndsTheFirst() {
    log.add(1, GROUP, log.last());
    var first = log.cursor(1, 0, () -> {});
    var second = log.cursor(1, 0, () -> {});
    assertThrows(IllegalStateException.class, first::next);
    first.close();
    assertNull(second.next());
    log.remove(1);
    assertThrows(IllegalStateException.class, second::next);
    assertThrows(IllegalArgumentException.class, () -> log.cursor(1, 0, () -> {}));
  }

  @Test
  void theOldestGivesWay() {
    var small = log(2000, Duration.ZERO, Discard.OLD, 1 << 20);
    small.add(1, GROUP, small.last());
    small.add(2, GROUP, small.last());
    for (var i = 0; i < 100; i++) {
      append(small, "x" + i, 1);
    }
    small.appendToGroup(message("s", "all"), GROUP);
    small.settled(2, small.last());
    small.tick();
    var stats = small.stats();
    assertEquals(101, stats.appended());
    assertEquals(101, stats.entries() + stats.discardedByLimit());
    assertTrue(stats.bytes() <= 2000 && stats.bytes() > 1800, stats.toString());
    var left = rest(small.cursor(1, 0, () -> {}));
    assertEquals(stats.entries(), left.size());
    assertEquals(List.of("x98", "x99", "all"), left.subList(left.size() - 3, left.size()));
    var ofSession = small.stats(1);
    assertNotNull(ofSession);
    assertEquals(stats.discardedByLimit(), ofSession.discardedByLimit());
    for (var i = 0; i < 100; i++) {
      append(small, "y" + i, 1);
    }
    var other = small.stats(2);
    assertNotNull(other);
    assertEquals(0, other.discarded(), "it had settled all that was given up");
  }

  @Test
  void theNewGivesWayWhereItIsToldTo() {
    var small = log(2000, Duration.ZERO, Discard.NEW, 1 << 20);
    small.add(1, GROUP, small.last());
    var taken = 0;
    for (var i = 0; i < 100; i++) {
      taken += append(small, "x" + i, 1) == 0 ? 0 : 1;
    }
    assertEquals(0, small.appendToGroup(message("s", "y"), GROUP));
    assertEquals((7L << 32) + taken, small.last());
    var left = rest(small.cursor(1, 0, () -> {}));
    assertEquals("x0", left.getFirst());
    assertEquals(taken, left.size());
    var stats = small.stats(1);
    assertNotNull(stats);
    assertEquals(101 - taken, stats.discardedByLimit());
    small.settled(1, small.last());
    assertTrue(append(small, "z", 1) > 0);
  }

  @Test
  void memoryIsBounded() {
    var small = log(1 << 30, Duration.ZERO, Discard.OLD, 4 * Chunk.BYTES);
    small.add(1, GROUP, small.last());
    var body = "x".repeat(1000);
    for (var i = 0; i < 2000; i++) {
      append(small, body, 1);
    }
    small.tick();
    var stats = small.stats();
    assertEquals(2000, stats.entries() + stats.discardedByLimit());
    assertTrue(stats.bytes() <= 4 * Chunk.BYTES && stats.bytes() > 2 * Chunk.BYTES);
    assertEquals(stats.entries(), rest(small.cursor(1, 0, () -> {})).size());
  }

  @Test
  void entriesLargerThanAChunkAreTaken() {
    log.add(1, GROUP, log.last());
    append(log, "a", 1);
    append(log, "b".repeat(200_000), 1);
    append(log, "c", 1);
    assertEquals(List.of("a", "b".repeat(200_000), "c"), rest(1));
    log.settled(1, log.last());
    append(log, "d".repeat(300_000), 1);
    log.settled(1, log.last());
    append(log, "e", 1);
    assertEquals(List.of("e"), rest(1));
  }

  @Test
  void whatIsTooOldGoesWhateverTheWallClockShows() {
    log.add(1, GROUP, log.last());
    append(log, "a", 1);
    clock.pass(Duration.ofMinutes(40).toMillis());
    clock.set(clock.wallMillis() + Duration.ofDays(400).toMillis());
    append(log, "b", 1);
    assertEquals(2, entries());
    clock.set(0);
    assertEquals(2, entries());
    clock.pass(Duration.ofMinutes(21).toMillis());
    assertEquals(1, entries());
    assertEquals(1, log.stats().discardedByAge());
    assertEquals(Duration.ofMinutes(21).toMillis(), log.stats().oldestMillis());
    assertEquals(List.of("b"), rest(1));
    clock.pass(Duration.ofMinutes(60).toMillis());
    assertEquals(0, entries());
    var stats = log.stats(1);
    assertNotNull(stats);
    assertEquals(2, stats.discardedByAge());
  }
}

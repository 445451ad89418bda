package io.frond.outage;

import static io.frond.outage.Messages.message;
import static io.frond.outage.Messages.text;
import static io.frond.outage.TestLogs.GROUP;
import static io.frond.outage.TestLogs.append;
import static io.frond.outage.TestLogs.rest;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.frond.options.OutageOptions.Discard;
import io.frond.testkit.FaultyDisk;
import io.frond.wire.MessageFrame;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What a log does wherever it keeps its entries.
abstract class SourceLogContract {
  final TestLogs logs = new TestLogs(new FaultyDisk(1), new ManualClock());
  private final ManualClock clock = logs.clock;
  private SourceLog log;

  SourceLogContract() throws IOException {
    log = open();
  }

  abstract SourceLog open() throws IOException;

  private SourceLog log(Duration maxAge, Discard discard) throws IOException {
    logs.maxBytes = 1 << 20;
    logs.maxAge = maxAge;
    logs.discard = discard;
    return open();
  }

  private List<String> restOf(int session) {
    return rest(log, session);
  }

  @Test
  void sequencesRiseFromTheStart() {
    log.add(1, GROUP, log.last());
    var first = log.last();
    assertEquals(first + 1, append(log, "a", 1));
    assertEquals(first + 2, append(log, "b"));
    assertEquals(first + 3, append(log, "c", 2));
    assertEquals(first + 3, log.last());
    assertEquals(List.of("a"), restOf(1));
  }

  @Test
  void sequencesThatOthersKnowAreNotUsedAgain() {
    log.add(1, GROUP, log.last());
    var first = append(log, "a", 1);
    log.skipTo(first + 100);
    log.skipTo(first + 50);
    assertEquals(first + 101, append(log, "b", 1));
    assertEquals(List.of("a", "b"), restOf(1));
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
    assertEquals(List.of("a", "c", "d", "e"), restOf(1));
    assertEquals(List.of("b", "c", "d", "e"), restOf(2));
    log.add(3, GROUP, log.last());
    log.appendToGroup(message("s", "f"), GROUP);
    assertEquals(List.of("f"), restOf(3));
    log.add(4, GROUP + 1, log.last());
    log.appendToGroup(message("s", "g"), GROUP);
    assertEquals(List.of(), restOf(4));
  }

  @Test
  void whatAllHaveSettledIsGone() {
    log.add(1, GROUP, log.last());
    log.add(2, GROUP, log.last());
    var a = append(log, "a", 1, 2);
    var b = log.appendToGroup(message("s", "b"), GROUP);
    var c = append(log, "c", 1, 2);
    log.settled(1, b);
    assertEquals(List.of("c"), restOf(1));
    assertEquals(List.of("a", "b", "c"), restOf(2));
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
    assertFalse(log.settled(1) >= 0);
    assertEquals(-1, log.settled(1));
    assertNull(log.stats(1));
    assertEquals(2, entries());
    append(log, "d", 1);
    assertEquals(List.of("b", "c"), restOf(2));
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
  void theOldestGivesWay() throws IOException {
    logs.memoryMax = 16 << 20;
    var small = log(Duration.ZERO, Discard.OLD);
    small.add(1, GROUP, small.last());
    small.add(2, GROUP, small.last());
    var filler = "x".repeat(10_000);
    for (var i = 0; i < 200; i++) {
      append(small, filler + i, 1);
    }
    small.appendToGroup(message("s", "all"), GROUP);
    small.settled(2, small.last());
    small.tick();
    var stats = small.stats();
    assertEquals(201, stats.appended());
    assertEquals(201, stats.entries() + stats.discardedByLimit());
    assertTrue(stats.bytes() <= 1 << 20 && stats.bytes() > 900_000, stats.toString());
    var left = rest(small.cursor(1, 0, () -> {}));
    assertEquals(stats.entries(), left.size());
    assertEquals(
        List.of(filler + 198, filler + 199, "all"), left.subList(left.size() - 3, left.size()));
    var ofSession = small.stats(1);
    assertNotNull(ofSession);
    assertEquals(stats.discardedByLimit(), ofSession.discardedByLimit());
    for (var i = 0; i < 200; i++) {
      append(small, filler + i, 1);
    }
    var other = small.stats(2);
    assertNotNull(other);
    assertEquals(0, other.discarded(), "it had settled all that was given up");
  }

  @Test
  void theNewGivesWayWhereItIsToldTo() throws IOException {
    logs.memoryMax = 16 << 20;
    var small = log(Duration.ZERO, Discard.NEW);
    small.add(1, GROUP, small.last());
    var taken = 0;
    var filler = "x".repeat(10_000);
    for (var i = 0; i < 200; i++) {
      taken += append(small, filler + i, 1) == 0 ? 0 : 1;
    }
    assertTrue(taken > 90 && taken < 110, "taken: " + taken);
    assertEquals(0, small.appendToGroup(message("s", filler), GROUP));
    var left = rest(small.cursor(1, 0, () -> {}));
    assertEquals(filler + 0, left.getFirst());
    assertEquals(taken, left.size());
    var stats = small.stats(1);
    assertNotNull(stats);
    assertEquals(201 - taken, stats.discardedByLimit());
    small.settled(1, small.last());
    assertTrue(append(small, "z", 1) > 0);
  }

  @Test
  void entriesLargerThanAChunkAreTaken() {
    log.add(1, GROUP, log.last());
    append(log, "a", 1);
    append(log, "b".repeat(200_000), 1);
    append(log, "c", 1);
    assertEquals(List.of("a", "b".repeat(200_000), "c"), restOf(1));
    log.settled(1, log.last());
    append(log, "d".repeat(300_000), 1);
    log.settled(1, log.last());
    append(log, "e", 1);
    assertEquals(List.of("e"), restOf(1));
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
    assertEquals(List.of("b"), restOf(1));
    clock.pass(Duration.ofMinutes(60).toMillis());
    assertEquals(0, entries());
    var stats = log.stats(1);
    assertNotNull(stats);
    assertEquals(2, stats.discardedByAge());
  }
}

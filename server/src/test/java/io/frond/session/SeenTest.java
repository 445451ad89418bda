package io.frond.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.frond.session.Seen.Verdict;
import java.util.ArrayDeque;
import org.junit.jupiter.api.Test;

/// Which messages of a source are new.
class SeenTest {
  private static final long START = 1_700_000_000L << 32;

  private final Seen seen = new Seen("s", START, Runnable::run);
  private final Way own = new Way(true);
  private final Way other = new Way(false);

  @Test
  void whatComesDirectlyIsNewOnce() {
    assertEquals(Verdict.SEEN, seen.direct(own, START));
    assertEquals(Verdict.NEW, seen.direct(own, START + 1));
    assertEquals(Verdict.NEW, seen.direct(own, START + 5));
    assertEquals(Verdict.SEEN, seen.direct(own, START + 5));
    assertEquals(Verdict.SEEN, seen.direct(own, START + 3));
    assertEquals(START + 5, seen.direct());
    assertEquals(3, seen.duplicates());
  }

  @Test
  void whatWasRelayedAndComesDirectlyIsRelayedOn() {
    assertEquals(Verdict.NEW, seen.relayed(other, START + 2));
    assertEquals(Verdict.SEEN, seen.relayed(other, START + 2));
    assertEquals(Verdict.NEW, seen.direct(own, START + 1));
    assertEquals(Verdict.RELAY, seen.direct(own, START + 2));
    assertEquals(Verdict.SEEN, seen.relayed(other, START + 2));
    assertEquals(Verdict.NEW, seen.direct(own, START + 3));
    assertEquals(Verdict.NEW, seen.relayed(other, START + 4));
  }

  @Test
  void relayedMessagesMayOvertakeEachOther() {
    assertEquals(Verdict.NEW, seen.relayed(other, START + 9));
    assertEquals(Verdict.NEW, seen.relayed(other, START + 3));
    assertEquals(Verdict.NEW, seen.relayed(other, START + 1000));
    assertEquals(Verdict.SEEN, seen.relayed(other, START + 9));
    assertEquals(Verdict.SEEN, seen.relayed(other, START + 3));
    assertEquals(Verdict.NEW, seen.relayed(other, START + 4));
  }

  @Test
  void aServerThatStartedAnewIsNewWhateverCameBefore() {
    for (var i = 1; i < 1000; i++) {
      seen.relayed(other, START + i);
    }
    var next = START + (5L << 32);
    assertEquals(Verdict.NEW, seen.relayed(other, next + 1));
    assertEquals(Verdict.NEW, seen.relayed(other, next + 700));
    assertEquals(Verdict.SEEN, seen.relayed(other, START + 5));
    assertEquals(Verdict.NEW, seen.direct(own, next + 2));
    assertEquals(Verdict.RELAY, seen.direct(own, next + 700));
  }

  @Test
  void whatAnotherServerHasIsTakenLateUntilThatServerWasHeard() {
    var heard = new ArrayDeque<Runnable>();
    var late = new Seen("s", START, heard::add);
    assertEquals(Verdict.NEW, late.relayed(other, START + 1));
    assertEquals(Verdict.NEW, late.direct(own, START + 500_000));
    assertEquals(Verdict.NEW, late.direct(own, START + 500_002));
    assertEquals(Verdict.LATE, late.relayed(other, START + 2));
    assertEquals(Verdict.LATE, late.relayed(other, START + 499_999));
    assertEquals(Verdict.SEEN, late.relayed(other, START + 2));
    assertEquals(Verdict.SEEN, late.relayed(other, START + 500_001));
    assertEquals(2, late.late());
    assertEquals(2, late.ways());
    heard.forEach(Runnable::run);
    assertEquals(1, late.ways());
    assertEquals(Verdict.SEEN, late.relayed(other, START + 3));
  }

  @Test
  void moreWaysThanCanBeToldApartAreNotWaitedFor() {
    var many = new Seen("s", START, _ -> {});
    for (var i = 1; i < 10 * Seen.WAYS_MAX; i++) {
      assertEquals(Verdict.NEW, many.direct(new Way(true), START + 10L * i));
      assertTrue(many.ways() <= Seen.WAYS_MAX);
    }
    assertEquals(9 * Seen.WAYS_MAX - 1, many.overtaken());
    assertEquals(Verdict.SEEN, many.relayed(other, START + 5));
    assertEquals(Verdict.LATE, many.relayed(other, START + 100L * Seen.WAYS_MAX - 25));
  }
}

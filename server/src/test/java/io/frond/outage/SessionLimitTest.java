package io.frond.outage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.frond.options.OutageOptions.Discard;
import io.frond.options.OutageOptions.SessionRules;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/// How much may be kept for one session.
class SessionLimitTest {
  private static SessionLimits limits(long bytes, Duration age, Discard discard) {
    return new SessionLimits(new SessionRules(bytes, age, null, null), discard, 2);
  }

  @Test
  void theOldestGiveWayAStepAtATime() {
    var limit = new SessionLimit(limits(64_000, Duration.ZERO, Discard.OLD), 0);
    for (var i = 1; i <= 64; i++) { // a step has a thousand bytes
      assertFalse(limit.refuses(1_000));
      limit.added(i, 1_000, 1, 0);
      assertNull(limit.excess());
    }
    limit.added(65, 1_000, 1, 0);
    var first = limit.excess();
    assertNotNull(first);
    assertEquals(1, first.last());
    assertEquals(1, first.entries());
    assertNull(limit.excess());
    limit.settled(40);
    for (var i = 66; i <= 104; i++) {
      limit.added(i, 1_000, 1, 0);
      assertNull(limit.excess());
    }
    limit.added(105, 1_000, 1, 0);
    var next = limit.excess();
    assertNotNull(next);
    assertEquals(41, next.last());
  }

  @Test
  void theNewAreRefusedWhereThatIsAsked() {
    var limit = new SessionLimit(limits(64_000, Duration.ZERO, Discard.NEW), 0);
    for (var i = 1; i <= 64; i++) {
      assertFalse(limit.refuses(1_000));
      limit.added(i, 1_000, 1, 0);
    }
    assertTrue(limit.refuses(1_000));
    limit.settled(1);
    assertFalse(limit.refuses(1_000));
  }

  @Test
  void allLogsShareTheLimit() {
    var limits = limits(64_000, Duration.ZERO, Discard.NEW);
    var one = new SessionLimit(limits, 0);
    var other = new SessionLimit(limits, 1);
    one.added(1, 40_000, 1, 0);
    assertFalse(one.refuses(20_000));
    other.added(1, 20_000, 1, 0);
    assertTrue(one.refuses(20_000));
    assertFalse(other.refuses(10_000), "within its even share");
    other.end();
    assertFalse(one.refuses(20_000));
  }

  @Test
  void whatIsTooOldIsGivenUp() {
    var limit = new SessionLimit(limits(0, Duration.ofSeconds(10), Discard.OLD), 0);
    limit.added(1, 100, 1, 1_000);
    limit.added(2, 100, 1, 1_100);
    limit.added(3, 100, 1, 5_000);
    assertNull(limit.excess());
    assertNull(limit.expired(11_000));
    var old = limit.expired(11_001);
    assertNotNull(old);
    assertEquals(2, old.last());
    assertEquals(2, old.entries());
    assertNull(limit.expired(15_000));
    assertNotNull(limit.expired(15_001));
    assertNull(limit.expired(99_999));
  }
}

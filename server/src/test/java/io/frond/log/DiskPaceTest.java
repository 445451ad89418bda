package io.frond.log;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/// When an event loop may wait for the disk.
class DiskPaceTest {
  private static final long MICROS = 1_000;
  private static final long MILLIS = 1_000_000;
  private static final long SECONDS = 1_000_000_000;

  private long now = System.nanoTime();
  private final DiskPace pace = new DiskPace(now);

  private void groups(int count, long nanos) {
    for (var i = 0; i < count; i++) {
      now += nanos;
      pace.took(nanos, 1_000, now);
    }
  }

  @Test
  void aDiskIsQuickWhenItWasSoForSomeGroups() {
    assertFalse(pace.isQuick(now));
    groups(3, 80 * MICROS);
    assertFalse(pace.isQuick(now));
    groups(10, 80 * MICROS);
    assertTrue(pace.isQuick(now));
  }

  @Test
  void aDiskThatTakesLongerOnAverageIsNot() {
    groups(100, 80 * MICROS);
    groups(100, 1 * MILLIS);
    assertFalse(pace.isQuick(now));
    groups(100, 80 * MICROS);
    assertTrue(pace.isQuick(now));
  }

  @Test
  void afterASlowGroupNobodyWaitsForAWhile() {
    groups(100, 80 * MICROS);
    groups(1, 20 * MILLIS);
    groups(100, 80 * MICROS);
    assertFalse(pace.isQuick(now + 900 * MILLIS));
    assertTrue(pace.isQuick(now + 1 * SECONDS));
  }

  @Test
  void theLongerTheDiskHangsTheLongerNobodyWaits() {
    groups(100, 80 * MICROS);
    groups(1, 2 * SECONDS);
    groups(1, 20 * MILLIS);
    groups(100, 80 * MICROS);
    assertFalse(pace.isQuick(now + 90 * SECONDS));
    assertTrue(pace.isQuick(now + 100 * SECONDS));
  }

  @Test
  void whatIsLargeMayTakeLonger() {
    groups(100, 80 * MICROS);
    pace.took(50 * MILLIS, 1 << 20, now);
    assertTrue(pace.isQuick(now));
  }
}

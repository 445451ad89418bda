package io.frond.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/// How much may be under way on which line.
class PaceTest {
  private static final int MAX = 3 << 20;

  private final Pace pace = new Pace();

  /// Sends as much as the window allows, again and again, over a line.
  ///
  /// @param bytesPerSecond that the line takes
  /// @param way how long it takes there and back when nothing waits
  private void fill(long bytesPerSecond, long way, int rounds) {
    for (var i = 0; i < rounds; i++) {
      var sent = pace.window();
      var first = way + nanos(4096, bytesPerSecond); // settled piece by piece
      pace.measured(4096, first, sent, MAX);
      pace.measured(sent, way + nanos(sent, bytesPerSecond), sent, MAX);
    }
  }

  private static long nanos(long bytes, long bytesPerSecond) {
    return bytes * 1_000_000_000 / bytesPerSecond;
  }

  private static long millis(long millis) {
    return TimeUnit.MILLISECONDS.toNanos(millis);
  }

  @Test
  void aFastLineGetsTheLargestWindow() {
    fill(100_000_000, millis(1), 20);
    assertEquals(MAX, pace.window());
    assertTrue(pace.isQuick());
  }

  @Test
  void aSlowLineGetsASmallOne() {
    fill(8_000, millis(20), 10);
    assertEquals(16 << 10, pace.window());
  }

  @Test
  void aMiddlingLineGetsWhatItTakesWithinAboutASecond() {
    fill(500_000, millis(20), 40);
    assertTrue(pace.window() >= 250_000 && pace.window() <= 1_000_000, () -> "" + pace.window());
  }

  @Test
  void aLongWayIsNotASlowLine() {
    fill(2_000_000, millis(600), 40); // by satellite
    assertTrue(pace.window() > 900_000, () -> "" + pace.window());
    fill(2_000_000, millis(1200), 40);
    assertTrue(pace.window() > 700_000, () -> "" + pace.window());
  }

  @Test
  void littleUnderWayTellsNothing() {
    fill(100_000_000, millis(1), 20);
    for (var i = 0; i < 100; i++) {
      pace.measured(100, millis(600), 100, MAX); // who settles takes its time
    }
    assertEquals(MAX, pace.window());
  }

  @Test
  void aNewCarrierBeginsCarefully() {
    fill(100_000_000, millis(1), 20);
    pace.begin();
    assertEquals(256 << 10, pace.window());
  }

  @Test
  void theRateHoldsOverTimeWhateverTheSizes() {
    var now = 0L;
    var rate = 10_000;
    var sent = 0L;
    for (var i = 0; now < TimeUnit.SECONDS.toNanos(60); i++) {
      var size = 1 + i * 7919 % 3000;
      var wait = pace.waitMillis(size, rate, now);
      if (wait == 0) {
        sent += size;
      } else {
        now += millis(wait);
      }
    }
    assertTrue(sent >= 590_000 && sent <= 610_000, "sent " + sent);
  }

  @Test
  void aLargeMessageIsPaidForAfterwards() {
    assertEquals(0, pace.waitMillis(1_000_000, 1000, 0));
    var wait = pace.waitMillis(10, 1000, 0);
    assertTrue(wait > 990_000 && wait < 1_000_100, () -> "waits " + wait);
    assertEquals(0, pace.waitMillis(10, 0, 0), "without a rate nobody waits");
  }
}

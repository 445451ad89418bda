package io.frond.monitor;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class GoTextTest {
  @Test
  void durationsAreGos() {
    assertEquals("0s", GoText.duration(0));
    assertEquals("999ns", GoText.duration(999));
    assertEquals("1.5µs", GoText.duration(1500));
    assertEquals("608µs", GoText.duration(608_000));
    assertEquals("1.234567ms", GoText.duration(1_234_567));
    assertEquals("1s", GoText.duration(1_000_000_000));
    assertEquals("1m2.5s", GoText.duration(62_500_000_000L));
    assertEquals("2h0m0s", GoText.duration(Duration.ofHours(2).toNanos()));
    assertEquals("-1ms", GoText.duration(-1_000_000));
  }

  @Test
  void roundTripsBelowAMillisecondAreInMicroseconds() {
    assertEquals("608µs", GoText.roundTrip(608_999));
    assertEquals("999ns", GoText.roundTrip(999));
    assertEquals("1.000001ms", GoText.roundTrip(1_000_001));
  }

  @Test
  void uptimesAreInWholeSecondsAndYears() {
    assertEquals("0s", GoText.uptime(999));
    assertEquals("0s", GoText.uptime(-5));
    assertEquals("59s", GoText.uptime(59_999));
    assertEquals("1m0s", GoText.uptime(60_000));
    assertEquals("1h1m1s", GoText.uptime(3_661_000));
    assertEquals("1d2h3m4s", GoText.uptime(Duration.parse("P1DT2H3M4S").toMillis()));
    assertEquals("1y0d0h0m0s", GoText.uptime(Duration.ofDays(365).toMillis()));
  }
}

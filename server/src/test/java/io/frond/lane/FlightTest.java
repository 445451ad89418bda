package io.frond.lane;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/// What of a lane is on its way.
class FlightTest {
  @Test
  void acknowledgementsInAnyOrderSettleWhatIsBeforeThem() {
    var flight = new Flight(10, 0);
    for (var i = 11; i <= 14; i++) {
      flight.sent(i, 100, i, false);
    }
    assertTrue(flight.done(12));
    assertFalse(flight.done(12));
    assertEquals(10, flight.settled());
    assertTrue(flight.done(11));
    assertEquals(12, flight.settled());
    assertEquals(200, flight.bytes());
    flight.rewind();
    assertEquals(12, flight.cursor());
    assertTrue(flight.done(14), "an answer of an earlier run counts");
    assertTrue(flight.isDone(14));
    flight.sent(13, 100, 0, false);
    flight.sent(14, 0, 0, false);
    assertTrue(flight.done(13));
    assertEquals(14, flight.settled());
    assertFalse(flight.done(15), "nobody sent it");
    flight.skipTo(20);
    assertEquals(20, flight.cursor());
  }

  @Test
  void atTheEndAllIsSettledWhateverHappened() {
    var seed = Long.getLong("frond.seed", System.nanoTime());
    var random = new SplittableRandom(seed);
    for (var round = 0; round < 200; round++) {
      var flight = new Flight(0, 0);
      var onTheWay = new ArrayList<Long>();
      while (flight.settled() < 100) {
        switch (random.nextInt(8)) {
          case 0 -> flight.rewind();
          case 1, 2, 3 -> {
            var next = flight.cursor() + 1;
            if (next <= 100) {
              flight.sent(next, 1, 0, false);
              if (flight.isDone(next)) {
                flight.done(next);
              } else {
                onTheWay.add(next);
              }
            }
          }
          default -> {
            if (!onTheWay.isEmpty()) {
              var one = onTheWay.remove(random.nextInt(onTheWay.size()));
              if (random.nextInt(4) > 0) {
                flight.done(one);
              }
            }
          }
        }
        if (flight.cursor() == 100 && onTheWay.isEmpty()) {
          flight.rewind();
        }
      }
      assertEquals(0, flight.count(), "seed " + seed);
      assertEquals(0, flight.bytes(), "seed " + seed);
    }
  }
}

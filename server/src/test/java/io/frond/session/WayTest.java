package io.frond.session;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.HashSet;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// What has come by one way, compared with a set.
class WayTest {
  private static final long START = 1_700_000_000L << 32;

  @Test
  void itAgreesWithASet() {
    var seed = Long.getLong("frond.seed", System.nanoTime());
    var random = new Random(seed);
    for (var round = 0; round < 50; round++) {
      var direct = random.nextInt(4) == 0;
      var way = new Way(direct);
      var known = new HashSet<Long>();
      var first = Long.MAX_VALUE;
      var top = START;
      for (var i = 0; i < 5000; i++) {
        var jump = random.nextInt(200) == 0 ? random.nextInt(Way.WINDOW * 2) : 100;
        var sequence =
            random.nextBoolean()
                ? top + random.nextInt(jump + 1)
                : Math.max(START, top - random.nextInt(2000));
        if (i > 0) {
          var asked = top - random.nextInt(2 * Way.WINDOW) + 100;
          for (var each : new long[] {sequence, asked}) {
            var closed = each >= first && each <= (direct ? top : top - Way.WINDOW);
            var bit = each > top - Way.WINDOW && known.contains(each);
            assertEquals(closed || bit, way.covers(each), "seed " + seed + " step " + i);
          }
        }
        way.take(sequence);
        known.add(sequence);
        first = Math.min(first, sequence);
        top = Math.max(top, sequence);
        assertEquals(top, way.top(), "seed " + seed);
      }
    }
  }
}

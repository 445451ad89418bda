package io.frond.session;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.frond.session.Seen.Verdict;
import java.util.HashSet;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// Which messages of a source are new.
class SeenTest {
  private static final long START = 1_700_000_000L << 32;

  private final Seen seen = new Seen("s", START);

  @Test
  void whatComesDirectlyIsNewOnce() {
    assertEquals(Verdict.SEEN, seen.direct(START));
    assertEquals(Verdict.NEW, seen.direct(START + 1));
    assertEquals(Verdict.NEW, seen.direct(START + 5));
    assertEquals(Verdict.SEEN, seen.direct(START + 5));
    assertEquals(Verdict.SEEN, seen.direct(START + 3));
    assertEquals(START + 5, seen.direct());
    assertEquals(3, seen.duplicates());
  }

  @Test
  void whatWasRelayedAndComesDirectlyIsRelayedOn() {
    assertEquals(Verdict.NEW, seen.relayed(START + 2));
    assertEquals(Verdict.SEEN, seen.relayed(START + 2));
    assertEquals(Verdict.NEW, seen.direct(START + 1));
    assertEquals(Verdict.RELAY, seen.direct(START + 2));
    assertEquals(Verdict.SEEN, seen.relayed(START + 2));
    assertEquals(Verdict.NEW, seen.direct(START + 3));
    assertEquals(Verdict.NEW, seen.relayed(START + 4));
  }

  @Test
  void relayedMessagesMayOvertakeEachOther() {
    assertEquals(Verdict.NEW, seen.relayed(START + 9));
    assertEquals(Verdict.NEW, seen.relayed(START + 3));
    assertEquals(Verdict.NEW, seen.relayed(START + 1000));
    assertEquals(Verdict.SEEN, seen.relayed(START + 9));
    assertEquals(Verdict.SEEN, seen.relayed(START + 3));
    assertEquals(Verdict.NEW, seen.relayed(START + 4));
  }

  @Test
  void aServerThatStartedAnewIsNewWhateverCameBefore() {
    for (var i = 1; i < 1000; i++) {
      seen.relayed(START + i);
    }
    var next = START + (5L << 32);
    assertEquals(Verdict.NEW, seen.relayed(next + 1));
    assertEquals(Verdict.NEW, seen.relayed(next + 700));
    assertEquals(Verdict.SEEN, seen.relayed(START + 5));
    assertEquals(Verdict.NEW, seen.direct(next + 2));
    assertEquals(Verdict.RELAY, seen.direct(next + 700));
  }

  @Test
  void itAgreesWithASet() {
    var seed = Long.getLong("frond.seed", System.nanoTime());
    var random = new Random(seed);
    for (var round = 0; round < 50; round++) {
      var tested = new Seen("s", START);
      var known = new HashSet<Long>();
      var floor = START;
      var top = START;
      for (var i = 0; i < 5000; i++) {
        var what = "seed " + seed + " round " + round + " step " + i;
        if (random.nextInt(3) == 0) {
          var sequence = Math.max(START, floor + random.nextInt(40) - 10);
          var wanted =
              sequence <= floor
                  ? Verdict.SEEN
                  : known.contains(sequence) ? Verdict.RELAY : Verdict.NEW;
          assertEquals(wanted, tested.direct(sequence), what);
          floor = Math.max(floor, sequence);
        } else {
          var jump = random.nextInt(200) == 0 ? random.nextInt(Seen.WINDOW * 2) : 100;
          var sequence =
              random.nextBoolean()
                  ? top + random.nextInt(jump + 1)
                  : Math.max(START, top - random.nextInt(2000));
          var wanted = sequence <= floor || known.contains(sequence) ? Verdict.SEEN : Verdict.NEW;
          assertEquals(wanted, tested.relayed(sequence), what);
          if (wanted == Verdict.NEW) {
            known.add(sequence);
            top = Math.max(top, sequence);
            floor = Math.max(floor, sequence - Seen.WINDOW);
          }
        }
      }
    }
  }
}

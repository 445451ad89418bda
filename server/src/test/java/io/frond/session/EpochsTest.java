package io.frond.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.frond.options.OutageOptions;
import io.frond.outage.OutageClock;
import io.frond.outage.OutageLogs;
import io.frond.outage.SourceLog;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// Under which number of connections an entry was logged.
class EpochsTest {
  private final OutageLogs logs =
      OutageLogs.inMemory(
          OutageOptions.DEFAULT, List.of(Runnable::run), OutageClock.SYSTEM, new Random(1));
  private final SourceLog log = logs.log(0);
  private long connections;
  private final Epochs epochs = new Epochs(log, () -> connections);

  private void note(long sequence) {
    log.skipTo(sequence);
    epochs.look();
    epochs.note(sequence);
  }

  @Test
  void anEntryHasTheNumberThatThereWasWhenItWasLogged() {
    connections = 7;
    note(10);
    note(11);
    connections = 9;
    note(20);
    assertEquals(0, epochs.of(9));
    assertEquals(7, epochs.of(10));
    assertEquals(7, epochs.of(19));
    assertEquals(9, epochs.of(20));
    assertEquals(9, epochs.of(1000));
  }

  @Test
  void whatNobodyNeedsIsForgottenFirst() {
    log.add(1, 2, log.last());
    var first = log.last();
    for (var i = 1; i <= 10_000; i++) {
      connections++;
      note(first + i);
      if (i == 4000) {
        log.settled(1, first + 3900);
      } else if (i == 7000) {
        log.settled(1, first + 6900);
      }
    }
    for (var i = 6900; i <= 10_000; i++) {
      assertEquals(i, epochs.of(first + i));
    }
  }

  @Test
  void withoutEndEveryNoteStandsForMore() {
    log.add(1, 2, log.last());
    var first = log.last();
    for (var i = 1; i <= 100_000; i++) {
      connections++;
      note(first + i);
    }
    for (var i = 1; i <= 100_000; i++) {
      var off = i - epochs.of(first + i);
      assertTrue(off >= 0 && off < 64, "entry " + i + " is off by " + off);
    }
  }
}

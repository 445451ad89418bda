package io.frond.shard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class GroupingTest {
  private static final long COMMIT = 100_000;

  private final Grouping grouping = new Grouping();
  private long now = 1_000_000_000;

  /// A batch that is alone at the log.
  private void commit(int entries, int open) {
    grouping.proposed(0, entries, now);
    now += COMMIT;
    grouping.committed(0, entries, open, now);
  }

  private void learnHowLongCommitsTake() {
    for (var i = 0; i < 100; i++) {
      commit(1, 0);
    }
  }

  @Test
  void oneWhoPublishesAloneNeverWaits() {
    learnHowLongCommitsTake();
    now += 10;
    assertTrue(grouping.isReady(0, 1, 200, now));
  }

  @Test
  void afterACommitABatchWaitsForAllWhoWereAnswered() {
    learnHowLongCommitsTake();
    commit(7, 1);
    now += COMMIT / 4;
    assertFalse(grouping.isReady(0, 7, 1400, now));
    assertTrue(grouping.left(now) > 0);
    assertTrue(grouping.isReady(0, 8, 1600, now));
  }

  @Test
  void itWaitsNoLongerThanACommitTakes() {
    learnHowLongCommitsTake();
    commit(8, 0);
    assertFalse(grouping.isReady(0, 2, 400, now + COMMIT / 2));
    assertTrue(grouping.isReady(0, 2, 400, now + COMMIT));
    assertTrue(grouping.left(now + COMMIT) <= 0);
  }

  @Test
  void whereWaitingIsInVainTheLogGetsBatchesAsTheyCome() {
    learnHowLongCommitsTake();
    for (var i = 0; i < 4; i++) {
      commit(8, 0);
      assertFalse(grouping.isReady(0, 3, 600, now));
      now += COMMIT;
      grouping.proposed(0, 3, now);
    }
    assertTrue(grouping.isReady(1, 1, 200, now), "while another batch is being synced");
    var commits = 0;
    while (grouping.isReady(1, 1, 200, now)) {
      commit(8, 0);
      assertTrue(++commits < 10_000, "it never tries again");
    }
    assertEquals(512, commits);
  }

  @Test
  void aLargeBatchIsQueuedBehindOthersButNotWithoutLimit() {
    learnHowLongCommitsTake();
    commit(8, 0);
    assertFalse(grouping.isReady(1, 100, 20_000, now));
    assertTrue(grouping.isReady(1, 300, 60_000, now));
    assertTrue(grouping.isReady(3, 10, 1 << 20, now));
    assertFalse(grouping.isReady(16, 10, 1 << 20, now));
  }
}

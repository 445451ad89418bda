package io.frond.lane;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.frond.lane.LaneRuns.Tag;
import org.junit.jupiter.api.Test;

class LaneRunsTest {
  private static Tag tag(LaneRuns of, long sequence) {
    return new Tag(of.tag(sequence));
  }

  @Test
  void tagsRiseWithTheSequenceFromRunToRun() {
    var runs = LaneRuns.NONE.begin(1, 1, 1000).begin(11, 1, 900).begin(21, 1, 2000);
    assertEquals("1=1000,11=1001,21=2000", runs.text());
    for (var s = 1; s < 40; s++) {
      assertTrue(runs.tag(s) < runs.tag(s + 1), "at " + s);
      assertEquals(s, runs.covered(tag(runs, s)));
      assertFalse(runs.isForeign(tag(runs, s), 40));
    }
    assertEquals(runs.text(), LaneRuns.parse(runs.text()).text());
  }

  @Test
  void runsThatAreOverOrEmptyAreForgotten() {
    var runs = LaneRuns.NONE.begin(1, 1, 10).begin(5, 1, 20).begin(5, 1, 30).begin(9, 1, 40);
    assertEquals("1=10,5=30,9=40", runs.text());
    assertEquals("5=30,9=40,12=50", runs.begin(12, 6, 50).text());
    assertEquals("9=40,12=50", runs.begin(12, 12, 50).text());
    assertEquals("1=10,5=30,9=40,12=50", runs.begin(12, 5, 50).text());
  }

  @Test
  void anotherLifesMessagesAreRecognized() {
    var backup = LaneRuns.NONE.begin(1, 1, 100);
    var before = backup.begin(301, 1, 200); // went on after the backup was made
    var restored = backup.begin(201, 150, 300);
    assertNotEquals(before.tag(210), restored.tag(210));
    assertTrue(restored.isForeign(tag(backup, 250), 260), "sent after the backup in the same run");
    assertTrue(restored.isForeign(tag(before, 310), 260), "sent in a run that is not known");
    assertEquals(200, restored.covered(tag(backup, 250)), "what is new is not covered");
    assertEquals(200, restored.covered(tag(before, 310)));
    assertFalse(restored.isForeign(tag(backup, 200), 260));
    var later = restored.begin(261, 262, 400);
    assertFalse(later.isForeign(tag(before, 310), 261), "a run that is over");
  }

  @Test
  void thereIsALimit() {
    var runs = LaneRuns.NONE;
    for (var i = 1; i < 400; i++) {
      runs = runs.begin(i * 10L, 1, i);
    }
    assertEquals(LaneRuns.MAX, LaneRuns.parse(runs.text()).text().split(",", -1).length);
  }

  @Test
  void whatIsNoListOfRunsIsTakenForNone() {
    for (var text : new String[] {"", "x", "1", "1=2,1=3", "2=1,3=1", "0=1"}) {
      assertEquals(LaneRuns.NONE.text(), LaneRuns.parse(text).text());
    }
  }

  @Test
  void idsTellTheirSequence() {
    var ids = new LaneIds("abc", "orders", LaneRuns.NONE.begin(1, 1, 100).begin(11, 1, 200));
    assertEquals("abc.100:orders:10", ids.of(10));
    assertEquals("abc.200:orders:11", ids.of(11));
    assertEquals(11, ids.sequence("abc.200:orders:11"));
    assertEquals(0, ids.sequence("abc.100:orders:11"));
    assertTrue(ids.isForeign("abc.100:orders:11"));
    assertFalse(ids.isForeign("abc.200:orders:11"));
    assertFalse(ids.isForeign("abc.99:orders:3"), "a run that is over");
    assertFalse(ids.isForeign("abc.300:other:3"));
    assertTrue(ids.isForeign("abc.300:orders:3"));
    assertFalse(ids.isForeign("other"));
    assertFalse(ids.isForeign(""));
  }
}

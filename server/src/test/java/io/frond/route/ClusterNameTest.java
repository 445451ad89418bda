package io.frond.route;

import static io.frond.route.ClusterName.Agreement.ADOPTED;
import static io.frond.route.ClusterName.Agreement.CONFLICT;
import static io.frond.route.ClusterName.Agreement.SAME;
import static io.frond.route.ClusterName.Agreement.YIELDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ClusterNameTest {
  private static ClusterName configured(String name) {
    return new ClusterName(name, new SplittableRandom(1));
  }

  private static ClusterName made(long seed) {
    return new ClusterName(null, new SplittableRandom(seed));
  }

  @Test
  void aConfiguredNameStaysAndOthersConflict() {
    var name = configured("ours");
    assertEquals(SAME, name.meet("ours", false));
    assertEquals(CONFLICT, name.meet("theirs", false));
    assertEquals(YIELDS, name.meet("theirs", true));
    assertEquals("ours", name.name());
    assertFalse(name.dynamic());
  }

  @Test
  void aMadeNameGivesWayToAConfiguredOneForGood() {
    var name = made(1);
    assertTrue(name.dynamic());
    assertEquals(ADOPTED, name.meet("A", false));
    assertEquals("A", name.name());
    assertFalse(name.dynamic());
    assertEquals(CONFLICT, name.meet("B", false));
  }

  @Test
  void ofTwoMadeNamesTheGreaterWinsOnBothSides() {
    for (var seed = 0; seed < 100; seed++) {
      var one = made(seed);
      var two = made(seed + 1000);
      var greater = one.name().compareTo(two.name()) > 0 ? one.name() : two.name();
      var oneSaid = one.name();
      var first = one.meet(two.name(), true);
      var second = two.meet(oneSaid, true);
      assertEquals(first == ADOPTED ? YIELDS : ADOPTED, second, "seed " + seed);
      assertEquals(greater, one.name());
      assertEquals(greater, two.name());
    }
  }

  @Test
  void aServerThatNamesNoClusterIsTakenAsOurs() {
    assertEquals(SAME, configured("ours").meet("", false));
  }
}

package io.frond.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.frond.account.Side;
import io.frond.session.Carrier.Verdict;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// What servers of a cluster know of leaves' sessions.
class SpokeSessionsTest {
  private final SessionMesh mesh = new SessionMesh(3);
  private final Random random = new Random(1);
  private final SessionMesh.Node a = mesh.nodes.get(0);
  private final SessionMesh.Node b = mesh.nodes.get(1);
  private final SessionMesh.Node c = mesh.nodes.get(2);
  private final SessionMesh.LeafEnd leaf = mesh.leaf("L");

  private void settle() {
    mesh.settle(random);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void everyServerLearnsOfASessionAndWhereItIs() {
    mesh.connectAll();
    leaf.wants.put("x", 1);
    leaf.wants.put("jobs q", 3);
    leaf.begin(a);
    settle();
    assertNull(b.mail("L").carrier, "its interest may be incomplete");
    leaf.complete();
    settle();
    for (var node : mesh.nodes) {
      assertEquals(Map.of("x", 1, "jobs q", 3), node.interests("L"));
    }
    assertEquals("", a.status("L").server());
    assertEquals("n0", b.status("L").server());
    assertEquals("n0", Objects.requireNonNull(b.mail("L").carrier).server());
    assertTrue(a.status("L").ours());
    assertFalse(b.status("L").ours());
  }

  @Test
  void interestStaysWhileTheLeafIsAway() {
    mesh.connectAll();
    leaf.wants.put("x", 1);
    leaf.join(a);
    settle();
    leaf.cut();
    settle();
    for (var node : mesh.nodes) {
      assertEquals(Map.of("x", 1), node.interests("L"));
      assertTrue(node.account.sublist().hasInterest(bytes("x")));
      assertNull(node.mail("L").carrier);
      assertNull(node.status("L").server());
    }
  }

  @Test
  void aLeafThatMovesIsServedFromItsNewPlace() {
    mesh.connectAll();
    leaf.wants.put("x", 1);
    leaf.join(a);
    settle();
    leaf.cut();
    leaf.want("y", 1);
    leaf.want("x", 0);
    leaf.join(b);
    settle();
    assertEquals("n1", Objects.requireNonNull(a.mail("L").carrier).server());
    assertEquals("n1", Objects.requireNonNull(c.mail("L").carrier).server());
    assertEquals(Map.of("x?", 1, "y", 1), a.interests("L"));
    assertFalse(a.status("L").ours());
    assertTrue(b.status("L").ours());
    mesh.pass(SessionMesh.GRACE_MILLIS);
    settle();
    for (var node : mesh.nodes) {
      assertEquals(Map.of("y", 1), node.interests("L"));
      assertFalse(node.account.sublist().hasInterest(bytes("x")));
    }
  }

  /// A client of the leaf that lost its connection while its messages wait.
  @Test
  void whatWaitsWhenInterestEndsMayBeWantedAgain() {
    mesh.connectAll();
    leaf.wants.put("x", 1);
    leaf.wants.put("y", 1);
    leaf.join(a);
    settle();
    b.mail("L").behind = true;
    leaf.want("x", 0);
    leaf.want("y", 0);
    settle();
    assertEquals(Map.of(), a.interests("L"));
    assertEquals(Map.of("x?", 1, "y?", 1), b.interests("L"));
    assertEquals(Map.of(), c.interests("L"));
    leaf.want("x", 1);
    settle();
    for (var node : mesh.nodes) {
      assertEquals(1, node.interests("L").get("x"));
    }
    mesh.pass(SessionMesh.GRACE_MILLIS);
    settle();
    for (var node : mesh.nodes) {
      assertEquals(Map.of("x", 1), node.interests("L"));
    }
    assertTrue(Objects.requireNonNull(b.session("L")).firm());
  }

  @Test
  void anOlderLinkIsSupersededByANewerOneElsewhere() {
    mesh.connectAll();
    leaf.join(a);
    settle();
    var former = Objects.requireNonNull(leaf.joined);
    leaf.joined = null; // the server does not notice
    leaf.join(b);
    settle();
    assertTrue(former.superseded);
    assertEquals("n1", a.status("L").server());
    former.tell("late", 1);
    a.sessions.detach(Objects.requireNonNull(former.session), former);
    settle();
    assertEquals("n1", a.status("L").server());
    assertEquals(Map.of(), c.interests("L"));
  }

  @Test
  void aConnectionThatCameToLateIsNotTaken() {
    mesh.connectAll();
    leaf.join(a);
    settle();
    var claim = new SpokeClaim("L", 0, "leaf", null, false);
    assertNull(c.sessions.attach(c.account, claim, new SessionMesh.Joined(c)));
  }

  @Test
  void aServerThatJoinsTheClusterLearnsOfSessions() {
    mesh.connect(a, b);
    leaf.wants.put("x", 1);
    leaf.join(a);
    var away = mesh.leaf("M");
    away.wants.put("z", 1);
    away.join(b);
    settle();
    away.cut();
    settle();
    mesh.connectAll();
    settle();
    assertEquals(Map.of("x", 1), c.interests("L"));
    assertEquals("n0", Objects.requireNonNull(c.mail("L").carrier).server());
    assertEquals(Map.of("z?", 1), c.interests("M"));
    assertNull(c.status("M").server());
    assertFalse(c.status("M").ours());
  }

  @Test
  void aServerThatIsGoneTakesNoSessionWithIt() {
    mesh.connectAll();
    leaf.wants.put("x", 1);
    leaf.join(a);
    settle();
    mesh.disconnect(a, b);
    mesh.disconnect(a, c);
    assertEquals(Map.of("x", 1), b.interests("L"));
    assertNull(b.mail("L").carrier);
    leaf.joined = null; // a is dead
    leaf.join(b);
    settle();
    assertEquals("", b.status("L").server());
    assertEquals("n1", Objects.requireNonNull(c.mail("L").carrier).server());
    a.restart(true);
    mesh.connectAll();
    settle();
    assertEquals("n1", Objects.requireNonNull(a.mail("L").carrier).server());
    assertFalse(a.status("L").ours());
    assertEquals(Map.of("x", 1), a.interests("L"));
  }

  @Test
  void aRestartedServerRemembersWhatItStored() {
    leaf.wants.put("x", 1);
    leaf.wants.put("jobs q", 2);
    leaf.join(a);
    leaf.cut();
    a.restart(true);
    assertEquals(Map.of("x?", 1, "jobs q?", 2), a.interests("L"));
    assertTrue(a.status("L").ours());
    assertTrue(a.account.sublist().hasInterest(bytes("x")));
    leaf.join(a);
    assertEquals(Map.of("x", 1, "jobs q", 2), a.interests("L"));
  }

  @Test
  void duringGraceRememberedInterestIsInDoubt() {
    leaf.wants.put("x", 1);
    leaf.join(a);
    leaf.cut();
    leaf.wants.clear(); // it restarts
    leaf.join(a);
    var session = Objects.requireNonNull(a.session("L"));
    assertFalse(session.firm());
    assertEquals(Verdict.WAIT, verdict(session, "x"));
    assertEquals(Verdict.UNWANTED, verdict(session, "y"));
    leaf.want("x", 1);
    assertTrue(session.firm());
    assertEquals(Verdict.SEND, verdict(session, "x"));
    leaf.want("x", 0);
    assertEquals(Verdict.UNWANTED, verdict(session, "x"));
  }

  private static Verdict verdict(SpokeSession session, String subject, String... queues) {
    var groups = Stream.of(queues).map(SpokeSessionsTest::bytes).toArray(byte[][]::new);
    return session.interests().verdict(bytes(subject), groups);
  }

  @Test
  void aMessageForAQueueGroupIsWantedByItsGroup() {
    leaf.wants.put("jobs.* q", 1);
    leaf.join(a);
    var session = Objects.requireNonNull(a.session("L"));
    assertEquals(Verdict.SEND, verdict(session, "jobs.1", "q"));
    assertEquals(Verdict.UNWANTED, verdict(session, "jobs.1"));
    assertEquals(Verdict.UNWANTED, verdict(session, "jobs.1", "r"));
  }

  @Test
  void aSessionWhoseLeafStaysAwayEnds() {
    mesh.connectAll();
    leaf.wants.put("x", 1);
    leaf.join(a);
    settle();
    leaf.cut();
    settle();
    var mail = b.mail("L");
    mesh.pass(SessionMesh.EXPIRY_MILLIS + 1);
    mesh.nodes.forEach(node -> node.sessions.expire());
    assertNull(b.session("L"));
    assertTrue(mail.closed);
    assertFalse(b.account.sublist().hasInterest(bytes("x")));
    assertEquals(1, b.sessions.expired());
  }

  @Test
  void aLeafThatWasElsewhereWithoutASessionStartsAnew() {
    mesh.connectAll();
    leaf.join(a);
    settle();
    leaf.cut();
    var claim = new SpokeClaim("L", 9, "leaf", "cluster-L", true);
    assertNotNull(b.sessions.attach(b.account, claim, new SessionMesh.Joined(b)));
    settle();
    for (var node : mesh.nodes) {
      assertEquals(1, node.mail("L").forgotten, node.name);
    }
  }

  @Test
  void interestStandsOnTheLeavesSideWhereTheLeafIs() {
    mesh.connectAll();
    leaf.wants.put("x", 1);
    leaf.join(a);
    settle();
    assertEquals(Side.SPOKE, side(a));
    assertEquals(Side.ROUTE, side(b));
    leaf.cut();
    leaf.join(b);
    settle();
    assertEquals(Side.ROUTE, side(a));
    assertEquals(Side.SPOKE, side(b));
    assertEquals(1, a.account.sublist().match(bytes("x")).plainCount());
  }

  private static Side side(SessionMesh.Node node) {
    return node.account.sublist().match(bytes("x")).plain(0).side();
  }

  /// Whatever happens in whatever order: when all is told, all servers know the same.
  @Test
  void allServersAgreeInTheEnd() {
    var seed = Long.getLong("frond.seed", System.nanoTime());
    System.out.println("SpokeSessionsTest seed " + seed);
    for (var round = 0; round < 300; round++) {
      agree(new Random(seed + round), "seed " + seed + " round " + round);
    }
  }

  private static void agree(Random random, String label) {
    var mesh = new SessionMesh(3);
    mesh.connectAll();
    var leaves = new SessionMesh.LeafEnd[] {mesh.leaf("L"), mesh.leaf("M")};
    for (var step = 0; step < 60; step++) {
      var leaf = leaves[random.nextInt(leaves.length)];
      var node = mesh.nodes.get(random.nextInt(3));
      switch (random.nextInt(9)) {
        case 0 -> leaf.join(node);
        case 1 -> leaf.cut();
        case 2 -> leaf.joined = null; // unnoticed
        case 3 -> mesh.disconnect(node, mesh.nodes.get((mesh.nodes.indexOf(node) + 1) % 3));
        case 4 -> mesh.connectAll();
        case 5 -> mesh.pass(random.nextInt(12_000));
        default -> {
          var queue = random.nextBoolean();
          leaf.want(
              "s" + random.nextInt(4) + (queue ? " q" : ""),
              queue ? random.nextInt(3) : random.nextInt(2));
        }
      }
      mesh.some(random);
    }
    mesh.connectAll();
    for (var leaf : leaves) {
      leaf.join(mesh.nodes.get(random.nextInt(3)));
    }
    mesh.settle(random);
    mesh.pass(SessionMesh.GRACE_MILLIS);
    mesh.settle(random);
    for (var leaf : leaves) {
      for (var node : mesh.nodes) {
        var at = Objects.requireNonNull(leaf.joined).at;
        assertEquals(leaf.wants, node.interests(leaf.id), label + " " + node.name);
        assertEquals(
            node == at ? "" : at.name, node.status(leaf.id).server(), label + " " + node.name);
        assertEquals(node == at, node.status(leaf.id).ours(), label + " " + node.name);
        assertNotNull(node.mail(leaf.id).carrier, label + " " + node.name);
      }
    }
  }
}

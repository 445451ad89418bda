package io.frond.leafnode;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.frond.server.FrondServer;
import io.frond.testkit.TestCluster;
import org.junit.jupiter.api.Test;

/// Servers that are both above and below each other: every message would go by either way.
class LoopTest extends FleetTest {
  private static final String LISTEN = "leafnodes { listen: \"127.0.0.1:-1\" }\n";

  @Test
  void ofTwoServersThatDialEachOtherTheSecondLinkEnds() throws Exception {
    var one = fleet.frond("one", LISTEN);
    var two = fleet.frond("two", dialling(one));
    join(one, two);
    oneLinkStays(one, two);
  }

  @Test
  void aLeafThatAnotherServerOfItsHubsClusterDialsIsInALoop() throws Exception {
    var cluster = "cluster { name: core, listen: \"127.0.0.1:-1\", routes: [ %s ] }\n";
    var first = fleet.frond("first", cluster.formatted("") + LISTEN);
    var route = "\"nats://127.0.0.1:" + TestCluster.routePort(first) + "\"";
    var second = fleet.frond("second", cluster.formatted(route) + LISTEN);
    var leaf = fleet.frond("leaf", dialling(first));
    join(second, leaf);
    fleet.awaitLog(second, "Loop detected");
    Fleet.awaitLinks(second, 0);
    Fleet.awaitLinks(leaf, 1);
    eachMessageComesOnce(second, leaf);
  }

  @Test
  void ofTwoClustersThatDialEachOtherByDifferentPairsTheYoungerLinkEnds() throws Exception {
    var clusters = twoClusters("");
    var x1 = clusters[0];
    var y2 = clusters[3];
    fleet.awaitLog(y2, "Loop detected");
    Fleet.awaitLinks(y2, 0);
    Fleet.awaitLinks(x1, 1);
    eachMessageComesOnce(y2, x1);
  }

  @Test
  void twoClustersMayDialEachOtherForDifferentSubjects() throws Exception {
    var clusters = twoClusters(", deny_imports: [\"a.>\"], deny_exports: [\"a.>\"]");
    eachMessageComesOnce(clusters[3], clusters[0]);
    Fleet.awaitLinks(clusters[3], 1);
    Fleet.awaitLinks(clusters[0], 1);
  }

  /// A cluster `a` whose first server dials the first of a cluster `b`, whose second one then dials
  /// the second of `a`.
  private FrondServer[] twoClusters(String restriction) throws Exception {
    var all = new FrondServer[4];
    for (var i : new int[] {2, 3, 0, 1}) {
      var name = i < 2 ? "a" : "b";
      var first = all[i / 2 * 2];
      var route = first == null ? "" : "\"nats://127.0.0.1:" + TestCluster.routePort(first) + "\"";
      var cluster =
          "cluster { name: %s, listen: \"127.0.0.1:-1\", routes: [ %s ] }\n".formatted(name, route);
      var leafnodes = i == 0 ? dialling(all[2]) : LISTEN;
      all[i] = fleet.frond(name + i, cluster + leafnodes);
    }
    Fleet.awaitLinks(all[0], 1);
    var remote = ", remotes: [ { url: \"" + url(all[1]) + "\"" + restriction + " } ] }";
    fleet.reload(all[3], "leafnodes { listen: \"127.0.0.1:-1\" }", LISTEN.replace(" }\n", remote));
    Fleet.awaitLinks(all[0], 1);
    return all;
  }

  private void oneLinkStays(FrondServer one, FrondServer two) {
    fleet.awaitLog(one, "Loop detected");
    fleet.awaitLog(two, "Loop detected");
    Fleet.awaitLinks(one, 1);
    Fleet.awaitLinks(two, 1);
    assertTrue(two.leaves().leaves().getFirst().isDialled());
    eachMessageComesOnce(one, two);
  }

  private void eachMessageComesOnce(FrondServer one, FrondServer two) {
    var messages = Fleet.subscribe(fleet.client(one), "a.>");
    Fleet.awaitInterest(two, "a.>");
    var publisher = fleet.client(two);
    Fleet.publish(publisher, "a.message", "once");
    Fleet.publish(publisher, "a.message", "last");
    assertEquals("once", Fleet.next(messages));
    assertEquals("last", Fleet.next(messages));
  }

  private static String dialling(FrondServer hub) {
    return "leafnodes { listen: \"127.0.0.1:-1\", reconnect: 200ms, remotes: [ { url: \""
        + url(hub)
        + "\" } ] }\n";
  }

  /// From now on `hub` has `leaf` for its own hub.
  private void join(FrondServer hub, FrondServer leaf) throws Exception {
    Fleet.awaitLinks(leaf, 1);
    var remotes = ", remotes: [ { url: \"" + url(leaf) + "\" } ] }";
    fleet.reload(hub, "leafnodes { listen: \"127.0.0.1:-1\" }", LISTEN.replace(" }\n", remotes));
  }

  private static String url(FrondServer server) {
    return "nats-leaf://127.0.0.1:" + Fleet.leafPort(server);
  }
}

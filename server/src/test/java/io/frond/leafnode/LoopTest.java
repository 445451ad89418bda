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

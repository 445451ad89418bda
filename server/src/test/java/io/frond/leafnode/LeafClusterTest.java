package io.frond.leafnode;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.frond.server.FrondServer;
import io.frond.testkit.Await;
import io.frond.testkit.TestCluster;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Leaves that are a cluster themselves, each linked to another server of the hubs' cluster: by
/// their origin the hubs know that these leaves tell each other.
class LeafClusterTest extends FleetTest {
  private void exchange(String hubs, String leaves) {
    var servers = new TwoClusters(fleet, hubs, leaves);
    servers.everySubscriberGetsEachMessageOnce();
    servers.oneOfTheGroupGetsEachMessage("job.all", servers.all());
    servers.oneOfTheGroupGetsEachMessage("job.leaves", servers.leaves());
    servers.oneOfTheGroupGetsEachMessage("job.hubs", servers.hubs());
    var far = List.of(servers.hubs().getLast(), servers.leaves().getFirst());
    servers.oneOfTheGroupGetsEachMessage("job.far", far);
  }

  @ParameterizedTest
  @CsvSource({"FF,FF", "FFF,FF"})
  void everythingComesOnce(String hubs, String leaves) {
    exchange(hubs, leaves);
  }

  @Tag("interop")
  @ParameterizedTest
  @CsvSource({"GF,FF", "FGF,FF", "FGF,GG", "FF,GG", "FF,FG", "GG,FF"})
  void everythingComesOnceWithNatsServersAmongThem(String hubs, String leaves) {
    exchange(hubs, leaves);
  }

  /// The servers of the leaf cluster have the same hub. What one of them sends the other for a
  /// member below it does not go to the hub as well, whose plain subscribers have had it.
  @Test
  void aQueueGroupsMessageForALeafBelowDoesNotComeToTheHubOnceMore() {
    var hub = fleet.frond("hub", "leafnodes { listen: \"127.0.0.1:-1\" }\n");
    var cluster = "cluster { name: edge, listen: \"127.0.0.1:-1\", routes: [ %s ] }\n";
    var remotes =
        "remotes: [ { url: \"nats-leaf://127.0.0.1:%d\" } ]".formatted(Fleet.leafPort(hub));
    var first = fleet.frond("first", cluster.formatted("") + "leafnodes { " + remotes + " }\n");
    var route = "\"nats://127.0.0.1:" + TestCluster.routePort(first) + "\"";
    var second =
        fleet.frond(
            "second",
            cluster.formatted(route) + "leafnodes { listen: \"127.0.0.1:-1\", " + remotes + " }\n");
    var below = fleet.frond("below", leafOf(second));
    Fleet.awaitLinks(below, 1);
    Fleet.awaitLinks(hub, 2);
    var hubs = fleet.client(hub);
    var plain = Fleet.subscribe(hubs, "*");
    var member = Fleet.subscribe(hubs, "job", "q");
    var leafs = fleet.client(below);
    var lower = Fleet.subscribe(leafs, "job", "q");
    var from = fleet.client(first);
    Await.until(
        "both members are known",
        () -> {
          Fleet.publish(from, "job", "probe");
          Fleet.flush(from);
          return member.getPendingMessageCount() > 0 && lower.getPendingMessageCount() > 0;
        });
    var expected = new ArrayList<String>();
    for (var i = 0; i < 200; i++) {
      expected.add("message " + i);
      Fleet.publish(from, "job", "message " + i);
    }
    Fleet.publish(from, "end", "end");
    expected.add("end");
    var heard = new ArrayList<String>();
    while (!heard.contains("end")) {
      var text = Fleet.next(plain);
      if (!text.equals("probe")) {
        heard.add(text);
      }
    }
    assertEquals(expected, heard);
  }

  @Test
  void isolatedLeavesOfDifferentHubsDoNotHearOfEachOther() {
    var listen = "leafnodes { listen: \"127.0.0.1:-1\", isolate_leafnode_interest: true }\n";
    var cluster = "cluster { name: core, listen: \"127.0.0.1:-1\", routes: [ %s ] }\n";
    var first = fleet.frond("first", cluster.formatted("") + listen);
    var route = "\"nats://127.0.0.1:" + TestCluster.routePort(first) + "\"";
    var second = fleet.frond("second", cluster.formatted(route) + listen);
    var one = fleet.frond("one", leafOf(first));
    var two = fleet.frond("two", leafOf(second));
    Fleet.awaitLinks(one, 1);
    Fleet.awaitLinks(two, 1);
    Fleet.subscribe(fleet.client(two), "of.a.leaf");
    Fleet.awaitInterest(second, "of.a.leaf");
    Fleet.subscribe(fleet.client(second), "of.a.hub"); // goes the same way, later
    Fleet.awaitInterest(one, "of.a.hub");
    var known = one.leaves().leaves().getFirst().subscriptionList();
    assertFalse(known.contains("of.a.leaf"), known.toString());
  }

  private static String leafOf(FrondServer hub) {
    return Fleet.remote("nats-leaf://127.0.0.1:" + Fleet.leafPort(hub));
  }
}

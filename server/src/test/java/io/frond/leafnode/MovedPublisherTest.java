package io.frond.leafnode;

import static io.frond.leafnode.Fleet.awaitInterest;
import static io.frond.leafnode.Fleet.awaitLinks;
import static io.frond.leafnode.Fleet.remoteWith;

import io.frond.server.FrondServer;
import io.frond.testkit.FourLoops;
import io.frond.testkit.TestServer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// Who publishes while the link is down, and connects again meanwhile, comes to another event loop
/// with a log of its own: his messages arrive in the order in which he sent them all the same.
@ExtendWith(FourLoops.class)
class MovedPublisherTest extends FleetTest {
  private static final int TIMES = 20;
  private static final int EACH = 200;

  private final int hubPort = TestServer.freePort();
  private final int midPort = TestServer.freePort();

  private FrondServer hub() {
    return fleet.frond("hub", hubPort, Fleet.LOOPBACK_LIST + fleet.store("hub"));
  }

  private FrondServer below(String name, int port, int above) {
    var remote = remoteWith("", "nats://127.0.0.1:" + above);
    return fleet.frond(name, port, Fleet.LOOPBACK_LIST + fleet.store(name) + remote);
  }

  private void publish(Numbered numbered, FrondServer at) {
    var client = fleet.client(at);
    for (var i = 0; i < EACH; i++) {
      numbered.publish(client, "p", i);
    }
    Fleet.flush(client);
    fleet.close(client);
  }

  @Test
  void aClientThatConnectsAgain() {
    var numbered = new Numbered("n", 5);
    var hub = hub();
    var leaf = below("leaf", -1, hubPort);
    numbered.receive(fleet.client(hub));
    awaitInterest(leaf, numbered.wildcard());
    publish(numbered, leaf);
    numbered.verify("live");
    fleet.close(hub);
    awaitLinks(leaf, 0);
    for (var time = 0; time < TIMES; time++) {
      publish(numbered, leaf);
    }
    numbered.receive(fleet.client(hub()));
    for (var time = 0; time < TIMES; time++) {
      publish(numbered, leaf);
    }
    numbered.verify("the hub is back");
    publish(numbered, leaf);
    numbered.verify("live again");
  }

  /// The leaf between is the publisher's server for its own hub.
  @Test
  void aLeafBelowThatJoinsAgain() {
    var numbered = new Numbered("n", 5);
    var hub = hub();
    var mid = below("mid", midPort, hubPort);
    @Nullable FrondServer edge = null;
    numbered.receive(fleet.client(hub));
    awaitInterest(mid, numbered.wildcard());
    for (var time = 0; time < 6; time++) {
      edge = below("edge", -1, midPort);
      awaitInterest(edge, numbered.wildcard());
      publish(numbered, edge);
      if (time == 0) {
        numbered.verify("live");
        fleet.close(hub);
        awaitLinks(mid, 1);
      }
      if (time == 5) {
        numbered.receive(fleet.client(hub()));
        publish(numbered, edge);
      }
      fleet.close(Objects.requireNonNull(edge));
    }
    numbered.verify("the hub is back");
  }
}

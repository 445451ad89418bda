package io.frond.leafnode;

import static io.frond.leafnode.Fleet.awaitInterest;
import static io.frond.leafnode.Fleet.awaitLinks;
import static io.frond.leafnode.Fleet.remoteWith;

import io.frond.server.FrondServer;
import io.frond.testkit.FaultyLink;
import io.frond.testkit.TestServer;
import io.nats.client.Connection;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A leaf of a leaf: each link has outages of its own, and the one in the middle keeps for both.
class ResumeChainTest {
  @TempDir Path folder;
  private Fleet fleet;
  private final int hubPort = TestServer.freePort();
  private final int midPort = TestServer.freePort();
  private final FaultyLink upper = FaultyLink.to(hubPort);
  private final FaultyLink lower = FaultyLink.to(midPort);
  private @Nullable FrondServer hub;
  private @Nullable FrondServer mid;
  private @Nullable FrondServer edge;
  private final Numbered up = new Numbered("up", 5);
  private final Numbered down = new Numbered("down", 5);
  private @Nullable Connection atHub;
  private @Nullable Connection atEdge;

  @BeforeEach
  void open() {
    fleet = new Fleet(folder);
    hub = fleet.frond("hub", hubPort, Fleet.LOOPBACK_LIST + fleet.store("hub"));
    startMid();
    edge = fleet.frond("edge", fleet.store("edge") + to(lower));
    awaitLinks(edge(), 1);
    awaitLinks(mid(), 2);
    atHub = fleet.client(hub());
    atEdge = fleet.client(edge());
    up.receive(fleet.client(hub()));
    down.receive(fleet.client(edge()));
    awaitInterest(edge(), up.wildcard());
    awaitInterest(hub(), down.wildcard());
  }

  @AfterEach
  void close() {
    fleet.close();
    upper.close();
    lower.close();
  }

  private static String to(FaultyLink line) {
    return remoteWith("ignore_discovered_servers: true", "nats://127.0.0.1:" + line.port());
  }

  private void startMid() {
    mid = fleet.frond("mid", midPort, Fleet.LOOPBACK_LIST + fleet.store("mid") + to(upper));
  }

  private FrondServer hub() {
    return Objects.requireNonNull(hub);
  }

  private FrondServer mid() {
    return Objects.requireNonNull(mid);
  }

  private FrondServer edge() {
    return Objects.requireNonNull(edge);
  }

  private void publishBoth(int count) {
    var below = Objects.requireNonNull(atEdge);
    var above = Objects.requireNonNull(atHub);
    for (var i = 0; i < count; i++) {
      up.publish(below, "p", i);
      down.publish(above, "p", i);
    }
    Fleet.flush(below);
    Fleet.flush(above);
  }

  private void verify(String label) {
    up.verify("up, " + label);
    down.verify("down, " + label);
  }

  @Test
  void eachLinkMayBeDownWhileTheOtherIsUp() {
    publishBoth(50);
    verify("live");
    upper.cut();
    awaitLinks(hub(), 0);
    publishBoth(200);
    lower.cut();
    awaitLinks(edge(), 0);
    publishBoth(200);
    upper.mend();
    awaitLinks(hub(), 1);
    publishBoth(200);
    upper.cut();
    lower.mend();
    awaitLinks(edge(), 1);
    publishBoth(200);
    upper.mend();
    verify("all links again");
    publishBoth(50);
    verify("live again");
  }

  @Test
  void theOneInTheMiddleMayBeStartedAgain() {
    publishBoth(50);
    upper.cut();
    publishBoth(200);
    fleet.close(mid());
    publishBoth(200);
    startMid();
    awaitLinks(edge(), 1);
    publishBoth(200);
    upper.mend();
    verify("started again");
    fleet.close(mid());
    publishBoth(200);
    startMid();
    publishBoth(200);
    verify("and again");
  }

  @Test
  void eachMessageArrivesOnceThroughManyEvents() {
    var seed = Long.getLong("frond.seed", System.nanoTime());
    System.out.println("ResumeChainTest seed " + seed);
    var random = new Random(seed);
    for (var event = 0; event < 30; event++) {
      var line = random.nextBoolean() ? upper : lower;
      switch (random.nextInt(8)) {
        case 0, 1 -> line.cut();
        case 2 -> line.drop();
        case 3 -> line.limit(256 << 10);
        case 4 -> {
          fleet.close(mid());
          startMid();
        }
        case 5 -> List.of(upper, lower).forEach(FaultyLink::mend);
        default -> line.mend();
      }
      publishBoth(random.nextInt(400));
    }
    upper.mend();
    lower.mend();
    verify("seed " + seed);
  }
}

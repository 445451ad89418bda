package io.frond.leafnode;

import static io.frond.leafnode.Fleet.awaitInterest;
import static io.frond.leafnode.Fleet.awaitLinks;
import static io.frond.leafnode.Fleet.remoteWith;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.frond.server.FrondServer;
import io.frond.testkit.Await;
import io.frond.testkit.FaultyLink;
import io.frond.testkit.Numbered;
import io.frond.testkit.TestCluster;
import io.frond.testkit.TestServer;
import io.nats.client.Connection;
import io.nats.client.api.StreamConfiguration;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A server of the core is out of the others' reach, or ends, while a leaf publishes what it wants:
/// when it is back it gets that, once and in order, and others get nothing twice.
class MissedTest extends FleetTest {
  private int port;
  private FaultyLink inner = FaultyLink.to(1);
  private final List<FaultyLink> lines = new ArrayList<>();

  private FrondServer near(String outage) {
    port = TestServer.freePort();
    return fleet.frond("near", member("near", outage, "listen: \"127.0.0.1:" + port + "\""));
  }

  private FrondServer far(boolean named) {
    var config =
        member(
            "far",
            "",
            "listen: \"127.0.0.1:-1\", no_advertise: true, routes: [\"nats://127.0.0.1:"
                + inner.port()
                + "\"]");
    return named ? fleet.frond("far", config) : fleet.nameless("far", config);
  }

  private FrondServer leaf(FrondServer... hubs) {
    for (var hub : hubs) {
      lines.add(FaultyLink.to(Fleet.leafPort(hub)));
    }
    var urls =
        lines.stream().map(it -> "nats-leaf://127.0.0.1:" + it.port()).toArray(String[]::new);
    var leaf =
        fleet.frond(
            "leaf",
            "jetstream { store_dir: \""
                + folder.resolve("leaf")
                + "\" }\n"
                + remoteWith("ignore_discovered_servers: true", urls));
    awaitLinks(leaf, 1);
    return leaf;
  }

  private Numbered subscriber(FrondServer at) {
    var numbered = new Numbered("n");
    var client = fleet.client(at);
    client.createDispatcher(numbered::take).subscribe(numbered.subject());
    Fleet.flush(client);
    return numbered;
  }

  private static void publish(Connection publisher, List<Numbered> expected) {
    for (var i = 0; i < 1_000; i++) {
      var text = expected.getFirst().publish(publisher, 0, i % 7);
      expected.stream().skip(1).forEach(it -> it.expect(text));
    }
    Fleet.flush(publisher);
  }

  private static void awaitAll(Numbered numbered) {
    try {
      Await.until("every message came", numbered::complete);
    } catch (AssertionError e) {
      throw new AssertionError(numbered.report(), e);
    }
    assertEquals(0, numbered.duplicates(), numbered.report());
    assertEquals(0, numbered.missing(), numbered.report());
  }

  private static void awaitSettled(FrondServer leaf) {
    Await.until(
        "all is settled",
        () ->
            leaf.leaves().samples().stream()
                .filter(it -> it.kind().equals("link"))
                .allMatch(it -> it.settledSequence() == it.sentSequence()));
  }

  /// Two servers of the core, the leaf at the first of them.
  private final class Two {
    final FrondServer near;
    FrondServer far;
    final FrondServer leaf;
    final Connection publisher;

    Two(String outage) {
      this(outage, true);
    }

    Two(String outage, boolean named) {
      near = near(outage);
      inner = FaultyLink.to(port);
      far = far(named);
      TestCluster.awaitPeers(near, 1);
      TestCluster.awaitPeers(far, 1);
      leaf = leaf(near);
      publisher = fleet.client(leaf);
    }

    void close() {
      lines.forEach(FaultyLink::close);
      inner.close();
    }
  }

  @Test
  void aServerThatWasCutOffGetsWhatItMissed() {
    var two = new Two("");
    var near = subscriber(two.near);
    var far = subscriber(two.far);
    TestCluster.awaitRemoteInterest(two.near, "n.*", 1);
    awaitInterest(two.leaf, "n.*");
    for (var round = 0; round < 5; round++) {
      publish(two.publisher, List.of(near, far));
      inner.cut();
      publish(two.publisher, List.of(near, far));
      Await.until("the other server is away", () -> TestCluster.peers(two.near) == 0);
      publish(two.publisher, List.of(near, far));
      awaitAll(near);
      inner.mend();
      publish(two.publisher, List.of(near, far));
      awaitAll(far);
    }
    awaitAll(near);
    awaitSettled(two.leaf);
    two.close();
  }

  @Test
  void whatOnlyAServerWantsThatWasCutOffIsKeptForIt() {
    var two = new Two("");
    var far = subscriber(two.far);
    TestCluster.awaitRemoteInterest(two.near, "n.*", 1);
    awaitInterest(two.leaf, "n.*");
    publish(two.publisher, List.of(far));
    inner.cut();
    Await.until("the other server is away", () -> TestCluster.peers(two.near) == 0);
    for (var i = 0; i < 100; i++) { // more than may be under way unsettled
      publish(two.publisher, List.of(far));
    }
    inner.mend();
    awaitAll(far);
    awaitSettled(two.leaf);
    two.close();
  }

  @Test
  void aLeafThatKeepsNothingHearsNoMoreOfWhatAServerThatIsAwayWants() {
    var two = new Two("");
    var plain =
        fleet.frond("plain", Fleet.remote("nats-leaf://127.0.0.1:" + Fleet.leafPort(two.near)));
    awaitLinks(plain, 1);
    var _ = subscriber(two.far);
    awaitInterest(plain, "n.*");
    awaitInterest(two.leaf, "n.*");
    fleet.close(two.far);
    Fleet.awaitNoInterest(plain, "n.*");
    awaitInterest(two.leaf, "n.*");
    two.close();
  }

  @Test
  void whatWasOnItsWayToAServerThatDidNotAnswerComesWhenItIsBack() {
    var two = new Two("");
    var near = subscriber(two.near);
    var far = subscriber(two.far);
    TestCluster.awaitRemoteInterest(two.near, "n.*", 1);
    awaitInterest(two.leaf, "n.*");
    publish(two.publisher, List.of(near, far));
    awaitAll(far);
    inner.stall(true, true);
    for (var i = 0; i < 60; i++) {
      publish(two.publisher, List.of(near, far));
    }
    awaitAll(near);
    inner.cut();
    publish(two.publisher, List.of(near, far));
    inner.stall(false, false);
    inner.mend();
    awaitAll(far);
    awaitAll(near);
    awaitSettled(two.leaf);
    two.close();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aStreamOfAServerThatWasStartedAnewMissesNothing(boolean named) throws Exception {
    var two = new Two("", named);
    var all = new Numbered("n");
    var streams = fleet.client(two.far).jetStreamManagement();
    inner.cut(); // so that it lives there
    Await.until("the server is alone", () -> TestCluster.peers(two.far) == 0);
    streams.addStream(StreamConfiguration.builder().name("S").subjects(all.subject()).build());
    inner.mend();
    TestCluster.awaitRemoteInterest(two.near, "n.*", 1);
    awaitInterest(two.leaf, "n.*");
    publish(two.publisher, List.of(all));
    fleet.close(two.far);
    publish(two.publisher, List.of(all));
    Await.until("the other server is away", () -> TestCluster.peers(two.near) == 0);
    publish(two.publisher, List.of(all));
    two.far = far(named);
    publish(two.publisher, List.of(all));
    var again = fleet.client(two.far);
    var stored = again.jetStreamManagement();
    var consumer = again.jetStream().subscribe("n.*");
    for (var i = 0; i < 4_000; i++) {
      var message = consumer.nextMessage(20_000);
      message.ack();
      all.take(message);
    }
    awaitAll(all);
    awaitSettled(two.leaf);
    assertEquals(4_000, stored.getStreamInfo("S").getStreamState().getMsgCount());
    two.close();
  }

  @Test
  void aServerThatStaysAwayIsNotWaitedForLongerThanAsked() throws IOException {
    var two = new Two(", outage { server_grace: \"700ms\" }");
    var near = subscriber(two.near);
    var far = fleet.client(two.far);
    Fleet.subscribe(far, "only.far");
    TestCluster.awaitRemoteInterest(two.near, "only.far", 1);
    awaitInterest(two.leaf, "only.far");
    inner.cut();
    Await.until("the other server is away", () -> TestCluster.peers(two.near) == 0);
    publish(two.publisher, List.of(near));
    Fleet.publish(two.publisher, "only.far", "kept for a while");
    awaitAll(near);
    fleet.awaitLog(two.near, "Leaf node messages for far are not kept any longer");
    Fleet.awaitNoInterest(two.leaf, "only.far");
    awaitSettled(two.leaf);
    two.close();
  }

  /// Routes and leaf links of a core of three come and go, and the leaf moves about.
  @Test
  void everyServerGetsEachMessageOnceWhileTheCoreFallsApart() {
    var seed = Long.getLong("frond.seed", ThreadLocalRandom.current().nextLong());
    System.out.println("MissedTest: seed " + seed);
    var random = new Random(seed);
    var ports = new int[] {TestServer.freePort(), TestServer.freePort(), TestServer.freePort()};
    var routes = new ArrayList<FaultyLink>();
    for (var each : ports) {
      routes.add(FaultyLink.to(each));
    }
    var core = new ArrayList<FrondServer>();
    for (var i = 0; i < 3; i++) {
      var to = new ArrayList<String>();
      for (var j = 0; j < i; j++) {
        to.add("\"nats://127.0.0.1:" + routes.get(j).port() + '"');
      }
      core.add(
          fleet.frond(
              "core" + i,
              member(
                  "core" + i,
                  "",
                  "listen: \"127.0.0.1:"
                      + ports[i]
                      + "\", advertise: \"127.0.0.1:"
                      + routes.get(i).port()
                      + "\", routes: ["
                      + String.join(", ", to)
                      + "]")));
    }
    core.forEach(it -> TestCluster.awaitPeers(it, 2));
    var leaf = leaf(core.toArray(new FrondServer[0]));
    var counts = core.stream().map(this::subscriber).toList();
    for (var server : core) {
      TestCluster.awaitRemoteInterest(server, "n.*", 2);
    }
    awaitInterest(leaf, "n.*");
    var publishers = List.of(fleet.client(leaf), fleet.client(leaf));
    for (var i = 0; i < 40_000; i++) {
      if (i % 1_000 == 0) {
        for (var each : List.of(random.nextBoolean() ? routes : lines, routes)) {
          var line = each.get(random.nextInt(3));
          switch (random.nextInt(4)) {
            case 0 -> line.cut();
            case 1 -> line.drop();
            default -> line.mend();
          }
        }
        if (random.nextInt(3) == 0) {
          routes.forEach(FaultyLink::mend);
          lines.forEach(FaultyLink::mend);
          core.forEach(it -> TestCluster.awaitPeers(it, 2));
          awaitLinks(leaf, 1);
        }
      }
      var text = counts.getFirst().publish(publishers.get(i % 2), i % 2, i / 2 % 7);
      counts.stream().skip(1).forEach(it -> it.expect(text));
      if (i % 50 == 0) {
        publishers.forEach(Fleet::flush);
      }
    }
    publishers.forEach(Fleet::flush);
    routes.forEach(FaultyLink::mend);
    lines.forEach(FaultyLink::mend);
    counts.forEach(MissedTest::awaitAll);
    awaitSettled(leaf);
    lines.forEach(FaultyLink::close);
    routes.forEach(FaultyLink::close);
  }
}

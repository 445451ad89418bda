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
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/// A leaf that moves about in a core of three while it publishes: what was on its way comes again
/// over the new server, and every server of the core takes it once.
class ResumeClusterTest extends FleetTest {
  /// What servers miss is not kept for them by leaves.
  private static final String FORGETFUL = ", outage { server_grace: 0 }";

  private List<FrondServer> core() {
    var ports = new int[] {TestServer.freePort(), TestServer.freePort(), TestServer.freePort()};
    var core = new ArrayList<FrondServer>();
    for (var i = 0; i < 3; i++) {
      core.add(
          fleet.frond(
              "core" + i,
              "leafnodes { listen: \"127.0.0.1:-1\", no_advertise: true }\n"
                  + "cluster { name: core, listen: \"127.0.0.1:"
                  + ports[i]
                  + "\", routes: [\"nats://127.0.0.1:"
                  + ports[(i + 1) % 3]
                  + "\", \"nats://127.0.0.1:"
                  + ports[(i + 2) % 3]
                  + "\"] }\n"));
    }
    core.forEach(it -> TestCluster.awaitPeers(it, 2));
    return core;
  }

  private String leaf(List<FaultyLink> lines) {
    var urls =
        lines.stream().map(it -> "nats-leaf://127.0.0.1:" + it.port()).toArray(String[]::new);
    return "jetstream { store_dir: \""
        + folder.resolve("leaf")
        + "\" }\n"
        + remoteWith("ignore_discovered_servers: true", urls);
  }

  private void awaitAll(Numbered numbered) {
    try {
      Await.until("every message came", numbered::complete);
    } catch (AssertionError e) {
      throw new AssertionError(numbered.report(), e);
    }
    assertEquals(0, numbered.duplicates(), numbered.report());
    assertEquals(0, numbered.missing(), numbered.report());
  }

  @Test
  void everyServerOfTheCoreTakesEachMessageOnceWhileTheLeafMoves() {
    var seed = Long.getLong("frond.seed", System.nanoTime());
    System.out.println("ResumeClusterTest: seed " + seed);
    var random = new Random(seed);
    var core = core();
    var lines = new ArrayList<FaultyLink>();
    core.forEach(it -> lines.add(FaultyLink.to(Fleet.leafPort(it))));
    var leaf = fleet.frond("leaf", leaf(lines));
    awaitLinks(leaf, 1);
    var counts = new ArrayList<Numbered>();
    for (var i = 0; i < 3; i++) {
      var numbered = new Numbered("n");
      counts.add(numbered);
      var at = fleet.client(core.get(i));
      at.createDispatcher(numbered::take).subscribe(numbered.subject());
      Fleet.flush(at);
    }
    for (var server : core) {
      TestCluster.awaitRemoteInterest(server, "n.*", 2);
    }
    awaitInterest(leaf, "n.*");
    var publishers = new ArrayList<Connection>();
    for (var p = 0; p < 4; p++) {
      publishers.add(fleet.client(leaf));
    }
    for (var i = 0; i < 30_000; i++) {
      if (i % 400 == 0) {
        lines.forEach(FaultyLink::mend);
        if (random.nextBoolean()) {
          awaitLinks(leaf, 1);
        }
      } else if (i % 400 == 200) {
        lines.forEach(random.nextBoolean() ? FaultyLink::cut : FaultyLink::drop);
        lines.get(random.nextInt(3)).mend();
      }
      var text = counts.getFirst().publish(publishers.get(i % 4), i % 4, i / 4 % 7);
      counts.get(1).expect(text);
      counts.get(2).expect(text);
      if (i % 8 == 0) {
        Fleet.flush(publishers.get(i % 4));
      }
    }
    lines.forEach(FaultyLink::mend);
    publishers.forEach(Fleet::flush);
    counts.forEach(this::awaitAll);
    lines.forEach(FaultyLink::close);
  }

  private FrondServer near(int port) {
    return fleet.frond("near", near(port, ""));
  }

  private String near(int port, String outage) {
    return member("near", outage, "listen: \"127.0.0.1:" + port + "\"");
  }

  private FrondServer far(FaultyLink inner, String outage) {
    return fleet.frond(
        "far",
        member(
            "far",
            outage,
            "listen: \"127.0.0.1:-1\", no_advertise: true, routes: [\"nats://127.0.0.1:"
                + inner.port()
                + "\"]"));
  }

  @Test
  void aServerOfTheCoreThatCannotBeReachedHoldsNobodyUp() {
    var port = TestServer.freePort();
    var inner = FaultyLink.to(port);
    var near = near(port);
    var far = far(inner, "");
    TestCluster.awaitPeers(near, 1);
    TestCluster.awaitPeers(far, 1);
    var line = FaultyLink.to(Fleet.leafPort(near));
    var leaf = fleet.frond("leaf", leaf(List.of(line)));
    awaitLinks(leaf, 1);
    var atNear = new Numbered("n");
    var atFar = new Numbered("n");
    for (var each : List.of(atNear, atFar)) {
      var at = fleet.client(each == atNear ? near : far);
      at.createDispatcher(each::take).subscribe(each.subject());
      Fleet.flush(at);
    }
    TestCluster.awaitRemoteInterest(near, "n.*", 1);
    awaitInterest(leaf, "n.*");
    inner.stall(true, true);
    var publisher = fleet.client(leaf);
    for (var i = 0; i < 100_000; i++) { // more than may be under way unsettled
      atFar.expect(atNear.publish(publisher, 0, i % 7));
    }
    Fleet.flush(publisher);
    awaitAll(atNear);
    inner.stall(false, false);
    awaitAll(atFar);
    line.close();
    inner.close();
  }

  /// A server of the core is out of the other's reach for so long that it is not waited for, and
  /// then the leaf comes to it: what the leaf publishes there comes behind what was on its way.
  @Test
  void aLeafDoesNotOvertakeWhatItSentBefore() {
    var port = TestServer.freePort();
    var inner = FaultyLink.to(port);
    var near = fleet.frond("near", near(port, FORGETFUL));
    var far = far(inner, FORGETFUL);
    TestCluster.awaitPeers(near, 1);
    TestCluster.awaitPeers(far, 1);
    var lines = List.of(FaultyLink.to(Fleet.leafPort(near)), FaultyLink.to(Fleet.leafPort(far)));
    lines.getLast().cut();
    var leaf = fleet.frond("leaf", leaf(lines));
    awaitLinks(leaf, 1);
    var numbered = new Numbered("n");
    var subscriber = fleet.client(far);
    subscriber.createDispatcher(numbered::take).subscribe(numbered.subject());
    Fleet.flush(subscriber);
    awaitInterest(leaf, "n.*");
    var publisher = fleet.client(leaf);
    publish(numbered, publisher);
    awaitAll(numbered);
    inner.stall(true, true);
    publish(numbered, publisher);
    Await.until("nobody waits for the other server", () -> allSettled(leaf));
    lines.getFirst().cut();
    lines.getLast().mend();
    Await.until("the leaf has moved", () -> far.leaves().leaves().size() == 1);
    publish(numbered, publisher);
    inner.stall(false, false);
    awaitAll(numbered);
    lines.forEach(FaultyLink::close);
    inner.close();
  }

  /// A server of the core is out of the other's reach for so long that it is not waited for; the
  /// leaf comes to it and goes on there. What was on its way comes late, to clients and streams.
  @Test
  void whatComesLateIsTakenLate() throws Exception {
    var port = TestServer.freePort();
    var inner = FaultyLink.to(port);
    var near = fleet.frond("near", near(port, FORGETFUL));
    var far = far(inner, FORGETFUL);
    TestCluster.awaitPeers(near, 1);
    TestCluster.awaitPeers(far, 1);
    var lines = List.of(FaultyLink.to(Fleet.leafPort(near)), FaultyLink.to(Fleet.leafPort(far)));
    lines.getLast().cut();
    var leaf = fleet.frond("leaf", leaf(lines));
    awaitLinks(leaf, 1);
    var numbered = new Numbered("n");
    var client = fleet.client(far);
    var streams = client.jetStreamManagement();
    streams.addStream(StreamConfiguration.builder().name("S").subjects(numbered.subject()).build());
    var inOrder = new Numbered("n");
    var came = new ConcurrentHashMap<String, Integer>();
    var late = new AtomicInteger();
    client
        .createDispatcher(message -> {
          came.merge(new String(message.getData(), StandardCharsets.UTF_8), 1, Integer::sum);
          if (message.hasHeaders() && message.getHeaders().containsKey("Frond-Late")) {
            late.incrementAndGet();
          } else {
            inOrder.take(message);
          }
        })
        .subscribe(numbered.subject());
    Fleet.flush(client);
    awaitInterest(leaf, "n.*");
    var publisher = fleet.client(leaf);
    publish(numbered, publisher);
    Await.until("all came", () -> came.size() == 1_000);
    inner.stall(true, true);
    publish(numbered, publisher);
    Await.until("nobody waits for the other server", () -> allSettled(leaf));
    lines.getFirst().cut();
    lines.getLast().mend();
    Await.until("the leaf has moved", () -> far.leaves().leaves().size() == 1);
    publish(numbered, publisher);
    Await.until("what was published there came", () -> came.size() == 2_000);
    Await.until("and is settled", () -> allSettled(leaf));
    inner.stall(false, false);
    Await.until("what was on its way came", () -> came.size() == 3_000);
    publish(numbered, publisher);
    Await.until("what is published now came", () -> came.size() == 4_000);
    assertEquals(List.of(), came.entrySet().stream().filter(it -> it.getValue() > 1).toList());
    assertEquals(1_000, late.get());
    assertEquals(0, inOrder.duplicates(), inOrder.report());
    assertEquals(4_000, streams.getStreamInfo("S").getStreamState().getMsgCount());
    lines.forEach(FaultyLink::close);
    inner.close();
  }

  private static void publish(Numbered numbered, Connection publisher) {
    for (var i = 0; i < 1_000; i++) {
      numbered.publish(publisher, 0, i % 7);
    }
    Fleet.flush(publisher);
  }

  private static boolean allSettled(FrondServer leaf) {
    return leaf.leaves().samples().stream()
        .filter(it -> it.kind().equals("link"))
        .allMatch(it -> it.backlogMessages() == 0 && it.settledSequence() == it.sentSequence());
  }

  @Test
  void aLeafWhoseServerEndsGoesOnWithAnother() {
    var core = core();
    var lines = new ArrayList<FaultyLink>();
    core.forEach(it -> lines.add(FaultyLink.to(Fleet.leafPort(it))));
    var leaf = fleet.frond("leaf", leaf(lines));
    awaitLinks(leaf, 1);
    Await.until(
        "one of them has it", () -> core.stream().anyMatch(it -> it.leaves().leaves().size() == 1));
    var at = core.stream().filter(it -> it.leaves().leaves().size() == 1).findFirst().orElseThrow();
    var other = core.stream().filter(it -> it != at).findFirst().orElseThrow();
    var numbered = new Numbered("n");
    var subscriber = fleet.client(other);
    subscriber.createDispatcher(numbered::take).subscribe(numbered.subject());
    Fleet.flush(subscriber);
    awaitInterest(leaf, "n.*");
    var publisher = fleet.client(leaf);
    for (var i = 0; i < 10_000; i++) {
      if (i == 5_000) {
        fleet.close(at);
      }
      numbered.publish(publisher, 0, i % 7);
      if (i % 8 == 0) {
        Fleet.flush(publisher);
      }
    }
    Fleet.flush(publisher);
    awaitAll(numbered);
    lines.forEach(FaultyLink::close);
  }
}

package io.frond.leafnode;

import static io.frond.leafnode.Fleet.awaitLinks;
import static io.frond.leafnode.Fleet.next;
import static io.frond.leafnode.Fleet.publish;
import static io.frond.leafnode.Fleet.subscribe;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.frond.server.FrondServer;
import io.frond.testkit.Await;
import io.frond.testkit.FaultyLink;
import io.frond.testkit.TestCluster;
import io.nats.client.Connection;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What is published at the servers of a core cluster while a leaf is away, or on its way from one
/// of them to another, arrives once and in order.
class ResumeDownClusterTest {
  @TempDir Path folder;
  private Fleet fleet;
  private final List<FrondServer> core = new ArrayList<>();
  private final List<FaultyLink> lines = new ArrayList<>();

  @BeforeEach
  void open() {
    fleet = new Fleet(folder);
    for (var i = 0; i < 3; i++) {
      core.add(start(i, core.stream().map(TestCluster::routePort).toList()));
    }
    for (var server : core) {
      lines.add(FaultyLink.to(Fleet.leafPort(server)));
      TestCluster.awaitPeers(server, 2);
    }
  }

  private FrondServer start(int number, List<Integer> routes) {
    var urls = new StringBuilder();
    routes.forEach(port -> urls.append("\"nats://127.0.0.1:").append(port).append("\", "));
    return fleet.frond(
        "core" + number,
        fleet.store("core" + number)
            + "cluster { name: core, listen: \"127.0.0.1:-1\", routes: [ "
            + urls
            + " ] }\nleafnodes { listen: \"127.0.0.1:-1\" }\n");
  }

  @AfterEach
  void close() {
    fleet.close();
    lines.forEach(FaultyLink::close);
  }

  /// A leaf that prefers the core servers in their order.
  private FrondServer leaf(String name) {
    var urls = new StringBuilder();
    for (var line : lines) {
      urls.append("\"nats-leaf://127.0.0.1:").append(line.port()).append("\", ");
    }
    return fleet.frond(
        name,
        fleet.store(name)
            + "leafnodes { reconnect: 100ms, remotes = [ { urls: [ "
            + urls
            + " ], no_randomize: true, ignore_discovered_servers: true } ] }\n");
  }

  /// Waits until a core server knows of a leaf's interest, wherever it is connected.
  private static void awaitKnown(FrondServer server, String subject) {
    Await.until(
        server.core().identity().name() + " knows of " + subject,
        () ->
            Objects.requireNonNull(server.core().accounts().get("$G"))
                .sublist()
                .hasInterest(subject.getBytes(StandardCharsets.UTF_8)));
  }

  private void awaitKnown(String subject) {
    core.forEach(server -> awaitKnown(server, subject));
  }

  @Test
  void aLeafGetsWhatIsPublishedAtEveryServerOnce() {
    var leaf = leaf("leaf");
    awaitLinks(leaf, 1);
    var down = subscribe(fleet.client(leaf), "x");
    awaitKnown("x");
    for (var server : core) {
      var client = fleet.client(server);
      for (var i = 0; i < 100; i++) {
        publish(client, "x", server.core().identity().name() + " " + i);
      }
      for (var i = 0; i < 100; i++) {
        assertEquals(server.core().identity().name() + " " + i, next(down));
      }
    }
    assertTrue(down.getPendingMessageCount() <= 0); // -1 when none ever waited
  }

  @Test
  void whatIsPublishedWhileALeafIsAwayArrivesWhereverItComesBack() {
    var leaf = leaf("leaf");
    awaitLinks(leaf, 1);
    var numbered = new Numbered("n", 5);
    numbered.receive(fleet.client(leaf));
    awaitKnown("n.1");
    var clients = core.stream().map(fleet::client).toList();
    publishSome(numbered, clients, 100);
    numbered.verify("live");
    lines.forEach(FaultyLink::cut);
    awaitLinks(leaf, 0);
    publishSome(numbered, clients, 500);
    lines.get(2).mend();
    numbered.verify("moved");
    assertEquals(1, core.get(2).leaves().leaves().size());
    publishSome(numbered, clients, 500);
    numbered.verify("live again");
  }

  private static void publishSome(Numbered numbered, List<Connection> clients, int each) {
    for (var i = 0; i < each; i++) {
      for (var c = 0; c < clients.size(); c++) {
        numbered.publish(clients.get(c), "p" + c, i);
      }
    }
    clients.forEach(Fleet::flush);
  }

  @Test
  void twoLeavesEachGetTheirShare() {
    var one = leaf("one");
    var two = leaf("two");
    awaitLinks(one, 1);
    awaitLinks(two, 1);
    var toOne = new Numbered("n", 3);
    var toTwo = new Numbered("m", 3);
    toOne.receive(fleet.client(one));
    toTwo.receive(fleet.client(two));
    awaitKnown("n.1");
    awaitKnown("m.1");
    var clients = core.stream().map(fleet::client).toList();
    publishSome(toOne, clients, 200);
    publishSome(toTwo, clients, 200);
    lines.forEach(FaultyLink::drop);
    publishSome(toOne, clients, 200);
    publishSome(toTwo, clients, 200);
    toOne.verify("one");
    toTwo.verify("two");
  }

  @Test
  void leavesHearEachOtherAcrossTheCoreOnce() {
    var one = leaf("one");
    awaitLinks(one, 1);
    lines.get(0).cut();
    lines.get(1).cut();
    lines.get(2).cut();
    awaitLinks(one, 0);
    lines.get(0).mend();
    awaitLinks(one, 1);
    lines.get(0).leadTo(Fleet.leafPort(core.get(1)));
    var two = leaf("two");
    awaitLinks(two, 1);
    assertEquals(1, core.get(1).leaves().leaves().size());
    var numbered = new Numbered("n", 3);
    numbered.receive(fleet.client(two));
    awaitKnown("n.1");
    Await.until(
        "one hears of it",
        () -> one.leaves().leaves().stream().anyMatch(it -> it.subscriptionList().contains("n.>")));
    var client = fleet.client(one);
    publishSome(numbered, List.of(client), 300);
    numbered.verify("leaf to leaf");
  }

  /// Publishers at all three servers go on while links are cut, slow and back at another server.
  @Test
  void eachMessageArrivesOnceThroughManyEvents() {
    var seed = Long.getLong("frond.seed", System.nanoTime());
    System.out.println("ResumeDownClusterTest seed " + seed);
    var random = new Random(seed);
    var leaf = leaf("leaf");
    awaitLinks(leaf, 1);
    var numbered = new Numbered("n", 10);
    numbered.receive(fleet.client(leaf));
    awaitKnown("n.1");
    var clients = core.stream().map(fleet::client).toList();
    for (var event = 0; event < 15; event++) {
      var line = lines.get(random.nextInt(3));
      switch (random.nextInt(5)) {
        case 0, 1 -> line.cut();
        case 2 -> lines.forEach(FaultyLink::drop);
        case 3 -> line.limit(256 << 10);
        default -> line.mend();
      }
      publishSome(numbered, clients, random.nextInt(800));
    }
    lines.forEach(FaultyLink::mend);
    numbered.verify("seed " + seed);
  }
}

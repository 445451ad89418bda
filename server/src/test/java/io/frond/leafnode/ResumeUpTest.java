package io.frond.leafnode;

import static io.frond.leafnode.Fleet.LOOPBACK_LIST;
import static io.frond.leafnode.Fleet.awaitInterest;
import static io.frond.leafnode.Fleet.awaitLinks;
import static io.frond.leafnode.Fleet.next;
import static io.frond.leafnode.Fleet.publish;
import static io.frond.leafnode.Fleet.remoteWith;
import static io.frond.leafnode.Fleet.subscribe;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.frond.server.FrondServer;
import io.frond.testkit.Await;
import io.frond.testkit.FaultyLink;
import io.frond.testkit.Numbered;
import io.frond.testkit.TestServer;
import io.nats.client.Connection;
import io.nats.client.Nats;
import io.nats.client.Options;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Random;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.IntConsumer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What is published at a leaf while its link is down arrives when it is up again.
class ResumeUpTest extends FleetTest {
  /// The leaf takes no way past the line.
  private static final String ONLY = "ignore_discovered_servers: true";

  private String leafOf(FaultyLink line) {
    return fleet.store("leaf") + remoteWith(ONLY, "nats://127.0.0.1:" + line.port());
  }

  /// Publishers at the leaf go on while faults befall the line and the hub.
  private Numbered run(FrondServer leaf, Connection atHub, int messages, IntConsumer fault) {
    var numbered = new Numbered("n");
    var dispatcher = atHub.createDispatcher(numbered::take);
    dispatcher.subscribe(numbered.subject());
    Fleet.flush(atHub);
    awaitInterest(leaf, numbered.subject());
    var publishers = new ArrayList<Connection>();
    for (var p = 0; p < 4; p++) {
      publishers.add(fleet.client(leaf));
    }
    for (var i = 0; i < messages; i++) {
      fault.accept(i);
      numbered.publish(publishers.get(i % 4), i % 4, i / 4 % 7);
      if (i % 16 == 0) {
        Fleet.flush(publishers.get(i % 4));
      }
    }
    publishers.forEach(Fleet::flush);
    return numbered;
  }

  private static void awaitAll(Numbered numbered) {
    try {
      Await.until("every message came", numbered::complete);
    } catch (AssertionError e) {
      throw new AssertionError(numbered.report(), e);
    }
  }

  @Test
  void whateverBefallsTheLineEveryMessageComesOnceAndInOrder() {
    var seed = Long.getLong("frond.seed", System.nanoTime());
    System.out.println("ResumeUpTest: seed " + seed);
    var random = new Random(seed);
    var hub = fleet.frond("hub", LOOPBACK_LIST);
    try (var line = FaultyLink.to(Fleet.port(hub))) {
      var leaf = fleet.frond("leaf", leafOf(line));
      awaitLinks(leaf, 1);
      var numbered =
          run(
              leaf,
              fleet.client(hub),
              20_000,
              i -> {
                if (i % 500 == 250) {
                  fault(line, random);
                } else if (i % 500 == 0) {
                  line.mend();
                  if (random.nextBoolean()) {
                    awaitLinks(leaf, 1);
                  }
                }
              });
      line.mend();
      awaitAll(numbered);
      assertEquals(0, numbered.duplicates(), numbered.report());
      assertEquals(0, numbered.missing(), numbered.report());
    }
  }

  private static void fault(FaultyLink line, Random random) {
    switch (random.nextInt(5)) {
      case 0 -> line.cut();
      case 1 -> line.drop();
      case 2 -> line.limit(64_000);
      case 3 -> line.stall(true, true);
      default -> {
        line.deafen(false, true); // what was sent is not confirmed
        line.drop();
      }
    }
  }

  @Test
  @Tag("interop")
  void withAGoHubEveryMessageComesInOrderAndFewComeAgain() {
    var seed = Long.getLong("frond.seed", System.nanoTime());
    System.out.println("ResumeUpTest: seed " + seed);
    var random = new Random(seed);
    var port = TestServer.freePort();
    var hub = fleet.go("hub", "leafnodes { listen: \"127.0.0.1:" + port + "\" }\n");
    try (var line = FaultyLink.to(port)) {
      var leaf =
          fleet.frond(
              "leaf",
              fleet.store("leaf") + remoteWith(ONLY, "nats-leaf://127.0.0.1:" + line.port()));
      awaitLinks(leaf, 1);
      var numbered =
          run(
              leaf,
              fleet.client(hub.uri()),
              20_000,
              i -> {
                if (i % 500 == 250) {
                  fault(line, random);
                } else if (i % 500 == 0) {
                  line.mend();
                  if (random.nextBoolean()) {
                    awaitLinks(leaf, 1);
                  }
                }
              });
      line.mend();
      awaitAll(numbered);
      assertEquals(0, numbered.missing(), numbered.report());
      System.out.println("with a Go hub: " + numbered.report());
    }
  }

  /// The second one's cluster has a name that is made anew with each start.
  @ParameterizedTest
  @ValueSource(strings = {"", "cluster { listen: \"127.0.0.1:-1\" }\n"})
  void aHubThatIsStartedAgainGetsWhatWasPublishedMeanwhile(String cluster) throws Exception {
    var port = TestServer.freePort();
    var hub = fleet.frond("hub", port, LOOPBACK_LIST + cluster);
    var leaf =
        fleet.frond("leaf", fleet.store("leaf") + remoteWith(ONLY, "nats://127.0.0.1:" + port));
    awaitLinks(leaf, 1);
    var subscriber =
        Nats.connect(
            Options.builder()
                .server("nats://127.0.0.1:" + port)
                .maxReconnects(-1)
                .reconnectWait(Duration.ofMillis(50))
                .build());
    var numbered = new Numbered("n");
    try {
      subscriber.createDispatcher(numbered::take).subscribe(numbered.subject());
      Fleet.flush(subscriber);
      awaitInterest(leaf, numbered.subject());
      var atLeaf = fleet.client(leaf);
      for (var i = 0; i < 1000; i++) {
        numbered.publish(atLeaf, 0, i % 3);
      }
      awaitAll(numbered);
      fleet.close(hub);
      awaitLinks(leaf, 0);
      for (var i = 0; i < 1000; i++) {
        numbered.publish(atLeaf, 0, i % 3);
      }
      Fleet.flush(atLeaf);
      var again = fleet.frond("hub", port, LOOPBACK_LIST + cluster);
      for (var i = 0; i < 1000; i++) {
        numbered.publish(atLeaf, 0, i % 3);
      }
      awaitLinks(again, 1);
      awaitAll(numbered);
      assertEquals(0, numbered.duplicates(), numbered.report());
      assertEquals(0, numbered.missing(), numbered.report());
    } finally {
      subscriber.close();
    }
  }

  @Test
  void aLeafThatIsStartedAgainStillHasWhatItKeptAndKnowsWhatTheHubWants() {
    var hub = fleet.frond("hub", LOOPBACK_LIST);
    try (var line = FaultyLink.to(Fleet.port(hub))) {
      var leaf = fleet.frond("leaf", leafOf(line));
      awaitLinks(leaf, 1);
      var atHub = fleet.client(hub);
      var numbered = new Numbered("n");
      atHub.createDispatcher(numbered::take).subscribe(numbered.subject());
      Fleet.flush(atHub);
      awaitInterest(leaf, numbered.subject());
      line.cut();
      awaitLinks(leaf, 0);
      var before = fleet.client(leaf);
      for (var i = 0; i < 1000; i++) {
        numbered.publish(before, 0, i % 3);
      }
      Fleet.flush(before);
      fleet.close(before);
      fleet.close(leaf);
      var again = fleet.frond("leaf", leafOf(line));
      var after = fleet.client(again);
      for (var i = 0; i < 1000; i++) {
        numbered.publish(after, 0, i % 3);
      }
      Fleet.flush(after);
      line.mend();
      awaitAll(numbered);
      assertEquals(0, numbered.duplicates(), numbered.report());
      assertEquals(0, numbered.missing(), numbered.report());
    }
  }

  @Test
  void aSlowLineIsNoReasonToEndTheLink() {
    var hub = fleet.frond("hub", LOOPBACK_LIST + "ping_interval: 1s\nping_max: 3\n");
    try (var line = FaultyLink.to(Fleet.port(hub))) {
      var leaf =
          fleet.frond("leaf", leafOf(line) + "ping_interval: 1s\nping_max: 3\nmax_pending: 1MB\n");
      awaitLinks(leaf, 1);
      var atHub = fleet.client(hub);
      var numbered = new Numbered("n");
      atHub.createDispatcher(numbered::take).subscribe(numbered.subject());
      Fleet.flush(atHub);
      awaitInterest(leaf, numbered.subject());
      var local = new Numbered("n");
      var atLeaf = fleet.client(leaf);
      var subscriber = fleet.client(leaf);
      subscriber.createDispatcher(local::take).subscribe(local.subject());
      Fleet.flush(subscriber);
      line.limit(8_000);
      var link = leaf.leaves().leaves().getFirst();
      for (var i = 0; i < 40_000; i++) { // a megabyte and more for the line
        local.expect(numbered.publish(atLeaf, 0, i % 7));
      }
      Fleet.flush(atLeaf);
      Await.until("local clients have everything", local::complete);
      var begun = numbered.received();
      Await.until("some arrives", () -> numbered.received() > begun + 500);
      line.mend();
      awaitAll(numbered);
      assertEquals(link.id(), leaf.leaves().leaves().getFirst().id());
      assertEquals(0, numbered.duplicates(), numbered.report());
      assertEquals(0, numbered.missing(), numbered.report());
    }
  }

  @Test
  void requestsAreNotKeptForLong() {
    var hub = fleet.frond("hub", LOOPBACK_LIST);
    try (var line = FaultyLink.to(Fleet.port(hub))) {
      var leaf = fleet.frond("leaf", leafOf(line));
      awaitLinks(leaf, 1);
      var service = subscribe(fleet.client(hub), "service");
      awaitInterest(leaf, "service");
      var atLeaf = fleet.client(leaf);
      line.cut();
      awaitLinks(leaf, 0);
      Await.until(
          "a request is told that nobody answers",
          () -> {
            try {
              atLeaf.request("service", new byte[0]).get(1, TimeUnit.SECONDS);
              return false;
            } catch (CancellationException | ExecutionException e) {
              return true;
            } catch (TimeoutException e) {
              return false;
            } catch (InterruptedException e) {
              throw new AssertionError(e);
            }
          });
      line.mend();
      awaitLinks(leaf, 1);
      publish(atLeaf, "service", "not a request");
      var first = next(service);
      while (first.isEmpty()) { // younger than a request waits
        first = next(service);
      }
      assertEquals("not a request", first);
    }
  }

  @Test
  void whatIsPublishedWhileTheLinkIsCutArrivesOnceAndInOrder() {
    var hub = fleet.frond("hub", LOOPBACK_LIST);
    try (var line = FaultyLink.to(Fleet.port(hub))) {
      var leaf =
          fleet.frond(
              "leaf", fleet.store("leaf") + remoteWith(ONLY, "nats://127.0.0.1:" + line.port()));
      awaitLinks(leaf, 1);
      var up = subscribe(fleet.client(hub), "orders.>");
      awaitInterest(leaf, "orders.>");
      var atLeaf = fleet.client(leaf);
      for (var i = 0; i < 100; i++) {
        publish(atLeaf, "orders.new", "live " + i);
      }
      for (var i = 0; i < 100; i++) {
        assertEquals("live " + i, next(up));
      }
      line.cut();
      awaitLinks(leaf, 0);
      for (var i = 0; i < 1000; i++) {
        publish(atLeaf, "orders.new", "kept " + i);
      }
      line.mend();
      for (var i = 0; i < 1000; i++) {
        assertEquals("kept " + i, next(up));
      }
      publish(atLeaf, "orders.new", "live again");
      assertEquals("live again", next(up));
    }
  }
}

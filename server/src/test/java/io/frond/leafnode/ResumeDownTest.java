package io.frond.leafnode;

import static io.frond.leafnode.Fleet.LOOPBACK_LIST;
import static io.frond.leafnode.Fleet.awaitInterest;
import static io.frond.leafnode.Fleet.awaitLinks;
import static io.frond.leafnode.Fleet.next;
import static io.frond.leafnode.Fleet.publish;
import static io.frond.leafnode.Fleet.remote;
import static io.frond.leafnode.Fleet.remoteWith;
import static io.frond.leafnode.Fleet.subscribe;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.frond.server.FrondServer;
import io.frond.testkit.Await;
import io.frond.testkit.FaultyLink;
import io.nats.client.Connection;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;

/// What is published at a hub while a leaf is away arrives when it is back.
class ResumeDownTest extends FleetTest {
  private FrondServer hub() {
    return fleet.frond("hub", LOOPBACK_LIST + fleet.store("hub"));
  }

  private FrondServer leaf(FaultyLink line) {
    return fleet.frond(
        "leaf",
        fleet.store("leaf")
            + remoteWith("ignore_discovered_servers: true", "nats://127.0.0.1:" + line.port()));
  }

  @Test
  void severalAccountsOfALeafAreSessionsOfTheirOwn() {
    var hub = hub();
    var url = "{ url: \"nats://127.0.0.1:" + Fleet.port(hub) + "\", account: ";
    var leaf =
        fleet.frond(
            "leaf",
            "accounts { X { users: [ { user: x, password: p } ] }\n"
                + " Y { users: [ { user: y, password: p } ] } }\n"
                + ("leaf { reconnect: 200ms, remotes = [ " + url + "X }, " + url + "Y } ] }\n"));
    awaitLinks(leaf, 2);
    awaitLinks(hub, 2);
    var x = subscribe(fleet.client("nats://x:p@127.0.0.1:" + Fleet.port(leaf)), "orders.x");
    var y = subscribe(fleet.client("nats://y:p@127.0.0.1:" + Fleet.port(leaf)), "orders.y");
    awaitInterest(hub, "orders.x");
    awaitInterest(hub, "orders.y");
    var atHub = fleet.client(hub);
    publish(atHub, "orders.x", "for x");
    publish(atHub, "orders.y", "for y");
    assertEquals("for x", next(x));
    assertEquals("for y", next(y));
    assertEquals(2, hub.leaves().leaves().size());
  }

  @Test
  void whatIsPublishedWhileTheLinkIsCutArrivesOnceAndInOrder() {
    var hub = hub();
    try (var line = FaultyLink.to(Fleet.port(hub))) {
      var leaf = leaf(line);
      awaitLinks(leaf, 1);
      var down = subscribe(fleet.client(leaf), "orders.>");
      awaitInterest(hub, "orders.>");
      var atHub = fleet.client(hub);
      for (var i = 0; i < 100; i++) {
        publish(atHub, "orders.new", "live " + i);
      }
      for (var i = 0; i < 100; i++) {
        assertEquals("live " + i, next(down));
      }
      line.cut();
      awaitLinks(hub, 0);
      for (var i = 0; i < 1000; i++) {
        publish(atHub, "orders.new", "kept " + i);
      }
      line.mend();
      for (var i = 0; i < 1000; i++) {
        assertEquals("kept " + i, next(down));
      }
      publish(atHub, "orders.new", "live again");
      assertEquals("live again", next(down));
    }
  }

  @Test
  void aQueueGroupsMemberThatLeftDuringTheCutIsPassedOver() {
    var hub = hub();
    try (var line = FaultyLink.to(Fleet.port(hub))) {
      var leaf = leaf(line);
      var other =
          fleet.frond(
              "other", fleet.store("other") + remote("nats://127.0.0.1:" + Fleet.port(hub)));
      awaitLinks(hub, 2);
      var staying = subscribe(fleet.client(other), "jobs", "q");
      var leaving = subscribe(fleet.client(leaf), "jobs", "q");
      Await.until("both members are known", () -> members(hub) == 2);
      line.cut();
      awaitLinks(hub, 1);
      leaving.unsubscribe();
      line.mend();
      awaitLinks(hub, 2);
      var _ = subscribe(fleet.client(leaf), "later");
      awaitInterest(hub, "later"); // which the leaf tells behind what it wanted at first
      var atHub = fleet.client(hub);
      for (var i = 0; i < 50; i++) {
        publish(atHub, "jobs", "job " + i);
      }
      for (var i = 0; i < 50; i++) {
        assertEquals("job " + i, next(staying));
      }
    }
  }

  @Test
  void aLeafThatRestartsGetsItWhenItsClientsAreBack() {
    var hub = hub();
    try (var line = FaultyLink.to(Fleet.port(hub))) {
      var leaf = leaf(line);
      awaitLinks(leaf, 1);
      var down = subscribe(fleet.client(leaf), "orders.>");
      awaitInterest(hub, "orders.>");
      var atHub = fleet.client(hub);
      publish(atHub, "orders.new", "before");
      assertEquals("before", next(down));
      fleet.close(leaf);
      awaitLinks(hub, 0);
      publish(atHub, "orders.new", "while it was down");
      leaf = leaf(line);
      awaitLinks(hub, 1);
      publish(atHub, "orders.new", "before its client is back");
      down = subscribe(fleet.client(leaf), "orders.>");
      assertEquals("while it was down", next(down));
      assertEquals("before its client is back", next(down));
    }
  }

  @Test
  void aHubThatRestartsStillHasIt() {
    var hub = hub();
    try (var line = FaultyLink.to(Fleet.port(hub))) {
      var leaf = leaf(line);
      awaitLinks(leaf, 1);
      var down = subscribe(fleet.client(leaf), "orders.>");
      awaitInterest(hub, "orders.>");
      line.cut();
      awaitLinks(hub, 0);
      var atHub = fleet.client(hub);
      for (var i = 0; i < 500; i++) {
        publish(atHub, "orders.new", "before " + i);
      }
      fleet.close(hub);
      hub = hub();
      line.leadTo(Fleet.port(hub));
      atHub = fleet.client(hub);
      for (var i = 0; i < 500; i++) {
        publish(atHub, "orders.new", "after " + i);
      }
      line.mend();
      for (var i = 0; i < 500; i++) {
        assertEquals("before " + i, next(down));
      }
      for (var i = 0; i < 500; i++) {
        assertEquals("after " + i, next(down));
      }
      assertTrue(down.getPendingMessageCount() <= 0); // -1 when none ever waited
    }
  }

  @Test
  void aRequestToALeafThatIsAwayFindsNobody() throws Exception {
    var hub = hub();
    try (var line = FaultyLink.to(Fleet.port(hub))) {
      var leaf = leaf(line);
      awaitLinks(leaf, 1);
      var service = fleet.client(leaf);
      service
          .createDispatcher(message -> service.publish(message.getReplyTo(), message.getData()))
          .subscribe("echo");
      Fleet.flush(service);
      awaitInterest(hub, "echo");
      var atHub = fleet.client(hub);
      var question = "q".getBytes(StandardCharsets.UTF_8);
      assertTrue(atHub.request("echo", question, Fleet.WAIT) != null);
      line.cut();
      awaitLinks(hub, 0);
      var answer = atHub.request("echo", question);
      assertThrows(CancellationException.class, answer::get); // told at once that nobody is there
      line.mend();
      awaitLinks(hub, 1);
      awaitInterest(hub, "echo");
      assertTrue(atHub.request("echo", question, Fleet.WAIT) != null);
    }
  }

  /// A mirror or source of a nats-server waits for half a minute, and asks again later and later.
  @Test
  void whoWaitsForAConsumerOfALeafIsAnsweredWhenItIsBack() {
    var hub = hub();
    try (var line = FaultyLink.to(Fleet.port(hub))) {
      var leaf = leaf(line);
      awaitLinks(leaf, 1);
      var asked = subscribe(fleet.client(leaf), "api.>");
      awaitInterest(hub, "api.>");
      line.cut();
      awaitLinks(hub, 0);
      var client = fleet.client(hub);
      var nothing = new byte[0];
      client.publish("api.1", "$JSC.R.F.abc", nothing); // a Frond, which asks again soon
      client.publish("api.2", "_INBOX.abc", nothing);
      client.publish("api.3", "$JSC.R.abc", "kept".getBytes(StandardCharsets.UTF_8));
      Fleet.flush(client);
      line.mend();
      assertEquals("kept", next(asked));
      publish(client, "api.4", "next");
      assertEquals("next", next(asked));
    }
  }

  @Test
  void aQueueGroupPrefersALeafThatIsThere() {
    var hub = hub();
    try (var line = FaultyLink.to(Fleet.port(hub))) {
      var away = leaf(line);
      var here =
          fleet.frond(
              "other", fleet.store("other") + remote("nats://127.0.0.1:" + Fleet.port(hub)));
      awaitLinks(away, 1);
      awaitLinks(here, 1);
      var one = subscribe(fleet.client(away), "jobs", "q");
      var two = subscribe(fleet.client(here), "jobs", "q");
      awaitInterest(hub, "jobs q");
      Await.until("both are known", () -> members(hub) == 2);
      line.cut();
      awaitLinks(hub, 1);
      var atHub = fleet.client(hub);
      for (var i = 0; i < 20; i++) {
        publish(atHub, "jobs", "job " + i);
      }
      for (var i = 0; i < 20; i++) {
        assertEquals("job " + i, next(two));
      }
      two.unsubscribe();
      Await.until("only the leaf that is away is left", () -> members(hub) == 0);
      publish(atHub, "jobs", "kept");
      line.mend();
      assertEquals("kept", next(one));
    }
  }

  private static long members(FrondServer hub) {
    return hub.leaves().leaves().stream()
        .filter(it -> it.subscriptionList().contains("jobs q"))
        .count();
  }

  /// Publishers go on while the link is cut, stalled, slow and back, and the leaf restarts.
  @Test
  void eachMessageArrivesOnceThroughManyEvents() throws Exception {
    var seed = Long.getLong("frond.seed", System.nanoTime());
    System.out.println("ResumeDownTest seed " + seed);
    var random = new Random(seed);
    var hub = hub();
    try (var line = FaultyLink.to(Fleet.port(hub))) {
      var leaf = leaf(line);
      awaitLinks(leaf, 1);
      var numbered = new Numbered("n", 10);
      numbered.receive(fleet.client(leaf));
      awaitInterest(hub, "n.>");
      var publishers = new Connection[] {fleet.client(hub), fleet.client(hub)};
      for (var event = 0; event < 12; event++) {
        switch (random.nextInt(6)) {
          case 0 -> line.cut();
          case 1 -> line.drop();
          case 2 -> line.limit(64 << 10);
          case 3 -> {
            fleet.close(leaf);
            leaf = leaf(line);
            numbered.receive(fleet.client(leaf));
          }
          case 4 -> {
            fleet.close(hub);
            hub = hub();
            line.leadTo(Fleet.port(hub));
            publishers[0] = fleet.client(hub);
            publishers[1] = fleet.client(hub);
          }
          default -> line.mend();
        }
        var burst = random.nextInt(3000);
        for (var i = 0; i < burst; i++) {
          var who = random.nextInt(publishers.length);
          numbered.publish(publishers[who], "p" + who, random.nextInt(10));
        }
        publishers[0].flush(Duration.ofSeconds(20));
        publishers[1].flush(Duration.ofSeconds(20));
      }
      line.mend();
      line.drop();
      numbered.verify("seed " + seed);
    }
  }

  /// The publisher's connection may be on another event loop after each start: what it published
  /// before is in another log, behind which the newer has to wait.
  @Test
  void orderHoldsOverSeveralRestartsOfTheHub() throws Exception {
    var hub = hub();
    try (var line = FaultyLink.to(Fleet.port(hub))) {
      var leaf = leaf(line);
      awaitLinks(leaf, 1);
      var numbered = new Numbered("n", 3);
      numbered.receive(fleet.client(leaf));
      awaitInterest(hub, "n.>");
      line.cut();
      awaitLinks(hub, 0);
      for (var life = 0; life < 5; life++) {
        var others = new Connection[life % 2]; // shifts the loops
        for (var i = 0; i < others.length; i++) {
          others[i] = fleet.client(hub);
        }
        var publisher = fleet.client(hub);
        for (var i = 0; i < 2000; i++) {
          numbered.publish(publisher, "p", i);
        }
        Fleet.flush(publisher);
        fleet.close(hub);
        hub = hub();
        line.leadTo(Fleet.port(hub));
      }
      line.mend();
      numbered.verify("all lives");
    }
  }
}

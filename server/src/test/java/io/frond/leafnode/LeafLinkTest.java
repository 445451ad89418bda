package io.frond.leafnode;

import static io.frond.leafnode.Fleet.LOOPBACK_LIST;
import static io.frond.leafnode.Fleet.awaitInterest;
import static io.frond.leafnode.Fleet.awaitLinks;
import static io.frond.leafnode.Fleet.awaitNoInterest;
import static io.frond.leafnode.Fleet.nats;
import static io.frond.leafnode.Fleet.next;
import static io.frond.leafnode.Fleet.publish;
import static io.frond.leafnode.Fleet.remote;
import static io.frond.leafnode.Fleet.remoteWith;
import static io.frond.leafnode.Fleet.silent;
import static io.frond.leafnode.Fleet.subscribe;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nats.client.impl.Headers;
import io.nats.client.impl.NatsMessage;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/// Leaves and hubs in this JVM: what goes over the link and what does not.
class LeafLinkTest extends FleetTest {
  @Test
  void messagesGoBothWaysOnTheClientPort() {
    var hub = fleet.frond("hub", LOOPBACK_LIST);
    var leaf = fleet.frond("leaf", remote(nats(hub)));
    awaitLinks(hub, 1);
    awaitLinks(leaf, 1);
    var atHub = fleet.client(hub);
    var atLeaf = fleet.client(leaf);
    var up = subscribe(atHub, "factory.orders.*");
    var down = subscribe(atLeaf, "factory.alerts.>");
    awaitInterest(leaf, "factory.orders.*");
    awaitInterest(hub, "factory.alerts.>");
    publish(atLeaf, "factory.orders.new", "one");
    publish(atHub, "factory.alerts.critical", "two");
    assertEquals("one", next(up));
    assertEquals("two", next(down));
  }

  @Test
  void messagesKeepHeadersAndReplies() throws Exception {
    var hub = fleet.frond("hub", "leafnodes { listen: \"127.0.0.1:-1\" }\n");
    var leaf = fleet.frond("leaf", remote("nats-leaf://127.0.0.1:" + Fleet.leafPort(hub)));
    awaitLinks(leaf, 1);
    var atHub = fleet.client(hub);
    var atLeaf = fleet.client(leaf);
    var dispatcher =
        atHub.createDispatcher(message -> {
          var headers = new Headers().add("Echo", message.getHeaders().getFirst("Ask"));
          atHub.publish(
              NatsMessage.builder()
                  .subject(message.getReplyTo())
                  .headers(headers)
                  .data(message.getData())
                  .build());
        });
    dispatcher.subscribe("service");
    awaitInterest(leaf, "service");
    var answer =
        atLeaf
            .request(
                NatsMessage.builder()
                    .subject("service")
                    .headers(new Headers().add("Ask", "why"))
                    .data("body".getBytes(StandardCharsets.UTF_8))
                    .build())
            .get(20, java.util.concurrent.TimeUnit.SECONDS);
    assertEquals("why", answer.getHeaders().getFirst("Echo"));
    assertEquals("body", new String(answer.getData(), StandardCharsets.UTF_8));
  }

  @Test
  void nothingThatNobodyWantsCrosses() {
    var hub = fleet.frond("hub", LOOPBACK_LIST);
    var leaf = fleet.frond("leaf", remote(nats(hub)));
    awaitLinks(leaf, 1);
    awaitLinks(hub, 1);
    var atHub = fleet.client(hub);
    var wanted = subscribe(atHub, "wanted");
    awaitInterest(leaf, "wanted");
    var atLeaf = fleet.client(leaf);
    for (var i = 0; i < 1000; i++) {
      atLeaf.publish("nobody.listens", new byte[64]);
    }
    publish(atLeaf, "wanted", "last");
    assertEquals("last", next(wanted));
    assertEquals(1, hub.leaves().leaves().getFirst().stats().inMessages());
  }

  @Test
  void aMessageDoesNotComeBackToWhereItCameFrom() {
    var hub = fleet.frond("hub", LOOPBACK_LIST);
    var leaf = fleet.frond("leaf", remote(nats(hub)));
    awaitLinks(leaf, 1);
    var atHub = fleet.client(hub);
    var atLeaf = fleet.client(leaf);
    var both = subscribe(atLeaf, "both");
    var hubs = subscribe(atHub, "both");
    var marker = subscribe(atLeaf, "marker");
    awaitInterest(hub, "both");
    awaitInterest(leaf, "both");
    awaitInterest(hub, "marker");
    publish(atLeaf, "both", "one");
    assertEquals("one", next(hubs));
    assertEquals("one", next(both));
    assertTrue(silent(both, atHub, marker));
  }

  @Test
  void interestEndsWithItsLastSubscriber() {
    var hub = fleet.frond("hub", LOOPBACK_LIST);
    var leaf = fleet.frond("leaf", remote(nats(hub)));
    awaitLinks(leaf, 1);
    var atLeaf = fleet.client(leaf);
    var one = subscribe(atLeaf, "s");
    var two = subscribe(atLeaf, "s");
    awaitInterest(hub, "s");
    one.unsubscribe();
    Fleet.flush(atLeaf);
    var other = subscribe(atLeaf, "other");
    awaitInterest(hub, "other");
    assertTrue(hub.leaves().leaves().getFirst().subscriptionList().contains("s"));
    two.unsubscribe();
    other.unsubscribe();
    Fleet.flush(atLeaf);
    awaitNoInterest(hub, "s");
  }

  @Test
  void spokesOfSpokesHearAndAreHeard() {
    var hub = fleet.frond("hub", LOOPBACK_LIST);
    var middle = fleet.frond("middle", LOOPBACK_LIST + remote(nats(hub)));
    var edge = fleet.frond("edge", remote(nats(middle)));
    var other = fleet.frond("other", remote(nats(hub)));
    awaitLinks(hub, 2);
    awaitLinks(middle, 2);
    awaitLinks(other, 1);
    var atEdge = fleet.client(edge);
    var atOther = fleet.client(other);
    var down = subscribe(atEdge, "to.edge");
    var across = subscribe(atOther, "to.other");
    awaitInterest(other, "to.edge");
    awaitInterest(edge, "to.other");
    publish(atOther, "to.edge", "one");
    publish(atEdge, "to.other", "two");
    assertEquals("one", next(down));
    assertEquals("two", next(across));
  }

  @Test
  void oneMemberOfAQueueGroupGetsAMessageAndLocalOnesComeFirst() {
    var hub = fleet.frond("hub", LOOPBACK_LIST);
    var leaf = fleet.frond("leaf", remote(nats(hub)));
    awaitLinks(leaf, 1);
    var atHub = fleet.client(hub);
    var atLeaf = fleet.client(leaf);
    var remote = subscribe(atHub, "work", "workers");
    awaitInterest(leaf, "work workers");
    for (var i = 0; i < 20; i++) {
      publish(atLeaf, "work", "far");
    }
    for (var i = 0; i < 20; i++) {
      assertEquals("far", next(remote));
    }
    var local = subscribe(atLeaf, "work", "workers");
    for (var i = 0; i < 20; i++) {
      publish(atLeaf, "work", "near");
    }
    for (var i = 0; i < 20; i++) {
      assertEquals("near", next(local));
    }
    var marker = subscribe(atHub, "marker");
    awaitInterest(leaf, "marker");
    assertTrue(silent(remote, atLeaf, marker));
  }

  @Test
  void theHubKnowsHowManyMembersAGroupHas() {
    var hub = fleet.frond("hub", LOOPBACK_LIST);
    var one = fleet.frond("one", remote(nats(hub)));
    var two = fleet.frond("two", remote(nats(hub)));
    awaitLinks(hub, 2);
    var atOne = fleet.client(one);
    var atTwo = fleet.client(two);
    for (var i = 0; i < 3; i++) {
      var _ = subscribe(atOne, "work", "workers");
    }
    var single = subscribe(atTwo, "work", "workers");
    io.frond.testkit.Await.until(
        "both groups and their sizes are known",
        () ->
            hub.core()
                    .accounts()
                    .global()
                    .sublist()
                    .match("work".getBytes(StandardCharsets.UTF_8))
                    .queueCount()
                == 1);
    io.frond.testkit.Await.until("the weights are known", () -> weights(hub) == 4);
    var atHub = fleet.client(hub);
    for (var i = 0; i < 400; i++) {
      atHub.publish("work", new byte[0]);
    }
    var marker = subscribe(atTwo, "marker");
    awaitInterest(hub, "marker");
    publish(atHub, "marker", "end");
    assertEquals("end", next(marker));
    var got = single.getPendingMessageCount();
    assertTrue(got > 40 && got < 180, "one member of four got " + got + " of 400");
  }

  private static int weights(io.frond.server.FrondServer hub) {
    var match =
        hub.core().accounts().global().sublist().match("work".getBytes(StandardCharsets.UTF_8));
    var sum = 0;
    for (var q = 0; q < match.queueCount(); q++) {
      for (var i = 0; i < match.queueSize(q); i++) {
        sum += match.queueMember(q, i).weight();
      }
    }
    return sum;
  }

  @Test
  void isolatedLeavesDoNotHearOfEachOther() {
    var hub = fleet.frond("hub", LOOPBACK_LIST + "leafnodes { isolate_leafnode_interest: true }\n");
    var one = fleet.frond("one", remote(nats(hub)));
    var two = fleet.frond("two", remote(nats(hub)));
    awaitLinks(hub, 2);
    var _ = subscribe(fleet.client(two), "two");
    awaitInterest(hub, "two");
    var _ = subscribe(fleet.client(hub), "hub");
    awaitInterest(one, "hub");
    assertFalse(one.leaves().leaves().getFirst().subscriptionList().contains("two"));
    assertTrue(hub.leaves().leaves().getFirst().isolated());
  }

  @Test
  void aLeafMayAskForIsolation() {
    var hub = fleet.frond("hub", LOOPBACK_LIST);
    var one = fleet.frond("one", remoteWith("request_isolation: true", nats(hub)));
    var two = fleet.frond("two", remote(nats(hub)));
    awaitLinks(hub, 2);
    var atOne = fleet.client(one);
    var _ = subscribe(fleet.client(two), "two");
    awaitInterest(hub, "two");
    var _ = subscribe(atOne, "one");
    awaitInterest(two, "one");
    var _ = subscribe(fleet.client(hub), "hub");
    awaitInterest(one, "hub");
    assertFalse(one.leaves().leaves().getFirst().subscriptionList().contains("two"));
  }

  @Test
  void deniedImportsAndExportsStayWhereTheyAre() {
    var hub = fleet.frond("hub", LOOPBACK_LIST);
    var leaf =
        fleet.frond(
            "leaf",
            remoteWith("deny_imports: [\"in.secret\"], deny_exports: [\"out.secret\"]", nats(hub)));
    awaitLinks(leaf, 1);
    var atHub = fleet.client(hub);
    var atLeaf = fleet.client(leaf);
    var in = subscribe(atLeaf, "in.*");
    var out = subscribe(atHub, "out.*");
    awaitInterest(hub, "in.*");
    awaitInterest(leaf, "out.*");
    publish(atHub, "in.secret", "no");
    publish(atHub, "in.open", "yes");
    assertEquals("yes", next(in));
    publish(atLeaf, "out.secret", "no");
    publish(atLeaf, "out.open", "yes");
    assertEquals("yes", next(out));
    assertEquals(1, hub.leaves().leaves().getFirst().stats().inMessages());
    assertEquals(1, leaf.leaves().leaves().getFirst().stats().inMessages());
  }

  @Test
  void whoDialsMayPlayTheHub() {
    var below = fleet.frond("below", LOOPBACK_LIST);
    var above = fleet.frond("above", remoteWith("hub: true", nats(below)));
    awaitLinks(below, 1);
    awaitLinks(above, 1);
    assertTrue(below.leaves().leaves().getFirst().isSpoke());
    assertFalse(above.leaves().leaves().getFirst().isSpoke());
    var atAbove = fleet.client(above);
    var atBelow = fleet.client(below);
    var up = subscribe(atAbove, "up");
    var down = subscribe(atBelow, "down");
    awaitInterest(below, "up");
    awaitInterest(above, "down");
    publish(atBelow, "up", "1");
    publish(atAbove, "down", "2");
    assertEquals("1", next(up));
    assertEquals("2", next(down));
  }

  @Test
  void accountsAreBoundToAccounts() {
    var hub =
        fleet.frond(
            "hub",
            """
            accounts {
              A { users: [ { user: a, password: pa } ] }
              B { users: [ { user: b, password: pb } ] }
            }
            leafnodes { listen: "127.0.0.1:-1" }
            """);
    var leaf =
        fleet.frond(
            "leaf",
            """
            accounts { X { users: [ { user: x, password: px } ] } }
            leaf { remotes = [ { url: "nats://a:pa@127.0.0.1:%d", account: X } ] }
            """
                .formatted(Fleet.leafPort(hub)));
    awaitLinks(leaf, 1);
    var link = leaf.leaves().leaves().getFirst();
    assertEquals("A", link.remoteAccount());
    assertEquals("X", link.account().name());
    var atA = fleet.client("nats://a:pa@127.0.0.1:" + Fleet.port(hub));
    var atB = fleet.client("nats://b:pb@127.0.0.1:" + Fleet.port(hub));
    var atX = fleet.client("nats://x:px@127.0.0.1:" + Fleet.port(leaf));
    var a = subscribe(atA, "s");
    var b = subscribe(atB, "s");
    awaitInterest(leaf, "s");
    publish(atX, "s", "for a");
    assertEquals("for a", next(a));
    publish(atB, "s", "for b");
    assertEquals("for b", next(b));
    publish(atX, "s", "again for a");
    assertEquals("again for a", next(a)); // and nothing before it
  }
}

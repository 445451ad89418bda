package io.frond.leafnode;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.frond.sync.SyncSample;
import io.frond.testkit.Await;
import io.frond.testkit.FaultyLink;
import io.nats.client.Subscription;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/// A remote of the system account beside an ordinary one: what the system account's clients publish
/// while the link is down is kept for nobody, on neither side.
class SystemRemoteTest extends FleetTest {
  private static final String ACCOUNTS =
      "accounts { SYS { users: [ { user: sys, password: pw } ] }\n"
          + " A { jetstream: enabled, users: [ { user: a, password: pw } ] } }\n"
          + "system_account: SYS\nno_auth_user: a\n";

  private static String leaf(FaultyLink line) {
    var at = "@127.0.0.1:" + line.port() + "\"";
    return "leafnodes { reconnect: 200ms, remotes: [\n"
        + "{ url: \"nats-leaf://sys:pw"
        + at
        + ", account: SYS, ignore_discovered_servers: true }\n"
        + "{ url: \"nats-leaf://a:pw"
        + at
        + ", account: A, ignore_discovered_servers: true } ] }\n";
  }

  @Test
  void theSystemAccountsRemoteKeepsNothing() throws Exception {
    var hub =
        fleet.frond(
            "hub", ACCOUNTS + fleet.store("hub") + "leafnodes { listen: \"127.0.0.1:-1\" }\n");
    try (var line = FaultyLink.to(Fleet.leafPort(hub))) {
      var leaf = fleet.frond("leaf", ACCOUNTS + fleet.store("leaf") + leaf(line));
      Fleet.awaitLinks(leaf, 2);
      var systemAbove = fleet.client("nats://sys:pw@127.0.0.1:" + Fleet.port(hub));
      var systemBelow = fleet.client("nats://sys:pw@127.0.0.1:" + Fleet.port(leaf));
      var above = fleet.client(hub);
      var below = fleet.client(leaf);
      var up = Fleet.subscribe(systemAbove, "up");
      var down = Fleet.subscribe(systemBelow, "down");
      var keptUp = Fleet.subscribe(above, "up");
      var keptDown = Fleet.subscribe(below, "down");
      Await.until(
          "interest in both accounts came",
          () -> {
            systemBelow.publish("up", new byte[] {'1'});
            systemAbove.publish("down", new byte[] {'1'});
            below.publish("up", new byte[] {'1'});
            above.publish("down", new byte[] {'1'});
            return List.of(up, down, keptUp, keptDown).stream()
                .allMatch(it -> it.getPendingMessageCount() > 0);
          });
      line.cut();
      Await.until(
          "both links are down on both sides",
          () -> leaf.leaves().leaves().isEmpty() && hub.leaves().leaves().isEmpty());
      for (var each : List.of(systemBelow, below)) {
        Fleet.publish(each, "up", "2");
      }
      for (var each : List.of(systemAbove, above)) {
        Fleet.publish(each, "down", "2");
      }
      assertEquals(
          List.of("A"),
          leaf.leaves().samples().stream()
              .map(SyncSample::name)
              .map(it -> it.substring(it.lastIndexOf(' ') + 1))
              .toList());
      line.mend();
      Fleet.awaitLinks(leaf, 2);
      for (var it : List.of(keptUp, keptDown)) {
        assertTrue(until(it, "2"), "an ordinary account's message is kept");
      }
      Await.until(
          "interest in the system account came again",
          () -> {
            systemBelow.publish("up", new byte[] {'3'});
            systemAbove.publish("down", new byte[] {'3'});
            return up.getPendingMessageCount() > 0 && down.getPendingMessageCount() > 0;
          });
      for (var it : List.of(up, down)) {
        assertTrue(!until(it, "2"), "the system account's message is gone");
      }
    }
  }

  /// Whether this comes before a later one.
  private static boolean until(Subscription subscription, String text) throws InterruptedException {
    for (var it = subscription.nextMessage(Fleet.WAIT); it != null; ) {
      var got = new String(it.getData(), StandardCharsets.UTF_8);
      if (got.compareTo(text) >= 0) {
        return got.equals(text);
      }
      it = subscription.nextMessage(Fleet.WAIT);
    }
    return false;
  }
}

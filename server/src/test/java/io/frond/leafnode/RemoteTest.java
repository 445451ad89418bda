package io.frond.leafnode;

import static io.frond.leafnode.Fleet.LOOPBACK_LIST;
import static io.frond.leafnode.Fleet.awaitInterest;
import static io.frond.leafnode.Fleet.awaitLinks;
import static io.frond.leafnode.Fleet.nats;
import static io.frond.leafnode.Fleet.next;
import static io.frond.leafnode.Fleet.publish;
import static io.frond.leafnode.Fleet.remote;
import static io.frond.leafnode.Fleet.remoteWith;
import static io.frond.leafnode.Fleet.subscribe;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.frond.leafnode.RemoteStatus.State;
import io.frond.server.FrondServer;
import io.frond.testkit.Await;
import io.frond.testkit.TestServer;
import java.net.InetAddress;
import java.net.ServerSocket;
import org.junit.jupiter.api.Test;

/// How a leaf finds its hub, and finds it again.
class RemoteTest extends FleetTest {
  private static State state(FrondServer leaf) {
    return leaf.leaves().remotes().getFirst().state();
  }

  private static void awaitState(FrondServer leaf, State state) {
    Await.until("the remote is " + state, () -> state(leaf) == state);
  }

  private static int hubPort(FrondServer leaf) {
    var links = leaf.leaves().leaves();
    return links.isEmpty() ? 0 : links.getFirst().link().remote().getPort();
  }

  @Test
  void anotherServerIsJoinedWhenOneDies() {
    var one = fleet.frond("one", LOOPBACK_LIST);
    var two = fleet.frond("two", LOOPBACK_LIST);
    var leaf = fleet.frond("leaf", remoteWith("no_randomize: true", nats(one), nats(two)));
    awaitLinks(one, 1);
    fleet.close(one);
    awaitLinks(two, 1);
    assertEquals(0, leaf.leaves().remotes().getFirst().failures(), "it waited for nothing");
    var got = subscribe(fleet.client(two), "s");
    awaitInterest(leaf, "s");
    publish(fleet.client(leaf), "s", "again");
    assertEquals("again", next(got));
  }

  @Test
  void aServerThatKeepsSilentIsGivenUpSoonWhileOthersWait() throws Exception {
    var first = fleet.frond("first", LOOPBACK_LIST);
    var third = fleet.frond("third", LOOPBACK_LIST);
    try (var silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      var leaf =
          fleet.frond(
              "leaf",
              Fleet.remoteWith(
                  "no_randomize: true, first_info_timeout: \"1m\", dial_timeout: \"1m\"",
                  nats(first),
                  "nats://127.0.0.1:" + silent.getLocalPort(),
                  nats(third)));
      awaitLinks(first, 1);
      fleet.close(first);
      awaitLinks(third, 1); // long before the minute is over
      assertEquals(0, leaf.leaves().remotes().getFirst().failures());
    }
  }

  @Test
  void theOnlyServerIsJoinedAgainWhenItIsBack() {
    var port = TestServer.freePort();
    var hub = fleet.frond("hub", port, LOOPBACK_LIST);
    var leaf = fleet.frond("leaf", remote("nats://127.0.0.1:" + port));
    awaitLinks(leaf, 1);
    fleet.close(hub);
    awaitLinks(leaf, 0);
    var again = fleet.frond("hub", port, LOOPBACK_LIST);
    awaitLinks(again, 1);
    awaitState(leaf, State.JOINED);
    assertEquals(2, leaf.leaves().remotes().getFirst().joins());
  }

  @Test
  void aServerInLameDuckModeIsLeft() throws Exception {
    var one =
        fleet.frond("one", LOOPBACK_LIST + "lame_duck_duration: 30s, lame_duck_grace_period: 1s\n");
    var two = fleet.frond("two", LOOPBACK_LIST);
    var leaf = fleet.frond("leaf", remoteWith("no_randomize: true", nats(one), nats(two)));
    awaitLinks(one, 1);
    var lame =
        Thread.ofVirtual()
            .start(() -> {
              try {
                one.lameDuck();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            });
    awaitLinks(two, 1);
    awaitLinks(one, 0);
    lame.interrupt();
    lame.join();
    fleet.awaitLog(leaf, "lame duck");
  }

  @Test
  void thePreferredServerIsTakenAgainWhenItIsBack() {
    var port = TestServer.freePort();
    var two = fleet.frond("two", LOOPBACK_LIST);
    var leaf =
        fleet.frond(
            "leaf", remoteWith("prefer_order: true", "nats://127.0.0.1:" + port, nats(two)));
    awaitLinks(two, 1);
    var one = fleet.frond("one", port, LOOPBACK_LIST);
    awaitLinks(one, 1);
    awaitLinks(two, 0);
    Await.until("the leaf is at the first", () -> hubPort(leaf) == port);
  }

  @Test
  void remotesThatLeadToOneHubShareOneLink() {
    var port = TestServer.freePort();
    var hub = fleet.frond("hub", port, LOOPBACK_LIST);
    var leaf =
        fleet.frond(
            "leaf",
            """
            leaf { reconnect: 200ms, remotes = [
              { url: "nats://127.0.0.1:%d" }
              { url: "nats://localhost:%d" }
            ] }
            """
                .formatted(port, port));
    Await.until(
        "one has joined and one stands by",
        () ->
            leaf.leaves().remotes().stream().anyMatch(it -> it.state() == State.JOINED)
                && leaf.leaves().remotes().stream().anyMatch(it -> it.state() == State.STANDBY));
    assertEquals(1, hub.leaves().leaves().size());
    fleet.close(hub);
    var again = fleet.frond("hub", port, LOOPBACK_LIST);
    awaitLinks(again, 1);
    Await.until(
        "one stands by again",
        () -> leaf.leaves().remotes().stream().anyMatch(it -> it.state() == State.STANDBY));
    assertEquals(1, again.leaves().leaves().size());
  }

  @Test
  void aDisabledRemoteIsNotDialled() {
    var hub = fleet.frond("hub", LOOPBACK_LIST);
    var leaf = fleet.frond("leaf", remoteWith("disabled: true", nats(hub)));
    fleet.awaitLog(leaf, "is disabled");
    assertEquals(State.DISABLED, state(leaf));
    assertEquals(0, leaf.leaves().counters().dialTotal());
  }

  @Test
  void aServerDoesNotJoinItself() {
    var port = TestServer.freePort();
    var server = fleet.frond("self", port, LOOPBACK_LIST + remote("nats://127.0.0.1:" + port));
    awaitState(server, State.REFUSED);
    fleet.awaitLog(server, "connected to self");
    assertEquals(0, server.leaves().leaves().size());
  }

  @Test
  void aCircleIsFoundAndOpened() {
    var port = TestServer.freePort();
    var top = fleet.frond("top", LOOPBACK_LIST);
    var middle = fleet.frond("middle", LOOPBACK_LIST + remote(nats(top)));
    awaitLinks(middle, 1);
    // top - middle - bottom - top
    var bottom =
        fleet.frond(
            "bottom",
            port,
            """
            leaf { reconnect: 200ms, remotes = [ { url: "%s" }, { url: "%s" } ] }
            """
                .formatted(nats(middle), nats(top)));
    Await.until(
        "a remote was refused",
        () -> bottom.leaves().remotes().stream().anyMatch(it -> it.state() == State.REFUSED));
    fleet.awaitLog(bottom, "Loop detected");
  }

  @Test
  void aRemoteThatIsTakenFromTheConfigurationIsGivenUp() throws Exception {
    var hub = fleet.frond("hub", LOOPBACK_LIST);
    var leaf = fleet.frond("leaf", remote(nats(hub)));
    awaitLinks(hub, 1);
    fleet.reload(leaf, "reconnect: 200ms, ", "reconnect: 200ms, } #");
    awaitLinks(hub, 0);
    assertEquals(0, leaf.leaves().remotes().size());
  }
}

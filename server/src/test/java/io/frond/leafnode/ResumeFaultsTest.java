package io.frond.leafnode;

import static io.frond.leafnode.Fleet.awaitInterest;
import static io.frond.leafnode.Fleet.awaitLinks;
import static io.frond.leafnode.Fleet.remoteWith;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.frond.server.FrondServer;
import io.frond.testkit.Await;
import io.frond.testkit.FaultyLink;
import io.frond.testkit.Folders;
import io.frond.testkit.TestServer;
import io.nats.client.Connection;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Faults that a cut is not: half of a connection ends, or nothing is heard from one direction; and
/// servers whose store is an older one.
class ResumeFaultsTest {
  /// Which server.
  enum End {
    HUB,
    LEAF
  }

  private static final String QUICK_PINGS = "ping_interval: \"500ms\"\nping_max: 2\n";

  @TempDir Path folder;
  private Fleet fleet;
  private final int hubPort = TestServer.freePort();
  private final int leafPort = TestServer.freePort();
  private final FaultyLink line = FaultyLink.to(hubPort);
  private @Nullable FrondServer hub;
  private @Nullable FrondServer leaf;

  @BeforeEach
  void open() {
    fleet = new Fleet(folder);
    startHub();
    startLeaf();
  }

  @AfterEach
  void close() {
    fleet.close();
    line.close();
  }

  private String store(String name) {
    return fleet.store(name) + QUICK_PINGS;
  }

  private void startHub() {
    hub = fleet.frond("hub", hubPort, Fleet.LOOPBACK_LIST + store("hub"));
  }

  private void startLeaf() {
    leaf =
        fleet.frond(
            "leaf",
            leafPort,
            store("leaf")
                + remoteWith("ignore_discovered_servers: true", "nats://127.0.0.1:" + line.port()));
  }

  private FrondServer hub() {
    return Objects.requireNonNull(hub);
  }

  private FrondServer leaf() {
    return Objects.requireNonNull(leaf);
  }

  private Numbered between(String prefix, FrondServer receiver, FrondServer sender) {
    var numbered = new Numbered(prefix, 5);
    numbered.receive(fleet.client(receiver));
    awaitInterest(sender, numbered.wildcard());
    return numbered;
  }

  private static void publishSome(Numbered numbered, Connection from, int count) {
    for (var i = 0; i < count; i++) {
      numbered.publish(from, "p", i);
    }
    Fleet.flush(from);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void whenOneDirectionEndsBothGoOnOverANewConnection(boolean upEnds) {
    var up = between("up", hub(), leaf());
    var down = between("down", leaf(), hub());
    var atLeaf = fleet.client(leaf());
    var atHub = fleet.client(hub());
    for (var round = 0; round < 20; round++) {
      publishSome(up, atLeaf, 50);
      publishSome(down, atHub, 50);
      line.halfClose(upEnds);
      publishSome(up, atLeaf, 50);
      publishSome(down, atHub, 50);
      if (round % 4 == 0) {
        awaitLinks(leaf(), 1);
      }
    }
    up.verify("up");
    down.verify("down");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void silenceOfOneDirectionEndsTheLinkAndCostsNothing(boolean upIsSilent) {
    var up = between("up", hub(), leaf());
    var down = between("down", leaf(), hub());
    var atLeaf = fleet.client(leaf());
    var atHub = fleet.client(hub());
    publishSome(up, atLeaf, 50);
    publishSome(down, atHub, 50);
    line.deafen(upIsSilent, !upIsSilent);
    publishSome(up, atLeaf, 500);
    publishSome(down, atHub, 500);
    Await.until(
        "it is noticed",
        () -> leaf().leaves().leaves().isEmpty() || hub().leaves().leaves().isEmpty());
    publishSome(up, atLeaf, 500);
    publishSome(down, atHub, 500);
    line.mend();
    up.verify("up");
    down.verify("down");
  }

  /// The store as it was a while ago takes the place of the present one.
  private void restore(Path store, Path backup) {
    try {
      Files.move(store, folder.resolve("replaced"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Folders.copy(backup, store);
  }

  private void stop(End end) {
    fleet.close(end == End.HUB ? hub() : leaf());
  }

  /// In another second than the server before, since by that its sequences differ from those that
  /// an older store does not know of.
  private void start(End end) {
    var next = System.currentTimeMillis() / 1000 + 2;
    Await.until("it is later", () -> System.currentTimeMillis() / 1000 >= next);
    if (end == End.HUB) {
      startHub();
    } else {
      startLeaf();
    }
    awaitLinks(leaf(), 1);
    awaitLinks(hub(), 1);
  }

  /// What the old store says is to be sent has been sent, and what it says was not received has
  /// been.
  @ParameterizedTest
  @EnumSource(End.class)
  void aStoreThatIsAnOlderOneBringsNothingAgain(End end) {
    var up = new Numbered("up", 5);
    var down = new Numbered("down", 5);
    awaitLinks(leaf(), 1);
    awaitLinks(hub(), 1);
    up.receive(fleet.client(hub()));
    down.receive(fleet.client(leaf()));
    awaitInterest(leaf(), up.wildcard());
    awaitInterest(hub(), down.wildcard());
    publishBoth(up, down, 50);
    up.verify("up, before");
    down.verify("down, before");
    line.cut();
    awaitLinks(leaf(), 0);
    awaitLinks(hub(), 0);
    publishBoth(up, down, 100);
    stop(end);
    var name = end == End.HUB ? "hub" : "leaf";
    Folders.copy(folder.resolve(name), folder.resolve("backup"));
    line.mend();
    start(end);
    subscribe(end, up, down);
    up.verify("up, from the store");
    down.verify("down, from the store");
    publishBoth(up, down, 100);
    up.verify("up, after");
    down.verify("down, after");
    stop(end);
    restore(folder.resolve(name), folder.resolve("backup"));
    start(end);
    subscribe(end, up, down);
    publishBoth(up, down, 100);
    up.verify("up, with the old store");
    down.verify("down, with the old store");
    assertTrue(up.received() > 0);
    assertEquals(up.published(), up.received());
  }

  /// The clients of the server that was started are back.
  private void subscribe(End end, Numbered up, Numbered down) {
    if (end == End.HUB) {
      up.receive(fleet.client(hub()));
      awaitInterest(leaf(), up.wildcard());
    } else {
      down.receive(fleet.client(leaf()));
      awaitInterest(hub(), down.wildcard());
    }
  }

  private void publishBoth(Numbered up, Numbered down, int count) {
    publishSome(up, fleet.client(leaf()), count);
    publishSome(down, fleet.client(hub()), count);
  }
}

package io.frond.lane;

import static io.frond.lane.LaneSite.numbers;
import static io.frond.lane.LaneSite.publish;
import static io.frond.lane.LaneSite.stream;
import static io.frond.lane.LaneSite.text;
import static io.frond.lane.LaneSite.texts;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.frond.disk.RealDisk;
import io.frond.jetstream.JetStreamGround;
import io.frond.shard.ShardClock;
import io.frond.testkit.Await;
import io.frond.testkit.Folders;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A leaf whose store is an old one, restored from a backup: it gives sequences again that the hub
/// has seen. What is published since is new all the same.
class LaneRestoreTest {
  private static final String ORDERS = "[{ name: orders, subjects: \"orders.>\" }]";

  @TempDir Path folder;

  /// The clock of the life that the backup does not know of; it is set back with the store.
  private int daysAhead;

  private LaneSite site = new LaneSite(Path.of(""), ORDERS);

  @AfterEach
  void close() {
    site.close();
  }

  private void publishAll(List<String> texts) {
    var client = site.atLeaf();
    texts.forEach(text -> publish(client, "orders.x", text));
  }

  /// @param waiting messages that wait in the backup
  private void restored(int waiting) {
    publishAll(numbers("a", 50));
    site.awaitInStep("orders", 50);
    site.stopHub();
    publishAll(numbers("w", waiting));
    Await.until("they wait", () -> site.lane("orders").messages() == waiting);
    site.stopLeaf();
    Folders.copy(folder.resolve("leaf"), folder.resolve("backup"));
    clockAhead(TimeUnit.DAYS.toNanos(daysAhead));
    site.startLeaf();
    site.startHub();
  }

  /// Runs are told apart by the second.
  static void awaitAnotherRun() {
    var end = System.nanoTime() + TimeUnit.SECONDS.toNanos(3);
    Await.until("some seconds went by", () -> System.nanoTime() > end);
  }

  private void clockAhead(long ahead) {
    site.leafGround(
        new JetStreamGround(
            new RealDisk(),
            new ShardClock(
                () -> System.currentTimeMillis() * 1_000_000 + ahead, System::nanoTime)));
  }

  private void restore() {
    site.stopLeaf();
    Folders.delete(folder.resolve("leaf"));
    Folders.copy(folder.resolve("backup"), folder.resolve("leaf"));
    clockAhead(TimeUnit.SECONDS.toNanos(3)); // runs are told apart by the second
    site.startLeaf();
  }

  private void aStreamGetsAllThatIsNew(int waiting) throws Exception {
    site = new LaneSite(folder, ORDERS);
    site.startHub();
    stream(site.atHub(), "ORDERS", "orders.>");
    site.startLeaf();
    restored(waiting);
    publishAll(numbers("b", 30));
    site.awaitInStep("orders", 80 + waiting);
    restore();
    publishAll(numbers("c", 60));
    site.awaitInStep("orders", 110 + waiting);
    var all = numbers("a", 50);
    all.addAll(numbers("w", waiting));
    all.addAll(numbers("b", 30));
    all.addAll(numbers("c", 60));
    assertEquals(all, texts(site.atHub(), "ORDERS"));
    assertTrue(site.lane("orders").restored());
    Await.until("it is told", () -> site.leaf().logged("goes on with an old state of its stream"));
  }

  @Test
  void aStreamGetsAllThatIsNewOnce() throws Exception {
    aStreamGetsAllThatIsNew(0);
  }

  @Test
  void aStreamGetsWhatWaitedInTheBackupOnce() throws Exception {
    aStreamGetsAllThatIsNew(20);
  }

  @Test
  void aStreamGetsAllThatIsNewThoughTheClockIsSetBackToo() throws Exception {
    daysAhead = 1;
    aStreamGetsAllThatIsNew(20);
  }

  @Test
  void anOrdinaryRestartIsNone() throws Exception {
    site = new LaneSite(folder, ORDERS);
    site.startHub();
    stream(site.atHub(), "ORDERS", "orders.>");
    site.startLeaf();
    for (var round = 1; round <= 3; round++) {
      publishAll(numbers("m", 20));
      site.awaitInStep("orders", 20 * round);
      assertFalse(site.lane("orders").restored());
      assertEquals(0, site.lane("orders").retries(), "nothing was sent again");
      site.stopLeaf();
      site.startLeaf();
    }
  }

  private void subscribersGetAllThatIsNew(int waiting) throws Exception {
    site = new LaneSite(folder, ORDERS);
    site.startHub();
    site.startLeaf();
    restored(waiting);
    var hub = site.atHub();
    var there = hub.subscribe("orders.>");
    LaneSite.flush(hub);
    publishAll(numbers("b", 30));
    site.awaitInStep("orders", 80 + waiting);
    assertFalse(site.lane("orders").restored());
    restore();
    publishAll(numbers("c", 60));
    site.awaitInStep("orders", 110 + waiting);
    var wanted = numbers("b", 30);
    wanted.addAll(numbers("c", 60));
    var got = new ArrayList<String>();
    while (got.size() < wanted.size()) {
      var text = text(there.nextMessage(LaneSite.WAIT));
      if (!text.startsWith("w")) { // they may have come before the subscription
        got.add(text);
      }
    }
    assertEquals(wanted, got);
    assertEquals(0, there.getPendingMessageCount());
    assertTrue(site.lane("orders").restored());
  }

  @Test
  void subscribersGetAllThatIsNewOnce() throws Exception {
    subscribersGetAllThatIsNew(0);
  }

  @Test
  void subscribersGetAllThatIsNewThoughTheClockIsSetBackToo() throws Exception {
    daysAhead = 1;
    subscribersGetAllThatIsNew(20);
  }

  @Test
  void subscribersGetWhatWaitedInTheBackupOnce() throws Exception {
    subscribersGetAllThatIsNew(20);
  }
}

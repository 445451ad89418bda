package io.frond.leafnode;

import static io.frond.leafnode.Fleet.awaitInterest;
import static io.frond.leafnode.Fleet.awaitLinks;
import static io.frond.leafnode.Fleet.remoteWith;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.frond.disk.RealDisk;
import io.frond.jetstream.JetStreamGround;
import io.frond.outage.OutageClock;
import io.frond.server.FrondServer;
import io.frond.shard.ShardClock;
import io.frond.sync.SyncSample;
import io.frond.testkit.FaultyLink;
import io.frond.testkit.Folders;
import io.frond.testkit.TestServer;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Clocks that somebody sets while a link is down, or while a server is down whose store is put
/// back from an older copy.
class ClockTest {
  /// Which server.
  enum End {
    HUB,
    LEAF
  }

  private static final long DAY = Duration.ofDays(1).toMillis();

  @TempDir Path folder;
  private final int hubPort = TestServer.freePort();
  private final int leafPort = TestServer.freePort();
  private final FaultyLink line = FaultyLink.to(hubPort);
  private final AtomicLong aheadMillis = new AtomicLong();
  private int publishers;
  private Fleet fleet;
  private @Nullable FrondServer hub;
  private @Nullable FrondServer leaf;
  private final Numbered up = new Numbered("up", 5);
  private final Numbered down = new Numbered("down", 5);

  @BeforeEach
  void open() {
    fleet = new Fleet(folder);
    startHub();
    startLeaf();
    up.receive(fleet.client(hub()));
    down.receive(fleet.client(leaf()));
    awaitInterest(leaf(), up.wildcard());
    awaitInterest(hub(), down.wildcard());
  }

  @AfterEach
  void close() {
    fleet.close();
    line.close();
  }

  private long wallMillis() {
    return System.currentTimeMillis() + aheadMillis.get();
  }

  /// Both servers have the clock that tests set.
  private JetStreamGround ground() {
    return new JetStreamGround(
        new RealDisk(),
        new ShardClock(() -> wallMillis() * 1_000_000, System::nanoTime),
        new OutageClock() {
          @Override
          public long wallMillis() {
            return ClockTest.this.wallMillis();
          }

          @Override
          public long nanos() {
            return System.nanoTime();
          }
        });
  }

  private String config(String name) {
    return fleet.store(name);
  }

  private void startHub() {
    var keep = "leafnodes { outage { max_age: \"1h\" } }\n";
    hub = fleet.frondOn(ground(), "hub", hubPort, Fleet.LOOPBACK_LIST + config("hub") + keep);
  }

  private void startLeaf() {
    var remote =
        remoteWith("ignore_discovered_servers: true", "nats://127.0.0.1:" + line.port())
            .replace("leaf {", "leaf { outage { max_age: \"1h\" },");
    leaf = fleet.frondOn(ground(), "leaf", leafPort, config("leaf") + remote);
  }

  private FrondServer hub() {
    return Objects.requireNonNull(hub);
  }

  private FrondServer leaf() {
    return Objects.requireNonNull(leaf);
  }

  /// By clients of their own each time, so they are other publishers.
  private void publishBoth(int count) {
    var name = "p" + publishers++;
    var below = fleet.client(leaf());
    var above = fleet.client(hub());
    for (var i = 0; i < count; i++) {
      up.publish(below, name, i);
      down.publish(above, name, i);
    }
    Fleet.flush(below);
    Fleet.flush(above);
  }

  private void verify(String label) {
    up.verify("up, " + label);
    down.verify("down, " + label);
  }

  /// What is kept for an hour is not a day old because somebody says that it is tomorrow.
  @ParameterizedTest
  @ValueSource(ints = {1, -1})
  void aClockThatIsSetDuringAnOutageCostsNothing(int days) {
    publishBoth(50);
    line.cut();
    awaitLinks(leaf(), 0);
    awaitLinks(hub(), 0);
    publishBoth(100);
    aheadMillis.set(days * DAY);
    publishBoth(100);
    line.mend();
    verify("the clock was set");
    aheadMillis.set(0);
    publishBoth(100);
    verify("and set again");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, -1})
  void norDoesOneThatIsSetWhileTheServersAreDown(int days) {
    line.cut();
    awaitLinks(leaf(), 0);
    awaitLinks(hub(), 0);
    publishBoth(100);
    fleet.close(leaf());
    fleet.close(hub());
    aheadMillis.set(days * DAY / 48); // less than what is given up for its age
    startHub();
    startLeaf();
    up.receive(fleet.client(hub()));
    down.receive(fleet.client(leaf()));
    line.mend();
    publishBoth(100);
    verify("the clock was set");
  }

  private void start(End end) {
    if (end == End.HUB) {
      startHub();
    } else {
      startLeaf();
    }
    awaitLinks(leaf(), 1);
    awaitLinks(hub(), 1);
    if (end == End.HUB) {
      up.receive(fleet.client(hub()));
    } else {
      down.receive(fleet.client(leaf()));
    }
    awaitInterest(leaf(), up.wildcard());
    awaitInterest(hub(), down.wildcard());
  }

  private List<SyncSample> samples(End end) {
    var sessions = hub().leaves().sessions();
    return end == End.LEAF ? leaf().leaves().samples() : Objects.requireNonNull(sessions).samples();
  }

  /// The store is an older copy, and the clock is behind, too: the sequences are those that the far
  /// end has had. It says so, and from then on all arrives, and nothing twice.
  @ParameterizedTest
  @EnumSource(End.class)
  void anOldStoreAndAnOldClockAreNoticed(End end) throws IOException {
    publishBoth(50);
    verify("before");
    var server = end == End.HUB ? hub() : leaf();
    var name = end == End.HUB ? "hub" : "leaf";
    fleet.close(server);
    Folders.copy(folder.resolve(name), folder.resolve("backup"));
    aheadMillis.addAndGet(DAY); // the life that the backup does not know of
    start(end);
    publishBoth(100);
    verify("after the backup");
    fleet.close(end == End.HUB ? hub() : leaf());
    Folders.delete(folder.resolve(name));
    Folders.copy(folder.resolve("backup"), folder.resolve(name));
    aheadMillis.set(0);
    start(end);
    fleet.awaitLog(end == End.HUB ? hub() : leaf(), "the store is older than what was sent");
    assertTrue(samples(end).stream().anyMatch(it -> it.counts().getOrDefault("restored", 0L) > 0));
    publishBoth(100);
    verify("with the old store");
    assertEquals(up.published(), up.received());
    assertEquals(down.published(), down.received());
  }
}

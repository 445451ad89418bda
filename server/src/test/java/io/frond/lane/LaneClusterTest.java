package io.frond.lane;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.frond.testkit.Await;
import io.frond.testkit.FaultyLink;
import io.frond.testkit.Numbered;
import io.frond.testkit.ServerProcess;
import io.frond.testkit.TestCluster;
import io.nats.client.Connection;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A lane without a stream at the core, whose leaf moves about in it: every server of the core
/// takes each message once, in order.
class LaneClusterTest {
  private static final String LANE = "[{ name: n, subjects: \"n.*\" }]";

  @TempDir Path folder;
  private final long seed = Long.getLong("frond.seed", System.nanoTime());
  private final Random random = new Random(seed);
  private final List<FaultyLink> lines = new ArrayList<>();
  private LaneCore core = new LaneCore(Path.of(""), "core", "", "", "");

  @AfterEach
  void close() {
    core.close();
    lines.forEach(FaultyLink::close);
  }

  private LaneCore make() {
    System.out.println("LaneClusterTest: seed " + seed);
    core = new LaneCore(folder, "core", LANE, LANE, LANE);
    return core;
  }

  private Numbered listen(int hub) {
    var numbered = new Numbered("n");
    var at = core.atHub(hub);
    at.createDispatcher(numbered::take).subscribe(numbered.subject());
    LaneSite.flush(at);
    return numbered;
  }

  /// Waits until the servers know of the interest of as many others.
  private void awaitInterest(int others, int... hubs) {
    for (var hub : hubs) {
      TestCluster.awaitRemoteInterest(core.hub(hub).server(), "n.*", others);
    }
  }

  private void publish(List<Connection> publishers, List<Numbered> counts, int i) {
    var at = publishers.get(i % publishers.size());
    var text = counts.getFirst().publish(at, i % publishers.size(), i / publishers.size() % 7);
    for (var each : counts.subList(1, counts.size())) {
      each.expect(text);
    }
    if (i % 8 == 0) {
      LaneSite.flush(at);
    }
  }

  private List<Connection> publishers(int count) {
    var all = new ArrayList<Connection>();
    for (var p = 0; p < count; p++) {
      all.add(core.atLeaf());
    }
    return all;
  }

  private static void awaitAll(Numbered numbered) {
    try {
      Await.until("every message came", numbered::complete);
    } catch (AssertionError e) {
      throw new AssertionError(numbered.report(), e);
    }
    assertEquals(0, numbered.duplicates(), numbered.report());
    assertEquals(0, numbered.missing(), numbered.report());
  }

  private void everyServerTakesEachOnce(int messages) {
    make();
    for (var i = 0; i < LaneCore.SIZE; i++) {
      lines.add(FaultyLink.to(core.port(i)));
      core.through(i, lines.get(i).port());
    }
    core.startAll();
    var counts = List.of(listen(0), listen(1), listen(2));
    awaitInterest(2, 0, 1, 2);
    core.startLeaf();
    core.awaitJoined();
    var publishers = publishers(4);
    var moves = 0;
    for (var i = 0; i < messages; i++) {
      if (i % 400 == 0) {
        lines.forEach(FaultyLink::mend);
        if (random.nextBoolean()) {
          core.awaitJoined();
        }
      } else if (i % 400 == 200) {
        var before = core.joined();
        lines.forEach(random.nextBoolean() ? FaultyLink::cut : FaultyLink::drop);
        lines.get(random.nextInt(3)).mend();
        moves += before >= 0 ? 1 : 0;
      }
      publish(publishers, counts, i);
    }
    lines.forEach(FaultyLink::mend);
    publishers.forEach(LaneSite::flush);
    core.awaitInStep("n", messages);
    counts.forEach(LaneClusterTest::awaitAll);
    assertTrue(moves > 0, "the leaf was never joined");
    assertEquals(0, core.lane("n").dead());
  }

  @Test
  void everyServerOfTheCoreTakesEachMessageOnceWhileTheLeafMoves() {
    everyServerTakesEachOnce(4_000);
  }

  @Test
  @Tag("long")
  void alsoWhenItMovesOften() {
    everyServerTakesEachOnce(60_000);
  }

  /// What the killed server gave its own clients may come to them again; to those of the others
  /// not.
  private void aKilledServerRepeatsNothing(int kills) {
    make();
    core.through(0, core.leafPort(0));
    for (var i = 1; i < LaneCore.SIZE; i++) {
      var line = FaultyLink.to(core.port(i));
      lines.add(line);
      core.through(i, line.port());
    }
    core.start(1);
    core.start(2);
    TestCluster.awaitPeers(core.hub(1).server(), 1);
    TestCluster.awaitPeers(core.hub(2).server(), 1);
    try (var victim = new ServerProcess(victimFolder(), core.hubText(0))) {
      victim.start();
      awaitReady(victim);
      var counts = List.of(listen(1), listen(2));
      awaitInterest(1, 1, 2);
      core.startLeaf();
      var publishers = publishers(3);
      var count = 0;
      for (var kill = 0; kill < kills; kill++) {
        awaitJoinedToFirst();
        for (var left = random.nextInt(200, 1000); left > 0; left--) {
          publish(publishers, counts, count++);
        }
        victim.kill();
        for (var left = random.nextInt(100, 500); left > 0; left--) {
          publish(publishers, counts, count++);
        }
        core.awaitJoined();
        victim.start();
        for (var left = random.nextInt(100, 500); left > 0; left--) {
          publish(publishers, counts, count++);
        }
        awaitReady(victim);
      }
      publishers.forEach(LaneSite::flush);
      core.awaitInStep("n", count);
      counts.forEach(LaneClusterTest::awaitAll);
    }
  }

  /// Its new port for clients may be one that it had for something else before: then again.
  private static void awaitReady(ServerProcess victim) {
    try {
      victim.awaitReady();
    } catch (AssertionError e) {
      victim.start();
      victim.awaitReady();
    }
  }

  private Path victimFolder() {
    try {
      return Files.createDirectories(folder.resolve("victim"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Drives the leaf to the first server, by cutting its lines to the others.
  private void awaitJoinedToFirst() {
    if (core.joined() != 0) {
      lines.forEach(FaultyLink::cut);
      Await.until("the leaf is joined to the first server", () -> core.joined() == 0);
      lines.forEach(FaultyLink::mend);
    }
  }

  @Test
  void aServerThatIsKilledRepeatsNothingAtTheOthers() {
    aKilledServerRepeatsNothing(2);
  }

  @Test
  @Tag("long")
  void norDoesOneThatIsKilledOften() {
    aKilledServerRepeatsNothing(10);
  }
}

package io.frond.lane;

import static io.frond.lane.LaneSite.numbers;
import static io.frond.lane.LaneSite.stream;
import static io.frond.lane.LaneSite.texts;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.frond.testkit.Await;
import io.frond.testkit.ServerProcess;
import io.frond.testkit.TestCluster;
import io.nats.client.Connection;
import io.nats.client.JetStreamApiException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A lane when one of those is killed that have a stream of it: the leaf, or a server of the core.
class LaneKillTest {
  private static final int KILLS = 3;
  private static final String LANE = "[{ name: n, subjects: \"n.*\" }]";

  @TempDir Path folder;
  private final long seed = Long.getLong("frond.seed", System.nanoTime());
  private final Random random = new Random(seed);
  private LaneCore core = new LaneCore(Path.of(""), "core", "", "", "");

  @AfterEach
  void close() {
    core.close();
  }

  private ServerProcess process(String... config) throws IOException {
    System.out.println("LaneKillTest: seed " + seed);
    return new ServerProcess(
        Files.createDirectories(folder.resolve("victim")), String.join("\n", config));
  }

  /// Its new port for clients may be one that it had for something else before: then again.
  private static void start(ServerProcess victim) {
    victim.start();
    try {
      victim.awaitReady();
    } catch (AssertionError e) {
      victim.start();
      victim.awaitReady();
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static List<String> textsOrNone(Connection at) {
    try {
      return texts(at, "N");
    } catch (AssertionError e) {
      return List.of();
    }
  }

  /// The leaf goes on by way of another server, and waits for the stream.
  @Test
  void theServerOfTheCoreThatHasTheStreamMayBeKilled() throws Exception {
    core = new LaneCore(folder, "core", LANE, LANE, LANE);
    core.start(1);
    core.start(2);
    TestCluster.awaitPeers(core.hub(1).server(), 1);
    try (var victim = process(core.hubText(0))) {
      start(victim);
      TestCluster.awaitPeers(core.hub(1).server(), 2);
      TestCluster.awaitPeers(core.hub(2).server(), 2);
      stream(core.client(victim.url()), "N", "n.*");
      core.startLeaf(core.remotes().lines().skip(1).reduce("", (all, line) -> all + line + "\n"));
      core.awaitJoined();
      var leaf = core.atLeaf();
      var count = 0;
      for (var kill = 0; kill < KILLS; kill++) {
        for (var left = random.nextInt(200, 1000); left > 0; left--) {
          leaf.publish("n.x", bytes("m" + count++));
        }
        LaneSite.flush(leaf);
        if (random.nextBoolean()) {
          core.awaitInStep("n", count);
        }
        victim.kill();
        for (var left = random.nextInt(100, 500); left > 0; left--) {
          leaf.publish("n.x", bytes("m" + count++));
        }
        LaneSite.flush(leaf);
        start(victim);
      }
      core.awaitInStep("n", count);
      var all = numbers("m", count);
      var at = core.client(victim.url());
      Await.until("the stream is there", () -> textsOrNone(at).size() >= all.size());
      assertEquals(all, texts(at, "N"), "seed " + seed);
      assertEquals(0, core.lane("n").dead());
    }
  }

  /// What the leaf has acknowledged arrives; what it has not may.
  @Test
  void theLeafMayBeKilled() throws Exception {
    core = new LaneCore(folder, "core", LANE, LANE, LANE).startAll();
    stream(core.atHub(0), "N", "n.*");
    try (var victim = process(core.leafText(core.remotes()))) {
      var acknowledged = new ArrayList<String>();
      var count = 0;
      for (var kill = 0; kill <= KILLS; kill++) {
        start(victim);
        var client = core.client(victim.url());
        var js = client.jetStream();
        for (var left = random.nextInt(100, 300); left > 0; left--) {
          var text = "m" + count++;
          try {
            js.publish("n.x", bytes(text));
            acknowledged.add(text);
          } catch (IOException | JetStreamApiException e) {
            throw new AssertionError("seed " + seed, e);
          }
        }
        for (var left = random.nextInt(100); left > 0; left--) { // may be lost with the process
          client.publish("n.x", bytes("p" + count++));
        }
        if (kill < KILLS) {
          victim.kill();
        }
      }
      var at = core.atHub(0);
      var last = acknowledged.getLast();
      Await.until("the last is there", () -> textsOrNone(at).contains(last));
      var came = texts(at, "N").stream().filter(it -> it.startsWith("m")).toList();
      assertEquals(acknowledged, came, "seed " + seed);
    }
  }
}

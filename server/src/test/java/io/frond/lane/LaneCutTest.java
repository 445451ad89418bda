package io.frond.lane;

import static io.frond.lane.LaneSite.numbers;
import static io.frond.lane.LaneSite.stream;
import static io.frond.lane.LaneSite.text;
import static io.frond.lane.LaneSite.texts;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.frond.testkit.Await;
import io.frond.testkit.FaultyLink;
import io.nats.client.api.StreamConfiguration;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Lanes whose link is cut, and whose servers are restarted, again and again.
class LaneCutTest {
  private static final String ORDERS = "[{ name: orders, subjects: \"orders.>\" }]";

  @TempDir Path folder;
  private final long seed = Long.getLong("frond.seed", System.nanoTime());
  private final SplittableRandom random = new SplittableRandom(seed);
  private @Nullable LaneSite site;
  private @Nullable FaultyLink line;

  @AfterEach
  void close() {
    if (site != null) {
      site.close();
    }
    if (line != null) {
      line.close();
    }
  }

  private LaneSite start() {
    System.out.println("seed " + seed);
    var made = new LaneSite(folder, ORDERS);
    var led = FaultyLink.to(made.hubPort());
    site = made.through(led.port()).reconnect("20ms");
    line = led;
    return made;
  }

  /// Publishes while the line is cut.
  private int publishThroughCuts(LaneSite at, FaultyLink on, int cuts) {
    on.limit(200_000); // so that a cut finds something on its way
    var client = at.atLeaf();
    var count = 0;
    for (var cut = 0; cut < cuts; cut++) {
      for (var left = random.nextInt(1, 200); left > 0; left--) {
        client.publish(
            "orders." + random.nextInt(5), ("m" + count++).getBytes(StandardCharsets.UTF_8));
      }
      LaneSite.flush(client);
      awaitStored(at, count);
      var before = at.lane("orders").forwarded();
      var some = random.nextInt(1, 20);
      Await.until(
          "some arrive",
          () ->
              at.lane("orders").forwarded() >= before + some || at.lane("orders").messages() == 0);
      on.drop();
    }
    on.mend();
    return count;
  }

  /// A flush only says that the leaf has read what was published.
  private static void awaitStored(LaneSite at, int count) {
    Await.until(count + " are stored", () -> at.lane("orders").stored() == count);
  }

  private void cutsDoNoHarm(int cuts) throws Exception {
    var at = start();
    at.startHub();
    stream(at.atHub(), "ORDERS", "orders.>");
    at.startLeaf();
    var count = publishThroughCuts(at, line(), cuts);
    at.awaitInStep("orders");
    assertEquals(numbers("m", count), texts(at.atHub(), "ORDERS"));
    assertEquals(0, at.lane("orders").dead());
    assertHit(at, cuts);
  }

  /// Of cuts that hit nothing nothing can be learnt.
  private static void assertHit(LaneSite at, int cuts) {
    var hits = at.lane("orders").retries();
    assertTrue(hits >= cuts / 4, "only " + hits + " of " + cuts + " cuts hit anything");
  }

  private FaultyLink line() {
    var on = line;
    if (on == null) {
      throw new IllegalStateException("not started");
    }
    return on;
  }

  @Test
  void someCutsLoseNothingAndRepeatNothing() throws Exception {
    cutsDoNoHarm(15);
  }

  @Test
  @Tag("long")
  void aHundredCutsLoseNothingAndRepeatNothing() throws Exception {
    cutsDoNoHarm(100);
  }

  private void cutsDoNoHarmToSubscribers(int cuts) throws Exception {
    var at = start();
    at.startHub();
    var heard = new ConcurrentLinkedQueue<String>();
    var hub = at.atHub();
    hub.createDispatcher(message -> heard.add(text(message))).subscribe("orders.>");
    LaneSite.flush(hub);
    at.startLeaf();
    var count = publishThroughCuts(at, line(), cuts);
    at.awaitInStep("orders");
    Await.until("all were heard", () -> heard.size() >= count);
    assertEquals(numbers("m", count), new ArrayList<>(heard));
    assertHit(at, cuts);
  }

  @Test
  void someCutsLoseNothingForPlainSubscribers() throws Exception {
    cutsDoNoHarmToSubscribers(15);
  }

  @Test
  @Tag("long")
  void aHundredCutsLoseNothingForPlainSubscribers() throws Exception {
    cutsDoNoHarmToSubscribers(100);
  }

  @Test
  void restartsOfBothLoseNothingAndRepeatNothing() throws Exception {
    var at = start();
    at.startHub();
    stream(at.atHub(), "ORDERS", "orders.>");
    at.startLeaf();
    var count = 0;
    for (var round = 0; round < 6; round++) {
      var client = at.atLeaf();
      for (var left = random.nextInt(100, 400); left > 0; left--) {
        client.publish("orders.x", ("m" + count++).getBytes(StandardCharsets.UTF_8));
      }
      LaneSite.flush(client);
      if (random.nextBoolean()) {
        at.stopHub();
        at.startHub();
      } else {
        at.stopLeaf();
        at.startLeaf();
      }
    }
    var client = at.atLeaf();
    client.publish("orders.x", ("m" + count++).getBytes(StandardCharsets.UTF_8));
    LaneSite.flush(client);
    awaitStored(at, count);
    at.awaitInStep("orders");
    assertEquals(numbers("m", count), texts(at.atHub(), "ORDERS"));
  }

  @Test
  void aSilentLineIsFoundAndNothingRepeated() throws Exception {
    var at = start();
    at.startHub();
    stream(at.atHub(), "ORDERS", "orders.>");
    at.startLeaf();
    var client = at.atLeaf();
    LaneSite.publish(client, "orders.x", "m0");
    at.awaitInStep("orders");
    line().deafen(false, true); // what the hub answers gets lost
    for (var i = 1; i < 300; i++) {
      client.publish("orders.x", ("m" + i).getBytes(StandardCharsets.UTF_8));
    }
    LaneSite.flush(client);
    Await.until("they arrived", () -> LaneSite.count(at.atHub(), "ORDERS") > 1);
    assertTrue(
        Await.holds(Duration.ofMillis(200), () -> at.lane("orders").messages() > 0),
        "nothing is settled without an answer");
    line().drop();
    line().mend();
    awaitStored(at, 300);
    at.awaitInStep("orders");
    var all = texts(at.atHub(), "ORDERS");
    assertEquals(new HashSet<>(all).size(), all.size());
    assertEquals(numbers("m", 300), all);
    assertTrue(at.lane("orders").duplicates() > 0);
  }

  @Test
  void aStreamThatIsGoneWhenTheLinkIsBackIsNotWaitedFor() throws Exception {
    var at = start();
    at.startHub();
    var hub = at.atHub();
    stream(hub, "ORDERS", "orders.>");
    at.startLeaf();
    var client = at.atLeaf();
    LaneSite.publish(client, "orders.x", "m0");
    at.awaitInStep("orders");
    line().cut();
    at.awaitState("orders", LaneState.AWAY);
    assertTrue(LaneSite.management(hub).deleteStream("ORDERS"));
    var there = hub.subscribe("orders.>");
    LaneSite.flush(hub);
    LaneSite.publish(client, "orders.x", "m1");
    line().mend();
    assertEquals("m1", text(there.nextMessage(LaneSite.WAIT)));
    at.awaitInStep("orders", 2);
  }

  /// What was on its way is in a stream that has forgotten its id when the link is back.
  private void beyondTheWindow(boolean others, boolean restart) throws Exception {
    var at = start();
    at.startHub();
    var hub = at.atHub();
    stream(
        hub,
        StreamConfiguration.builder()
            .name("ORDERS")
            .subjects("orders.>")
            .duplicateWindow(Duration.ofMillis(100)));
    at.startLeaf();
    var client = at.atLeaf();
    LaneSite.publish(client, "orders.x", "m0");
    at.awaitInStep("orders");
    line().deafen(false, true); // what the hub answers gets lost
    for (var i = 1; i < 50; i++) {
      client.publish("orders.x", ("m" + i).getBytes(StandardCharsets.UTF_8));
    }
    LaneSite.flush(client);
    Await.until("they arrived", () -> LaneSite.count(hub, "ORDERS") == 50);
    if (others) {
      LaneSite.publish(hub, "orders.other", "o");
    }
    assertTrue(Await.holds(Duration.ofMillis(500), () -> at.lane("orders").messages() > 0));
    if (restart) {
      at.stopLeaf();
    }
    line().drop();
    line().mend();
    if (restart) {
      at.startLeaf();
      client = at.atLeaf();
    }
    LaneSite.publish(client, "orders.x", "m50");
    awaitStored(at, 51);
    at.awaitInStep("orders");
    var all = texts(hub, "ORDERS").stream().filter(text -> !text.equals("o")).toList();
    assertEquals(numbers("m", 51), all);
  }

  @Test
  void aStreamThatForgotTheIdsGetsNothingTwice() throws Exception {
    beyondTheWindow(false, false);
  }

  @Test
  void noneTwiceEitherWhenOthersWriteToTheStream() throws Exception {
    beyondTheWindow(true, false);
  }

  @Test
  void noneTwiceEitherWhenTheLeafWasRestarted() throws Exception {
    beyondTheWindow(false, true);
  }

  @Test
  void noneTwiceEitherWhenTheLeafWasRestartedAndOthersWrite() throws Exception {
    beyondTheWindow(true, true);
  }
}

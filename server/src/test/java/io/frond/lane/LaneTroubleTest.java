package io.frond.lane;

import static io.frond.lane.LaneSite.numbers;
import static io.frond.lane.LaneSite.publish;
import static io.frond.lane.LaneSite.stream;
import static io.frond.lane.LaneSite.texts;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.frond.jetstream.JetStreamGround;
import io.frond.shard.ShardClock;
import io.frond.testkit.Await;
import io.frond.testkit.FaultyDisk;
import io.nats.client.JetStream;
import io.nats.client.JetStreamApiException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Lanes of a leaf whose disk is full, and whose clock jumps.
class LaneTroubleTest {
  private static final String ORDERS = "[{ name: orders, subjects: \"orders.>\", window: 32 }]";

  @TempDir Path folder;
  private final FaultyDisk disk = new FaultyDisk(1);
  private final AtomicLong jump = new AtomicLong();
  private LaneSite site = new LaneSite(Path.of(""), ORDERS);

  @AfterEach
  void close() {
    site.close();
  }

  private LaneSite make() {
    site =
        new LaneSite(folder, ORDERS)
            .leafGround(
                new JetStreamGround(
                    disk,
                    new ShardClock(
                        () -> System.currentTimeMillis() * 1_000_000 + jump.get(),
                        System::nanoTime)));
    return site;
  }

  private static void tryToPublish(JetStream at, String text) throws IOException {
    try {
      at.publish("orders.x", (text + "-".repeat(8000)).getBytes(StandardCharsets.UTF_8));
    } catch (JetStreamApiException e) {
      throw new IOException(e);
    }
  }

  @Test
  void aFullDiskRefusesPublishersAndWhatWasTakenGoesOn() throws Exception {
    var at = make();
    at.awayWithStream("ORDERS", "orders.>");
    at.startLeaf();
    var client = at.atLeaf();
    var js = LaneSite.jetStream(client);
    var taken = new ArrayList<String>();
    for (var i = 0; i < 50; i++) {
      tryToPublish(js, "a" + i + ' ');
      taken.add("a" + i);
    }
    disk.capacity(disk.used() + 200_000);
    assertThrows(
        IOException.class,
        () -> {
          for (var i = 0; i < 10_000; i++) {
            tryToPublish(js, "b" + i + ' ');
            taken.add("b" + i);
          }
        });
    assertEquals(taken.size(), at.lane("orders").messages());
    at.startHub();
    Await.until(
        "what was taken arrives", () -> LaneSite.count(at.atHub(), "ORDERS") >= taken.size());
    disk.capacity(Long.MAX_VALUE);
    Await.until(
        "it takes messages again",
        () -> {
          try {
            tryToPublish(js, "c0 ");
            return true;
          } catch (IOException e) {
            return false;
          }
        });
    taken.add("c0");
    Await.until("the lane is drained", () -> at.lane("orders").messages() == 0);
    var got =
        texts(at.atHub(), "ORDERS").stream().map(it -> it.substring(0, it.indexOf(' '))).toList();
    assertEquals(taken, got);
  }

  private void jumps(long... seconds) throws Exception {
    var at = make();
    at.startHub();
    stream(at.atHub(), "ORDERS", "orders.>");
    var count = 0;
    for (var by : seconds) {
      at.startLeaf();
      for (var round = 0; round < 2; round++) {
        var client = at.atLeaf();
        for (var i = 0; i < 100; i++) {
          publish(client, "orders.x", "m" + count++);
        }
        jump.addAndGet(TimeUnit.SECONDS.toNanos(by));
      }
      if (count % 400 == 0) {
        at.awaitInStep("orders", count);
      }
      at.stopLeaf();
    }
    at.startLeaf();
    Await.until("the lane is drained", () -> at.lane("orders").messages() == 0);
    assertEquals(numbers("m", count), texts(at.atHub(), "ORDERS"));
    assertEquals(0, at.lane("orders").discarded());
    assertFalse(at.lane("orders").restored());
  }

  @Test
  void aClockThatIsSetForwardOrBackDoesNoHarm() throws Exception {
    jumps(3600, -7200, 86400, -90_000, 5);
  }

  @Test
  void norDoesItWhereTheHubItselfTakesThem() throws Exception {
    var at = make();
    at.startHub();
    var hub = at.atHub();
    var there = hub.subscribe("orders.>");
    LaneSite.flush(hub);
    var count = 0;
    for (var by : new long[] {7200, -86400, 3600, -3600}) {
      at.startLeaf();
      var client = at.atLeaf();
      for (var i = 0; i < 100; i++) {
        publish(client, "orders.x", "m" + count++);
        if (i == 50) {
          jump.addAndGet(TimeUnit.SECONDS.toNanos(by));
        }
      }
      at.stopLeaf();
    }
    at.startLeaf();
    for (var text : numbers("m", count)) {
      assertEquals(text, LaneSite.text(there.nextMessage(LaneSite.WAIT)));
    }
    Await.until("the lane is drained", () -> at.lane("orders").messages() == 0);
    assertEquals(0, there.getPendingMessageCount());
  }
}

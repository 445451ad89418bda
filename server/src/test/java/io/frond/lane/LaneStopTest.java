package io.frond.lane;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.frond.testkit.Await;
import io.nats.client.Connection;
import io.nats.client.JetStreamApiException;
import io.nats.client.PublishOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A leaf that is stopped in good order while clients publish to a lane: what the lane's stream
/// does not take any more goes nowhere, and its publishers, who have no acknowledgement, bring it
/// again.
class LaneStopTest {
  private static final int PUBLISHERS = 8;
  private static final int STOPS = 8;

  @TempDir Path folder;
  private LaneSite site = new LaneSite(Path.of(""), "[]");
  private final AtomicBoolean over = new AtomicBoolean();
  private final AtomicIntegerArray acknowledged = new AtomicIntegerArray(PUBLISHERS);

  @AfterEach
  void close() {
    over.set(true);
    site.close();
  }

  private void publish(int publisher) {
    Connection client = null;
    while (!over.get()) {
      var id = publisher + "-" + acknowledged.get(publisher);
      try {
        if (client == null || client.getStatus() != Connection.Status.CONNECTED) {
          client = site.atLeaf();
        }
        var options =
            PublishOptions.builder().messageId(id).streamTimeout(Duration.ofSeconds(1)).build();
        LaneSite.jetStream(client)
            .publish("orders." + publisher, id.getBytes(StandardCharsets.UTF_8), options);
        acknowledged.incrementAndGet(publisher);
      } catch (IOException
          | JetStreamApiException
          | IllegalStateException
          | UncheckedIOException e) {
        Thread.onSpinWait(); // the leaf is away
      }
    }
  }

  @Test
  void nothingGoesByTheLaneAndPastIt() throws Exception {
    site = new LaneSite(folder, "[{ name: orders, subjects: \"orders.>\" }]");
    site.startHub();
    LaneSite.stream(site.atHub(), "ORDERS", "orders.>");
    site.startLeaf();
    var threads = new ArrayList<Thread>();
    for (var i = 0; i < PUBLISHERS; i++) {
      var publisher = i;
      threads.add(Thread.ofPlatform().start(() -> publish(publisher)));
    }
    for (var stop = 0; stop < STOPS; stop++) {
      var before = acknowledged.get(0);
      Await.until("some more are taken", () -> acknowledged.get(0) > before + 50);
      site.stopLeaf();
      site.startLeaf();
    }
    over.set(true);
    for (var thread : threads) {
      thread.join();
    }
    Await.until("the lane is empty", () -> LaneSite.count(site.atLeaf(), "LANE_orders") == 0);
    var stored = LaneSite.texts(site.atHub(), "ORDERS");
    for (var i = 0; i < PUBLISHERS; i++) {
      var prefix = i + "-";
      var mine = stored.stream().filter(text -> text.startsWith(prefix)).toList();
      assertEquals(numbers(prefix, mine.size()), mine);
    }
  }

  private static List<String> numbers(String prefix, int count) {
    return IntStream.range(0, count).mapToObj(i -> prefix + i).toList();
  }
}

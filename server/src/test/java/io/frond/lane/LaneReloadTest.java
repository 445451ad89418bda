package io.frond.lane;

import static io.frond.lane.LaneSite.numbers;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.frond.leafnode.RemoteStatus;
import io.frond.testkit.Await;
import io.nats.client.Connection;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What is published while a reload adds, changes or removes lanes goes to the hub once, by the
/// lane or by interest.
class LaneReloadTest {
  private static final String NONE = "[]";
  private static final String ORDERS = "[{ name: orders, subjects: \"orders.>\" }]";

  @TempDir Path folder;
  private LaneSite site = new LaneSite(Path.of(""), NONE);
  private final ConcurrentHashMap<String, Integer> heard = new ConcurrentHashMap<>();

  @BeforeEach
  void start() {
    site = new LaneSite(folder, NONE);
    site.startHub();
    site.startLeaf();
    var hub = site.atHub();
    hub.createDispatcher(message ->
            heard.merge(new String(message.getData(), StandardCharsets.UTF_8), 1, Integer::sum))
        .subscribe("orders.>");
    LaneSite.flush(hub);
    Await.until(
        "the leaf knows of it",
        () ->
            site.leaf().server().leaves().leaves().stream()
                .anyMatch(it -> it.subscriptionList().contains("orders.>")));
  }

  @AfterEach
  void close() {
    site.close();
  }

  /// Publishes all the while.
  private final class Publisher implements AutoCloseable {
    private final Connection client = site.atLeaf();
    private final AtomicBoolean over = new AtomicBoolean();
    private final Thread thread = Thread.ofPlatform().start(this::run);
    private int count;

    private void run() {
      while (!over.get()) {
        client.publish("orders.x", ("m" + count++).getBytes(StandardCharsets.UTF_8));
        LaneSite.flush(client);
      }
      LaneSite.flush(client);
    }

    @Override
    public void close() {
      over.set(true);
      try {
        thread.join();
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    }
  }

  private void whileLanesBecome(List<String> lanes) throws Exception {
    var publisher = new Publisher();
    try (publisher) {
      for (var next : lanes) {
        var before = publisher.count;
        site.leaf().reload(site.leafText(next));
        Await.until("some more are published", () -> publisher.count > before + 100);
        awaitLink();
      }
    }
    var count = publisher.count;
    Await.until("all of " + count + " were heard", () -> heard.size() == count || isTwice());
    for (var each : numbers("m", count)) {
      assertEquals(1, heard.get(each), each);
    }
  }

  /// A lane that is taken away sends what it holds only while it has a link.
  private void awaitLink() {
    Await.until(
        "the lanes have a link",
        () ->
            site.leaf().server().leaves().remotes().getFirst().state() == RemoteStatus.State.JOINED
                && site.leaf().server().lanes().stream()
                    .allMatch(it ->
                        it.state() == LaneState.FORWARDING || it.state() == LaneState.IN_STEP));
  }

  private boolean isTwice() {
    return heard.values().stream().anyMatch(times -> times > 1);
  }

  @Test
  void aLaneThatIsAdded() throws Exception {
    whileLanesBecome(List.of(ORDERS));
  }

  @Test
  void lanesThatComeAndGo() throws Exception {
    whileLanesBecome(List.of(ORDERS, NONE, ORDERS, NONE, ORDERS, NONE, ORDERS, NONE));
    assertEquals(List.of(), site.leaf().server().lanes());
  }

  @Test
  void lanesThatChange() throws Exception {
    whileLanesBecome(
        List.of(
            ORDERS,
            "[{ name: orders, subjects: \"orders.*\", window: 10 }]",
            "[{ name: others, subjects: \"orders.>\" }]",
            "[{ name: others, subjects: \"other.>\" }]",
            ORDERS));
  }

  @Test
  void aLaneThatComesAgainAtOnceForgetsNothing() throws Exception {
    for (var round = 0; round < 5; round++) {
      site.leaf().reload(site.leafText(ORDERS));
      LaneSite.publish(site.atLeaf(), "orders.x", "m" + round);
      awaitLink();
      site.leaf().reload(site.leafText(NONE));
    }
    Await.until("all were heard", () -> heard.size() == 5);
  }
}

package io.frond.lane;

import static io.frond.lane.LaneSite.numbers;
import static io.frond.lane.LaneSite.publish;
import static io.frond.lane.LaneSite.stream;
import static io.frond.lane.LaneSite.texts;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.frond.testkit.Await;
import io.nats.client.Connection;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A reload leads a lane's remote to another hub, and back: what waits goes to the hub that is
/// configured, and no message to both.
class LaneMoveTest {
  private static final String ORDERS = "[{ name: orders, subjects: \"orders.>\" }]";

  @TempDir Path folder;
  private LaneSite site = new LaneSite(Path.of(""), ORDERS);
  private LaneSite other = new LaneSite(Path.of(""), "[]");

  @BeforeEach
  void start() {
    site = new LaneSite(folder, ORDERS);
    other = new LaneSite(folder.resolve("other"), "[]");
    site.startHub();
    other.startHub();
  }

  @AfterEach
  void close() {
    site.close();
    other.close();
  }

  private void publishAll(List<String> texts) {
    var client = site.atLeaf();
    texts.forEach(text -> publish(client, "orders.x", text));
  }

  private void leadTo(int hubPort) throws Exception {
    var text = site.leafText(ORDERS);
    for (var i = 0; i < text.length; i++) {
      text[i] = text[i].replace(":" + site.hubPort(), ":" + hubPort);
    }
    site.leaf().reload(text);
  }

  /// Goes to one hub, waits for it, is led to the other and back.
  private void move() throws Exception {
    publishAll(numbers("a", 20));
    site.awaitInStep("orders", 20);
    site.stopHub();
    publishAll(numbers("w", 20));
    Await.until("they wait", () -> site.lane("orders").messages() == 20);
    leadTo(other.hubPort());
    Await.until("they are through", () -> site.lane("orders").messages() == 0);
    publishAll(numbers("b", 20));
    Await.until("those, too", () -> site.lane("orders").stored() >= 60);
    site.awaitInStep("orders");
    site.startHub();
  }

  private static List<String> of(String... prefixes) {
    var all = new CopyOnWriteArrayList<String>();
    for (var prefix : prefixes) {
      all.addAll(numbers(prefix, 20));
    }
    return all;
  }

  @Test
  void streamsOfBothHubsHaveWhatWasForThem() throws Exception {
    stream(site.atHub(), "ORDERS", "orders.>");
    stream(other.atHub(), "ORDERS", "orders.>");
    site.startLeaf();
    move();
    leadTo(site.hubPort());
    publishAll(numbers("c", 20));
    Await.until("they are through", () -> site.lane("orders").stored() >= 80);
    site.awaitInStep("orders");
    assertEquals(of("a", "c"), texts(site.atHub(), "ORDERS"));
    assertEquals(of("w", "b"), texts(other.atHub(), "ORDERS"));
    assertEquals(0, site.lane("orders").dead());
  }

  private static List<String> listen(Connection at) {
    var heard = new CopyOnWriteArrayList<String>();
    at.createDispatcher(it -> heard.add(new String(it.getData(), StandardCharsets.UTF_8)))
        .subscribe("orders.>");
    LaneSite.flush(at);
    return heard;
  }

  @Test
  void subscribersOfBothHubsHearWhatIsForThem() throws Exception {
    var here = listen(site.atHub());
    var there = listen(other.atHub());
    site.startLeaf();
    move();
    Await.until("the other hub's heard", () -> there.size() >= 40);
    var again = listen(site.atHub());
    leadTo(site.hubPort());
    publishAll(numbers("c", 20));
    Await.until("they are heard", () -> again.size() >= 20);
    site.awaitInStep("orders");
    assertEquals(of("a"), here);
    assertEquals(of("c"), again);
    assertEquals(of("w", "b"), there);
  }
}

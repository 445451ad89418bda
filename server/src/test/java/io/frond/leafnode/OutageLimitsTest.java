package io.frond.leafnode;

import static io.frond.leafnode.Fleet.awaitInterest;
import static io.frond.leafnode.Fleet.awaitLinks;
import static io.frond.leafnode.Fleet.next;
import static io.frond.leafnode.Fleet.publish;
import static io.frond.leafnode.Fleet.remoteWith;
import static io.frond.leafnode.Fleet.subscribe;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.frond.json.JsonException;
import io.frond.json.JsonObject;
import io.frond.server.FrondServer;
import io.frond.testkit.Await;
import io.frond.testkit.FaultyLink;
import io.nats.client.Connection;
import io.nats.client.Subscription;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What `outage`, of `leafnodes` and of a remote, limits, in both directions, and how `/leafz`
/// counts it.
class OutageLimitsTest {
  /// Where the messages go.
  enum Way {
    UP,
    /// Where the keys stand in the remote.
    UP_BY_REMOTE,
    DOWN
  }

  private static final String MONITORED = "http: \"127.0.0.1:-1\"\n";

  @TempDir Path folder;
  private Fleet fleet;
  private @Nullable FaultyLink line;
  private @Nullable FrondServer hub;
  private @Nullable FrondServer leaf;
  private Way way = Way.UP;

  @BeforeEach
  void open() {
    fleet = new Fleet(folder);
  }

  @AfterEach
  void close() {
    fleet.close();
    if (line != null) {
      line.close();
    }
  }

  private String store(String name) {
    return "jetstream { store_dir: \"" + folder.resolve(name) + "\" }\n" + MONITORED;
  }

  /// Both servers; the one that keeps the messages has these keys.
  private void start(Way direction, String outage) {
    way = direction;
    var keys = "outage { " + outage + " }\n";
    var atHub = way == Way.DOWN ? keys : "";
    var core =
        fleet.frond("hub", store("hub") + "leafnodes { listen: \"127.0.0.1:-1\"\n" + atHub + "}\n");
    var cable = FaultyLink.to(Fleet.leafPort(core));
    var remote =
        remoteWith(
            "ignore_discovered_servers: true" + (way == Way.UP_BY_REMOTE ? ", " + keys : ""),
            "nats-leaf://127.0.0.1:" + cable.port());
    if (way == Way.UP) {
      remote = remote.replace("leaf {", "leaf { " + keys);
    }
    hub = core;
    line = cable;
    leaf = fleet.frond("leaf", store("leaf") + remote);
    awaitLinks(leaf, 1);
    awaitLinks(core, 1);
  }

  private FrondServer keeper() {
    return Objects.requireNonNull(way == Way.DOWN ? hub : leaf);
  }

  private FrondServer other() {
    return Objects.requireNonNull(way == Way.DOWN ? leaf : hub);
  }

  private FaultyLink line() {
    return Objects.requireNonNull(line);
  }

  private Subscription want(String subject) {
    var client = fleet.client(other());
    var subscription = subscribe(client, subject);
    subscription.setPendingLimits(-1, -1);
    awaitInterest(keeper(), subject);
    return subscription;
  }

  private void cut() {
    line().cut();
    awaitLinks(keeper(), 0);
    awaitLinks(other(), 0);
  }

  private void mend() {
    line().mend();
    awaitLinks(keeper(), 1);
  }

  /// What `/leafz` says of what the keeper has for the other.
  private JsonObject sync() {
    var url = URI.create(Objects.requireNonNull(keeper().monitorUri()) + "/leafz");
    try (var in = url.toURL().openStream()) {
      var kind = way == Way.DOWN ? "session" : "link";
      return JsonObject.parse(in.readAllBytes()).objects("sync").stream()
          .filter(it -> kind.equals(it.text("kind", "")))
          .findFirst()
          .orElse(JsonObject.parse("{\"counts\":{}}".getBytes(StandardCharsets.UTF_8)));
    } catch (IOException | JsonException e) {
      throw new AssertionError(e);
    }
  }

  private long counted(String name) {
    var in = sync();
    return name.endsWith("_msgs")
        ? in.number(name, -1)
        : Objects.requireNonNull(in.object("counts")).number(name, -1);
  }

  private static void number(Connection from, String subject, int first, int end, int size) {
    for (var i = first; i < end; i++) {
      var text = i + " ";
      from.publish(
          subject, (text + "x".repeat(size - text.length())).getBytes(StandardCharsets.UTF_8));
    }
    Fleet.flush(from);
  }

  private static List<Integer> numbersTo(Subscription subscription, int last) {
    var all = new ArrayList<Integer>();
    while (all.isEmpty() || all.getLast() != last) {
      var text = next(subscription);
      all.add(Integer.valueOf(text.substring(0, text.indexOf(' '))));
    }
    return all;
  }

  private static void assertRun(List<Integer> numbers) {
    for (var i = 1; i < numbers.size(); i++) {
      assertEquals(numbers.get(i - 1) + 1, numbers.get(i), () -> "in " + numbers);
    }
  }

  @ParameterizedTest
  @EnumSource(Way.class)
  void whenThereIsNoRoomTheOldestGo(Way direction) {
    start(direction, "max_bytes: 1MB, discard: old");
    var wanted = want("n");
    cut();
    var publisher = fleet.client(keeper());
    number(publisher, "n", 0, 4000, 1000);
    Await.until("/leafz shows what is gone", () -> counted("discarded_msgs") > 2500);
    mend();
    var came = numbersTo(wanted, 3999);
    assertRun(came);
    assertTrue(came.size() > 400, () -> "only " + came.size());
    Await.until("all are counted", () -> counted("discarded_msgs") == 4000 - came.size());
    publish(publisher, "n", "4000 again");
    assertEquals("4000 again", next(wanted));
  }

  @ParameterizedTest
  @EnumSource(Way.class)
  void whenThereIsNoRoomTheNewGoIfYouLike(Way direction) {
    start(direction, "max_bytes: 1MB, discard: new");
    var wanted = want("n");
    cut();
    var publisher = fleet.client(keeper());
    number(publisher, "n", 0, 4000, 1000);
    Await.until("/leafz shows what is gone", () -> counted("discarded_msgs") > 2500);
    var discarded = new AtomicLong();
    Await.until(
        "it is the last word",
        () -> {
          discarded.set(counted("discarded_msgs"));
          return Await.holds(
              Duration.ofSeconds(2), () -> counted("discarded_msgs") == discarded.get());
        });
    var kept = (int) (4000 - discarded.get());
    mend();
    var last = -1;
    for (var i = 0; i < kept; i++) {
      var text = next(wanted);
      var number = Integer.parseInt(text.substring(0, text.indexOf(' ')));
      assertTrue(number > last, number + " behind " + last);
      assertTrue(number == i || i > 500, number + " as number " + i); // some may have found a gap
      last = number;
    }
    Await.until(
        "there is room again",
        () -> {
          publish(publisher, "n", "later");
          return wanted.getPendingMessageCount() > 0;
        });
    assertEquals("later", next(wanted));
  }

  @ParameterizedTest
  @EnumSource(Way.class)
  void whatIsTooOldIsGivenUp(Way direction) {
    start(direction, "max_age: 1s");
    var wanted = want("n");
    cut();
    var publisher = fleet.client(keeper());
    number(publisher, "n", 0, 100, 100);
    Await.until("all are given up", () -> counted("discarded_msgs") == 100);
    Await.until("nothing waits", () -> counted("backlog_msgs") == 0);
    mend();
    number(publisher, "n", 100, 103, 100);
    assertEquals(List.of(100, 101, 102), numbersTo(wanted, 102));
    assertEquals(100, counted("discarded_msgs"));
  }

  @ParameterizedTest
  @EnumSource(Way.class)
  void catchingUpKeepsToItsRate(Way direction) {
    start(direction, "catch_up_rate: 100K");
    var wanted = want("n");
    cut();
    var publisher = fleet.client(keeper());
    number(publisher, "n", 0, 300, 1000);
    var begin = System.nanoTime();
    mend();
    assertRun(numbersTo(wanted, 299));
    var millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin);
    assertTrue(millis > 1500, () -> "300 kB in " + millis + " ms");
    begin = System.nanoTime();
    number(publisher, "n", 300, 2300, 1000); // live: no limit
    assertRun(numbersTo(wanted, 2299));
    var live = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin);
    assertTrue(live < 15_000, () -> "2 MB in " + live + " ms");
    assertTrue(counted("discarded_msgs") <= 0, () -> "gone: " + counted("discarded_msgs"));
  }

  @ParameterizedTest
  @EnumSource(Way.class)
  void aFarEndThatStaysAwayIsForgotten(Way direction) {
    start(direction, "session_expiry: 1s");
    var wanted = want("n");
    cut();
    var publisher = fleet.client(keeper());
    number(publisher, "n", 0, 100, 100);
    fleet.awaitLog(keeper(), way == Way.DOWN ? "has been away for" : "is away for too long");
    mend();
    awaitInterest(keeper(), "n");
    number(publisher, "n", 100, 103, 100);
    assertEquals(List.of(100, 101, 102), numbersTo(wanted, 102));
  }

  @ParameterizedTest
  @EnumSource(Way.class)
  void onlySubjectsThatAreAllowedAreKept(Way direction) {
    start(direction, "subjects { allow: [\"keep.>\"], deny: [\"keep.not\"] }");
    var wanted = want(">");
    var publisher = fleet.client(keeper());
    for (var subject : List.of("keep.a", "keep.not", "other")) {
      publish(publisher, subject, "live");
      assertEquals("live", next(wanted), subject);
    }
    cut();
    for (var subject : List.of("other", "keep.not", "keep.a", "keep.b")) {
      publish(publisher, subject, subject);
    }
    mend();
    assertEquals("keep.a", next(wanted));
    assertEquals("keep.b", next(wanted));
    Await.until(
        "what is not kept passes again",
        () -> {
          publish(publisher, "other", "live");
          return wanted.getPendingMessageCount() > 0;
        });
    assertEquals("live", next(wanted));
  }

  /// More than memory holds, as fast as it goes: the disk's pace becomes that of the publishers.
  @ParameterizedTest
  @EnumSource(Way.class)
  void aBurstFasterThanTheDiskHoldsItsPublishersBack(Way direction) throws Exception {
    start(direction, "max_bytes: 1G");
    var wanted = want("n.>");
    cut();
    var publishers = new ArrayList<Thread>();
    for (var p = 0; p < 4; p++) {
      var client = fleet.client(keeper());
      var subject = "n." + p;
      publishers.add(Thread.ofPlatform().start(() -> number(client, subject, 0, 1500, 20_000)));
    }
    for (var each : publishers) {
      each.join();
    }
    assertTrue(counted("discarded_msgs") <= 0, () -> "gone: " + counted("discarded_msgs"));
    mend();
    var next = new int[4];
    for (var i = 0; i < 6000; i++) {
      var message = wanted.nextMessage(Duration.ofSeconds(30));
      assertTrue(message != null, "after " + i);
      var p = Integer.parseInt(message.getSubject().substring(2));
      var text = new String(message.getData(), 0, 10, StandardCharsets.UTF_8);
      assertEquals(next[p]++, Integer.valueOf(text.substring(0, text.indexOf(' '))));
    }
    assertTrue(counted("discarded_msgs") <= 0, () -> "gone: " + counted("discarded_msgs"));
  }
}

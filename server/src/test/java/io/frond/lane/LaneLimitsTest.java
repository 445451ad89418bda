package io.frond.lane;

import static io.frond.lane.LaneSite.count;
import static io.frond.lane.LaneSite.jetStream;
import static io.frond.lane.LaneSite.numbers;
import static io.frond.lane.LaneSite.publish;
import static io.frond.lane.LaneSite.stream;
import static io.frond.lane.LaneSite.texts;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.frond.testkit.Await;
import io.nats.client.Connection;
import io.nats.client.JetStreamApiException;
import io.nats.client.api.DiscardPolicy;
import io.nats.client.api.MessageInfo;
import io.nats.client.api.StreamConfiguration;
import io.nats.client.impl.Headers;
import io.nats.client.impl.NatsMessage;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What lanes do about limits: their own, and what the hub refuses.
class LaneLimitsTest {
  @TempDir Path folder;
  private @Nullable LaneSite site;

  private LaneSite site(String lanes) {
    var made = new LaneSite(folder, lanes);
    site = made;
    return made;
  }

  @AfterEach
  void close() {
    if (site != null) {
      site.close();
    }
  }

  private static MessageInfo letter(Connection leaf, int number) throws Exception {
    Await.until("dead letter " + number, () -> count(leaf, "LANE-DEAD_a") >= number);
    return leaf.jetStreamManagement().getMessage("LANE-DEAD_a", number);
  }

  private static String header(MessageInfo letter, String name) {
    var headers = letter.getHeaders();
    var value = headers == null ? null : headers.getFirst(name);
    return value == null ? "" : value;
  }

  @Test
  void whatTheHubsStreamRefusesForGoodIsADeadLetter() throws Exception {
    var at = site("[{ name: a, subjects: \"a.>\" }]");
    at.startHub();
    stream(
        at.atHub(),
        StreamConfiguration.builder()
            .name("A")
            .subjects("a.>")
            .maximumMessageSize(100)
            .maxMessages(3)
            .discardPolicy(DiscardPolicy.New));
    at.startLeaf();
    var leaf = at.atLeaf();
    publish(leaf, "a.ok", "m0");
    publish(leaf, "a.large", "x".repeat(200));
    publish(leaf, "a.ok", "m1");
    var large = letter(leaf, 1);
    assertEquals("a.large", header(large, "Frond-Lane-Subject"));
    assertEquals("2", header(large, "Frond-Lane-Sequence"));
    assertEquals("10054", header(large, "Frond-Lane-Error"));
    assertTrue(header(large, "Frond-Lane-Reason").contains("message size exceeds maximum"));
    assertEquals("x".repeat(200), new String(large.getData(), StandardCharsets.UTF_8));

    leaf.publish(
        NatsMessage.builder()
            .subject("a.expects")
            .headers(new Headers().add("Nats-Expected-Last-Msg-Id", "other").add("Mine", "kept"))
            .data("expects")
            .build());
    LaneSite.flush(leaf);
    at.awaitInStep("a", 3); // without what the leaf's own stream refused
    publish(leaf, "a.ok", "m2");
    publish(leaf, "a.full", "m3");
    publish(leaf, "a.full", "m4");
    assertTrue(header(letter(leaf, 3), "Frond-Lane-Reason").contains("maximum messages exceeded"));
    at.awaitInStep("a", 6);
    assertEquals(numbers("m", 3), texts(at.atHub(), "A"));
    assertTrue(at.lane("a").dead() >= 3);
    Await.until(
        "it is told", () -> at.leaf().logged("has a dead letter: message 2 on \"a.large\""));
  }

  @Test
  void theOldestDeadLettersGiveWay() throws Exception {
    var at = site("[{ name: a, subjects: \"a.>\", dead_letter: { max_bytes: 20K } }]");
    at.startHub();
    stream(
        at.atHub(),
        StreamConfiguration.builder().name("A").subjects("a.>").maximumMessageSize(100));
    at.startLeaf();
    var leaf = at.atLeaf();
    for (var i = 0; i < 60; i++) {
      publish(leaf, "a.large", i + "x".repeat(1000));
    }
    at.awaitInStep("a", 60);
    assertEquals(60, at.lane("a").dead());
    var state = leaf.jetStreamManagement().getStreamInfo("LANE-DEAD_a").getStreamState();
    assertEquals(60, state.getLastSequence());
    assertTrue(state.getByteCount() <= 20 << 10, state.getByteCount() + " bytes");
    assertTrue(state.getMsgCount() >= 10, state.getMsgCount() + " letters");
  }

  @Test
  void aMessageWhoseExpectationsDoNotHoldIsADeadLetter() throws Exception {
    var at = site("[{ name: a, subjects: \"a.>\" }]");
    at.startHub();
    stream(at.atHub(), "A", "a.>", "b");
    jetStream(at.atHub()).publish("b", "other".getBytes(StandardCharsets.UTF_8));
    at.startLeaf();
    var leaf = at.atLeaf();
    leaf.publish(
        NatsMessage.builder()
            .subject("a.x")
            .headers(new Headers().add("Nats-Expected-Last-Sequence", "0").add("Mine", "kept"))
            .data("expects")
            .build());
    publish(leaf, "a.x", "next");
    var letter = letter(leaf, 1);
    assertEquals("10071", header(letter, "Frond-Lane-Error"));
    assertEquals("kept", header(letter, "Mine"));
    assertEquals("0", header(letter, "Frond-Lane-Nats-Expected-Last-Sequence"));
    at.awaitInStep("a", 2);
    assertEquals(2, count(at.atHub(), "A"));
  }

  @Test
  void whatMayNotPassIsADeadLetterAndDoesNotEndTheLink() throws Exception {
    var at =
        site("[{ name: a, subjects: [\"a.>\"] }]")
            .as("edge:pw@")
            .hubConfig(
                "max_payload: 4KB\nauthorization { allowed_leaf_cidrs = [\"127.0.0.0/8\"]\n"
                    + "users [ { user: boss, password: pw }, { user: edge, password: pw,"
                    + " permissions { publish { deny: [\"a.secret\"] } } } ] }");
    at.startHub();
    var hub = at.client("nats://boss:pw@127.0.0.1:" + at.hubPort());
    stream(hub, "A", "a.>");
    at.startLeaf();
    var leaf = at.atLeaf();
    publish(leaf, "a.secret", "no");
    publish(leaf, "a.open", "m0");
    publish(leaf, "a.open", "x".repeat(5000));
    publish(leaf, "a.open", "m1");
    at.awaitInStep("a", 4);
    assertEquals(numbers("m", 2), texts(hub, "A"));
    assertEquals("permission violation", header(letter(leaf, 1), "Frond-Lane-Reason"));
    assertEquals("maximum payload exceeded", header(letter(leaf, 2), "Frond-Lane-Reason"));
    assertEquals(1, at.leaf().server().leaves().remotes().getFirst().joins());
  }

  @Test
  void theHigherPriorityIsDrainedFirst() throws Exception {
    var at =
        site(
            "[{ name: low, subjects: \"s.low\", priority: 1 }, { name: high, subjects: \"s.high\","
                + " priority: 2, window: 50 }]");
    at.awayWithStream("S", "s.*");
    at.startLeaf();
    var leaf = at.atLeaf();
    for (var i = 0; i < 1000; i++) {
      leaf.publish("s.low", ("low" + i).getBytes(StandardCharsets.UTF_8));
      leaf.publish("s.high", ("high" + i).getBytes(StandardCharsets.UTF_8));
    }
    LaneSite.flush(leaf);
    at.startHub();
    at.awaitInStep("low", 1000);
    at.awaitInStep("high", 1000);
    var all = texts(at.atHub(), "S");
    assertEquals(2000, all.size());
    assertEquals(numbers("high", 900), all.subList(0, 900), "before the last window nothing else");
    assertEquals(
        numbers("low", 1000), all.stream().filter(text -> text.startsWith("low")).toList());
  }

  @Test
  void theRateIsKept() throws Exception {
    var at = site("[{ name: a, subjects: a, rate: 50000 }]");
    at.startHub();
    stream(at.atHub(), "A", "a");
    at.startLeaf();
    var leaf = at.atLeaf();
    var begin = System.nanoTime();
    for (var i = 0; i < 150; i++) {
      publish(leaf, "a", "x".repeat(1000));
    }
    at.awaitInStep("a", 150);
    var seconds = (System.nanoTime() - begin) / 1e9;
    assertTrue(seconds > 2.7, "150 kB at 50 kB/s took " + seconds + " s");
    assertEquals(150, count(at.atHub(), "A"));
  }

  @Test
  void aFullLaneGivesUpItsOldestAndCountsThem() throws Exception {
    var at = site("[{ name: a, subjects: a, max_bytes: 100K }]");
    at.awayWithStream("A", "a");
    at.startLeaf();
    var leaf = at.atLeaf();
    for (var i = 0; i < 300; i++) {
      publish(leaf, "a", "m" + i + "x".repeat(1000));
    }
    Await.until("all are stored", () -> at.lane("a").stored() == 300);
    var kept = at.lane("a").messages();
    assertTrue(kept > 50 && kept < 100, "kept " + kept);
    assertEquals(300 - kept, at.lane("a").discarded());
    at.startHub();
    at.awaitInStep("a");
    var all = texts(at.atHub(), "A");
    assertEquals(kept, all.size());
    assertTrue(all.getFirst().startsWith("m" + (300 - kept) + "x"));
    assertTrue(all.getLast().startsWith("m299x"));
    assertEquals(300 - kept, at.lane("a").discarded());
  }

  @Test
  void aFullLaneMayRefuseTheNewInstead() throws Exception {
    var at = site("[{ name: a, subjects: a, max_bytes: 20K, discard: new }]");
    at.awayWithStream("A", "a");
    at.startLeaf();
    var leaf = jetStream(at.atLeaf());
    var error =
        assertThrows(
            JetStreamApiException.class,
            () -> {
              for (var i = 0; i < 100; i++) {
                leaf.publish("a", ("m" + i + "x".repeat(1000)).getBytes(StandardCharsets.UTF_8));
              }
            });
    assertEquals(10077, error.getApiErrorCode());
    assertEquals(1, at.lane("a").discarded());
    var kept = at.lane("a").messages();
    at.startHub();
    at.awaitInStep("a");
    assertEquals(kept, count(at.atHub(), "A"));
    leaf.publish("a", "again".getBytes(StandardCharsets.UTF_8));
    at.awaitInStep("a");
  }

  @Test
  void aLaneThatIsTakenAwayKeepsWhatWaitsUntilItIsBack() throws Exception {
    var lanes = "[{ name: a, subjects: a }]";
    var at = site(lanes);
    at.startLeaf();
    var leaf = at.atLeaf();
    publish(leaf, "a", "m0");
    publish(leaf, "a", "m1");
    Await.until("they are stored", () -> at.lane("a").messages() == 2);
    at.leaf().reload(at.leafText("[{ name: b, subjects: b }]"));
    Await.until(
        "it says so",
        () ->
            at.leaf()
                .logged(
                    "Forward lane 'a' is configured no more; its 2 messages stay in the stream"
                        + " LANE_a"));
    publish(leaf, "a", "nobody takes it");
    assertEquals(2, count(leaf, "LANE_a"));
    at.startHub();
    stream(at.atHub(), "A", "a");
    at.leaf().reload(at.leafText(lanes));
    publish(leaf, "a", "m2");
    at.awaitInStep("a", 3);
    assertEquals(numbers("m", 3), texts(at.atHub(), "A"));
    Await.until("the empty stream of b is gone", () -> count(leaf, "LANE_b") == -1);
  }
}

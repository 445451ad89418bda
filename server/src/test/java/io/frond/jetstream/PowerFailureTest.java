package io.frond.jetstream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.frond.store.StoredMessage;
import io.frond.testkit.FaultyDisk;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/// The power fails at each point of a workload of streams and consumers in turn: what was not
/// synced vanishes or tears. Afterwards every message that was acknowledged is there once and in
/// order, and consumers know what was confirmed to them and no more.
class PowerFailureTest {
  private static final long SEED = Long.getLong("frond.seed", System.nanoTime());

  /// What a client knows: of a stream of numbered messages and of its consumer.
  private static final class Known {
    /// By sequence: what the acknowledgement said, and what may be there all the same.
    final TreeMap<Long, String> stored = new TreeMap<>();

    final Set<Long> gone = new HashSet<>();
    final Set<Long> perhapsGone = new HashSet<>();
    final Set<Long> acked = new HashSet<>();
    final Set<Long> perhapsAcked = new HashSet<>();
    boolean created;
    boolean hasConsumer;
  }

  private static final class Story {
    final FaultyDisk disk;
    final AtomicLong clock = new AtomicLong(TestEngine.START);
    final Random random;
    final TreeMap<String, Known> streams = new TreeMap<>();
    TestEngine engine;
    int number;

    Story(long seed) throws IOException {
      random = new Random(seed);
      disk = new FaultyDisk(seed);
      streams.put("LIMITS", new Known());
      streams.put("QUEUE", new Known());
      engine = TestEngine.start(disk, clock, disk::isOff);
    }

    void crash() throws IOException {
      disk.powerOffAfter(0);
      engine.close();
      disk.crash();
      engine = TestEngine.start(disk, clock, disk::isOff);
    }

    void work(int steps) {
      for (var i = 0; i < steps && !disk.isOff(); i++) {
        for (var stream : streams.keySet()) {
          create(stream);
        }
        var name = random.nextBoolean() ? "LIMITS" : "QUEUE";
        switch (random.nextInt(10)) {
          case 0, 1, 2, 3 -> publish(name, 1 + random.nextInt(4));
          case 4, 5, 6 -> consume(name, 1 + random.nextInt(3));
          case 7 -> delete(name);
          case 8 -> purge(name);
          default -> engine.checkpoint();
        }
      }
    }

    private void create(String name) {
      var known = known(name);
      if (!known.created) {
        var retention = name.equals("QUEUE") ? "workqueue" : "limits";
        var answer =
            engine.request(
                "$JS.API.STREAM.CREATE." + name,
                "{'name':'N','subjects':['N.>'],'retention':'R','storage':'file'}"
                    .replace('\'', '"')
                    .replace("N", name)
                    .replace("\"R\"", '"' + retention + '"'));
        known.created = answer != null && answer.error() == 0;
      }
      if (known.created && !known.hasConsumer) {
        var answer =
            engine.request(
                "$JS.API.CONSUMER.CREATE." + name + ".C",
                ("{'stream_name':'"
                        + name
                        + "','config':{'durable_name':'C','name':'C',"
                        + "'ack_policy':'explicit','ack_wait':1000000000}}")
                    .replace('\'', '"'));
        known.hasConsumer = answer != null && answer.error() == 0;
      }
    }

    private Known known(String name) {
      var known = streams.get(name);
      if (known == null) {
        throw new AssertionError(name);
      }
      return known;
    }

    private void publish(String name, int count) {
      var sent = new ArrayList<String>();
      var inboxes = new ArrayList<String>();
      for (var i = 0; i < count; i++) {
        var payload = name + "-" + ++number + "-" + "x".repeat(random.nextInt(700));
        sent.add(payload);
        inboxes.add(engine.send(name + ".a" + random.nextInt(5), "", payload));
      }
      for (var i = 0; i < count; i++) {
        var answer = engine.await(inboxes.get(i));
        if (answer != null && answer.error() == 0) {
          known(name).stored.put(answer.json().number("seq", 0), sent.get(i));
        }
      }
    }

    private void consume(String name, int count) {
      var known = known(name);
      if (!known.hasConsumer) {
        return;
      }
      clock.addAndGet(400_000_000L);
      var inbox = engine.newInbox();
      engine.publish(
          "$JS.API.CONSUMER.MSG.NEXT." + name + ".C",
          inbox,
          "",
          ("{\"batch\":" + count + ",\"no_wait\":true}").getBytes(StandardCharsets.UTF_8));
      var acks = new ArrayList<String>();
      var sequences = new ArrayList<Long>();
      for (var i = 0; i < count; i++) {
        var message = engine.await(inbox);
        if (message == null || message.reply().isEmpty()) {
          break;
        }
        if (random.nextInt(4) > 0) {
          var sequence = Long.parseLong(message.reply().split("\\.", -1)[5]);
          known.perhapsAcked.add(sequence);
          sequences.add(sequence);
          acks.add(engine.send(message.reply(), "", "+ACK"));
        }
      }
      for (var i = 0; i < acks.size(); i++) {
        if (engine.await(acks.get(i)) != null) {
          known.acked.add(sequences.get(i));
        }
      }
    }

    private void delete(String name) {
      var known = known(name);
      if (known.stored.isEmpty()) {
        return;
      }
      var sequence = known.stored.firstKey() + random.nextInt(known.stored.size());
      known.perhapsGone.add(sequence);
      var answer =
          engine.request(
              "$JS.API.STREAM.MSG.DELETE." + name,
              "{\"seq\":" + sequence + ",\"no_erase\":" + random.nextBoolean() + "}");
      if (answer != null && answer.error() == 0) {
        known.gone.add(sequence);
      }
    }

    private void purge(String name) {
      var known = known(name);
      if (known.stored.size() < 10) {
        return;
      }
      var before = known.stored.lastKey() - random.nextInt(8);
      known.stored.headMap(before).keySet().forEach(known.perhapsGone::add);
      var answer = engine.request("$JS.API.STREAM.PURGE." + name, "{\"seq\":" + before + "}");
      if (answer != null && answer.error() == 0) {
        known.stored.headMap(before).keySet().forEach(known.gone::add);
      }
    }

    void check() {
      streams.forEach((name, known) -> engine.on(() -> check(name, known)));
    }

    private boolean check(String name, Known known) throws IOException {
      var asset = engine.asset(name);
      if (asset == null) {
        assertFalse(known.created, name + " is gone");
        return true;
      }
      var there = new TreeMap<Long, String>();
      var store = asset.stream().store();
      var message = new StoredMessage();
      for (var at = store.firstSequence(); at <= store.lastSequence(); at++) {
        if (store.load(at, message)) {
          there.put(at, new String(message.body(), StandardCharsets.UTF_8));
        }
      }
      var queue = name.equals("QUEUE");
      known.stored.forEach((sequence, payload) -> {
        var mayBeGone =
            known.perhapsGone.contains(sequence)
                || (queue && known.perhapsAcked.contains(sequence));
        if (!mayBeGone || there.containsKey(sequence)) {
          assertEquals(payload, there.get(sequence), name + " " + sequence);
        }
      });
      known.gone.forEach(gone -> assertFalse(there.containsKey(gone), name + " has " + gone));
      if (queue) {
        known.acked.forEach(gone -> assertFalse(there.containsKey(gone), name + " has " + gone));
      }
      var numbers = there.values().stream().map(text -> Integer.valueOf(text.split("-", -1)[1]));
      assertEquals(numbers.sorted().distinct().toList(), numbersOf(there), name + " order");
      var consumer = asset.consumers().get("C");
      if (consumer == null) {
        assertFalse(known.hasConsumer, "the consumer of " + name + " is gone");
        return true;
      }
      var state = consumer.state();
      for (var sequence : there.headMap(state.ackFloorStream(), true).keySet()) {
        assertTrue(known.perhapsAcked.contains(sequence), name + " has a floor over " + sequence);
      }
      for (var sequence : known.acked) {
        assertFalse(state.pending().containsKey(sequence), name + " lost the ack of " + sequence);
        assertTrue(sequence <= state.deliveredStream(), name + " lost the ack of " + sequence);
      }
      return true;
    }

    private static List<Integer> numbersOf(Map<Long, String> there) {
      return there.values().stream().map(text -> Integer.valueOf(text.split("-", -1)[1])).toList();
    }
  }

  @Test
  void nothingAcknowledgedIsLostAtAPowerFailureAtAnyPoint() throws IOException {
    var points = 0;
    for (var point = 0; point < 400; point++) {
      var seed = SEED + point;
      try {
        var story = new Story(seed);
        story.disk.powerOffAfter(point);
        story.work(30);
        if (story.disk.isOff()) {
          points++;
        }
        story.crash();
        story.check();
        story.disk.powerOffAfter(story.random.nextInt(200));
        story.work(15);
        story.crash();
        story.check();
        assertNotNull(story.engine);
        story.engine.close();
      } catch (IOException | RuntimeException | Error e) {
        throw new AssertionError("with -Dfrond.seed=" + seed + ", point " + point, e);
      }
    }
    assertTrue(points > 100, "only " + points + " failures were in the midst of the work");
  }
}

package io.frond.consumer;

import static io.frond.consumer.Bench.MILLI;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.frond.store.StoredMessage;
import io.frond.store.SubjectFilter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/// Random use of a consumer, with a slow and a failing log, removals, restarts and replays: nothing
/// is lost, nothing that was confirmed comes back, the counts are exact, and what is replayed
/// becomes what it was.
final class ConsumerModelTest {
  private static final long SEED = Long.getLong("frond.seed", System.nanoTime());
  private static final int RUNS = Integer.getInteger("frond.fuzz.cases", 2000) / 40;
  private static final int STEPS = 400;

  @Test
  void nothingIsLostAndWhatIsReplayedIsTheSame() throws IOException {
    System.out.println("ConsumerModelTest -Dfrond.seed=" + SEED);
    for (var run = 0; run < RUNS; run++) {
      new Run(SEED + run).go();
    }
  }

  /// One thing that happened to stream or consumer, in the log's order.
  private sealed interface Event {
    record Append(String subject, long time) implements Event {}

    record Remove(long sequence) implements Event {}

    record Compact(long sequence) implements Event {}

    record Entry(Bench.Entry entry) implements Event {}
  }

  private static final class Run {
    private final Random random;
    private final long seed;
    private final Bench bench;
    private final String config;
    private final boolean all;
    private final List<Event> events = new ArrayList<>();
    private final List<String> replies = new ArrayList<>();
    private final Set<Long> done = new HashSet<>();
    private final Set<Long> confirmed = new HashSet<>();
    private final TreeSet<Long> tolerated = new TreeSet<>();
    private byte[] saved = {};
    private int savedAt;
    private int seen;
    private int inboxes;
    private boolean held;

    Run(long seed) {
      this.seed = seed;
      random = new Random(seed);
      all = random.nextInt(4) == 0;
      var text = new StringBuilder("{'durable_name':'C'");
      text.append(all ? ",'ack_policy':'all'" : ",'ack_policy':'explicit'");
      if (random.nextBoolean()) {
        text.append(",'filter_subjects':['a.*','b.x']");
      }
      if (random.nextBoolean()) {
        text.append(",'max_ack_pending':").append(1 + random.nextInt(20));
      }
      if (random.nextInt(3) == 0) {
        text.append(",'backoff':[100000000,300000000,900000000]");
      } else {
        text.append(",'ack_wait':").append((1 + random.nextInt(5)) * (200 * MILLI));
      }
      if (random.nextInt(3) == 0) {
        text.append(",'max_deliver':").append(3 + random.nextInt(3));
      }
      config = text.append('}').toString();
      bench = new Bench(config);
    }

    void go() throws IOException {
      bench.start();
      save();
      try {
        for (var step = 0; step < STEPS; step++) {
          step();
          look();
        }
        settle();
      } catch (AssertionError | RuntimeException e) {
        throw new AssertionError("seed " + seed + " " + config + ": " + e, e);
      }
    }

    private void step() {
      switch (random.nextInt(14)) {
        case 0, 1, 2 -> publish();
        case 3, 4 ->
            bench.pull(
                "in" + inboxes++,
                "{'batch':" + (1 + random.nextInt(10)) + ",'expires':1000000000}");
        case 5, 6, 7 -> say("");
        case 8 -> say(random.nextBoolean() ? "-NAK" : "-NAK {\"delay\":150000000}");
        case 9 -> say(random.nextBoolean() ? "+WPI" : "+TERM why");
        case 10 -> bench.shard.advance(random.nextInt(400) * MILLI);
        case 11 -> takeOut();
        case 12 -> {
          held = !held && random.nextBoolean();
          bench.shard.hold(held);
        }
        default -> rarely();
      }
    }

    private void publish() {
      var subjects = List.of("a.1", "a.2", "b.x", "b.y", "c");
      var subject = subjects.get(random.nextInt(subjects.size()));
      sync();
      events.add(new Event.Append(subject, bench.shard.now()));
      bench.publish(subject, "m");
    }

    private void say(String what) {
      if (replies.isEmpty()) {
        return;
      }
      var reply = replies.get(random.nextInt(replies.size()));
      var tokens = reply.split("\\.", -1);
      var sequence = Long.parseLong(tokens[5]);
      var settles = what.isEmpty() || what.startsWith("+TERM");
      if (settles) {
        for (var each = all ? 1 : sequence; each <= sequence; each++) {
          tolerated.add(each);
          done.add(each);
        }
      }
      bench.ack(reply, settles && !all ? "confirm." + sequence : "", what);
    }

    private void takeOut() {
      var first = bench.store.firstSequence();
      var last = bench.store.lastSequence();
      if (last < first) {
        return;
      }
      sync();
      var sequence = first + random.nextInt((int) (last - first + 1));
      if (random.nextInt(4) == 0) {
        events.add(new Event.Compact(sequence));
        bench.compact(sequence, false);
      } else {
        events.add(new Event.Remove(sequence));
        bench.remove(sequence);
      }
    }

    private void rarely() {
      switch (random.nextInt(4)) {
        case 0 -> {
          if (held) {
            bench.shard.refuse();
            // What was said and not confirmed is as if it had never been said.
            done.clear();
            done.addAll(confirmed);
            held = false;
            bench.shard.hold(false);
            look();
          }
        }
        case 1 -> restart();
        case 2 -> {
          release();
          save();
        }
        default -> {
          release();
          replay();
        }
      }
    }

    private void release() {
      held = false;
      bench.shard.hold(false);
      look();
    }

    private void sync() {
      while (seen < bench.entries.size()) {
        events.add(new Event.Entry(bench.entries.get(seen++)));
      }
    }

    private void look() {
      sync();
      if (!held) {
        assertEquals(toCome(), bench.consumer.pending(), "to come");
      }
      for (var one : bench.outlet.take()) {
        if (one.to().startsWith("confirm.")) {
          confirmed.add(Long.parseLong(one.to().substring(8)));
        } else if (one.reply().startsWith("$JS.ACK")) {
          var sequence = Long.parseLong(one.reply().split("\\.", -1)[5]);
          assertTrue(!confirmed.contains(sequence), sequence + " came although it was confirmed");
          replies.add(one.reply());
        }
      }
      if (replies.size() > 60) {
        replies.subList(0, 20).clear();
      }
    }

    private long toCome() {
      try {
        return bench.store.count(
            bench.consumer.filter(), bench.consumer.deliveredStream() + 1, false);
      } catch (IOException e) {
        throw new AssertionError(e);
      }
    }

    private void restart() {
      release();
      bench.consumer.stop();
      var state = bench.consumer.saveState();
      bench.again(config);
      bench.consumer.restoreState(state);
      bench.start();
      look();
    }

    private void save() {
      sync();
      saved = bench.consumer.saveState();
      savedAt = events.size();
    }

    /// Applies everything again, on a store of its own: from the beginning, or from what was saved.
    private void replay() {
      sync();
      for (var from : new int[] {0, savedAt}) {
        var other = new Bench(config);
        try {
          for (var i = 0; i < events.size(); i++) {
            if (i == from && from > 0) {
              other.again(config);
              other.consumer.restoreState(saved);
            }
            apply(events.get(i), other, i >= from);
          }
          if (from == events.size()) {
            other.consumer.restoreState(saved);
          }
        } catch (IOException e) {
          throw new AssertionError(e);
        }
        assertArrayEquals(
            bench.consumer.saveState(), other.consumer.saveState(), "replayed from " + from);
      }
    }

    private static void apply(Event event, Bench to, boolean consumer) throws IOException {
      switch (event) {
        case Event.Append(String subject, long time) ->
            to.store.append(
                subject.getBytes(UTF_8), ByteBuffer.wrap(new byte[] {'m'}), 0, 0, 1, time, 0);
        case Event.Remove(long sequence) -> {
          var found = new StoredMessage();
          if (to.store.load(sequence, found)) {
            var subject = found.subject();
            to.store.remove(sequence, false);
            if (consumer && to.consumer.filter().matches(subject)) {
              to.consumer.removed(sequence, subject);
            }
          }
        }
        case Event.Compact(long sequence) -> {
          to.store.compact(sequence);
          if (consumer) {
            to.consumer.purged(SubjectFilter.ALL, sequence, false);
          }
        }
        case Event.Entry(Bench.Entry entry) -> {
          if (consumer) {
            Bench.replay(List.of(entry), to.consumer);
          }
        }
      }
    }

    /// Lets all that was begun come to its end and looks whether all adds up.
    private void settle() throws IOException {
      release();
      replay();
      var consumer = bench.consumer;
      var found = new StoredMessage();
      var pending = 0;
      for (var sequence = bench.store.firstSequence();
          bench.store.loadNext(consumer.filter(), sequence, found);
          sequence = found.sequence() + 1) {
        var needed = consumer.needs(found.sequence(), found.subject());
        if (!done.contains(found.sequence()) && !all) {
          assertTrue(needed || tolerated.contains(found.sequence()), "lost " + found.sequence());
        }
        if (confirmed.contains(found.sequence())) {
          assertTrue(!needed, "back again " + found.sequence());
        }
        if (needed && found.sequence() <= consumer.deliveredStream()) {
          pending++;
        }
      }
      if (!all) {
        assertEquals(consumer.ackPending() + consumer.ledger.exhausted.size(), pending);
      }
      assertTrue(consumer.floorStream() <= consumer.deliveredStream());
      assertTrue(consumer.floorConsumer() <= consumer.deliveredConsumer());
      for (var round = 0; round < 200 && consumer.ackPending() + consumer.pending() > 0; round++) {
        drain();
      }
      assertEquals(0, consumer.ackPending(), bench.state());
      assertEquals(0, consumer.pending());
      assertEquals(consumer.deliveredConsumer(), consumer.floorConsumer());
      assertEquals(consumer.deliveredStream(), consumer.floorStream());
    }

    private void drain() {
      bench.pull("drain" + inboxes++, "{'batch':50,'expires':500000000}");
      for (var one : bench.outlet.take()) {
        if (one.reply().startsWith("$JS.ACK")) {
          bench.ack(one.reply(), "");
        }
      }
      bench.shard.advance(1000 * MILLI);
    }
  }
}

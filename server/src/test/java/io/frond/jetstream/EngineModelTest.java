package io.frond.jetstream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.frond.store.StoredMessage;
import io.frond.testkit.FaultyDisk;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/// A random sequence of requests, publishes, deliveries, acknowledgements, deletions, purges, time
/// that passes, and restarts, against a plain model: see [ModelStream].
class EngineModelTest {
  private static final long SEED = Long.getLong("frond.seed", System.nanoTime());
  private static final int OPERATIONS = Integer.getInteger("frond.model.operations", 10_000);
  private static final long SECOND = 1_000_000_000L;

  private final Random random = new Random(SEED);
  private final FaultyDisk disk = new FaultyDisk(SEED);
  private final AtomicLong clock = new AtomicLong(TestEngine.START);
  private final TreeMap<String, ModelStream> streams = new TreeMap<>();
  private TestEngine engine;
  private final ArrayDeque<String> lately = new ArrayDeque<>();
  private int number;

  EngineModelTest() throws IOException {
    engine = TestEngine.start(disk, clock);
  }

  @Test
  void theEngineDoesWhatThePlainModelDoes() throws IOException {
    System.out.println("EngineModelTest -Dfrond.seed=" + SEED);
    var done = 0;
    try {
      for (; done < OPERATIONS; done++) {
        step();
        if (done % 50 == 0) {
          streams.values().forEach(this::check);
        }
      }
      streams.values().forEach(this::check);
      engine.close();
    } catch (IOException | RuntimeException | Error e) {
      throw new AssertionError(
          "-Dfrond.seed="
              + SEED
              + ", operation "
              + done
              + "\n"
              + String.join("\n", lately)
              + troubles(),
          e);
    }
  }

  private void step() throws IOException {
    var kind = ModelStream.KINDS.get(random.nextInt(ModelStream.KINDS.size()));
    var stream = streams.get(kind);
    if (stream == null) {
      create(kind);
      return;
    }
    check(stream);
    switch (random.nextInt(100)) {
      case 0 -> restart();
      case 1 -> engine.checkpoint();
      case 2 -> removeStream(stream);
      case 3 -> changeConsumers(stream);
      case 4, 5 -> purge(stream);
      case 6, 7, 8, 9 -> delete(stream);
      case 10, 11, 12, 13, 14 -> pass();
      case 15, 16, 17, 18 -> getLast(stream);
      case 19, 20 -> check(stream);
      default -> {
        if (random.nextInt(5) < 3) {
          publish(stream);
        } else {
          consume(stream);
        }
      }
    }
  }

  private String stateOf(ModelStream stream, String consumer) {
    return engine.on(() -> {
      var asset = engine.asset(stream.name);
      var there = asset == null ? null : asset.consumers().get(consumer);
      return there == null ? "it is gone" : there.state().toString();
    });
  }

  private String troubles() {
    return engine
        .logged()
        .lines()
        .filter(line -> line.contains("[ERR]"))
        .reduce("", (all, line) -> all + "\n" + line);
  }

  /// For the message of a failure.
  private void note(String what) {
    lately.add(what + " at " + (clock.get() - TestEngine.START));
    if (lately.size() > 40) {
      lately.removeFirst();
    }
  }

  private void create(String kind) {
    var stream = new ModelStream(kind);
    engine.make("STREAM.CREATE." + kind, stream.config());
    streams.put(kind, stream);
    for (var name : stream.consumerNames()) {
      addConsumer(stream, name);
    }
  }

  private void addConsumer(ModelStream stream, String name) {
    engine.make(
        "CONSUMER.CREATE." + stream.name + "." + name,
        ("{'stream_name':'"
                + stream.name
                + "','config':{'name':'"
                + name
                + "','durable_name':'"
                + name
                + "','ack_policy':'explicit','ack_wait':30000000000,'filter_subject':'"
                + stream.filter(name)
                + "'}}")
            .replace('\'', '"'));
    stream.addConsumer(name);
  }

  private void restart() throws IOException {
    note("restart");
    engine.idle();
    if (random.nextBoolean()) {
      engine.close();
    } else {
      disk.powerOffAfter(0);
      engine.close();
    }
    disk.kill();
    streams.keySet().removeIf(name -> name.startsWith("MEM"));
    engine = TestEngine.start(disk, clock);
    streams.values().forEach(this::check);
    clock.addAndGet(3_000_009L);
    passed();
    streams.values().forEach(this::check);
  }

  private void removeStream(ModelStream stream) {
    if (random.nextInt(4) == 0) {
      engine.make("STREAM.DELETE." + stream.name, "");
      streams.remove(stream.name);
    }
  }

  private void changeConsumers(ModelStream stream) {
    var names = stream.consumerNames();
    if (names.isEmpty()) {
      return;
    }
    var name = names.get(random.nextInt(names.size()));
    note("change of " + stream.name + " > " + name);
    if (stream.consumers.containsKey(name)) {
      engine.make("CONSUMER.DELETE." + stream.name + "." + name, "");
      stream.removeConsumer(name);
    } else {
      addConsumer(stream, name);
    }
  }

  private void publish(ModelStream stream) {
    var subject = stream.name + "." + (char) ('a' + random.nextInt(5));
    var payload = "p" + ++number + "x".repeat(random.nextInt(random.nextInt(20) == 0 ? 9_000 : 80));
    var headers = new StringBuilder();
    var id = "";
    if (random.nextInt(4) == 0) {
      id = "id" + random.nextInt(number);
      headers.append("Nats-Msg-Id: ").append(id).append("\r\n");
    }
    var expected = -1L;
    if (random.nextInt(6) == 0) {
      expected = Math.max(0, stream.last - random.nextInt(2));
      headers.append("Nats-Expected-Last-Sequence: ").append(expected).append("\r\n");
    }
    var ttl = 0L;
    if (stream.allowsTtl() && random.nextInt(5) == 0) {
      ttl = 1L + random.nextInt(100);
      headers.append("Nats-TTL: ").append(ttl).append("\r\n");
    }
    note("publish " + subject + " behind " + stream.last);
    var answer = engine.await(engine.send(subject, headers.toString(), payload));
    assertNotNull(answer);
    var wanted = stream.publish(subject, payload, id, expected, ttl * SECOND, clock.get());
    var what = stream.name + ": " + answer.text();
    assertEquals(wanted.error(), answer.error(), what);
    if (wanted.error() == 0) {
      assertEquals(wanted.sequence(), answer.json().number("seq", 0), what);
      assertEquals(wanted.duplicate(), answer.json().flag("duplicate", false), what);
    }
  }

  private void consume(ModelStream stream) {
    if (stream.consumers.isEmpty()) {
      return;
    }
    var names = new ArrayList<>(stream.consumers.keySet());
    var name = names.get(random.nextInt(names.size()));
    var batch = 1 + random.nextInt(6);
    var inbox = engine.newInbox();
    engine.publish(
        "$JS.API.CONSUMER.MSG.NEXT." + stream.name + "." + name,
        inbox,
        "",
        ("{\"batch\":" + batch + ",\"no_wait\":true}").getBytes(StandardCharsets.UTF_8));
    var got = new ArrayList<TestEngine.Message>();
    while (got.size() < batch) {
      var message = engine.await(inbox);
      assertNotNull(message);
      if (message.reply().isEmpty()) {
        assertTrue(
            message.headers().contains("404 ") || message.headers().contains("408 "),
            message.headers());
        break;
      }
      got.add(message);
      note(stream.name + " > " + name + " got " + message.reply());
      var parts = message.reply().split("\\.", -1);
      var problem =
          stream.delivered(
              name,
              Long.parseLong(parts[5]),
              Integer.parseInt(parts[4]),
              message.subject(),
              message.text(),
              clock.get());
      assertEquals(
          "",
          problem,
          () -> stream.name + " > " + name + " got " + message.reply() + stateOf(stream, name));
    }
    if (got.size() < batch) {
      assertEquals(List.of(), stream.undelivered(name, clock.get()), stream.name + " > " + name);
    }
    for (var message : got) {
      var sequence = Long.parseLong(message.reply().split("\\.", -1)[5]);
      settle(stream, name, sequence, message.reply());
    }
  }

  private void settle(ModelStream stream, String consumer, long sequence, String reply) {
    var how = random.nextInt(10);
    note("settle " + how + " " + reply);
    switch (how) {
      case 0 -> {} // forgotten
      case 1 -> {
        engine.await(engine.send(reply, "", "-NAK"));
        stream.refused(consumer, sequence, clock.get());
      }
      case 2 -> {
        engine.await(engine.send(reply, "", "-NAK {\"delay\": 7000000001}"));
        stream.refused(consumer, sequence, clock.get() + 7_000_000_001L);
      }
      case 3 -> {
        engine.await(engine.send(reply, "", "+WPI"));
        stream.touched(consumer, sequence, clock.get());
      }
      case 4 -> {
        engine.await(engine.send(reply, "", "+TERM"));
        stream.settled(consumer, sequence);
      }
      default -> {
        engine.await(engine.send(reply, "", "+ACK"));
        stream.settled(consumer, sequence);
      }
    }
  }

  private void delete(ModelStream stream) {
    if (stream.last == 0) {
      return;
    }
    var sequence = 1 + Math.max(0, stream.last - 1 - random.nextInt(40));
    var request = "{\"seq\":" + sequence + ",\"no_erase\":" + random.nextBoolean() + "}";
    note("delete " + stream.name + request);
    var answer = engine.ask("STREAM.MSG.DELETE." + stream.name, request);
    assertEquals(stream.delete(sequence), answer.error() == 0, answer.text());
  }

  private void purge(ModelStream stream) {
    if (random.nextInt(3) > 0) {
      return;
    }
    var filter = random.nextBoolean() ? stream.name + "." + (char) ('a' + random.nextInt(5)) : "";
    var before = 0L;
    var keep = 0L;
    if (random.nextBoolean()) {
      before = Math.max(2, stream.last - random.nextInt(30));
    } else {
      keep = random.nextInt(10);
    }
    var request =
        "{"
            + (filter.isEmpty() ? "" : "\"filter\":\"" + filter + "\",")
            + (before > 0 ? "\"seq\":" + before : "\"keep\":" + keep)
            + "}";
    note("purge " + stream.name + request);
    var answer = engine.make("STREAM.PURGE." + stream.name, request);
    assertEquals(
        stream.purge(filter, before, keep), answer.number("purged", -1), stream.name + request);
  }

  /// Some time passes, up to some minutes.
  private void pass() {
    var most = random.nextInt(5) == 0 ? 150 * SECOND : 9 * SECOND;
    clock.addAndGet(1_000_003L * (1 + random.nextLong(most / 1_000_003L)));
    passed();
  }

  private void passed() {
    while (streams.values().stream().anyMatch(one -> one.isEnding(clock.get()))) {
      clock.addAndGet(2_500_000_000L);
    }
    note("time passed");
    for (var i = 0; i < 3; i++) {
      engine.wake();
    }
    streams.values().forEach(stream -> stream.expire(clock.get()));
  }

  private void getLast(ModelStream stream) {
    var subject = stream.name + "." + (char) ('a' + random.nextInt(5));
    var answer =
        engine.ask("STREAM.MSG.GET." + stream.name, "{\"last_by_subj\":\"" + subject + "\"}");
    var wanted = stream.last(subject);
    if (wanted == 0) {
      assertEquals(10037, answer.error());
    } else {
      var message = answer.json().object("message");
      assertNotNull(message, answer.text());
      assertEquals(wanted, message.number("seq", 0));
    }
  }

  private void check(ModelStream stream) {
    engine.idle();
    engine.on(() -> {
      var asset = engine.asset(stream.name);
      assertNotNull(asset, stream.name);
      var store = asset.stream().store();
      assertEquals(stream.last, store.lastSequence(), stream.name + " last");
      var there = new TreeMap<Long, String>();
      var message = new StoredMessage();
      for (var at = store.firstSequence(); at <= store.lastSequence(); at++) {
        if (store.load(at, message)) {
          there.put(
              at,
              message.subjectText() + " " + new String(message.payload(), StandardCharsets.UTF_8));
        }
      }
      assertEquals(stream.texts(), there, stream.name);
      assertEquals(there.size(), store.messages(), stream.name + " count");
      for (var name : stream.consumers.keySet()) {
        var consumer = asset.consumers().get(name);
        assertNotNull(consumer, name);
        var where = stream.name + " > " + name;
        assertEquals(stream.pending(name), consumer.state().pending().keySet(), where);
        assertEquals(stream.toDeliver(name), consumer.pending(), where + " num_pending");
      }
      return true;
    });
  }
}

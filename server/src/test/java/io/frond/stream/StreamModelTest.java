package io.frond.stream;

import static io.frond.stream.StreamRig.SECOND;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// Random publishes, removals, purges, restarts and time against a list.
class StreamModelTest {
  private record Held(long sequence, String subject, long time, long expiry) {}

  private final long seed = Long.getLong("frond.seed", System.nanoTime());
  private final Random random = new Random(seed);
  private final List<Held> model = new ArrayList<>();
  private long last;
  private long maxMsgs;
  private long perSubject;
  private long maxAge;

  private void limit() {
    for (var i = 0; perSubject > 0 && i < model.size(); i++) {
      var subject = model.get(i).subject;
      var later = model.subList(i, model.size()).stream().filter(m -> m.subject.equals(subject));
      if (later.count() > perSubject) {
        model.remove(i--);
      }
    }
    while (maxMsgs > 0 && model.size() > maxMsgs) {
      model.removeFirst();
    }
  }

  private void expire(long now) {
    model.removeIf(m ->
        (maxAge > 0 && m.expiry != -1 && m.time <= now - maxAge)
            || (m.expiry > 0 && m.expiry <= now));
  }

  private void publish(StreamRig rig) {
    var subject = "s." + random.nextInt(6);
    var headers = "";
    var expiry = 0L;
    var refused = false;
    var rollup = "";
    switch (random.nextInt(8)) {
      case 0 -> {
        var expected = random.nextInt(3) == 0 ? last + 1 : last;
        headers = "Nats-Expected-Last-Sequence: " + expected + "\r\n";
        refused = expected != last;
      }
      case 1 -> {
        var expected =
            model.stream()
                .filter(m -> m.subject.equals(subject))
                .mapToLong(Held::sequence)
                .max()
                .orElse(0);
        headers = "Nats-Expected-Last-Subject-Sequence: " + expected + "\r\n";
      }
      case 2 -> {
        var seconds = 1 + random.nextInt(30);
        headers = "Nats-TTL: " + seconds + "s\r\n";
        expiry = rig.shard.now() + seconds * SECOND;
      }
      case 3 -> {
        headers = "Nats-TTL: never\r\n";
        expiry = -1;
      }
      case 4 -> {
        rollup = random.nextInt(4) == 0 ? "all" : "sub";
        headers = "Nats-Rollup: " + rollup + "\r\n";
      }
      default -> {}
    }
    var answer = rig.publish(subject, headers, "x".repeat(random.nextInt(20)));
    if (refused) {
      assertTrue(answer.contains("\"err_code\":10071"), answer);
      return;
    }
    last++;
    assertEquals("{\"stream\":\"S\",\"seq\":" + last + "}", answer);
    model.add(new Held(last, subject, rig.shard.now(), expiry));
    limit();
    if (rollup.equals("all")) {
      model.removeIf(m -> m.sequence < last);
    } else if (rollup.equals("sub")) {
      model.removeIf(m -> m.sequence < last && m.subject.equals(subject));
    }
  }

  private void purge(StreamRig rig) {
    var filter = random.nextBoolean() ? "" : "s." + random.nextInt(6);
    var before = random.nextInt(3) == 0 ? Math.max(2, last - random.nextInt(20)) : 0;
    var keep = before == 0 && random.nextBoolean() ? 1 + random.nextInt(5) : 0;
    var matching =
        new ArrayList<>(
            model.stream().filter(m -> filter.isEmpty() || m.subject.equals(filter)).toList());
    if (before > 0) {
      matching.removeIf(m -> m.sequence >= before);
    }
    for (var i = 0; i < keep && !matching.isEmpty(); i++) {
      matching.removeLast();
    }
    assertEquals(matching.size(), rig.purge(filter, before, keep), "seed " + seed);
    model.removeAll(matching);
    last = Math.max(last, rig.stream.store().lastSequence());
  }

  @Test
  void theStreamIsAsTheModelSays() {
    maxMsgs = random.nextInt(3) == 0 ? 0 : 40;
    perSubject = random.nextInt(3) == 0 ? 0 : 1 + random.nextInt(10);
    maxAge = random.nextInt(3) == 0 ? 0 : 60 * SECOND;
    var rig =
        new StreamRig(b -> {
          b.maxMsgs = maxMsgs;
          b.maxMsgsPerSubject = perSubject;
          b.maxAge = maxAge;
          b.allowMsgTtl = true;
          b.allowRollup = true;
        });
    for (var step = 0; step < 4_000; step++) {
      switch (random.nextInt(20)) {
        case 0 -> purge(rig);
        case 1 -> rig.restart();
        case 2, 3 -> {
          if (!model.isEmpty()) {
            var one = model.remove(random.nextInt(model.size()));
            assertTrue(rig.remove(one.sequence), "seed " + seed);
          }
        }
        case 4 -> {
          rig.shard.advance(random.nextInt(10) * SECOND);
          // What fell due in the last moments goes with the next entry.
          rig.shard.advance(SECOND / 10);
          expire(rig.shard.now());
        }
        default -> publish(rig);
      }
      var text = new StringBuilder();
      for (var held : model) {
        text.append(held.sequence).append(':').append(held.subject).append(' ');
      }
      assertEquals(text.toString().strip(), rig.messages(), "seed " + seed + " step " + step);
      assertEquals(rig.stream.store().bytes(), rig.grown, "seed " + seed);
    }
  }
}

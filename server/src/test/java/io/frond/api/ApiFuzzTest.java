package io.frond.api;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.frond.json.JsonException;
import io.frond.json.JsonObject;
import io.frond.testkit.ManualOutlet.Sent;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// Broken requests at every subject of the API: each has one answer, and no exception escapes.
class ApiFuzzTest {
  private static final long SEED = Long.getLong("frond.seed", System.nanoTime());
  private static final int CASES = Integer.getInteger("frond.fuzz.cases", 2000);

  private static final List<String> SUBJECTS =
      List.of(
          "INFO",
          "STREAM.CREATE.A",
          "STREAM.CREATE.NEW",
          "STREAM.UPDATE.A",
          "STREAM.DELETE.A",
          "STREAM.INFO.A",
          "STREAM.NAMES",
          "STREAM.LIST",
          "STREAM.PURGE.A",
          "STREAM.MSG.GET.A",
          "STREAM.MSG.DELETE.A",
          "STREAM.SNAPSHOT.A",
          "STREAM.RESTORE.B",
          "STREAM.PEER.REMOVE.A",
          "STREAM.LEADER.STEPDOWN.A",
          "CONSUMER.CREATE.A",
          "CONSUMER.CREATE.A.C",
          "CONSUMER.CREATE.A.C.a.x",
          "CONSUMER.DURABLE.CREATE.A.C",
          "CONSUMER.NAMES.A",
          "CONSUMER.LIST.A",
          "CONSUMER.INFO.A.C",
          "CONSUMER.DELETE.A.C",
          "CONSUMER.PAUSE.A.C",
          "CONSUMER.UNPIN.A.C",
          "CONSUMER.RESET.A.C",
          "CONSUMER.LEADER.STEPDOWN.A.C",
          "CONSUMER.MSG.NEXT.A.C",
          "DIRECT.GET.A",
          "DIRECT.GET.A.a.x");

  private static final String[] REQUESTS = {
    "{}",
    "",
    "{\"name\":\"A\",\"subjects\":[\"a.>\"],\"storage\":\"memory\",\"max_msgs\":5,\"max_age\":0}",
    "{\"name\":\"NEW\",\"subjects\":[\"b.>\"],\"storage\":\"memory\",\"retention\":\"workqueue\"}",
    "{\"name\":\"NEW\",\"storage\":\"memory\",\"mirror\":{\"name\":\"A\",\"opt_start_seq\":2}}",
    "{\"name\":\"A\",\"sources\":[{\"name\":\"X\",\"subject_transforms\":[{\"src\":\">\",\"dest\":\"y.>\"}]}]}",
    "{\"config\":{\"name\":\"B\",\"storage\":\"memory\"},\"state\":{\"first_seq\":1}}",
    "{\"stream_name\":\"A\",\"config\":{\"durable_name\":\"C\",\"ack_policy\":\"explicit\"}}",
    "{\"stream_name\":\"A\",\"action\":\"create\",\"config\":{\"name\":\"C\",\"backoff\":[1,2]}}",
    "{\"stream_name\":\"A\",\"config\":{\"name\":\"C\",\"filter_subject\":\"a.x\",\"opt_start_time\":\"2024-01-01T00:00:00Z\"}}",
    "{\"seq\":1,\"no_erase\":true}",
    "{\"last_by_subj\":\"a.x\"}",
    "{\"next_by_subj\":\"a.*\",\"seq\":1,\"batch\":3,\"max_bytes\":10}",
    "{\"multi_last\":[\"a.*\",\"b\"],\"up_to_time\":\"2024-01-01T00:00:00Z\"}",
    "{\"filter\":\"a.x\",\"keep\":2}",
    "{\"deliver_subject\":\"to.me\",\"chunk_size\":1024}",
    "{\"pause_until\":\"2030-01-01T00:00:00Z\"}",
    "{\"group\":\"g\"}",
    "{\"offset\":1,\"subject\":\"a.>\"}",
    "{\"batch\":2,\"expires\":1000000,\"no_wait\":true,\"idle_heartbeat\":100}",
  };

  private static final String[] WORDS = {
    "{",
    "}",
    "[",
    "]",
    ":",
    ",",
    "\"",
    "null",
    "true",
    "-1",
    "1e9",
    "18446744073709551615",
    "0.5",
    "\"\\ud800\"",
    "\u0000",
    "9223372036854775807",
    "\"a..b\"",
    "\">\"",
    "\"$JS.API.>\"",
    "[[[[[["
  };

  private final Random random = new Random(SEED);
  private FakeEngine engine = new FakeEngine();

  private void fill() {
    engine = new FakeEngine();
    engine.ask(
        "STREAM.CREATE.A",
        "{\"name\":\"A\",\"subjects\":[\"a.>\"],\"storage\":\"memory\",\"allow_direct\":true}");
    engine.publish("A", "a.x", "K: v", "one");
    engine.publish("A", "a.y", "", "two");
    engine.ask(
        "CONSUMER.CREATE.A.C",
        "{\"stream_name\":\"A\",\"config\":{\"durable_name\":\"C\",\"ack_policy\":\"explicit\"}}");
  }

  private <T> T pick(List<T> from) {
    return from.get(random.nextInt(from.size()));
  }

  private String mutated(String request) {
    var text = new StringBuilder(request);
    for (var times = random.nextInt(4); times > 0; times--) {
      var at = text.isEmpty() ? 0 : random.nextInt(text.length());
      switch (random.nextInt(5)) {
        case 0 -> text.insert(at, WORDS[random.nextInt(WORDS.length)]);
        case 1 -> text.delete(at, Math.min(text.length(), at + 1 + random.nextInt(8)));
        case 2 -> text.setLength(at);
        case 3 -> text.insert(at, (char) random.nextInt(256));
        default -> text.append(text, at, Math.min(text.length(), at + 10));
      }
    }
    return text.toString();
  }

  private String headers() {
    return switch (random.nextInt(6)) {
      case 0 -> "Nats-Required-Api-Level: " + (random.nextInt(8) - 2);
      case 1 -> "Nats-Required-Api-Level";
      case 2 -> mutated("Nats-Required-Api-Level: 1\r\nOther: x");
      default -> "";
    };
  }

  private void send(String subject, String reply, String headers, String request) {
    var head = headers.isEmpty() ? "" : "NATS/1.0\r\n" + headers + "\r\n\r\n";
    engine.api.handle(
        FakeEngine.ACCOUNT,
        "$JS.API." + subject,
        FakeEngine.bytes(reply),
        FakeEngine.bytes(head).length,
        FakeEngine.bytes(head + request),
        null);
    engine.shard.run();
  }

  @Test
  void everyBrokenRequestHasOneAnswer() throws JsonException {
    for (var round = 0; round < CASES; round++) {
      if (round % 50 == 0) {
        fill();
      }
      var subject = pick(SUBJECTS);
      var request = mutated(REQUESTS[random.nextInt(REQUESTS.length)]);
      var headers = headers();
      var what = "-Dfrond.seed=" + SEED + ", round " + round + ": " + subject + " " + request;
      var reply = "reply." + round;
      engine.outlet.take();
      try {
        send(subject, reply, headers, request);
      } catch (RuntimeException e) {
        throw new AssertionError(what, e);
      }
      var answers = engine.outlet.take().stream().filter(one -> one.to().equals(reply)).toList();
      if (subject.startsWith("DIRECT") || subject.startsWith("CONSUMER.MSG")) {
        continue; // messages, none, or a status
      }
      assertEquals(1, answers.size(), what);
      check(answers.getFirst(), what);
    }
  }

  private static void check(Sent answer, String what) throws JsonException {
    try {
      var type = JsonObject.parse(answer.payload().getBytes(UTF_8)).text("type", "");
      assertEquals(true, type.startsWith("io.nats.jetstream.api.v1."), what);
    } catch (JsonException e) {
      throw new AssertionError(what + ": " + answer.payload(), e);
    }
  }
}

package io.frond.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import io.frond.testkit.Await;
import io.frond.testkit.Patient;
import io.frond.testkit.TestServer;
import io.nats.client.Connection;
import io.nats.client.JetStreamApiException;
import io.nats.client.Message;
import io.nats.client.PurgeOptions;
import io.nats.client.api.StreamInfoOptions;
import io.nats.client.impl.Headers;
import io.nats.client.impl.NatsMessage;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Schedules (ADR-51) that share a stream: each fires, whatever becomes of the others.
@SuppressWarnings("try") // closing may be interrupted
class SchedulesTest {
  private static final Duration LIMIT = Duration.ofSeconds(20);

  @TempDir Path folder;

  private interface Play {
    void with(Connection client) throws Exception;
  }

  private void play(Play play) throws Exception {
    try (var server = TestServer.start("jetstream { store_dir: \"" + folder + "\" }");
        var client = Patient.connect(server.url())) {
      var config =
          "{\"name\":\"S\",\"subjects\":[\"s.>\"],\"storage\":\"memory\","
              + "\"allow_msg_schedules\":true}";
      answer(client.request("$JS.API.STREAM.CREATE.S", config.getBytes(UTF_8), LIMIT));
      play.with(client);
    }
  }

  private static void answer(@Nullable Message answer) {
    assertNotNull(answer);
    var text = new String(answer.getData(), UTF_8);
    assertFalse(text.contains("\"error\""), text);
  }

  private static void schedule(Connection client, String subject, String when, String target)
      throws InterruptedException {
    var headers = new Headers().add("Nats-Schedule", when).add("Nats-Schedule-Target", target);
    var message = NatsMessage.builder().subject(subject).headers(headers).data("x").build();
    answer(client.request(message, LIMIT));
  }

  private static long count(Connection client, String subject) {
    try {
      var subjects =
          client.jetStreamManagement().getStreamInfo("S", StreamInfoOptions.allSubjects());
      return subjects.getStreamState().getSubjectMap().getOrDefault(subject, 0L);
    } catch (IOException | JetStreamApiException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void thoseThatAreDueTogetherGoOnFiring() throws Exception {
    play(client -> {
      for (var i = 0; i < 5; i++) {
        schedule(client, "s.from." + i, "* * * * * *", "s.to." + i);
      }
      for (var i = 0; i < 5; i++) {
        var to = "s.to." + i;
        Await.until(to + " has three", () -> count(client, to) >= 3);
      }
    });
  }

  @Test
  void oneFiresThoughTheOneBeforeItIsGone() throws Exception {
    play(client -> {
      var now = Instant.now().truncatedTo(ChronoUnit.SECONDS);
      schedule(client, "s.a", "@at " + now.plusSeconds(2), "s.to.a");
      schedule(client, "s.b", "@at " + now.plusSeconds(4), "s.to.b");
      client.jetStreamManagement().purgeStream("S", PurgeOptions.subject("s.a"));
      Await.until("the other one fires", () -> count(client, "s.to.b") == 1);
    });
  }
}

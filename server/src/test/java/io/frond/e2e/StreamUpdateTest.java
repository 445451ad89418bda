package io.frond.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.frond.testkit.Await;
import io.frond.testkit.Patient;
import io.frond.testkit.TestServer;
import io.nats.client.Connection;
import io.nats.client.api.StreamConfiguration;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Plain publishes while their stream is being changed.
class StreamUpdateTest {
  private static final int UPDATES = 300;

  @TempDir private Path folder;

  @Test
  void eachMessageIsStoredOnce() throws Exception {
    try (var server = TestServer.start("jetstream { store_dir: \"" + folder + "\" }")) {
      var client = Patient.connect(server.server().clientUri().toString());
      var streams = client.jetStreamManagement();
      var config = StreamConfiguration.builder().name("S").subjects("s.>");
      streams.addStream(config.build());
      var over = new AtomicBoolean();
      var published = new AtomicInteger();
      var publisher =
          Thread.ofPlatform()
              .start(() -> {
                while (!over.get()) {
                  var text = Integer.toString(published.getAndIncrement());
                  client.publish("s.x", text.getBytes(StandardCharsets.UTF_8));
                  if (published.get() % 100 == 0) {
                    flush(client);
                  }
                }
                flush(client);
              });
      for (var i = 0; i < UPDATES; i++) {
        var more = i % 2 == 0 ? new String[] {"s.>", "t"} : new String[] {"s.>"};
        streams.updateStream(config.subjects(more).description("update " + i).build());
      }
      over.set(true);
      publisher.join();
      var all = published.get();
      Await.until(
          "all are stored",
          () -> {
            try {
              return streams.getStreamInfo("S").getStreamState().getMsgCount() >= all;
            } catch (Exception e) {
              throw new AssertionError(e);
            }
          });
      assertEquals(all, streams.getStreamInfo("S").getStreamState().getMsgCount());
      client.close();
    }
  }

  private static void flush(Connection client) {
    try {
      client.flush(Duration.ofSeconds(20));
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }
}

package io.frond.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.frond.json.JsonException;
import io.frond.json.JsonObject;
import io.frond.testkit.Await;
import io.frond.testkit.TestServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class LeafStatusTest {
  private static String text(String json) throws JsonException {
    return LeafStatus.text(JsonObject.parse(json.getBytes(StandardCharsets.UTF_8)));
  }

  @Test
  void aServerWithoutRemotesAndLeavesSaysSo() throws JsonException {
    assertEquals("no remotes and no leaves\n", text("{}"));
  }

  @Test
  void whatCatchesUpHasABarAndATime() throws JsonException {
    assertEquals(
        """
        SYNC  NAME     STATE        BACKLOG       OLDEST  RATE   DISCARDED
        link  hub ($G) catching up  1200 (48 kB)  61 s    600/s  7          [##########..........] 50 %, 2 s left
        """
            .replace("hub ($G) c", "hub ($G)  c")
            .replace("NAME     S", "NAME      S"),
        text(
            """
            {"sync":[{"kind":"link","name":"hub ($G)","state":"catching up","backlog_msgs":1200,
            "backlog_bytes":48000,"oldest_age_ms":61000,"rate_msgs":600,"discarded_msgs":7,
            "percent":50,"left_ms":2000}]}\
            """));
  }

  private static String status(TestServer of) {
    var out = new ByteArrayOutputStream();
    try {
      LeafStatus.run(
          List.of("status", "--url", String.valueOf(of.server().monitorUri())),
          new PrintStream(out, true, StandardCharsets.UTF_8));
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
    return out.toString(StandardCharsets.UTF_8);
  }

  @Test
  void aRunningLeafTellsOfItsRemotes() {
    try (var leaf =
        TestServer.start(
            "http: \"127.0.0.1:-1\"",
            "leafnodes { remotes: [ { url: \"nats://127.0.0.1:1\" } ] }")) {
      Await.until("the remote has tried", () -> status(leaf).contains("backing off"));
      assertTrue(status(leaf).startsWith("REMOTE"), status(leaf));
    }
  }

  @Test
  void nobodyWhoAnswersIsAClearError() {
    var out = new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8);
    var error =
        assertThrows(
            IOException.class,
            () -> LeafStatus.run(List.of("status", "--url", "http://127.0.0.1:1"), out));
    assertTrue(
        String.valueOf(error.getMessage()).contains("nobody answers at http://127.0.0.1:1"),
        String.valueOf(error.getMessage()));
    assertThrows(IOException.class, () -> LeafStatus.run(List.of("sttus"), out));
  }
}

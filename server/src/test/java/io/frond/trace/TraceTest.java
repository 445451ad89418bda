package io.frond.trace;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.frond.json.JsonException;
import io.frond.json.JsonObject;
import io.frond.options.Version;
import io.frond.testkit.Await;
import io.frond.testkit.RawClient;
import io.frond.testkit.TestServer;
import io.frond.trace.TraceRig.Kind;
import io.nats.client.Subscription;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Traces of messages (ADR-41) as nats-server 2.14.5 told them in the same plays, and what only a
/// Frond does.
@SuppressWarnings("try") // closing may be interrupted
class TraceTest {
  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final String TO = "Nats-Trace-Dest: " + TraceRig.DEST;

  @TempDir Path folder;

  private static void same(String play, List<String> told) throws IOException {
    try (var in = TraceTest.class.getResourceAsStream("/traces/" + play + ".txt")) {
      var wanted = new String(Objects.requireNonNull(in).readAllBytes(), UTF_8);
      assertEquals(wanted, String.join("\n", told).replace(Version.NATS, "VERSION") + "\n");
    }
  }

  @Test
  void aSingleServer() throws Exception {
    same("single", TracePlays.single(folder, Kind.FROND));
  }

  @Test
  void aCluster() throws Exception {
    same("cluster", TracePlays.cluster(folder, Kind.FROND, Kind.FROND, Kind.FROND));
  }

  @Test
  void aLeaf() throws Exception {
    same("leaf", TracePlays.leaf(folder, Kind.FROND, Kind.FROND, Kind.FROND));
  }

  private static JsonObject trace(Subscription from) {
    try {
      var message = from.nextMessage(LIMIT);
      assertNotNull(message);
      return JsonObject.parse(message.getData());
    } catch (InterruptedException | JsonException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void aMessageThatIsTooLargeIsToldOf() throws Exception {
    try (var rig = new TraceRig(folder)) {
      rig.start(Kind.FROND, "s1", "max_payload: 1000\n");
      var watcher = rig.connect("s1", "a", "watcher");
      var traces = watcher.subscribe(TraceRig.DEST);
      watcher.flush(LIMIT);
      try (var client = RawClient.open(rig.port("s1"))) {
        client.connect(RawClient.with("\"user\":\"a\",\"pass\":\"a\""));
        var headers = "NATS/1.0\r\n" + TO + "\r\n\r\n";
        client.raw("HPUB x " + headers.length() + " 2000\r\n" + headers + "x".repeat(100));
        var trace = trace(traces);
        assertEquals(2000, Objects.requireNonNull(trace.object("request")).number("msgsize", 0));
        assertEquals("maximum payload exceeded", trace.objects("events").getFirst().text("error"));
      }
    }
  }

  @Test
  void tracesAreCompressedForWhoAsks() throws Exception {
    try (var rig = new TraceRig(folder)) {
      rig.start(Kind.FROND, "s1", "");
      var client = rig.connect("s1", "a", "client");
      var traces = client.subscribe(TraceRig.DEST);
      TraceRig.publish(client, "x", TO, "Accept-Encoding: gzip");
      var message = traces.nextMessage(LIMIT);
      assertEquals("gzip", message.getHeaders().getFirst("Content-Encoding"));
      try (var in = new GZIPInputStream(new ByteArrayInputStream(message.getData()))) {
        assertEquals(1, JsonObject.parse(in.readAllBytes()).objects("events").size());
      }
      TraceRig.publish(client, "x", TO, "Accept-Encoding: snappy");
      message = traces.nextMessage(LIMIT);
      assertEquals("snappy", message.getHeaders().getFirst("Content-Encoding"));
      var begin = new byte[] {(byte) 0xff, 6, 0, 0, 's', 'N', 'a', 'P', 'p', 'Y'};
      assertArrayEquals(begin, java.util.Arrays.copyOf(message.getData(), 10));
      TraceRig.publish(client, "x", TO, "Accept-Encoding: other");
      message = traces.nextMessage(LIMIT);
      assertEquals("identity", message.getHeaders().getFirst("Content-Encoding"));
      assertEquals(1, JsonObject.parse(message.getData()).objects("events").size());
    }
  }

  @Test
  void whatWaitsForAHubIsToldOfAndGoesOnLater() throws Exception {
    var linkPort = TestServer.freePort();
    try (var rig = new TraceRig(folder)) {
      var stores = Files.createDirectory(folder.resolve("stores"));
      rig.start(Kind.FROND, "hub", hub(linkPort, stores));
      rig.start(
          Kind.FROND,
          "leaf",
          ("leafnodes { reconnect: 100ms, remotes: [ { url: \"nats-leaf://a:a@127.0.0.1:%d\","
                  + " account: A } ] }\njetstream { domain: leaf, store_dir: \"%s\" }\n")
              .formatted(linkPort, stores.resolve("leaf")));
      var above = rig.connect("hub", "a", "above");
      var below = rig.connect("leaf", "a", "below");
      above.subscribe("up");
      TraceRig.awaitFlow(below, above);
      var traces = below.subscribe(TraceRig.DEST);
      below.flush(LIMIT);
      TraceRig.publish(below, "up", TO);
      assertEquals(2, TraceRig.traces(traces, 2).size());
      rig.stop("hub");
      Await.until(
          "the leaf knows that its hub is away",
          () -> {
            TraceRig.publish(below, "up", TO, "Nats-Trace-Only: 1");
            var why = egress(trace(traces)).text("error", "");
            return why.equals("Not delivered because remote is not connected");
          });
      TraceRig.publish(below, "up", TO);
      var kept = egress(trace(traces));
      assertEquals("Message kept until remote is connected again", kept.text("error"));
      assertEquals("1", kept.text("hop"));

      rig.start(Kind.FROND, "hub", hub(linkPort, stores));
      var again = rig.connect("hub", "a", "again").subscribe("up");
      var late = trace(traces);
      var headers = Objects.requireNonNull(late.object("request")).object("header");
      assertEquals(List.of("1"), Objects.requireNonNull(headers).texts("Nats-Trace-Hop"));
      assertEquals("hub", Objects.requireNonNull(late.object("server")).text("name"));
      assertNotNull(again.nextMessage(LIMIT));
      assertTrue(traces.nextMessage(Duration.ofMillis(200)) == null, "nothing twice");
    }
  }

  private static String hub(int linkPort, Path stores) {
    return "leafnodes { listen: \"127.0.0.1:%d\" }\njetstream { store_dir: \"%s\" }\n"
        .formatted(linkPort, stores.resolve("hub"));
  }

  private static JsonObject egress(JsonObject trace) {
    var events = trace.objects("events");
    assertEquals(2, events.size(), events::toString);
    assertEquals(4, events.getLast().number("kind", 0));
    return events.getLast();
  }
}

package io.frond.trace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.frond.testkit.Await;
import io.frond.testkit.TestServer;
import io.frond.trace.TraceRig.Kind;
import io.nats.client.Connection;
import io.nats.client.Subscription;
import io.nats.client.api.StreamConfiguration;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Traces of what goes over links that resume: lanes, and the sessions of leaves behind a route.
@SuppressWarnings("try") // closing may be interrupted
class TraceResumeTest {
  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final Duration MOMENT = Duration.ofMillis(200);
  private static final String TO = "Nats-Trace-Dest: " + TraceRig.DEST;
  private static final String ONLY = "Nats-Trace-Only: 1";
  private static final Pattern EGRESS = Pattern.compile("(error=.*? )?(?:hop|kind)=.*?name=(.*?) ");

  @TempDir Path folder;

  private String jetstream(String name, String domain) {
    return "jetstream { store_dir: \"%s\" %s }\n".formatted(folder.resolve(name), domain);
  }

  private String leaf(String name, int linkPort, String more) {
    return jetstream(name, ", domain: " + name)
        + ("leafnodes { reconnect: 100ms, remotes: [ { url: \"nats-leaf://a:a@127.0.0.1:%d\","
                + " account: A, ignore_discovered_servers: true %s } ] }\n")
            .formatted(linkPort, more);
  }

  private static String hub(int linkPort) {
    return "leafnodes { listen: \"127.0.0.1:%d\" }\n".formatted(linkPort);
  }

  private static Subscription subscribed(Connection by, String subject) throws Exception {
    var subscription = by.subscribe(subject);
    by.flush(LIMIT);
    return subscription;
  }

  /// Of each server to whom it passed the message on, as `server: names`.
  private static String ways(List<String> traces) {
    return traces.stream().map(TraceResumeTest::way).collect(Collectors.joining("; "));
  }

  private static String way(String trace) {
    var to =
        trace
            .lines()
            .filter(line -> line.contains("type=eg"))
            .map(EGRESS::matcher)
            .map(event -> {
              assertEquals(true, event.find(), trace);
              var error = event.group(1);
              return event.group(2)
                  + (error == null ? "" : " (" + error.substring(6).strip() + ")");
            })
            .collect(Collectors.joining(", "));
    return trace.substring(0, trace.indexOf(' ')) + ": " + to;
  }

  /// As with any stream the trace ends where the message is stored.
  @Test
  void aLanesStreamEndsTheTrace() throws Exception {
    var linkPort = TestServer.freePort();
    try (var rig = new TraceRig(folder)) {
      rig.start(Kind.FROND, "hub", jetstream("hub", "") + hub(linkPort));
      var lane = ", forward: [{ name: up, subjects: \"up.>\" }]";
      rig.start(Kind.FROND, "leaf", leaf("leaf", linkPort, lane));
      var above = rig.connect("hub", "a", "above");
      var manager = above.jetStreamManagement();
      manager.addStream(StreamConfiguration.builder().name("UP").subjects("up.s.>").build());
      var plain = subscribed(above, "up.p.*");
      var below = rig.connect("leaf", "a", "below");
      TraceRig.awaitFlow(below, above);
      var traces = subscribed(below, TraceRig.DEST);
      for (var subject : List.of("up.s.1", "up.p.1")) {
        for (var only : new String[] {ONLY, "A: b"}) {
          TraceRig.publish(below, subject, TO, only);
          var told = TraceRig.traces(traces, 1).getFirst();
          assertEquals("leaf: ", way(told));
          assertEquals(true, told.contains("stream=LANE_up subject=" + subject), told);
        }
      }
      var got = plain.nextMessage(LIMIT);
      assertEquals(List.of("trace disabled"), got.getHeaders().get("Nats-Trace-Dest"));
      assertEquals(List.of("b"), got.getHeaders().get("A"), "what was only traced does not come");
      Await.until("stored", () -> stored(above) == 1);
      var stored = Objects.requireNonNull(manager.getMessage("UP", 1).getHeaders());
      assertEquals(List.of("trace disabled"), stored.get("Nats-Trace-Dest"));
      assertEquals(List.of("b"), stored.get("A"));
      assertNull(plain.nextMessage(MOMENT));
      assertNull(traces.nextMessage(MOMENT));
    }
  }

  private static long stored(Connection at) {
    try {
      return at.jetStreamManagement().getStreamInfo("UP").getStreamState().getMsgCount();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void eachOfTheLeavesBehindARouteHasAHopOfItsOwn() throws Exception {
    var ports = List.of(TestServer.freePort(), TestServer.freePort());
    var linkPort = TestServer.freePort();
    try (var rig = new TraceRig(folder)) {
      rig.start(Kind.FROND, "s1", jetstream("s1", "") + TracePlays.route(ports, 0));
      var second = jetstream("s2", "") + TracePlays.route(ports, 1) + hub(linkPort);
      rig.start(Kind.FROND, "s2", second);
      var from = rig.connect("s1", "a", "publisher");
      var traces = subscribed(from, TraceRig.DEST);
      for (var name : List.of("l1", "l2", "l3")) {
        rig.start(Kind.FROND, name, leaf(name, linkPort, ""));
        var at = rig.connect(name, "a", "at-" + name);
        at.subscribe("all");
        at.subscribe(name);
        at.subscribe("q", "group");
        at.flush(LIMIT);
        TraceRig.awaitFlow(from, at);
        TraceRig.awaitFlow(at, from);
      }
      for (var only : new String[] {ONLY, "A: b"}) {
        assertEquals(
            "l1: at-l1; l2: at-l2; l3: at-l3; s1: s2; s2: l1, l2, l3",
            told(from, traces, "all", only, 5));
        assertEquals("l2: at-l2; s1: s2; s2: l2", told(from, traces, "l2", only, 3));
        assertEquals(
            "l?: at-l?; s1: s2; s2: l?",
            told(from, traces, "q", only, 3).replaceAll("l[123]", "l?"));
      }
      oneIsAway(rig, from, traces, linkPort);
    }
  }

  private static String told(
      Connection from, Subscription traces, String subject, String more, int servers)
      throws Exception {
    TraceRig.publish(from, subject, TO, more);
    return ways(TraceRig.traces(traces, servers));
  }

  /// What is kept for a leaf keeps its place in the trace.
  private void oneIsAway(TraceRig rig, Connection from, Subscription traces, int linkPort)
      throws Exception {
    rig.stop("l2");
    Await.until("l2 is away", () -> isAway(from, traces));
    assertEquals(
        "l1: at-l1; l3: at-l3; s1: l2 (Not delivered because remote is not connected), s2;"
            + " s2: l1, l3",
        told(from, traces, "all", ONLY, 4));
    assertEquals(
        "l1: at-l1; l3: at-l3; s1: l2 (Message kept until remote is connected again), s2;"
            + " s2: l1, l3",
        told(from, traces, "all", "A: b", 4));
    rig.start(Kind.FROND, "l2", leaf("l2", linkPort, ""));
    var again = subscribed(rig.connect("l2", "a", "again"), "all");
    assertNotNull(again.nextMessage(LIMIT));
    assertEquals("l2: again; s2: l2", ways(TraceRig.traces(traces, 2)));
    assertNull(again.nextMessage(MOMENT), "once, and what was only traced does not come");
    assertNull(traces.nextMessage(MOMENT));
  }

  /// Until then the leaf's traces come, too, or not any more.
  private static boolean isAway(Connection from, Subscription traces) {
    try {
      var told = told(from, traces, "l2", ONLY, 1);
      for (var more = traces.nextMessage(MOMENT); more != null; ) {
        more = traces.nextMessage(MOMENT);
      }
      return told.equals("s1: l2 (Not delivered because remote is not connected)");
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }
}

package io.frond.trace;

import static io.frond.trace.TraceRig.DEST;

import io.frond.testkit.TestServer;
import io.frond.trace.TraceRig.Kind;
import io.nats.client.Connection;
import io.nats.client.Subscription;
import io.nats.client.api.DiscardPolicy;
import io.nats.client.api.RetentionPolicy;
import io.nats.client.api.StorageType;
import io.nats.client.api.StreamConfiguration;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// The same plays with servers of either kind: what they tell of the messages.
@SuppressWarnings("try") // closing may be interrupted
final class TracePlays {
  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final String TO = "Nats-Trace-Dest: " + DEST;
  private static final String ONLY = "Nats-Trace-Only: true";
  private static final String SAMPLED =
      "traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

  private TracePlays() {}

  private static String jetstream(Path folder, String name) {
    return "jetstream { domain: %s, store_dir: \"%s\" }\n"
        .formatted(name, folder.resolve("store-" + name));
  }

  private static Subscription subscribed(Connection client, String subject) throws Exception {
    var subscription = client.subscribe(subject);
    client.flush(LIMIT);
    return subscription;
  }

  /// Publishes to each subject, with the headers, and tells the traces.
  private static void each(
      List<String> told,
      Connection from,
      Subscription traces,
      List<String> subjects,
      String... lines)
      throws Exception {
    for (var subject : subjects) {
      TraceRig.publish(from, subject, lines);
      told.add(subject + " " + List.of(lines) + TraceRig.traces(traces, 1));
    }
  }

  /// One server: clients, queue groups, refusals, streams, what the server itself answers.
  static List<String> single(Path folder, Kind kind) throws Exception {
    var told = new ArrayList<String>();
    try (var rig = new TraceRig(folder)) {
      rig.start(kind, "s1", jetstream(folder, "d"));
      var from = rig.connect("s1", "a", "publisher");
      var traces = subscribed(rig.connect("s1", "a", "watcher"), DEST);
      var ofAccount = subscribed(rig.connect("s1", "a", "other watcher"), "of.account");
      var quiet = rig.connect("s1", "a", "no echo", false);
      var limited = rig.connect("s1", "b", "limited");
      var subject = subscribed(limited, "t.*");
      limited.subscribe("q", "group");
      limited.flush(LIMIT);
      var once = limited.subscribe("once");
      once.unsubscribe(1);
      limited.flush(LIMIT);
      var own = subscribed(quiet, "own");
      streams(from);

      each(told, from, traces, List.of("t.a", "t.secret", "q", "nobody", "once"), TO);
      each(told, from, traces, List.of("t.a", "t.secret", "q", "nobody"), TO, ONLY);
      each(told, quiet, traces, List.of("own"), TO);
      each(told, limited, traces, List.of("no.go"), TO);
      each(told, limited, traces, List.of("no.go"), TO, ONLY);
      each(told, from, traces, List.of("js.a", "int.a", "mem.a", "full.a", "$JS.API.INFO"), TO);
      each(told, from, traces, List.of("js.a", "int.a", "mem.a", "full.a"), TO, ONLY);
      each(told, from, traces, List.of("$JS.d.API.INFO", "$SYS.REQ.USER.INFO"), TO, ONLY);
      refusals(told, from, traces);
      each(told, from, ofAccount, List.of("t.a", "js.a", "nobody"), SAMPLED, ONLY);
      each(told, from, ofAccount, List.of("t.a"), SAMPLED.replace("traceparent", "TraceParent"));
      each(told, from, traces, List.of("t.a"), SAMPLED, TO);
      untraced(told, from, limited);
      each(told, from, traces, List.of("the.end"), TO);
      limited.flush(LIMIT);
      quiet.flush(LIMIT);
      told.add("delivered " + count(subject) + " " + count(own));
      var manager = from.jetStreamManagement();
      for (var name : manager.getStreamNames()) {
        told.add(name + " " + manager.getStreamInfo(name).getStreamState().getMsgCount());
      }
      var stored = manager.getMessage("FILE", 1);
      told.add("stored " + stored.getHeaders());
    }
    return told;
  }

  /// No trace comes of these.
  private static void untraced(List<String> told, Connection from, Connection limited) {
    TraceRig.publish(from, "t.a", SAMPLED.replace("-01", "-00"));
    TraceRig.publish(from, "t.a", "Nats-Trace-Dest: trace disabled");
    TraceRig.publish(from, "t.a", "Nats-Trace-Dest: a.*.b");
    TraceRig.publish(from, "t.a", "Nats-Trace-Dest: a.*.b", ONLY);
    TraceRig.publish(from, "t.a", "nats-trace-dest: " + DEST);
    TraceRig.publish(from, "t.a", TO, "Nats-Trace-Origin-Account: X");
    TraceRig.publish(limited, "t.a", "Nats-Trace-Dest: closed");
    TraceRig.publish(from, "t.a", ONLY);
    told.add("no trace");
  }

  private static int count(Subscription of) throws Exception {
    var count = 0;
    while (of.nextMessage(Duration.ofMillis(200)) != null) {
      count++;
    }
    return count;
  }

  private static void streams(Connection from) throws Exception {
    var manager = from.jetStreamManagement();
    manager.addStream(stream("FILE", "js.>").allowRollup(false).maximumMessageSize(200).build());
    manager.addStream(stream("MEM", "mem.>").storageType(StorageType.Memory).build());
    manager.addStream(stream("INT", "int.>").retentionPolicy(RetentionPolicy.Interest).build());
    manager.addStream(
        stream("FULL", "full.>").maxMessages(1).discardPolicy(DiscardPolicy.New).build());
    from.jetStream().publish("full.x", new byte[1]);
  }

  private static StreamConfiguration.Builder stream(String name, String subject) {
    return StreamConfiguration.builder().name(name).subjects(subject).storageType(StorageType.File);
  }

  private static void refusals(List<String> told, Connection from, Subscription traces)
      throws Exception {
    for (var only : new String[] {ONLY, "Nats-Trace-Only: off"}) {
      each(told, from, traces, List.of("js.a"), TO, only, "Nats-Msg-Id: " + only.length());
      each(told, from, traces, List.of("js.a"), TO, only, "Nats-Msg-Id: 20");
      each(told, from, traces, List.of("js.a"), TO, only, "Nats-Expected-Stream: X");
      each(told, from, traces, List.of("js.a"), TO, only, "Nats-Expected-Last-Sequence: 77");
      each(told, from, traces, List.of("js.z"), TO, only, "Nats-Expected-Last-Subject-Sequence: 7");
      each(told, from, traces, List.of("js.a"), TO, only, "Nats-Expected-Last-Msg-Id: m");
      each(told, from, traces, List.of("js.a"), TO, only, "Nats-Rollup: all");
      each(told, from, traces, List.of("js.a"), TO, only, "Nats-TTL: 1s");
      each(told, from, traces, List.of("js.a"), TO, only, "Nats-Incr: 1");
      each(told, from, traces, List.of("js.a"), TO, only, "Large: " + "x".repeat(200));
    }
  }

  /// Three servers of a cluster.
  static List<String> cluster(Path folder, Kind first, Kind second, Kind third) throws Exception {
    var told = new ArrayList<String>();
    try (var rig = new TraceRig(folder)) {
      var ports = List.of(TestServer.freePort(), TestServer.freePort(), TestServer.freePort());
      rig.start(first, "s1", route(ports, 0));
      rig.start(second, "s2", route(ports, 1));
      rig.start(third, "s3", route(ports, 2));
      var from = rig.connect("s1", "a", "publisher");
      var traces = subscribed(from, DEST);
      var at2 = rig.connect("s2", "a", "second");
      var at3 = rig.connect("s3", "a", "third");
      at2.subscribe("both");
      at3.subscribe("both");
      at3.subscribe("third");
      at3.subscribe("q", "group");
      at3.subscribe("q", "other");
      var denied = rig.connect("s3", "b", "limited");
      denied.subscribe("t.*");
      denied.flush(LIMIT);
      for (var to : new Connection[] {at2, at3}) {
        TraceRig.awaitFlow(from, to);
        TraceRig.awaitFlow(to, from);
      }
      for (var only : new String[] {ONLY, "A: b"}) {
        for (var subject : List.of("both", "third", "q", "t.secret", "nobody")) {
          TraceRig.publish(from, subject, TO, only);
          var servers = subject.equals("both") ? 3 : subject.equals("nobody") ? 1 : 2;
          told.add(subject + only + TraceRig.traces(traces, servers));
        }
      }
      var ofAccount = subscribed(from, "of.account");
      TraceRig.publish(from, "both", SAMPLED);
      told.add("sampled " + TraceRig.traces(ofAccount, 3));
      TraceRig.publish(from, "both", TO, "Nats-Trace-Origin-Account: X");
      TraceRig.publish(from, "nobody", TO);
      told.add("the end " + TraceRig.traces(traces, 1));
    }
    return told;
  }

  static String route(List<Integer> ports, int index) {
    var others =
        ports.stream()
            .filter(it -> !it.equals(ports.get(index)))
            .map("\"nats://127.0.0.1:%d\""::formatted)
            .toList();
    return "cluster { name: c, listen: \"127.0.0.1:%d\", routes: %s }\n"
        .formatted(ports.get(index), others);
  }

  /// A hub of two servers and a leaf, which is joined to the first.
  static List<String> leaf(Path folder, Kind first, Kind second, Kind leaf) throws Exception {
    var told = new ArrayList<String>();
    try (var rig = new TraceRig(folder)) {
      startHubAndLeaf(rig, folder, first, second, leaf);
      var at1 = rig.connect("s1", "a", "first");
      var at2 = rig.connect("s2", "a", "second");
      var below = rig.connect("leaf", "a", "below");
      for (var subject : List.of("one", "two", "all", "inner.a", "outer.a", "pure.all")) {
        at1.subscribe(subject.equals("two") ? "x" : subject);
        at2.subscribe(subject.equals("one") || subject.equals("all") ? "x" : subject);
      }
      for (var subject : List.of("below", "all", "inner.a", "outer.a")) {
        below.subscribe(subject);
      }
      below.subscribe("q.below", "group");
      at2.subscribe("q.above", "group");
      below.jetStreamManagement().addStream(stream("LEAF", "js.>").build());
      for (var pair : List.of(List.of(at1, at2), List.of(at1, below), List.of(at2, below))) {
        TraceRig.awaitFlow(pair.getFirst(), pair.getLast());
        TraceRig.awaitFlow(pair.getLast(), pair.getFirst());
      }
      for (var only : new String[] {ONLY, "A: b"}) {
        var traces = subscribed(below, DEST);
        steps(told, below, traces, only, List.of("one 2", "two 3", "q.above 3", "inner.a 1"));
        steps(told, below, traces, only, List.of("below 1", "js.a 1"));
        traces.unsubscribe();
        var above = subscribed(at1, DEST);
        steps(told, at1, above, only, List.of("below 2", "q.below 2", "all 2", "js.a 2"));
        above.unsubscribe();
        var beside = subscribed(at2, DEST);
        steps(told, at2, beside, only, List.of("below 3", "q.below 3", "js.a 3"));
        beside.unsubscribe();
      }
    }
    return told;
  }

  private static void startHubAndLeaf(
      TraceRig rig, Path folder, Kind first, Kind second, Kind leaf) {
    var ports = List.of(TestServer.freePort(), TestServer.freePort());
    var linkPort = TestServer.freePort();
    rig.start(
        first,
        "s1",
        route(ports, 0) + "leafnodes { listen: \"127.0.0.1:%d\" }\n".formatted(linkPort));
    rig.start(second, "s2", route(ports, 1));
    rig.start(
        leaf,
        "leaf",
        jetstream(folder, "leaf")
            + ("leafnodes { reconnect: 100ms, remotes: [ { url: \"nats-leaf://a:a@127.0.0.1:%d\","
                    + " account: A, deny_exports: [\"inner.>\"], deny_imports: [\"outer.>\"],"
                    + " ignore_discovered_servers: true } ] }\n")
                .formatted(linkPort));
  }

  /// What `nats trace` prints of a way from the second server of a hub to a leaf, and back.
  static String command(Path folder, Kind first, Kind second, Kind leaf) throws Exception {
    try (var rig = new TraceRig(folder)) {
      startHubAndLeaf(rig, folder, first, second, leaf);
      var above = rig.connect("s2", "a", "above");
      var below = rig.connect("leaf", "a", "below");
      subscribed(above, "above");
      subscribed(below, "below.*");
      below.jetStreamManagement().addStream(stream("LEAF", "js.>").build());
      TraceRig.awaitFlow(above, below);
      TraceRig.awaitFlow(below, above);
      return TraceCommand.run(folder, rig.url("s2"), "below.a")
          + TraceCommand.run(folder, rig.url("s2"), "js.a", "--deliver")
          + TraceCommand.run(folder, rig.url("leaf"), "above")
          + TraceCommand.run(folder, rig.url("s1"), "nobody");
    }
  }

  /// @param steps subjects, and how many servers tell of a message to it
  private static void steps(
      List<String> told, Connection from, Subscription traces, String more, List<String> steps)
      throws Exception {
    for (var step : steps) {
      var words = step.split(" ", -1);
      TraceRig.publish(from, words[0], TO, more);
      told.add(step + " " + more + TraceRig.traces(traces, Integer.parseInt(words[1])));
    }
  }
}

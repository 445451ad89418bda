package io.frond.system;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.frond.json.JsonObject;
import io.frond.testkit.Await;
import io.frond.testkit.Patient;
import io.frond.testkit.TestServer;
import io.nats.client.Connection;
import io.nats.client.Message;
import io.nats.client.Nats;
import io.nats.client.Subscription;
import io.nats.client.api.StreamConfiguration;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What is asked and told in the system account about accounts and the process.
class SystemAccountTest {
  private static final Duration LIMIT = Duration.ofSeconds(20);

  @TempDir Path folder;
  private final List<AutoCloseable> open = new ArrayList<>();

  @AfterEach
  void closeAll() throws Exception {
    for (var one : open.reversed()) {
      one.close();
    }
  }

  private TestServer server(String name, String more) {
    var server =
        TestServer.start(
            "server_name: " + name,
            "jetstream { store_dir: \"" + folder.resolve(name) + "\" }",
            "accounts {",
            "  SYS { users: [{ user: sys, password: p }] }",
            "  A { jetstream: enabled, users: [{ user: a, password: p }] }",
            "  B { jetstream: enabled, users: [{ user: b, password: p }] }",
            "}",
            "system_account: SYS",
            more);
    open.add(server);
    return server;
  }

  private TestServer keepingIf(boolean keeps, String name, String more) {
    return keeps ? server(name, more) : plain(name, more);
  }

  /// One without JetStream, which keeps no messages.
  private TestServer plain(String name, String more) {
    var server =
        TestServer.start(
            "server_name: " + name,
            "accounts {",
            "  SYS { users: [{ user: sys, password: p }] }",
            "  A { users: [{ user: a, password: p }] }",
            "}",
            "system_account: SYS",
            more);
    open.add(server);
    return server;
  }

  private Connection connect(TestServer server, String user) throws Exception {
    var options = Patient.options().server(server.url()).userInfo(user, "p").noReconnect();
    var connection = Nats.connect(options.build());
    open.add(connection);
    return connection;
  }

  private static String ask(Connection by, String subject, String body) throws Exception {
    var answer = by.request(subject, body.getBytes(UTF_8), LIMIT);
    assertNotNull(answer, subject);
    return new String(answer.getData(), UTF_8);
  }

  private static JsonObject data(Connection by, String subject, String body) throws Exception {
    var data = JsonObject.parse(ask(by, subject, body).getBytes(UTF_8)).object("data");
    assertNotNull(data, subject);
    return data;
  }

  @Test
  void anAccountsStreamsAreDeletedAndNoOthers() throws Exception {
    var server = server("S1", "");
    for (var user : List.of("a", "b")) {
      var management = connect(server, user).jetStreamManagement();
      for (var name : List.of("X", "Y", "Z")) {
        management.addStream(StreamConfiguration.builder().name(name).subjects(name).build());
      }
    }
    var system = connect(server, "sys");
    var done = "{\"type\":\"io.nats.jetstream.api.v1.account_purge_response\",\"initiated\":true}";
    assertEquals(done, ask(system, "$JS.API.ACCOUNT.PURGE.A", ""));
    assertEquals(List.of(), connect(server, "a").jetStreamManagement().getStreamNames());
    assertEquals(
        List.of("X", "Y", "Z"), connect(server, "b").jetStreamManagement().getStreamNames());
    assertEquals(done, ask(system, "$JS.API.ACCOUNT.PURGE.A", ""), "again");
    assertEquals(done, ask(system, "$JS.API.ACCOUNT.PURGE.NOBODY", ""));
    var refused =
        connect(server, "a")
            .request("$JS.API.ACCOUNT.PURGE.B", new byte[0], Duration.ofMillis(300));
    assertTrue(refused == null || refused.isStatusMessage(), "no business of a user's");
  }

  @Test
  void theProcessIsAsked() throws Exception {
    var system = connect(server("S1", ""), "sys");
    var variables = data(system, "$SYS.REQ.SERVER.PING.EXPVARZ", "");
    var memory = variables.object("memstats");
    assertNotNull(memory);
    assertTrue(memory.number("HeapAlloc", 0) > 0);
    assertTrue(memory.number("Sys", 0) >= memory.number("HeapAlloc", 0));
    assertTrue(variables.texts("cmdline").getFirst().contains("java"));
    var profile = "$SYS.REQ.SERVER.PING.PROFILEZ";
    assertEquals("Profile name not specified", data(system, profile, "").text("error"));
    var heap = data(system, profile, "{\"name\":\"heap\"}");
    assertTrue(heap.text("error", "").contains("JFR.start"), heap.text("error", ""));
    var threads = data(system, profile, "{\"name\":\"goroutine\",\"debug\":1}");
    assertEquals("", threads.text("error", ""));
    var text = new String(Base64.getDecoder().decode(threads.text("profile", "")), UTF_8);
    assertTrue(text.contains("js-engine"), text);
    assertEquals(0, data(system, "$SYS.REQ.SERVER.PING.IPQUEUESZ", "").names().size());
  }

  @Test
  void connectionsOfAccountsAreToldAndAsked() throws Exception {
    var server = server("S1", "");
    var system = connect(server, "sys");
    var events = system.subscribe("$SYS.ACCOUNT.A.SERVER.CONNS");
    var old = system.subscribe("$SYS.SERVER.ACCOUNT.A.CONNS");
    system.flush(LIMIT);
    var client = connect(server, "a");
    for (var each : List.of(events, old)) {
      var message = each.nextMessage(LIMIT);
      assertNotNull(message);
      var event = JsonObject.parse(message.getData());
      assertEquals("io.nats.server.advisory.v1.account_connections", event.text("type"));
      assertEquals("A", event.text("acc"));
      assertEquals(1, event.number("conns", 0));
      assertEquals(1, event.number("total_conns", 0));
      assertNotNull(event.object("server"));
      assertNotNull(event.object("sent"));
    }
    var asked = JsonObject.parse(ask(system, "$SYS.REQ.ACCOUNT.A.CONNS", "").getBytes(UTF_8));
    assertEquals(1, asked.number("conns", 0));
    client.close();
    var last = events.nextMessage(LIMIT);
    assertNotNull(last);
    assertEquals(0, JsonObject.parse(last.getData()).number("conns", -1));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void whatGoesOverRoutesAndLeafLinksIsCountedApart(boolean keeps) throws Exception {
    var port = TestServer.freePort();
    var leaves = TestServer.freePort();
    var first =
        keepingIf(
            keeps,
            "S1",
            cluster(port, "") + "\nleafnodes { listen: \"127.0.0.1:" + leaves + "\" }");
    var second =
        keepingIf(keeps, "S2", cluster(TestServer.freePort(), "\"nats://127.0.0.1:" + port + "\""));
    var remote = "{ url: \"nats://a:p@127.0.0.1:" + leaves + "\", account: A }";
    var leaf = keepingIf(keeps, "L", "leafnodes { remotes: [" + remote + "] }");
    var here = connect(first, "a");
    var there = connect(second, "a");
    var below = connect(leaf, "a");
    var heard = there.subscribe("x.*");
    var heardBelow = below.subscribe("x.*");
    var heardHere = here.subscribe("x.*");
    Await.until("interest is known", () -> reached(here, heard) && reached(below, heardBelow));
    Await.until("interest from below, too", () -> reached(below, heard));
    var system = connect(first, "sys");
    var before = traffic(system);
    for (var from : List.of(here, there, below)) {
      from.publish("x.y", "12345".getBytes(UTF_8));
      from.flush(LIMIT);
      for (var each : List.of(heard, heardBelow, heardHere)) {
        assertNotNull(next(each));
      }
    }
    Await.until("all is counted", () -> traffic(system).get(8) == before.get(8) + 7);
    var after = traffic(system);
    var differences = new ArrayList<Long>();
    for (var i = 0; i < after.size(); i++) {
      differences.add(after.get(i) - before.get(i));
    }
    // received and sent: all, over gateways, routes and leaf links, each in messages and bytes
    var sent = List.of(7L, 35L, 0L, 0L, 2L, 10L, 2L, 10L);
    assertEquals(sent, differences.subList(8, 16));
    if (!keeps) { // else what another server keeps for the leaf comes apart from what is for here
      assertEquals(List.of(3L, 15L, 0L, 0L, 1L, 5L, 1L, 5L), differences.subList(0, 8));
    }
  }

  /// Whether what one publishes gets to the other's subscription.
  private static boolean reached(Connection from, Subscription to) {
    try {
      var probe = from.createInbox();
      from.publish("x.probe", probe.getBytes(UTF_8));
      from.flush(LIMIT);
      var message = to.nextMessage(Duration.ofMillis(200));
      while (message != null && !probe.equals(new String(message.getData(), UTF_8))) {
        message = to.nextMessage(Duration.ofMillis(200));
      }
      return message != null;
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  /// The next message that is no probe.
  private static @Nullable Message next(Subscription of) throws Exception {
    var message = of.nextMessage(LIMIT);
    while (message != null && message.getSubject().equals("x.probe")) {
      message = of.nextMessage(LIMIT);
    }
    return message;
  }

  private static JsonObject connections(Connection system, String server) {
    try {
      var inbox = system.createInbox();
      var answers = system.subscribe(inbox);
      system.publish("$SYS.REQ.ACCOUNT.A.CONNS", inbox, new byte[0]);
      while (true) {
        var message = answers.nextMessage(LIMIT);
        assertNotNull(message);
        var answer = JsonObject.parse(message.getData());
        var by = answer.object("server");
        if (by != null && server.equals(by.text("name"))) {
          answers.unsubscribe();
          return answer;
        }
      }
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  /// What the first server has counted; the others of the cluster answer as well.
  private static List<Long> traffic(Connection system) {
    var found = new ArrayList<Long>();
    var account = connections(system, "S1");
    for (var direction : List.of("received", "sent")) {
      var all = account.object(direction);
      assertNotNull(all);
      for (var way : List.of("", "gateways", "routes", "leafs")) {
        var counts = way.isEmpty() ? all : all.object(way);
        assertNotNull(counts, way);
        found.add(counts.number("msgs", -1));
        found.add(counts.number("bytes", -1));
      }
    }
    return found;
  }

  @Test
  void subscribersAreCountedInTheWholeCluster() throws Exception {
    var port = TestServer.freePort();
    var first = server("S1", cluster(port, ""));
    var second = server("S2", cluster(TestServer.freePort(), "\"nats://127.0.0.1:" + port + "\""));
    var here = connect(first, "sys");
    var there = connect(second, "sys");
    here.subscribe("x.1");
    here.subscribe("x.*", "group");
    there.subscribe("x.1");
    there.subscribe("x.2", "group");
    here.flush(LIMIT);
    there.flush(LIMIT);
    Await.until(
        "both are counted",
        () -> count(here, "x.1").equals("3") && count(there, "x.1").equals("3"));
    assertEquals("4", count(there, "x.>"));
    assertEquals("2", count(there, "x.> group"));
    assertEquals("1", count(here, "x.1 group"));
    assertEquals("0", count(here, "y"));
  }

  private static String cluster(int port, String routes) {
    return "cluster { name: c, listen: \"127.0.0.1:%d\", routes: [%s] }".formatted(port, routes);
  }

  private static String count(Connection by, String what) {
    try {
      return ask(by, "$SYS.DEBUG.SUBSCRIBERS", what);
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }
}

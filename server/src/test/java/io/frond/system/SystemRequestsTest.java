package io.frond.system;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.frond.json.JsonException;
import io.frond.json.JsonObject;
import io.frond.options.AccountOptions;
import io.frond.options.AuthOptions;
import io.frond.options.UserOptions;
import io.frond.testkit.Await;
import io.frond.testkit.Patient;
import io.frond.testkit.RawClient;
import io.frond.testkit.TestCluster;
import io.frond.testkit.TestServer;
import io.nats.client.Connection;
import io.nats.client.Message;
import io.nats.client.Nats;
import io.nats.client.Subscription;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a user of the system account asks, and what every user may ask, with the Java client.
class SystemRequestsTest {
  private static final Duration LIMIT = Duration.ofSeconds(20);

  @TempDir Path folder;
  private final List<AutoCloseable> open = new ArrayList<>();

  @AfterEach
  void closeAll() throws Exception {
    for (var one : open.reversed()) {
      one.close();
    }
  }

  private TestServer server() {
    var server =
        TestServer.start(
            "server_name: S1",
            "jetstream { store_dir: \"" + folder + "\" }",
            "accounts {",
            "  SYS { users: [{ user: sys, password: p }] }",
            "  A { jetstream: enabled",
            "      users: [{ user: a, password: p, permissions: { publish: { deny: \"x.>\" } } }]"
                + " }",
            "}",
            "system_account: SYS");
    open.add(server);
    return server;
  }

  private Connection connect(String uri, String user) throws Exception {
    var connection =
        Nats.connect(
            Patient.options()
                .server(uri)
                .userInfo(user, "p")
                .noReconnect()
                .maxReconnects(0)
                .build());
    open.add(connection);
    return connection;
  }

  private static JsonObject ask(Connection by, String subject, String body) throws Exception {
    var answer = by.request(subject, body.getBytes(UTF_8), LIMIT);
    assertNotNull(answer, subject);
    return JsonObject.parse(answer.getData());
  }

  private static JsonObject data(Connection by, String subject, String body) throws Exception {
    var answer = ask(by, subject, body);
    var server = answer.object("server");
    assertNotNull(server, subject);
    assertEquals("S1", server.text("name"));
    var flags = Objects.requireNonNull(server.object("feature_flags"), subject);
    assertEquals(Set.of("js_ack_fc_v2", "js_raft_delete_range"), flags.names());
    var data = answer.object("data");
    assertNotNull(data, subject);
    return data;
  }

  @Test
  void theSystemAccountAsksForEveryDocument() throws Exception {
    var server = server();
    var system = connect(server.url(), "sys");
    var id = ask(system, "$SYS.REQ.SERVER.PING.IDZ", "").text("id", "");
    for (var prefix : List.of("PING.", id + ".")) {
      for (var name : List.of("VARZ", "CONNZ", "SUBSZ", "JSZ", "ACCOUNTZ", "LEAFZ", "ROUTEZ")) {
        var data = data(system, "$SYS.REQ.SERVER." + prefix + name, "");
        assertEquals(id, data.text("server_id"), name);
      }
      assertEquals(
          200, data(system, "$SYS.REQ.SERVER." + prefix + "HEALTHZ", "").number("status_code", 0));
      var stats = ask(system, "$SYS.REQ.SERVER." + prefix + "STATSZ", "").object("statsz");
      assertNotNull(stats);
      assertEquals(1, stats.number("connections", 0));
      var jetstream = stats.object("jetstream");
      assertNotNull(jetstream);
      var config = jetstream.object("config");
      assertNotNull(config);
      assertFalse(config.has("store_dir"));
    }
    assertNotNull(ask(system, "$SYS.REQ.SERVER.PING", "").object("statsz"));
  }

  @Test
  void requestsSayWhatTheyWantAndOfWhom() throws Exception {
    var server = server();
    var system = connect(server.url(), "sys");
    var a = connect(server.url(), "a");
    var connz = "$SYS.REQ.SERVER.PING.CONNZ";
    assertEquals(2, data(system, connz, "{\"auth\":true}").number("total", 0));
    assertEquals(1, data(system, connz, "{\"acc\":\"A\"}").number("total", 0));
    assertEquals(1, data(system, connz, "{\"limit\":1}").objects("connections").size());
    assertEquals(
        0, data(system, connz, "{\"state\":1}").objects("connections").size(), "closed ones");
    assertEquals(2, data(system, connz, "{\"server_name\":\"S\"}").number("total", 0));
    for (var other :
        List.of(
            "{\"server_name\":\"S\",\"exact_match\":true}",
            "{\"cluster\":\"C\"}",
            "{\"tags\":[\"t\"]}",
            "{\"domain\":\"d\"}")) {
      var quick = Duration.ofMillis(300);
      assertNull(system.request(connz, other.getBytes(UTF_8), quick), other);
    }
    assertEquals("A", data(system, "$SYS.REQ.ACCOUNT.A.INFO", "").text("account_name"));
    assertEquals(1, data(system, "$SYS.REQ.ACCOUNT.A.CONNZ", "").number("total", 0));
    assertEquals("A", data(system, "$SYS.REQ.ACCOUNT.A.JSZ", "").text("name"));
    for (var none : List.of("SYS/not jetstream enabled", "NO/not found")) {
      var parts = none.split("/", -1);
      var refused = ask(system, "$SYS.REQ.ACCOUNT." + parts[0] + ".JSZ", "").object("error");
      assertEquals(
          "account \"" + parts[0] + "\" " + parts[1],
          Objects.requireNonNull(refused).text("description"));
    }
    assertEquals(1, data(system, "$SYS.REQ.ACCOUNT.A.STATZ", "").objects("account_statz").size());
    assertEquals(
        2, data(system, "$SYS.REQ.ACCOUNT.PING.STATZ", "").objects("account_statz").size());
    var error =
        ask(system, "$SYS.REQ.SERVER.PING.ACCOUNTZ", "{\"account\":\"NO\"}").object("error");
    assertNotNull(error);
    assertEquals("Account NO does not exist", error.text("description"));
    assertEquals(Connection.Status.CONNECTED, a.getStatus());
  }

  @Test
  void theSystemAccountHearsThatItHasNoStreams() throws Exception {
    var system = connect(server().url(), "sys");
    for (var request : List.of("INFO", "STREAM.NAMES", "STREAM.CREATE.X", "META.WHAT", "WHAT")) {
      var answer = ask(system, "$JS.API." + request, "");
      var kind = request.equals("INFO") ? "account_info_response" : "system_response";
      assertEquals("io.nats.jetstream.api.v1." + kind, answer.text("type"));
      var error = Objects.requireNonNull(answer.object("error"), request);
      assertEquals(10039, error.number("err_code", 0), request);
    }
    var own = system.subscribe("own");
    system.publish("$JS.API.ACCOUNT.WHAT", "own", new byte[0]);
    system.publish("$JS.API.META.LEADER.STEPDOWN", "own", new byte[0]);
    ask(system, "$JS.API.INFO", "");
    assertEquals(0, own.getPendingMessageCount(), "who should answer is not there");
  }

  @Test
  void everyUserAsksAboutHimselfAndHisAccount() throws Exception {
    var server = server();
    var a = connect(server.url(), "a");
    var info = data(a, "$SYS.REQ.USER.INFO", "");
    assertEquals("a", info.text("user"));
    assertEquals("A", info.text("account"));
    var permissions = info.object("permissions");
    assertNotNull(permissions);
    var publish = permissions.object("publish");
    assertNotNull(publish);
    assertEquals(List.of("x.>"), publish.texts("deny"));
    connect(server.url(), "sys");
    for (var subject : List.of("$SYS.REQ.SERVER.PING.CONNZ", "$SYS.REQ.ACCOUNT.PING.CONNZ")) {
      assertEquals(1, data(a, subject, "").number("total", 0), "only his account's");
      assertEquals(1, data(a, subject, "{\"acc\":\"SYS\"}").number("total", 0));
    }
    assertEquals(1, data(a, "$SYS.REQ.ACCOUNT.PING.STATZ", "").objects("account_statz").size());
    var refused = a.request("$SYS.REQ.SERVER.PING.VARZ", new byte[0], LIMIT);
    assertTrue(refused == null || refused.isStatusMessage(), "no business of his");
  }

  @Test
  void clientsThatComeAndGoAreTold() throws Exception {
    var server = server();
    var system = connect(server.url(), "sys");
    var events = system.subscribe("$SYS.ACCOUNT.A.*");
    var refusals = system.subscribe("$SYS.SERVER.*.CLIENT.AUTH.ERR");
    system.flush(LIMIT);
    connect(server.url(), "a").close();
    var connected = event(events.nextMessage(LIMIT), "CONNECT");
    assertEquals("io.nats.server.advisory.v1.client_connect", connected.text("type"));
    var disconnected = event(events.nextMessage(LIMIT), "DISCONNECT");
    assertEquals("Client Closed", disconnected.text("reason"));
    assertThrows(Exception.class, () -> connect(server.url(), "stranger"));
    var refused = event(refusals.nextMessage(LIMIT), "ERR");
    assertEquals("Authentication Failure", refused.text("reason"));
    var who = Objects.requireNonNull(refused.object("client"));
    assertEquals("stranger", who.text("user"));
    assertEquals("$G", who.text("acc"));
    assertEquals("$G", who.text("name_tag"));
    var closed = data(system, "$SYS.REQ.SERVER.PING.CONNZ", "{\"state\":1,\"auth\":true}");
    assertTrue(
        closed.objects("connections").stream()
            .anyMatch(it -> it.text("authorized_user", "").equals("stranger")));
  }

  /// A server that takes leaves of account A.
  private TestServer hub(int leafPort) throws Exception {
    var hub =
        TestServer.start(
            "accounts { SYS { users: [{ user: sys, password: p }] }, A { users: [{ user: a,"
                + " password: p }] } }",
            "system_account: SYS",
            "leafnodes { listen: \"127.0.0.1:" + leafPort + "\" }");
    open.add(hub);
    return hub;
  }

  @Test
  void leavesThatComeAndGoAreTold() throws Exception {
    var port = TestServer.freePort();
    var system = connect(hub(port).url(), "sys");
    var events = system.subscribe("$SYS.ACCOUNT.A.*");
    system.flush(LIMIT);
    var remote = "leafnodes { remotes [{ url: \"nats://a:p@127.0.0.1:" + port + "\" }] }";
    try (var _ = TestServer.start("server_name: L", remote)) {
      var joined = event(events.nextMessage(LIMIT), "CONNECT");
      var leaf = Objects.requireNonNull(joined.object("client"));
      assertEquals("Leafnode", leaf.text("kind"));
      assertEquals("L", leaf.text("name"));
      assertEquals(0, Objects.requireNonNull(joined.object("server")).number("flags", -1));
    }
    event(events.nextMessage(LIMIT), "DISCONNECT");
  }

  @Test
  void leavesThatAreRefusedAreTold() throws Exception {
    var port = TestServer.freePort();
    var system = connect(hub(port).url(), "sys");
    var refusals = system.subscribe("$SYS.SERVER.*.CLIENT.AUTH.ERR");
    system.flush(LIMIT);
    for (var says :
        List.of("CONNECT {\"user\":\"a\",\"pass\":\"x\",\"name\":\"L\"}", "LS+ early")) {
      try (var leaf = new Socket(InetAddress.getLoopbackAddress(), port)) {
        leaf.getOutputStream().write((says + "\r\n").getBytes(UTF_8));
        var refused = event(refusals.nextMessage(LIMIT), "ERR");
        assertEquals("Authentication Failure", refused.text("reason"));
        var who = Objects.requireNonNull(refused.object("client"));
        assertEquals("Leafnode", who.text("kind"));
        assertEquals("N/A", who.text("acc"));
        assertEquals(says.contains("user") ? "a" : "", who.text("user", ""));
      }
    }
  }

  @Test
  void serversThatAreRefusedAreTold() throws Exception {
    var port = TestServer.freePort();
    var server =
        TestServer.start(
            "accounts { SYS { users: [{ user: sys, password: p }] } }",
            "system_account: SYS",
            "cluster { name: C, listen: \"127.0.0.1:" + port + "\"",
            "  authorization { user: r, password: q } }");
    open.add(server);
    var system = connect(server.url(), "sys");
    var refusals = system.subscribe("$SYS.SERVER.*.CLIENT.AUTH.ERR");
    system.flush(LIMIT);
    for (var says :
        List.of(
            "CONNECT {\"user\":\"r\",\"pass\":\"x\",\"name\":\"N\",\"cluster\":\"C\"}",
            "INFO {}")) {
      try (var route = new Socket(InetAddress.getLoopbackAddress(), port)) {
        route.getOutputStream().write((says + "\r\n").getBytes(UTF_8));
        var refused = event(refusals.nextMessage(LIMIT), "ERR");
        assertEquals("Authentication Failure", refused.text("reason"));
        var who = Objects.requireNonNull(refused.object("client"));
        assertEquals("Router", who.text("kind"));
        assertEquals("N/A", who.text("acc"));
        assertEquals(
            says.contains("user") ? "r N" : " ", who.text("user", "") + " " + who.text("name", ""));
      }
    }
  }

  @Test
  void whatMirrorsDoCountsForTheAccountOnly() throws Exception {
    var server = server();
    var a = connect(server.url(), "a");
    ask(a, "$JS.API.STREAM.CREATE.FROM", "{\"name\":\"FROM\",\"subjects\":[\"s\"]}");
    ask(a, "$JS.API.STREAM.CREATE.TO", "{\"name\":\"TO\",\"mirror\":{\"name\":\"FROM\"}}");
    ask(a, "s", "x");
    Await.until("the mirror has it", () -> messages(a, "TO") == 1);
    assertEquals(1, ask(a, "$JS.API.INFO", "").number("consumers", -1));
    var system = connect(server.url(), "sys");
    assertEquals(0, data(system, "$SYS.REQ.SERVER.PING.JSZ", "").number("consumers", -1));
    var stats = data(system, "$SYS.REQ.ACCOUNT.A.STATZ", "").objects("account_statz").getFirst();
    assertEquals(
        Objects.requireNonNull(stats.object("received")).number("msgs", -1),
        Objects.requireNonNull(stats.object("sent")).number("msgs", -2),
        "requests and answers; not what goes between streams");
    var all = data(system, "$SYS.REQ.SERVER.PING.VARZ", "").number("out_msgs", 0);
    var sent = Objects.requireNonNull(stats.object("sent")).number("msgs", 0);
    assertTrue(all >= sent, all + " by the server, to the account " + sent);
  }

  private static long messages(Connection by, String stream) {
    try {
      var state = ask(by, "$JS.API.STREAM.INFO." + stream, "").object("state");
      return state == null ? -1 : state.number("messages", -1);
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void aLeafOfTheSystemAccountCountsAsAServer() throws Exception {
    var port = TestServer.freePort();
    var accounts = "accounts { SYS { users: [{ user: sys, password: p }] } }\nsystem_account: SYS";
    var hub = TestServer.start(accounts, "leafnodes { listen: \"127.0.0.1:" + port + "\" }");
    open.add(hub);
    var remote = "{ url: \"nats://sys:p@127.0.0.1:" + port + "\", account: SYS }";
    try (var leaf = TestServer.start(accounts, "leafnodes { remotes [ " + remote + " ] }")) {
      for (var server : List.of(hub, leaf)) {
        var system = connect(server.url(), "sys");
        Await.until("both are counted", () -> activeServers(system) == 2);
      }
    }
    var system = connect(hub.url(), "sys");
    Await.until("the leaf said good-bye", () -> activeServers(system) == 1);
  }

  private static long activeServers(Connection system) {
    try {
      var stats = ask(system, "$SYS.REQ.SERVER.PING.STATSZ", "").object("statsz");
      return Objects.requireNonNull(stats).number("active_servers", 0);
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  /// Asks all servers, and adds the names of those that answer.
  private static int all(Connection system, Subscription answers, Set<String> names) {
    system.publish("$SYS.REQ.SERVER.PING.VARZ", "answers", new byte[0]);
    try {
      for (var one = answers.nextMessage(Duration.ofMillis(300));
          one != null;
          one = answers.nextMessage(Duration.ofMillis(300))) {
        var server = JsonObject.parse(one.getData()).object("server");
        names.add(server == null ? "" : server.text("name", ""));
      }
    } catch (InterruptedException | JsonException e) {
      throw new AssertionError(e);
    }
    return names.size();
  }

  private static UserOptions user(String name, String account) {
    return new UserOptions(name, "p", null, account, null, Set.of());
  }

  private static JsonObject event(@Nullable Message message, String ending) throws JsonException {
    assertNotNull(message, ending);
    assertTrue(message.getSubject().endsWith(ending), message.getSubject());
    var event = JsonObject.parse(message.getData());
    assertNotNull(event.object("client"));
    assertNotNull(event.object("server"));
    return event;
  }

  @Test
  void aClientIsKicked() throws Exception {
    var server = server();
    var system = connect(server.url(), "sys");
    var a = connect(server.url(), "a");
    var id = ask(system, "$SYS.REQ.SERVER.PING.IDZ", "").text("id", "");
    var kick = "$SYS.REQ.SERVER." + id + ".KICK";
    var cid = a.getServerInfo().getClientId();
    assertFalse(ask(system, kick, "{\"cid\":" + cid + "}").has("error"));
    Await.until("the client is cut off", () -> a.getStatus() != Connection.Status.CONNECTED);
    assertTrue(ask(system, kick, "{\"cid\":99999}").has("error"));
    assertTrue(ask(system, "$SYS.REQ.SERVER." + id + ".RELOAD", "").has("error"));
  }

  @Test
  void aClientIsAskedToGoElsewhere() throws Exception {
    var server = server();
    var system = connect(server.url(), "sys");
    var id = ask(system, "$SYS.REQ.SERVER.PING.IDZ", "").text("id", "");
    var ldm = "$SYS.REQ.SERVER." + id + ".LDM";
    try (var a = RawClient.connected(server, "\"user\":\"a\",\"pass\":\"p\"")) {
      assertFalse(a.info().flag("ldm", false));
      var cid = a.info().number("client_id", 0);
      Await.until(
          "it knows that it has connected",
          () -> {
            try {
              return !ask(system, ldm, "{\"cid\":" + cid + "}").has("error");
            } catch (Exception e) {
              throw new AssertionError(e);
            }
          });
      var info = RawClient.info(a.line());
      while (!info.flag("ldm", false)) {
        info = RawClient.info(a.line());
      }
      assertEquals(4, info.number("api_lvl", 0));
    }
    assertTrue(ask(system, ldm, "{\"cid\":99999}").has("error"));
    assertNotNull(data(system, "$SYS.REQ.SERVER.PING.RAFTZ", ""));
  }

  @Test
  void theOthersHearOfAServerThatEnds() throws Exception {
    var server = server();
    var system = connect(server.url(), "sys");
    var id = ask(system, "$SYS.REQ.SERVER.PING.IDZ", "").text("id", "");
    var lameDuck = new CompletableFuture<Message>();
    var shutdown = new CompletableFuture<Message>();
    var prefix = "$SYS.SERVER." + id + ".";
    var dispatcher = system.createDispatcher();
    dispatcher.subscribe(prefix + "LAMEDUCK", lameDuck::complete);
    dispatcher.subscribe(prefix + "SHUTDOWN", shutdown::complete);
    system.flush(LIMIT);
    var ending =
        Thread.startVirtualThread(() -> {
          try {
            server.server().lameDuck();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
    assertEquals("S1", JsonObject.parse(lameDuck.get(20, SECONDS).getData()).text("name"));
    server.close();
    assertEquals("S1", JsonObject.parse(shutdown.get(20, SECONDS).getData()).text("name"));
    assertTrue(ending.join(LIMIT));
  }

  @Test
  void allServersOfAClusterAnswerAndOneTellsAUserOfHimself() throws Exception {
    var cluster = new TestCluster();
    open.add(cluster);
    cluster.accounts = List.of(AccountOptions.unlimited("$SYS"), AccountOptions.unlimited("A"));
    cluster.clientAuth =
        new AuthOptions(
            null, null, null, List.of(user("sys", "$SYS"), user("a", "A")), null, LIMIT, null);
    var first = cluster.start("a");
    cluster.start("b", TestCluster.routePort(first));
    cluster.awaitMesh();
    var system = connect(first.clientUri().toString(), "sys");
    var names = new HashSet<String>();
    var answers = system.subscribe("answers");
    Await.until("both answer", () -> all(system, answers, names) == 2);
    var a = connect(first.clientUri().toString(), "a");
    var own = a.subscribe("own");
    a.publish("$SYS.REQ.USER.INFO", "own", new byte[0]);
    assertNotNull(own.nextMessage(LIMIT));
    a.flush(LIMIT);
    assertNull(own.nextMessage(Duration.ofMillis(300)), "the other server answers, too");
  }
}

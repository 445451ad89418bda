package io.frond.monitor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.frond.json.JsonObject;
import io.frond.testkit.Await;
import io.nats.client.Connection;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// `/connz` over three clients: `one` subscribes, `two` publishes, `three` does both.
class ConnzTest {
  private static final Set<String> OPEN =
      Set.of(
          "cid",
          "kind",
          "type",
          "ip",
          "port",
          "start",
          "last_activity",
          "rtt",
          "uptime",
          "idle",
          "pending_bytes",
          "in_msgs",
          "out_msgs",
          "in_bytes",
          "out_bytes",
          "subscriptions",
          "name",
          "lang",
          "version");

  private final Monitored it = Monitored.start();
  private final List<Connection> clients = new ArrayList<>();

  @BeforeEach
  void connect() throws Exception {
    for (var name : List.of("one", "two", "three")) {
      clients.add(it.connect(name));
    }
    clients.get(0).subscribe("a.>");
    clients.get(0).subscribe("b", "group");
    clients.get(2).subscribe("c");
    clients.get(0).flush(Duration.ofSeconds(20));
    clients.get(2).flush(Duration.ofSeconds(20));
    publish(1, "a.x", 10, 1);
    publish(2, "a.y", 3, 100);
    Await.until(
        "all is delivered", () -> named(connections("/connz"), "one").number("out_msgs", 0) == 13);
  }

  private void publish(int client, String subject, int messages, int bytes) throws Exception {
    for (var i = 0; i < messages; i++) {
      clients.get(client).publish(subject, "x".repeat(bytes).getBytes(StandardCharsets.US_ASCII));
    }
    clients.get(client).flush(Duration.ofSeconds(20));
  }

  @AfterEach
  void close() {
    it.close();
  }

  private List<JsonObject> connections(String path) {
    return it.json(path).objects("connections");
  }

  private List<String> names(String path) {
    return connections(path).stream().map(connection -> connection.text("name", "")).toList();
  }

  private static JsonObject named(List<JsonObject> connections, String name) {
    return connections.stream()
        .filter(connection -> name.equals(connection.text("name")))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void openConnectionsHaveTheFieldsOfNatsServer() {
    var connz = it.json("/connz");
    assertEquals(
        Set.of("server_id", "now", "num_connections", "total", "offset", "limit", "connections"),
        connz.names());
    assertEquals(3, connz.number("num_connections", 0));
    assertEquals(3, connz.number("total", 0));
    assertEquals(1024, connz.number("limit", 0));
    var one = named(connz.objects("connections"), "one");
    assertEquals(new TreeSet<>(OPEN), new TreeSet<>(one.names()));
    assertEquals("Client", one.text("kind"));
    assertEquals("nats", one.text("type"));
    assertEquals("java", one.text("lang"));
    assertEquals("127.0.0.1", one.text("ip"));
    assertEquals(2, one.number("subscriptions", 0));
    assertEquals(310, one.number("out_bytes", 0));
    assertTrue(!Instant.parse(one.text("start", "")).isAfter(Instant.now()));
  }

  @Test
  void sortsAsAsked() {
    assertEquals(List.of("one", "two", "three"), names("/connz?sort=cid"));
    assertEquals(List.of("one", "two", "three"), names("/connz?sort=start"));
    assertEquals(List.of("one", "three", "two"), names("/connz?sort=subs"));
    assertEquals("one", names("/connz?sort=msgs_to").getFirst());
    assertEquals(List.of("two", "three", "one"), names("/connz?sort=msgs_from"));
    assertEquals("one", names("/connz?sort=bytes_to").getFirst());
    assertEquals(List.of("three", "two", "one"), names("/connz?sort=bytes_from"));
    for (var other : List.of("pending", "last", "idle", "uptime", "rtt")) {
      assertEquals(3, names("/connz?sort=" + other).size(), other);
    }
  }

  @Test
  void pagesByOffsetAndLimit() {
    assertEquals(List.of("one", "two"), names("/connz?limit=2"));
    assertEquals(List.of("three"), names("/connz?limit=2&offset=2"));
    assertEquals(List.of(), names("/connz?offset=7"));
    assertEquals(3, names("/connz?limit=-1&offset=-1").size());
    var page = it.json("/connz?limit=1&offset=1");
    assertEquals(1, page.number("num_connections", 0));
    assertEquals(3, page.number("total", 0));
  }

  @Test
  void listsSubscriptions() {
    assertEquals(
        Set.of("a.>", "b"),
        Set.copyOf(named(connections("/connz?subs=1"), "one").texts("subscriptions_list")));
    var details =
        named(connections("/connz?subs=detail"), "one").objects("subscriptions_list_detail");
    assertEquals(2, details.size());
    var grouped = details.stream().filter(detail -> detail.has("qgroup")).findFirst().orElseThrow();
    assertEquals(Set.of("subject", "qgroup", "sid", "msgs", "cid"), grouped.names());
    var plain = details.stream().filter(detail -> !detail.has("qgroup")).findFirst().orElseThrow();
    assertEquals(13, plain.number("msgs", 0));
    assertTrue(!named(connections("/connz?subs=1"), "two").has("subscriptions_list"));
  }

  @Test
  void filtersByConnectionAccountAndSubject() {
    var cid = named(connections("/connz"), "two").number("cid", 0);
    assertEquals(List.of("two"), names("/connz?cid=" + cid));
    assertEquals(List.of(), names("/connz?cid=999999"));
    assertEquals(3, names("/connz?acc=$G").size());
    assertEquals(List.of(), names("/connz?acc=nobody"));
    assertEquals(List.of(), names("/connz?user=nobody"));
    assertEquals(List.of(), names("/connz?mqtt_client=any"));
    assertEquals(List.of("one"), names("/connz?acc=$G&filter_subject=a.b.c"));
    assertEquals(List.of("one", "three"), names("/connz?acc=$G&filter_subject=*"));
    assertEquals("$G", connections("/connz?auth=1").getFirst().text("name_tag"));
  }

  @Test
  void remembersThoseThatClosed() throws Exception {
    clients.get(0).close();
    Await.until(
        "one is gone and remembered",
        () -> names("/connz").size() == 2 && names("/connz?state=closed").size() == 1);
    assertEquals(List.of("two", "three"), names("/connz?state=OPEN"));
    assertEquals(3, names("/connz?state=any").size());
    assertEquals(3, names("/connz?state=all").size());
    var closed = connections("/connz?state=closed&subs=1&sort=stop");
    assertEquals(1, closed.size());
    var one = closed.getFirst();
    var expected = new TreeSet<>(OPEN);
    expected.addAll(Set.of("stop", "reason", "subscriptions_list"));
    assertEquals(expected, new TreeSet<>(one.names()));
    assertEquals("Client Closed", one.text("reason"));
    assertEquals(2, one.number("subscriptions", 0));
    assertEquals(Set.of("a.>", "b"), Set.copyOf(one.texts("subscriptions_list")));
    assertEquals(13, one.number("out_msgs", 0));
    assertEquals(List.of("one"), names("/connz?state=closed&acc=$G&sort=reason"));
    var cid = one.number("cid", 0);
    assertEquals(List.of("one"), names("/connz?state=any&cid=" + cid));
  }

  @Test
  void tellsWhyItClosedAConnection() throws Exception {
    try (var socket =
        new Socket(InetAddress.getLoopbackAddress(), it.server().clientUri().getPort())) {
      socket.getOutputStream().write("NONSENSE\r\n".getBytes(StandardCharsets.US_ASCII));
      socket.getOutputStream().flush();
      Await.until("it is closed", () -> connections("/connz?state=closed").size() == 1);
    }
    assertEquals(
        "Protocol Violation", connections("/connz?state=closed").getFirst().text("reason"));
  }

  @Test
  void refusesWhatIsWrong() {
    refuses("sort=foo", "invalid sorting option: foo");
    refuses("sort=stop", "sort by stop only valid on closed connections");
    refuses("sort=reason&state=any", "sort by reason only valid on closed connections");
    refuses("state=foo", "Error decoding state for foo");
    refuses(
        "auth=yes",
        "Error decoding boolean for 'auth': strconv.ParseBool: parsing \"yes\": invalid syntax");
    refuses(
        "subs=x",
        "Error decoding boolean for 'subs': strconv.ParseBool: parsing \"x\": invalid syntax");
    refuses(
        "limit=1x", "Error decoding int for 'limit': strconv.Atoi: parsing \"1x\": invalid syntax");
    refuses(
        "offset=9223372036854775808",
        "Error decoding int for 'offset': strconv.Atoi: parsing \"9223372036854775808\":"
            + " value out of range");
    refuses(
        "cid=-1",
        "Error decoding uint64 for 'cid': strconv.ParseUint: parsing \"-1\": invalid syntax");
    refuses("filter_subject=a", "filter by subject only valid with account filtering");
  }

  private void refuses(String query, String text) {
    var answer = it.get("/connz?" + query);
    assertEquals(400, answer.statusCode(), query);
    assertEquals(text, answer.body());
  }
}

package io.frond.trace;

import io.frond.json.JsonException;
import io.frond.json.JsonObject;
import io.frond.server.FrondServer;
import io.frond.testkit.Await;
import io.frond.testkit.GoServer;
import io.frond.testkit.TestServer;
import io.nats.client.Connection;
import io.nats.client.Message;
import io.nats.client.Nats;
import io.nats.client.Options;
import io.nats.client.Subscription;
import io.nats.client.impl.Headers;
import io.nats.client.impl.NatsMessage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;

/// Servers of either kind with the same names, and what they tell of traced messages, in a form in
/// which it can be compared: without times, numbers of connections and the order of what happens at
/// once.
@SuppressWarnings("try") // closing may be interrupted
final class TraceRig implements AutoCloseable {
  /// Which program a server is.
  enum Kind {
    FROND,
    GO
  }

  static final String DEST = "traces";
  private static final Duration LIMIT = Duration.ofSeconds(20);

  /// Users of account A: one that may do everything, and one that may not.
  static final String ACCOUNTS =
      """
      accounts {
        A {
          jetstream: enabled
          users: [
            { user: a, password: a }
            { user: b, password: b, permissions {
                publish { deny: ["no.>", "closed"] }, subscribe { deny: ["t.secret"] } } }
          ]
          msg_trace { dest: "of.account", sampling: "100%" }
        }
        SYS { users: [ { user: s, password: s } ] }
      }
      system_account: SYS
      """;

  private final Path folder;
  private final List<AutoCloseable> open = new ArrayList<>();
  private final Map<String, Integer> ports = new HashMap<>();
  private final Map<String, AutoCloseable> servers = new HashMap<>();

  TraceRig(Path folder) {
    this.folder = folder;
  }

  void start(Kind kind, String name, String config) {
    var port = TestServer.freePort();
    ports.put(name, port);
    var text = config + ACCOUNTS;
    var server =
        kind == Kind.GO ? GoServer.start(folder, name, port, text) : frond(name, port, text);
    servers.put(name, server);
    open.add(server);
  }

  private FrondServer frond(String name, int port, String text) {
    try {
      return FrondServer.start(
          TestServer.parse(
              "server_name: %s\nlisten: \"127.0.0.1:%d\"\nlog_file: \"%s\"\n"
                      .formatted(name, port, folder.resolve(name + "-" + port + ".frond.log"))
                  + text));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Ends a server before the others.
  void stop(String name) throws Exception {
    var server = Objects.requireNonNull(servers.get(name));
    open.remove(server);
    server.close();
  }

  int port(String server) {
    return Objects.requireNonNull(ports.get(server));
  }

  String url(String server) {
    return "nats://127.0.0.1:" + Objects.requireNonNull(ports.get(server));
  }

  Connection connect(String server, String user, String name) throws Exception {
    return connect(server, user, name, true);
  }

  Connection connect(String server, String user, String name, boolean echo) throws Exception {
    var options =
        Options.builder()
            .server(url(server))
            .userInfo(user, user)
            .connectionName(name)
            .connectionTimeout(LIMIT)
            .ignoreDiscoveredServers()
            .errorListener(new io.nats.client.ErrorListener() {})
            .noReconnect();
    if (!echo) {
      options.noEcho();
    }
    var connection = Nats.connect(options.build());
    open.add(() -> connection.close());
    return connection;
  }

  /// Waits until what is published at one connection on a subject reaches the other.
  static void awaitFlow(Connection from, Connection to) throws Exception {
    var subject = "probe." + System.nanoTime();
    var subscription = to.subscribe(subject);
    to.flush(LIMIT);
    Await.until(
        "messages flow",
        () -> {
          from.publish(subject, new byte[0]);
          try {
            return subscription.nextMessage(Duration.ofMillis(100)) != null;
          } catch (InterruptedException e) {
            throw new AssertionError(e);
          }
        });
    subscription.unsubscribe();
  }

  /// Publishes with headers, which are given as `Name: value`.
  static void publish(Connection from, String subject, String... lines) {
    var headers = new Headers();
    for (var line : lines) {
      var colon = line.indexOf(':');
      headers.add(line.substring(0, colon), line.substring(colon + 1).strip());
    }
    var body = "payload".getBytes(StandardCharsets.UTF_8);
    from.publish(NatsMessage.builder().subject(subject).headers(headers).data(body).build());
  }

  /// The next traces, of as many servers, as text.
  static List<String> traces(Subscription from, int count) throws Exception {
    var all = new ArrayList<JsonObject>();
    for (var i = 0; i < count; i++) {
      var message = from.nextMessage(LIMIT);
      if (message == null) {
        throw new AssertionError("only " + i + " traces of " + count + ": " + told(all));
      }
      all.add(parse(message));
    }
    return told(all);
  }

  private static JsonObject parse(Message message) {
    try {
      return JsonObject.parse(message.getData());
    } catch (JsonException e) {
      throw new AssertionError(new String(message.getData(), StandardCharsets.UTF_8), e);
    }
  }

  private static List<String> told(List<JsonObject> traces) {
    var hops = new HashMap<String, String>();
    for (var trace : traces) {
      for (var event : events(trace)) {
        if (event.has("hop")) {
          hops.put(event.text("hop", ""), "to " + event.text("name", ""));
        }
      }
    }
    var all = new TreeSet<String>();
    for (var trace : traces) {
      all.add(told(trace, hops));
    }
    return List.copyOf(all);
  }

  private static List<JsonObject> events(JsonObject trace) {
    return trace.objects("events");
  }

  private static String told(JsonObject trace, Map<String, String> hops) {
    var text = new StringBuilder();
    var server = Objects.requireNonNull(trace.object("server"));
    var request = Objects.requireNonNull(trace.object("request"));
    text.append(server.text("name", "")).append(' ').append(server.text("ver", ""));
    text.append(" size ").append(request.number("msgsize", 0));
    text.append(" hops ").append(trace.number("hops", 0));
    var headers = Objects.requireNonNull(request.object("header"));
    for (var name : new TreeSet<>(headers.names())) {
      var value = String.join(",", headers.texts(name));
      text.append(' ').append(name).append('=');
      text.append(name.equals("Nats-Trace-Hop") ? hops.getOrDefault(value, value) : value);
    }
    var events = new TreeSet<String>();
    for (var event : events(trace)) {
      var line = new StringBuilder();
      for (var name : new TreeSet<>(event.names())) {
        line.append(' ').append(name).append('=');
        switch (name) {
          case "ts", "cid" -> line.append('?');
          case "hop" -> line.append("hop");
          case "kind" -> line.append(event.number(name, -1));
          case "nointerest" -> line.append(event.flag(name, false));
          default -> line.append(event.text(name, ""));
        }
      }
      events.add(line.toString());
    }
    events.forEach(it -> text.append('\n').append("  ").append(it));
    return text.toString();
  }

  @Override
  public void close() throws Exception {
    for (var part : open.reversed()) {
      part.close();
    }
  }
}

package io.frond.system;

import io.frond.account.Account;
import io.frond.client.Client;
import io.frond.json.JsonException;
import io.frond.json.JsonWriter;
import io.frond.link.Link;
import io.frond.monitor.BadRequestException;
import io.frond.monitor.Endpoints;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/// Answers `$SYS.REQ.SERVER.…` and `$SYS.REQ.ACCOUNT.…` in the system account, and in every other
/// one what its users may ask of it and of themselves, as nats-server does. Any thread.
public final class SystemRequests {
  private static final String SERVER = "$SYS.REQ.SERVER.";
  private static final String ACCOUNT = "$SYS.REQ.ACCOUNT.";
  private static final String PING = SERVER + "PING";
  private static final String USER_INFO = "$SYS.REQ.USER.INFO";
  private static final String STATS = "STATSZ";

  /// Documents of the server.
  private static final Map<String, String> OF_SERVER =
      Map.ofEntries(
          Map.entry("VARZ", "/varz"),
          Map.entry("SUBSZ", "/subsz"),
          Map.entry("CONNZ", "/connz"),
          Map.entry("ROUTEZ", "/routez"),
          Map.entry("GATEWAYZ", "/gatewayz"),
          Map.entry("LEAFZ", "/leafz"),
          Map.entry("ACCOUNTZ", "/accountz"),
          Map.entry("JSZ", "/jsz"),
          Map.entry("EXPVARZ", Endpoints.EXPVARS),
          Map.entry("PROFILEZ", Endpoints.PROFILE),
          Map.entry("HEALTHZ", "/healthz"));

  /// Documents of an account.
  private static final Map<String, String> OF_ACCOUNT =
      Map.of(
          "SUBSZ", "/subsz",
          "CONNZ", "/connz",
          "LEAFZ", "/leafz",
          "JSZ", Endpoints.ACCOUNT_JETSTREAM,
          "INFO", Endpoints.ACCOUNT_INFO,
          "STATZ", "/accstatz");

  /// The server, as it is asked to act.
  public interface Server {
    String NO_CLIENT = "no such client id";

    String id();

    String name();

    String host();

    /// Publishes in an account.
    void publish(Account account, byte[] subject, byte[] body);

    /// Ends a client's connection.
    ///
    /// @return whether there was one
    boolean kick(long client);

    /// Asks one client to go elsewhere, as all are asked in lame duck mode.
    ///
    /// @return why it cannot be asked, null when it is
    @Nullable String lameDuck(long client);

    /// Reads the configuration again.
    ///
    /// @return what is wrong, null for nothing
    @Nullable String reload();

    /// A server said how it does, or that it ends.
    void heard(String id, boolean ends);
  }

  /// What a nats-server without replicated streams says of its groups, and one whose parts keep up
  /// of the queues between them.
  private static final byte[] NO_GROUPS = {'{', '}'};

  private final Endpoints endpoints;
  private final ServerStamp stamp;
  private final Server server;
  private final Executor worker;

  public SystemRequests(Endpoints endpoints, ServerStamp stamp, Server server, Executor worker) {
    this.endpoints = endpoints;
    this.stamp = stamp;
    this.server = server;
    this.worker = worker;
  }

  /// Listens in the system account; other servers of the cluster hear of it.
  public void serveSystem(Account system) {
    listen(system, PING, STATS, null);
    for (var prefix : new String[] {PING + ".", SERVER + server.id() + "."}) {
      OF_SERVER.keySet().forEach(name -> listen(system, prefix + name, name, null));
      listen(system, prefix + STATS, STATS, null);
      listen(system, prefix + "IDZ", "IDZ", null);
      listen(system, prefix + "RAFTZ", "RAFTZ", null);
      listen(system, prefix + "IPQUEUESZ", "IPQUEUESZ", null);
    }
    OF_ACCOUNT.keySet().forEach(name -> listen(system, ACCOUNT + "*." + name, name, ""));
    listen(system, SERVER + server.id() + ".KICK", "KICK", null);
    listen(system, SERVER + server.id() + ".LDM", "LDM", null);
    listen(system, SERVER + server.id() + ".RELOAD", "RELOAD", null);
    user(system);
    others(system, STATS, false);
    others(system, "SHUTDOWN", true);
  }

  private void others(Account system, String what, boolean ends) {
    system.subscribe(
        new SystemSubscription(
            "$SYS.SERVER.*." + what,
            (subject, _, _, _) -> server.heard(subject.split("\\.", -1)[2], ends)));
  }

  /// Listens in another account, to its own users alone.
  public void serve(Account account) {
    own(account, ACCOUNT + "PING.CONNZ", "CONNZ");
    own(account, PING + ".CONNZ", "CONNZ");
    own(account, ACCOUNT + "PING.STATZ", "STATZ");
    user(account);
  }

  private void own(Account account, String subject, String name) {
    account.listen(
        new SystemSubscription(
            subject,
            true,
            ACCOUNT + account.name() + "." + name,
            (_, reply, body, _) ->
                later(() -> answer(account, name, account.name(), reply, body))));
  }

  private void user(Account account) {
    account.listen(
        new SystemSubscription(
            USER_INFO,
            true,
            "$SYS.REQ.USER." + account.name() + ".INFO",
            (_, reply, _, source) -> {
              if (source instanceof Link link && link.handler() instanceof Client client) {
                later(() -> user(account, client, reply));
              }
            }));
  }

  /// @param of empty where the subject names an account, null where the request is about the server
  private void listen(Account system, String subject, String name, @Nullable String of) {
    system.subscribe(
        new SystemSubscription(
            subject,
            (asked, reply, body, _) -> {
              var account = of == null ? null : asked.split("\\.", -1)[3];
              later(() -> answer(system, name, account, reply, body));
            }));
  }

  private void later(Runnable answer) {
    try {
      worker.execute(answer);
    } catch (RejectedExecutionException e) {
      // The server ends; who asked gets no answer, as from one that has ended.
    }
  }

  /// @param of the account that it is about, null for the server
  private void answer(Account in, String name, @Nullable String of, byte[] reply, byte[] body) {
    var to = reply;
    if (reply.length == 0) {
      if (!name.equals(STATS)) {
        return;
      }
      to = statsSubject().getBytes(StandardCharsets.UTF_8);
    }
    var answer = answer(name, of, body);
    if (answer != null) {
      server.publish(in, to, answer);
    }
  }

  private String statsSubject() {
    return "$SYS.SERVER." + server.id() + ".STATSZ";
  }

  /// Tells who listens how the server does.
  public void tellStats(Account system) {
    var subject = statsSubject().getBytes(StandardCharsets.UTF_8);
    if (system.sublist().hasInterest(subject)) {
      later(() -> server.publish(system, subject, stats()));
    }
  }

  private byte[] stats() {
    try {
      return envelope("statsz", endpoints.document(Endpoints.STATS, Map.of()));
    } catch (BadRequestException e) {
      throw new IllegalStateException(e);
    }
  }

  private byte @Nullable [] answer(String name, @Nullable String of, byte[] body) {
    if (name.equals("IDZ")) {
      return JsonWriter.compact()
          .begin()
          .put("name", server.name())
          .put("host", server.host())
          .put("id", server.id())
          .end()
          .bytes();
    }
    RequestOptions asked;
    try {
      asked = RequestOptions.parse(body);
    } catch (JsonException e) {
      return error(400, String.valueOf(e.getMessage()));
    }
    if (!stamp.isFor(asked)) {
      return null;
    }
    return switch (name) {
      case STATS -> stats();
      case "KICK" ->
          server.kick(asked.number("cid")) ? envelope("data", null) : error(500, Server.NO_CLIENT);
      case "LDM" -> done(server.lameDuck(asked.number("cid")));
      case "RELOAD" -> done(server.reload());
      case "RAFTZ", "IPQUEUESZ" -> envelope("data", NO_GROUPS);
      default -> document(name, of, asked);
    };
  }

  private byte @Nullable [] document(String name, @Nullable String of, RequestOptions asked) {
    var path = (of == null ? OF_SERVER : OF_ACCOUNT).getOrDefault(name, "");
    var parameters = asked.parameters(path);
    if (of != null && !(name.equals("STATZ") && of.equals("PING"))) {
      parameters.put("acc", of);
      if (name.equals("SUBSZ")) {
        parameters.putIfAbsent("subs", "1");
      }
    }
    try {
      var document = endpoints.document(path, parameters);
      return name.equals("STATZ") && !parameters.containsKey("unused") && isEmpty(document)
          ? null
          : envelope("data", document);
    } catch (BadRequestException e) {
      return error(500, String.valueOf(e.getMessage()));
    }
  }

  private static boolean isEmpty(byte[] statz) {
    return new String(statz, StandardCharsets.UTF_8).contains("\"account_statz\":[]");
  }

  private void user(Account account, Client client, byte[] reply) {
    if (reply.length > 0) {
      var to = JsonWriter.compact().begin();
      UserRequest.write(to, client);
      server.publish(account, reply, envelope("data", to.end().bytes()));
    }
  }

  /// @param problem null for none
  private byte[] done(@Nullable String problem) {
    return problem == null ? envelope("data", null) : error(500, problem);
  }

  private byte[] error(int code, String description) {
    var to = JsonWriter.compact().begin().put("code", code).put("description", description);
    return envelope("error", to.end().bytes());
  }

  /// @param document null for none
  private byte[] envelope(String name, byte @Nullable [] document) {
    var to = JsonWriter.compact().begin();
    stamp.write(to.begin("server"));
    var head = to.end().end().bytes();
    if (document == null) {
      return head;
    }
    var field = (",\"" + name + "\":").getBytes(StandardCharsets.UTF_8);
    var open = head.length - 1; // without its closing brace
    var all = new byte[open + field.length + document.length + 1];
    System.arraycopy(head, 0, all, 0, open);
    System.arraycopy(field, 0, all, open, field.length);
    System.arraycopy(document, 0, all, open + field.length, document.length);
    all[all.length - 1] = '}';
    return all;
  }
}

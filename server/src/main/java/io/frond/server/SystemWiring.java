package io.frond.server;

import io.frond.account.Account;
import io.frond.account.Ingress;
import io.frond.account.Side;
import io.frond.client.Client;
import io.frond.json.JsonWriter;
import io.frond.leafnode.Leaf;
import io.frond.link.CloseReason;
import io.frond.monitor.Accstatz;
import io.frond.monitor.Connection;
import io.frond.system.AccountRequests;
import io.frond.system.ClientEvents;
import io.frond.system.ContentCoding;
import io.frond.system.ServerStamp;
import io.frond.system.SystemRequests;
import io.frond.trace.Trace;
import io.frond.wire.Info;
import io.frond.wire.MessageFrame;
import io.netty.util.concurrent.Future;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Ties what the system account asks and hears to the server. Any thread, but starting and closing
/// come from one.
final class SystemWiring implements SystemRequests.Server, AutoCloseable {
  private static final long STATS_SECONDS = 10;
  private static final long JOINED_SECONDS = 1;
  private static final byte[] NO_REPLY = {};
  private static final String DIGITS =
      "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  private static final int ID_LENGTH = 22;

  private final Core core;
  private final MonitorWiring monitor;
  private final ClientInfo info;
  private final ServerStamp stamp;
  private final ClientEvents events;
  private final SystemRequests requests;
  private final AccountWiring accounts;
  private final AccountRequests accountRequests;
  private final Map<Account, Ingress> ways = new ConcurrentHashMap<>();
  private @Nullable Future<?> stats;

  SystemWiring(Core core, MonitorWiring monitor, ClientInfo info, JetStreamWiring jetstream) {
    this.core = core;
    this.monitor = monitor;
    this.info = info;
    stamp = new ServerStamp(monitor);
    events = new ClientEvents(stamp);
    requests = new SystemRequests(monitor.endpoints(), stamp, this, core.loops().blocking());
    accounts = new AccountWiring(core, this, monitor, jetstream);
    accountRequests = new AccountRequests(stamp, new Accstatz(monitor), accounts);
  }

  /// Where the system account is hidden nobody is answered or told anything.
  void start() {
    if (core.options().systemHidden()) {
      return;
    }
    core.traces().open(this::tell);
    var system = core.accounts().system();
    requests.serveSystem(system);
    accountRequests.serve(system);
    accounts.tellConnections(accountRequests);
    core.accounts()
        .watch(account -> {
          if (account != system) {
            requests.serve(account);
          }
        });
    stats =
        core.linkLoops()
            .any()
            .executor()
            .scheduleWithFixedDelay(
                this::tellStats, STATS_SECONDS, STATS_SECONDS, TimeUnit.SECONDS);
  }

  /// Where there is anybody to tell.
  private void tellStats() {
    var system = core.accounts().system();
    var alone =
        system.clients().get() + system.leaves().get() == 0 && monitor.routes(false).isEmpty();
    if (!alone) {
      requests.tellStats(system);
    }
  }

  /// One that was not known does not know us, either.
  @Override
  public void heard(String id, boolean ends) {
    if (ends) {
      monitor.active().gone(id);
    } else if (!id.equals(id()) && monitor.active().heard(id, System.nanoTime())) {
      requests.tellStats(core.accounts().system());
    }
  }

  /// A client was admitted.
  void connected(Client client) {
    var account = client.account();
    if (account != null) {
      tell(
          "$SYS.ACCOUNT." + account.name() + ".CONNECT",
          () -> events.connected(Connection.of(client), newId()));
    }
  }

  /// A client ended, which may never have been admitted.
  ///
  /// @param user who it said that it was
  void disconnected(Connection client, CloseReason reason, @Nullable String user) {
    var account = client.account();
    if (account != null) {
      gone(client, account);
    } else if (reason == CloseReason.AUTHENTICATION_VIOLATION) {
      refused(client, user);
    }
  }

  /// A client or a leaf was not admitted.
  ///
  /// @param user who it said that it was
  void refused(Connection connection, @Nullable String user) {
    tell(
        "$SYS.SERVER." + id() + ".CLIENT.AUTH.ERR",
        () -> events.disconnected(connection, newId(), user));
  }

  private void gone(Connection connection, String account) {
    tell(
        "$SYS.ACCOUNT." + account + ".DISCONNECT",
        () -> events.disconnected(connection, newId(), connection.user()));
  }

  /// A leaf link stands.
  void joined(Leaf leaf) {
    tell(
        "$SYS.ACCOUNT." + leaf.account().name() + ".CONNECT",
        () -> events.connected(MonitoredLeaf.connection(leaf, false), newId()));
    if (leaf.account() == core.accounts().system()) { // once both know what the other wants
      var _ =
          leaf.link().loop().executor().schedule(this::tellStats, JOINED_SECONDS, TimeUnit.SECONDS);
    }
  }

  /// A leaf link ended.
  void left(Leaf leaf, CloseReason reason) {
    var now = System.currentTimeMillis();
    gone(
        MonitoredLeaf.connection(leaf, false).closed(now, reason.toString(), List.of()),
        leaf.account().name());
  }

  /// The server takes no more clients, and will end.
  void tellLameDuck() {
    tell("$SYS.SERVER." + id() + ".LAMEDUCK", this::who);
  }

  /// The server ends now.
  void tellShutdown() {
    tell("$SYS.SERVER." + id() + ".SHUTDOWN", this::who);
  }

  private byte[] who() {
    var to = JsonWriter.compact().begin();
    stamp.write(to);
    return to.end().bytes();
  }

  /// Publishes in the system account when somebody listens.
  void tell(String subject, Supplier<byte[]> event) {
    var system = core.accounts().system();
    var bytes = subject.getBytes(StandardCharsets.UTF_8);
    if (system.sublist().hasInterest(bytes)) {
      publish(system, bytes, event.get());
    }
  }

  /// Publishes what a trace tells in the account of its message.
  private void tell(Trace trace) {
    var account = core.accounts().get(trace.account());
    if (account != null) {
      var to = JsonWriter.compact().begin();
      stamp.write(to.begin("server"));
      trace.write(to.end());
      var subject = trace.destination().getBytes(StandardCharsets.UTF_8);
      var json = to.end().bytes();
      var coding = ContentCoding.of(trace.encoding());
      publish(account, subject, NO_REPLY, coding.headers(), coding.encode(json));
    }
  }

  String newId() {
    var text = new StringBuilder(ID_LENGTH);
    for (var i = 0; i < ID_LENGTH; i++) {
      text.append(DIGITS.charAt(core.random().nextInt(DIGITS.length())));
    }
    return text.toString();
  }

  @Override
  public String id() {
    return core.identity().id();
  }

  @Override
  public String name() {
    return core.identity().name();
  }

  @Override
  public String host() {
    return monitor.facts().listening().host();
  }

  @Override
  public void publish(Account account, byte[] subject, byte[] body) {
    publish(account, subject, NO_REPLY, NO_REPLY, body);
  }

  void publish(Account account, byte[] subject, byte[] reply, byte[] headers, byte[] payload) {
    var body = Arrays.copyOf(headers, headers.length + payload.length);
    System.arraycopy(payload, 0, body, headers.length, payload.length);
    var loop = core.linkLoops().any();
    var way = ways.computeIfAbsent(account, Ingress::new);
    try {
      loop.executor()
          .execute(() ->
              loop.batch(() -> {
                var message = loop.delivery();
                message.begin(
                    MessageFrame.of(subject, reply, headers.length, body), Side.LOCAL, null, false);
                way.publishOnce(message);
              }));
    } catch (RejectedExecutionException e) {
      core.log().debug("the server ends: nothing is told in " + account.name());
    }
  }

  @Override
  public boolean kick(long id) {
    for (var client : core.connections().open()) {
      if (client.link().id() == id) {
        client.link().close(CloseReason.KICKED, null);
        return true;
      }
    }
    return false;
  }

  @Override
  public @Nullable String lameDuck(long id) {
    for (var client : core.connections().open()) {
      if (client.link().id() == id) {
        if (!client.isConnected() || client.connect().protocol() < 1) {
          return "client does not support Lame Duck Mode or is not ready to receive the"
              + " notification";
        }
        var loop = client.link().loop();
        loop.executor()
            .execute(() -> loop.batch(() -> client.link().send(Info.line(info.lameDuck(client)))));
        return null;
      }
    }
    return NO_CLIENT;
  }

  @Override
  public @Nullable String reload() {
    return core.reload();
  }

  @Override
  public void close() {
    if (stats != null) {
      stats.cancel(false);
    }
  }
}

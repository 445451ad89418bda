package io.frond.system;

import io.frond.json.JsonTime;
import io.frond.json.JsonWriter;
import io.frond.monitor.Connection;
import io.frond.options.AccountOptions;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// What is told of clients that come and go: nats-server's `ConnectEventMsg` and
/// `DisconnectEventMsg`. Any thread.
public final class ClientEvents {
  private static final String TYPE = "io.nats.server.advisory.v1.";
  private static final long NANOS = 1_000_000;

  /// Of a leaf or a server of the cluster that was not admitted.
  private static final String NO_ACCOUNT = "N/A";

  private final ServerStamp stamp;

  public ClientEvents(ServerStamp stamp) {
    this.stamp = stamp;
  }

  /// A client or a leaf was admitted.
  ///
  /// @param id of the event
  public byte[] connected(Connection client, String id) {
    var to = begin("client_connect", id);
    client(to, client, client.user());
    return to.end().bytes();
  }

  /// A client or a leaf is gone, or was not admitted.
  ///
  /// @param user who it said that it was
  public byte[] disconnected(Connection client, String id, @Nullable String user) {
    var to = begin("client_disconnect", id);
    client(to, client, user);
    var stats = client.stats();
    // As nats-server has it, this is what the client sent and received.
    traffic(to, "sent", stats.inMessages(), stats.inBytes());
    traffic(to, "received", stats.outMessages(), stats.outBytes());
    return to.put("reason", client.reason()).end().bytes();
  }

  private JsonWriter begin(String type, String id) {
    var to = JsonWriter.compact().begin().put("type", TYPE + type).put("id", id);
    to.put("timestamp", JsonTime.of(Instant.now()));
    stamp.write(to.begin("server"));
    return to.end();
  }

  private static void client(JsonWriter to, Connection client, @Nullable String user) {
    var stats = client.stats();
    var account = account(client);
    var type = client.type();
    to.begin("client").put("start", JsonTime.of(stats.startMillis() * NANOS));
    to.put("host", client.host()).put("id", client.id());
    to.put("acc", account == null ? NO_ACCOUNT : account)
        .putIf("user", user)
        .putIf("name", client.name());
    to.putIf("lang", client.lang()).putIf("ver", client.version());
    if (client.stoppedMillis() > 0) {
      to.putIf("rtt", stats.rttNanos());
      to.put("stop", JsonTime.of(client.stoppedMillis() * NANOS));
    }
    to.putIf("name_tag", account).put("kind", client.kind().toString());
    if (client.kind() == Connection.Kind.CLIENT) {
      to.put("client_type", type != null && type.isWebSocket() ? "websocket" : "nats");
    }
    to.end();
  }

  /// A client belongs to the global account until it is admitted.
  private static @Nullable String account(Connection connection) {
    var account = connection.account();
    return account == null && connection.kind() == Connection.Kind.CLIENT
        ? AccountOptions.GLOBAL
        : account;
  }

  private static void traffic(JsonWriter to, String name, long messages, long bytes) {
    to.begin(name).put("msgs", messages).put("bytes", bytes).end();
  }
}

package io.frond.server;

import io.frond.api.Requester;
import io.frond.client.Client;
import io.frond.json.JsonTime;
import io.frond.json.JsonWriter;
import io.frond.link.Link;
import org.jspecify.annotations.Nullable;

/// A client that asks something of JetStream's API, as advisories tell of it: nats-server's
/// `ClientInfo`. Any thread.
///
/// @param cluster the server's, null for none
record RequestingClient(Client client, String server, @Nullable String cluster)
    implements Requester {
  /// @param source where a message came from
  /// @return null when that is no client
  static @Nullable Requester of(Object source, String server, @Nullable String cluster) {
    return source instanceof Link link && link.handler() instanceof Client client
        ? new RequestingClient(client, server, cluster)
        : null;
  }

  @Override
  public void write(JsonWriter to) {
    var link = client.link();
    var stats = link.stats();
    var account = client.account();
    to.put("start", JsonTime.of(stats.startMillis() * 1_000_000))
        .put("host", link.remote().getHostString())
        .put("id", link.id())
        .putIf("acc", account == null ? null : account.name())
        .putIf("user", client.user())
        .putIf("name", client.connect().name())
        .putIf("lang", client.connect().lang())
        .putIf("ver", client.connect().version())
        .putIf("rtt", Math.max(0, stats.rttNanos()))
        .put("server", server)
        .putIf("cluster", cluster)
        .put("kind", "Client")
        .put("client_type", client.arrival().websocket() ? "websocket" : "nats");
  }
}

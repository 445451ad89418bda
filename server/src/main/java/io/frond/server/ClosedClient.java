package io.frond.server;

import io.frond.account.Account;
import io.frond.client.Client;
import io.frond.link.CloseReason;
import io.frond.link.LinkStats;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// What monitoring remembers of a connection that ended.
public record ClosedClient(
    long id,
    String host,
    int port,
    Instant started,
    Instant stopped,
    CloseReason reason,
    LinkStats stats,
    int subscriptions,
    @Nullable String name,
    @Nullable String lang,
    @Nullable String version,
    @Nullable String user,
    @Nullable String account) {
  static ClosedClient of(Client client, CloseReason reason) {
    var link = client.link();
    var stats = link.stats();
    var connect = client.connect();
    Account account = client.account();
    var remote = link.remote();
    return new ClosedClient(
        link.id(),
        remote.getAddress() == null ? remote.getHostString() : remote.getAddress().getHostAddress(),
        remote.getPort(),
        Instant.ofEpochMilli(stats.startMillis()),
        Instant.now(),
        reason,
        stats,
        client.subscriptionCount(),
        connect.name(),
        connect.lang(),
        connect.version(),
        client.user(),
        account == null ? null : account.name());
  }
}

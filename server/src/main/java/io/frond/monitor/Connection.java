package io.frond.monitor;

import io.frond.auth.ConnectionType;
import io.frond.client.Client;
import io.frond.link.LinkStats;
import io.frond.transport.Arrival;
import io.frond.transport.TransportInfo;
import io.netty.util.NetUtil;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One connection as `/connz` shows it, open or closed, or as an event tells of it.
///
/// @param type of a client (`nats`, `websocket`), null for a leaf
/// @param stats counts; of a closed one, the last
/// @param stoppedMillis wall clock, 0 while it is open
/// @param reason why it ended, null while it is open
/// @param remembered subscriptions of a closed connection or a leaf
/// @param client whose it is, null for one that is closed or a leaf's
public record Connection(
    long id,
    Kind kind,
    @Nullable ConnectionType type,
    String host,
    int port,
    LinkStats stats,
    long stoppedMillis,
    @Nullable String reason,
    int subscriptions,
    @Nullable String name,
    @Nullable String lang,
    @Nullable String version,
    @Nullable String tlsVersion,
    @Nullable String tlsCipher,
    boolean tlsFirst,
    @Nullable String user,
    @Nullable String account,
    List<SubscriptionInfo> remembered,
    @Nullable Client client) {

  /// What a connection is, with nats-server's words for it.
  public enum Kind {
    CLIENT("Client"),
    LEAF("Leafnode"),
    ROUTE("Router");

    private final String text;

    Kind(String text) {
      this.text = text;
    }

    @Override
    public String toString() {
      return text;
    }
  }

  /// Of a client as it is now; of one that was not admitted, who it said that it was.
  public static Connection of(Client client) {
    var link = client.link();
    var remote = link.remote();
    var address = remote.getAddress();
    var connect = client.connect();
    var account = client.account();
    var transport =
        client.arrival().tls() == Arrival.Tls.NONE ? null : TransportInfo.of(link.channel());
    return new Connection(
        link.id(),
        Kind.CLIENT,
        client.type(),
        address == null ? remote.getHostString() : NetUtil.toAddressString(address),
        remote.getPort(),
        link.stats(),
        0,
        null,
        client.subscriptionCount(),
        connect.name(),
        connect.lang(),
        connect.version(),
        transport == null ? null : transport.tlsVersion(),
        transport == null ? null : transport.tlsCipher(),
        client.arrival().tls() == Arrival.Tls.ESTABLISHED && !client.arrival().websocket(),
        account == null ? connect.user() : client.user(),
        account == null ? null : account.name(),
        List.of(),
        client);
  }

  /// This client's, once it has closed.
  ///
  /// @param reason nats-server's word for why
  /// @param subscriptions that it had, or the first of many
  public Connection closed(long nowMillis, String reason, List<SubscriptionInfo> subscriptions) {
    return new Connection(
        id,
        kind,
        type,
        host,
        port,
        stats,
        nowMillis,
        reason,
        this.subscriptions,
        name,
        lang,
        version,
        tlsVersion,
        tlsCipher,
        tlsFirst,
        user,
        account,
        subscriptions,
        null);
  }

  /// How long it was or is up, at a moment of the wall clock.
  long upMillis(long nowMillis) {
    return (stoppedMillis == 0 ? nowMillis : stoppedMillis) - stats.startMillis();
  }
}

package io.frond.server;

import io.frond.leafnode.Leaf;
import io.frond.leafnode.LeafNodes;
import io.frond.link.CloseReason;
import io.frond.link.Link;
import io.frond.monitor.Connection;
import io.frond.monitor.LeafInfo;
import io.frond.monitor.SubscriptionInfo;
import io.frond.transport.TransportInfo;
import io.frond.wire.Connect;
import io.netty.util.NetUtil;
import java.net.InetSocketAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A leaf link in monitoring's terms. Any thread.
final class MonitoredLeaf {
  private MonitoredLeaf() {}

  static LeafInfo info(Leaf leaf, boolean subscriptions) {
    var remote = leaf.link().remote();
    return new LeafInfo(
        leaf.id(),
        leaf.name(),
        leaf.isSpoke(),
        leaf.isolated(),
        leaf.account().name(),
        host(remote),
        remote.getPort(),
        leaf.stats(),
        leaf.subscriptionCount(),
        subscriptions ? subscriptions(leaf) : List.of(),
        LeafNodes.COMPRESSION);
  }

  static Connection connection(Leaf leaf, boolean subscriptions) {
    var remote = leaf.link().remote();
    var transport = TransportInfo.of(leaf.link().channel());
    return new Connection(
        leaf.id(),
        Connection.Kind.LEAF,
        null,
        host(remote),
        remote.getPort(),
        leaf.stats(),
        0,
        null,
        leaf.subscriptionCount(),
        leaf.name(),
        null,
        leaf.version(),
        transport.tlsVersion(),
        transport.tlsCipher(),
        false,
        leaf.user(),
        leaf.account().name(),
        subscriptions ? subscriptions(leaf) : List.of(),
        null);
  }

  /// A leaf, or a server of the cluster, that was not admitted: nats-server says of it that it has
  /// no account.
  ///
  /// @param said its CONNECT, null for none
  static Connection refused(Connection.Kind kind, Link link, @Nullable Connect said) {
    var remote = link.remote();
    return new Connection(
        link.id(),
        kind,
        null,
        host(remote),
        remote.getPort(),
        link.stats(),
        System.currentTimeMillis(),
        CloseReason.AUTHENTICATION_VIOLATION.toString(),
        0,
        said == null ? null : said.name(),
        null,
        said == null ? null : said.version(),
        null,
        null,
        false,
        null,
        null,
        List.of(),
        null);
  }

  private static List<SubscriptionInfo> subscriptions(Leaf leaf) {
    return leaf.subscriptionList().stream().map(SubscriptionInfo::ofRemote).toList();
  }

  static String host(InetSocketAddress remote) {
    var address = remote.getAddress();
    return address == null ? remote.getHostString() : NetUtil.toAddressString(address);
  }
}

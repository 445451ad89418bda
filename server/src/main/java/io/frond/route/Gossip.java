package io.frond.route;

import io.frond.options.ClusterOptions;
import io.frond.options.HostPort;
import io.frond.options.ServerUrl;
import io.frond.wire.Info;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Collection;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// What the servers of a cluster tell each other of third ones. With the cluster's lock held.
final class Gossip {
  private Gossip() {}

  /// Tells all other servers of a new one, as the gossip modes say.
  ///
  /// @param account whose own connection it is, null for the pool
  static void tellOthers(Collection<Peer> peers, Route fresh, @Nullable String account) {
    var wish = fresh.solicitation();
    if ((wish != null && !wish.explicit() && wish.gossipMode() != GossipMode.OVERRIDE)
        || GossipMode.of(fresh.info().gossipMode) == GossipMode.DISABLED) {
      return;
    }
    for (var peer : peers) {
      var own = account == null ? null : peer.of(account);
      var to = own == null ? peer.any() : own;
      if (to == null || peer.id().equals(fresh.remoteId()) || (account != null && to.noPool())) {
        continue;
      }
      var mode =
          GossipMode.forNews(wish != null, wish != null && wish.explicit(), peer.configured());
      to.link().send(RouteInfo.news(fresh.info(), url(fresh), account, mode));
    }
  }

  /// Where the other server is reached by those that hear of it.
  private static String url(Route of) {
    var info = of.info();
    if (info.ip != null && !info.ip.isEmpty()) {
      return info.ip;
    }
    var text = of.link().remoteText();
    return "nats-route://" + text.substring(0, text.lastIndexOf(':') + 1) + info.port + "/";
  }

  /// Whether the server that the news are of is dialled anyway.
  static boolean isConfigured(ClusterOptions options, Info news, ServerUrl url) {
    var told = new HostPort(news.host.toLowerCase(Locale.ROOT), news.port);
    var seen = new HostPort(url.host().toLowerCase(Locale.ROOT), news.port);
    return options.routes().stream()
        .map(it -> new HostPort(it.host().toLowerCase(Locale.ROOT), it.port()))
        .anyMatch(it -> it.equals(told) || it.equals(seen));
  }

  /// The address in a `nats-route://host:port/`; null when it is none.
  static @Nullable ServerUrl url(String text) {
    try {
      var uri = new URI(text);
      var host = uri.getHost();
      if (host == null || uri.getPort() <= 0) {
        return null;
      }
      var bare = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
      return ServerUrl.nats(bare, uri.getPort());
    } catch (URISyntaxException e) {
      return null;
    }
  }
}

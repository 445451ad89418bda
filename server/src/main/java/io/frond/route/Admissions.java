package io.frond.route;

import io.frond.link.CloseReason;
import io.frond.wire.Info;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Finds the place of a new connection among those to its server, or none. Guarded by the cluster's
/// lock.
final class Admissions {
  private final RouteHost host;
  private final Map<String, Peer> peers;
  private final Dialling dialling;

  Admissions(RouteHost host, Map<String, Peer> peers, Dialling dialling) {
    this.host = host;
    this.peers = peers;
    this.dialling = dialling;
  }

  Admission admit(Route route, Info info, boolean frond, Rules rules) {
    var account = route.account();
    var pool = info.routePoolSize > 0 && rules.pooled();
    return account == null
        ? toPool(route, info, pool, frond, rules)
        : toAccount(route, account, info, pool, frond, rules);
  }

  private Admission toAccount(
      Route route, String account, Info info, boolean pool, boolean frond, Rules rules) {
    if (!pool) {
      return new Admission.Refused(
          "Not possible to have a dedicated route for account \""
              + account
              + "\" between those servers");
    }
    if (!rules.pinned().contains(account) || host.account(account) == null) {
      return new Admission.Refused("No route for account \"" + account + "\"");
    }
    var size = Math.max(rules.poolSize(), info.routePoolSize);
    var peer = peers.computeIfAbsent(info.serverId, id -> new Peer(id, size));
    var existing = peer.of(account);
    if (existing != null && !replaces(route, existing, frond)) {
      return duplicate(route, peer);
    }
    peer.put(account, route);
    added(peer, route, existing, 0, true, rules);
    Gossip.tellOthers(peers.values(), route, account);
    return new Admission.Added();
  }

  private Admission toPool(Route route, Info info, boolean pool, boolean frond, Rules rules) {
    var size = pool ? Math.max(rules.poolSize(), info.routePoolSize) : 1;
    var solicited = route.solicitation() != null;
    if (pool && solicited && info.routePoolIndex != 0) {
      return new Admission.Refused(
          "Route pool index should not be set but is set to " + info.routePoolIndex);
    }
    if (pool && (info.routePoolIndex < 0 || info.routePoolIndex >= size)) {
      return new Admission.Refused(
          "Invalid route pool index: "
              + info.routePoolIndex
              + " - pool size is "
              + info.routePoolSize);
    }
    var peer = peers.computeIfAbsent(info.serverId, id -> new Peer(id, size));
    peer.grow(size);
    var index = !pool ? 0 : solicited ? peer.free() : info.routePoolIndex;
    var existing = index < 0 ? null : peer.at(index);
    if (index < 0 || (existing != null && !replaces(route, existing, frond))) {
      return duplicate(route, peer);
    }
    peer.put(index, route);
    added(peer, route, existing, index, pool, rules);
    if (!peer.known()) {
      peer.known(true);
      peer.urls(info.connectUrls, info.wsConnectUrls, info.leafUrls);
      Gossip.tellOthers(peers.values(), route, null);
    }
    return new Admission.Added();
  }

  /// Whether a new connection takes the place of one that stands. Only where the other side dialled
  /// while we did.
  private boolean replaces(Route fresh, Route existing, boolean frond) {
    if (fresh.solicitation() != null || existing.solicitation() == null) {
      return false;
    }
    return !frond || fresh.remoteId().compareTo(host.serverId()) < 0;
  }

  private static Admission duplicate(Route route, Peer peer) {
    route.markDuplicate();
    if (route.solicitation() != null) {
      peer.add(route.solicitation());
    }
    return new Admission.Duplicate();
  }

  private void added(
      Peer peer, Route route, @Nullable Route replaced, int index, boolean pool, Rules rules) {
    var wish = route.solicitation();
    if (wish != null) {
      peer.add(wish);
      wish.rest();
    }
    if (replaced != null) {
      replaced.markDuplicate();
      if (replaced.solicitation() != null) {
        peer.add(replaced.solicitation());
      }
      replaced.link().close(CloseReason.DUPLICATE_ROUTE, null);
    }
    route.admitted(index, !pool);
    if (wish != null && route.account() == null && pool) {
      for (var account : rules.pinned()) {
        if (host.account(account) != null && peer.of(account) == null) {
          peer.add(dialling.solicit(wish.url(), wish.explicit(), account, wish.gossipMode()));
        }
      }
    }
  }
}

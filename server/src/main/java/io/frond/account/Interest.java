package io.frond.account;

import java.util.IdentityHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// How much interest an account has in one subject (and queue group), by the side that it comes
/// from. Guarded by the account's interest lock.
public final class Interest {
  /// What the leaves of one cluster contribute, by the links that told of it.
  private static final class Share {
    private int spokes;
    private int hubs;
    private int routes;

    /// The part of `spokes` that sessions remember.
    private int remembered;
  }

  private final byte[] subject;
  private final byte @Nullable [] queue;
  private int local;
  private int routes;
  private int spokes;
  private int hubs;
  private int namedSpokes;
  private int routedLeaves;
  private int away;
  private int remembered;
  private int namedRemembered;
  private @Nullable IdentityHashMap<Origin, Share> byOrigin;

  Interest(byte[] subject, byte @Nullable [] queue) {
    this.subject = subject;
    this.queue = queue;
  }

  public byte[] subject() {
    return subject;
  }

  public byte @Nullable [] queue() {
    return queue;
  }

  /// Members (of a queue group) or subscriptions of this server's own clients.
  public int local() {
    return local;
  }

  /// What the other servers of the cluster told, for their clients and for leaves below them.
  public int routes() {
    return routes;
  }

  /// The part of [#routes] that stands for leaves.
  public int routedLeaves() {
    return routedLeaves;
  }

  /// The part of [#routes] that is of servers that are out of reach.
  public int away() {
    return away;
  }

  public int spokes() {
    return spokes;
  }

  /// The part of [#spokes] that comes from leaves whose cluster has a name.
  public int namedSpokes() {
    return namedSpokes;
  }

  /// The part of [#spokes] that sessions remember, whether their leaves are connected or not.
  public int remembered() {
    return remembered;
  }

  /// The part of [#namedSpokes] that sessions remember.
  public int namedRemembered() {
    return namedRemembered;
  }

  /// The part of [#spokesOf] that sessions remember.
  public int rememberedOf(Origin origin) {
    var share = share(origin);
    return share == null ? 0 : share.remembered;
  }

  public int hubs() {
    return hubs;
  }

  /// All that one cluster of leaves contributes, by its links to us and by way of routes.
  public int of(Origin origin) {
    var share = share(origin);
    return share == null ? 0 : share.spokes + share.hubs + share.routes;
  }

  /// What the leaves below us contribute that are of this cluster.
  public int spokesOf(Origin origin) {
    var share = share(origin);
    return share == null ? 0 : share.spokes;
  }

  /// What hubs of this cluster contribute.
  public int hubsOf(Origin origin) {
    var share = share(origin);
    return share == null ? 0 : share.hubs;
  }

  private @Nullable Share share(Origin origin) {
    return byOrigin == null ? null : byOrigin.get(origin);
  }

  /// The clusters of leaves that contribute.
  public Iterable<Origin> origins() {
    return byOrigin == null ? List.of() : byOrigin.keySet();
  }

  void add(Subscription subscription, int delta) {
    var side = subscription.side();
    switch (side) {
      case LOCAL -> local += delta;
      case ROUTE -> {
        routes += delta;
        away += subscription.ofAwayServer() ? delta : 0;
      }
      case SPOKE -> spokes += delta;
      case HUB -> hubs += delta;
    }
    if (subscription.owner() instanceof Origin origin) {
      addShare(side, origin, subscription.remembered() && side == Side.SPOKE, delta);
    }
  }

  private void addShare(Side side, Origin origin, boolean bySession, int delta) {
    if (byOrigin == null) {
      byOrigin = new IdentityHashMap<>(2);
    }
    var share = byOrigin.computeIfAbsent(origin, _ -> new Share());
    switch (side) {
      case LOCAL -> {}
      case ROUTE -> {
        share.routes += delta;
        routedLeaves += delta;
      }
      case SPOKE -> {
        var named = origin.name() == null ? 0 : delta;
        share.spokes += delta;
        namedSpokes += named;
        if (bySession) {
          share.remembered += delta;
          remembered += delta;
          namedRemembered += named;
        }
      }
      case HUB -> share.hubs += delta;
    }
    if (share.spokes + share.hubs + share.routes == 0) {
      byOrigin.remove(origin);
    }
  }

  boolean isEmpty() {
    return local + routes + spokes + hubs == 0;
  }
}

package io.frond.account;

/// From which side of the server a message comes, or to which interest belongs. It decides who may
/// hear whom (nats-server's rules for routes and leaf nodes):
///
/// - a message of a route goes to nobody on another route: the cluster is a full mesh;
/// - a message of a hub goes to no route: every server of a leaf cluster has its own hub link;
/// - a message of a route goes to spokes, not to hubs, for the same reason.
public enum Side {
  /// A client of this server, or the server itself.
  LOCAL,
  /// Another server of the cluster.
  ROUTE,
  /// A leaf below this server.
  SPOKE,
  /// The server above this leaf.
  HUB;

  /// Whether a message from this side may go to interest of the other.
  public boolean mayReach(Side to) {
    return switch (this) {
      case LOCAL, SPOKE -> true;
      case ROUTE -> to == LOCAL || to == SPOKE;
      case HUB -> to != ROUTE;
    };
  }

  /// Whether interest of this side is a leaf's, which a queue group chooses last.
  public boolean isLeaf() {
    return this == SPOKE || this == HUB;
  }
}

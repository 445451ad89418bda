package io.frond.account;

import io.frond.trace.TraceEnd;

/// A link to another server as a message's destination: however much interest of that server
/// matches, it gets the message once.
public interface RemoteTarget {
  /// Sends the message, naming the queue groups that were chosen for that server.
  ///
  /// @param queues the first `count` are valid
  void send(Delivery message, byte[][] queues, int count);

  /// Whether a message that a forward lane has taken goes there by the lane.
  default boolean leavesToLane(Delivery message) {
    return false;
  }

  /// Whether the message goes to another server of the cluster, not over a leaf's link.
  boolean isRoute();

  /// The link as a trace names it.
  TraceEnd traceEnd();

  /// Whether a message for the other target, too, goes there as one.
  default boolean sharesWayWith(RemoteTarget other) {
    return false;
  }

  /// A small array of the target's own, one slot for each event loop, that [Delivery] uses to find
  /// the target again without searching.
  int[] slots();
}

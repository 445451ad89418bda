package io.frond.leafnode;

import io.frond.account.Account;
import io.frond.options.RemoteOptions;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// What a leaf remembers of its hubs, one session for each: by the hub's cluster, so that it is the
/// same whichever server of it is joined, and by whichever remote. Any thread.
final class HubSessions {
  private final LeafHost host;
  private final ConcurrentHashMap<String, HubSession> sessions = new ConcurrentHashMap<>();

  HubSessions(LeafHost host) {
    this.host = host;
  }

  /// The session with the hub that a remote has just met, null where nothing is kept.
  @Nullable HubSession of(RemoteOptions options, LeafPeer peer, Account account) {
    if (!host.resume().keeps()) {
      return null;
    }
    var name = name(options, peer.cluster());
    return sessions.computeIfAbsent(
        name, it -> new HubSession(host, it, account, peer.cluster(), options.outage()));
  }

  /// Whether the hub was joined last by a server that remembers no sessions.
  boolean joinedWithout(RemoteOptions options, @Nullable String cluster) {
    var known = sessions.get(name(options, cluster == null || cluster.isEmpty() ? null : cluster));
    return known != null && known.joinedWithout();
  }

  /// A remote's lanes changed: what they held until now may go by interest at once.
  void lanes(RemoteOptions options) {
    for (var session : sessions.values()) {
      if (session.name().equals(name(options, session.cluster()))) {
        session.lanes(LaneSubjects.of(options.lanes()));
      }
    }
  }

  /// A hub without a cluster has no name that outlives it: it goes by the first URL of its remote.
  private static String name(RemoteOptions options, @Nullable String cluster) {
    var first = options.urls().getFirst();
    var user = options.nkeySeed() != null ? "nkey" : first.user() == null ? "" : first.user();
    var hub = cluster == null ? "at " + first.hostPort() : "cluster " + cluster;
    return "hub " + options.account() + ' ' + user + ' ' + hub;
  }

  List<HubSession> all() {
    return List.copyOf(sessions.values());
  }
}

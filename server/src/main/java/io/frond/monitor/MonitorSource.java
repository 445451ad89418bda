package io.frond.monitor;

import io.frond.account.Account;
import io.frond.client.Client;
import io.frond.lane.LaneStatus;
import io.frond.leafnode.RemoteStatus;
import io.frond.link.CloseReason;
import io.frond.link.LinkLoops;
import io.frond.logging.Log;
import io.frond.options.HostPort;
import io.frond.options.ServerOptions;
import io.frond.sync.SyncStatus;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What monitoring asks the server. Any thread; answers are snapshots that may be a moment old.
public interface MonitorSource {
  Log log();

  ServerOptions options();

  Facts facts();

  /// Why the server takes no clients (starting, lame duck mode, shutting down), null when it does.
  /// Quick: event loops ask it.
  @Nullable String unavailable();

  /// The clients that are connected.
  Collection<Client> clients();

  /// The leaf links that are up, as `/connz` shows them.
  ///
  /// @param subscriptions whether to collect what each has subscribed to
  List<Connection> leafConnections(boolean subscriptions);

  /// The clients that closed lately, oldest first.
  List<Connection> closed();

  Collection<Account> accounts();

  /// Null when nobody is told of it.
  @Nullable Account systemAccount();

  Counts counts();

  /// JetStream, null when it is off.
  @Nullable JetStreamSource jetStream();

  /// @param subscriptions whether to collect what each has subscribed to
  List<RouteInfo> routes(boolean subscriptions);

  /// @param subscriptions whether to collect what each has subscribed to
  List<LeafInfo> leaves(boolean subscriptions);

  /// The forward lanes of this server's remotes.
  List<LaneStatus> lanes();

  /// The remotes that this server dials as a leaf, joined or not.
  List<RemoteStatus> remotes();

  /// This server and the others that are heard in the system account.
  int activeServers();

  /// How far leaf links, lanes, mirrors and sources are in step.
  List<SyncStatus> sync();

  /// What does not change often.
  ///
  /// @param configured when the options came into force
  /// @param configDigest of the configuration file, empty for none
  /// @param listening where clients come in, with the bound port
  /// @param cluster the cluster's name, null without one
  /// @param clusterPort the bound port, 0 for none; `leafPort` and `websocketPort` alike
  record Facts(
      String id,
      String name,
      Instant started,
      Instant configured,
      String configDigest,
      HostPort listening,
      boolean authRequired,
      List<String> connectUrls,
      List<String> websocketUrls,
      @Nullable String cluster,
      int clusterPort,
      int leafPort,
      int websocketPort) {}

  /// Counts since the start.
  ///
  /// @param links of all links together
  /// @param clients of clients alone
  /// @param connections clients that ever connected
  /// @param remotes other servers of the cluster
  /// @param refusedLeaves leaves that the allowlist or their credentials kept out
  /// @param seenOfLeaves messages of leaves and hubs that came again and were dropped
  /// @param lateOfLeaves messages of leaves that came behind later ones, from another server
  /// @param closed how often clients ended for which reason
  /// @param slowByAccount slow clients by account
  record Counts(
      LinkLoops.Totals links,
      Traffic clients,
      long connections,
      int remotes,
      Ended slow,
      Ended stale,
      long refusedLeaves,
      long seenOfLeaves,
      long lateOfLeaves,
      Map<CloseReason, Long> closed,
      Map<String, Long> slowByAccount) {}

  /// Messages and their bytes, both ways.
  record Traffic(long inMessages, long inBytes, long outMessages, long outBytes) {}

  /// Connections that ended for one cause, by what they were.
  record Ended(long clients, long routes, long leaves) {
    long all() {
      return clients + routes + leaves;
    }
  }
}

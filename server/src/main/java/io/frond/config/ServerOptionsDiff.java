package io.frond.config;

import io.frond.options.AccountOptions;
import io.frond.options.AuthOptions;
import io.frond.options.ClusterOptions;
import io.frond.options.JetStreamOptions;
import io.frond.options.LeafOptions;
import io.frond.options.OutageOptions;
import io.frond.options.RemoteOptions;
import io.frond.options.ServerOptions;
import io.frond.options.ServerUrl;
import io.frond.options.WebSocketOptions;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What a reload changes: two configurations compared.
///
/// @param changes what differs and can be applied to a running server
/// @param restartKeys `needs restart: KEY` for each key that differs and cannot change while the
///   server runs; when there are any, nothing is applied
/// @param routesAdded to dial
/// @param routesRemoved to close
/// @param remotesAdded leaf remotes to start, those that were disabled before among them
/// @param remotesRemoved leaf remotes to stop, those that are disabled now among them
/// @param remotesChanged remotes with the same URLs and account whose other settings differ: stop
///   the old one and start this one
public record ServerOptionsDiff(
    Set<Change> changes,
    List<String> restartKeys,
    List<ServerUrl> routesAdded,
    List<ServerUrl> routesRemoved,
    List<RemoteOptions> remotesAdded,
    List<RemoteOptions> remotesRemoved,
    List<RemoteOptions> remotesChanged) {

  /// A part of the running server that is told its new options.
  public enum Change {
    /// Users, passwords, tokens, permissions and who a client without credentials is.
    AUTH,
    /// Accounts and their limits.
    ACCOUNTS,
    /// Certificates and all else of the clients' `tls {}`; connections that are up stay.
    TLS,
    /// Limits, deadlines, intervals, lame duck times, `client_advertise`.
    CLIENT,
    LOGGING,
    /// How much JetStream may store in memory and in files.
    JETSTREAM,
    /// `allowed_leaf_cidrs`.
    ALLOWED_LEAVES,
    /// `leafnodes { authorization }`.
    LEAF_AUTH,
    /// All else of the leaf listener that can change: TLS, deadlines, advertised address.
    LEAF,
    REMOTES,
    ROUTES,
    /// User and password of routes.
    CLUSTER_AUTH,
    /// What routes may import and export.
    CLUSTER_PERMISSIONS,
    /// TLS, pool, advertised address and times of routes.
    CLUSTER,
    WEBSOCKET_TLS,
    /// `server_tags` and `server_metadata`.
    TAGS,
    PID_FILE,
    PORTS_FILE
  }

  /// Accounts that are to have a route of their own from now on, and are not there.
  public static List<String> accountsMissing(ServerOptions old, ServerOptions now) {
    var cluster = now.cluster();
    if (cluster == null) {
      return List.of();
    }
    var known = new HashSet<>(Set.of(AccountOptions.GLOBAL, now.systemAccount()));
    now.accounts().forEach(each -> known.add(each.name()));
    if (old.cluster() != null) {
      known.addAll(old.cluster().pinnedAccounts());
    }
    return cluster.pinnedAccounts().stream().filter(name -> !known.contains(name)).toList();
  }

  /// Compares what runs with what was read again.
  public static ServerOptionsDiff between(ServerOptions old, ServerOptions now) {
    return new Comparison(old, now).compare();
  }

  /// Whether those that were admitted may not be any more, or have other rights.
  public boolean admission() {
    return changes.contains(Change.AUTH)
        || changes.contains(Change.ACCOUNTS)
        || changes.contains(Change.TLS)
        || changes.contains(Change.WEBSOCKET_TLS);
  }

  /// Nothing differs.
  public boolean isEmpty() {
    return changes.isEmpty() && restartKeys.isEmpty();
  }

  /// The work, while it is being done.
  private static final class Comparison {
    private final ServerOptions old;
    private final ServerOptions now;
    private final EnumSet<Change> changes = EnumSet.noneOf(Change.class);
    private final ArrayList<String> restart = new ArrayList<>();
    private final ArrayList<RemoteOptions> remotesAdded = new ArrayList<>();
    private final ArrayList<RemoteOptions> remotesRemoved = new ArrayList<>();
    private final ArrayList<RemoteOptions> remotesChanged = new ArrayList<>();

    Comparison(ServerOptions old, ServerOptions now) {
      this.old = old;
      this.now = now;
    }

    ServerOptionsDiff compare() {
      server();
      cluster();
      leaf(old.leaf(), now.leaf());
      remotes(old.leaf().remotes(), now.leaf().remotes());
      websocket(old.websocket(), now.websocket());
      var before = routes(old.cluster());
      var after = routes(now.cluster());
      var added = without(after, before);
      var removed = without(before, after);
      note(Change.ROUTES, !added.isEmpty() || !removed.isEmpty());
      return new ServerOptionsDiff(
          Set.copyOf(changes),
          List.copyOf(restart),
          added,
          removed,
          List.copyOf(remotesAdded),
          List.copyOf(remotesRemoved),
          List.copyOf(remotesChanged));
    }

    private void server() {
      restart("server_name", old.name(), now.name());
      if (now.listen().port() != Listeners.ANY_PORT) {
        restart("listen", old.listen(), now.listen());
      } else {
        restart("host", old.listen().host(), now.listen().host());
      }
      restart("system_account", old.systemAccount(), now.systemAccount());
      restart("no_system_account", old.systemHidden(), now.systemHidden());
      restart("http", old.monitor().http(), now.monitor().http());
      restart("https", old.monitor().https(), now.monitor().https());
      restart("http_base_path", old.monitor().basePath(), now.monitor().basePath());
      jetstream(old.jetstream(), now.jetstream());
      restart("default_js_domain", old.defaultDomains(), now.defaultDomains());
      changed(Change.AUTH, old.auth(), now.auth());
      changed(Change.ACCOUNTS, old.accounts(), now.accounts());
      changed(Change.TLS, old.tls(), now.tls());
      changed(Change.CLIENT, old.client(), now.client());
      restart("no_header_support", old.client().noHeaders(), now.client().noHeaders());
      changed(Change.LOGGING, old.log(), now.log());
      changed(Change.TAGS, old.tags(), now.tags());
      changed(Change.TAGS, old.metadata(), now.metadata());
      changed(Change.PID_FILE, old.pidFile(), now.pidFile());
      changed(Change.PORTS_FILE, old.portsFileDir(), now.portsFileDir());
    }

    /// Storage may grow while the server runs, as with nats-server: not shrink, nor change from or
    /// to "by the machine".
    private void jetstream(@Nullable JetStreamOptions before, @Nullable JetStreamOptions after) {
      if (before == null || after == null) {
        restart("jetstream", before, after);
        return;
      }
      restart("jetstream { store_dir }", before.storeDir(), after.storeDir());
      var grown =
          before.withStorage(
              grown(before.maxMemory(), after.maxMemory()),
              grown(before.maxFile(), after.maxFile()));
      restart("jetstream", grown.withStoreDir(after.storeDir()), after);
      changed(Change.JETSTREAM, before, after);
    }

    private static long grown(long before, long after) {
      return before == -1 ? -1 : Math.max(before, after);
    }

    private void cluster() {
      var before = old.cluster();
      var after = now.cluster();
      if (before == null || after == null) {
        restart("cluster", before, after);
        return;
      }
      restart("cluster { name }", before.name(), after.name());
      restart("cluster { listen }", before.listen(), after.listen());
      changed(Change.CLUSTER_AUTH, before.auth(), after.auth());
      changed(Change.CLUSTER_PERMISSIONS, before.importPermission(), after.importPermission());
      changed(Change.CLUSTER_PERMISSIONS, before.exportPermission(), after.exportPermission());
      changed(Change.CLUSTER, rest(before), rest(after));
    }

    /// What of a cluster can change and has no change of its own.
    private static ClusterOptions rest(ClusterOptions cluster) {
      return new ClusterOptions(
          null,
          null,
          List.of(),
          AuthOptions.NONE,
          cluster.tls(),
          cluster.advertise(),
          cluster.noAdvertise(),
          cluster.connectRetries(),
          cluster.connectBackoff(),
          cluster.poolSize(),
          null,
          null,
          cluster.pingInterval(),
          cluster.pingMax(),
          cluster.writeDeadline(),
          cluster.pinnedAccounts(),
          cluster.writeTimeout());
    }

    private void leaf(LeafOptions before, LeafOptions after) {
      restart("leafnodes { listen }", before.listen(), after.listen());
      restart("leafnodes { isolate }", before.isolate(), after.isolate());
      restart("leafnodes { outage }", before.outage(), after.outage());
      changed(Change.ALLOWED_LEAVES, before.allowed(), after.allowed());
      changed(Change.LEAF_AUTH, before.auth(), after.auth());
      changed(Change.LEAF, rest(before), rest(after));
    }

    private static LeafOptions rest(LeafOptions leaf) {
      return new LeafOptions(
          null,
          null,
          leaf.tls(),
          leaf.advertise(),
          leaf.noAdvertise(),
          leaf.minVersion(),
          false,
          leaf.reconnectDelay(),
          leaf.dialTimeout(),
          leaf.writeDeadline(),
          List.of(),
          null,
          leaf.compression(),
          leaf.writeTimeout(),
          OutageOptions.DEFAULT);
    }

    private void remotes(List<RemoteOptions> before, List<RemoteOptions> after) {
      for (var remote : before) {
        var same = find(after, remote);
        if (!remote.disabled() && (same == null || same.disabled())) {
          remotesRemoved.add(remote);
        }
      }
      for (var remote : after) {
        var same = find(before, remote);
        if (remote.disabled()) {
          continue;
        }
        if (same == null || same.disabled()) {
          remotesAdded.add(remote);
        } else if (!same.equals(remote)) {
          remotesChanged.add(remote);
        }
      }
      note(
          Change.REMOTES,
          !remotesAdded.isEmpty() || !remotesRemoved.isEmpty() || !remotesChanged.isEmpty());
    }

    /// The remote with the same URLs, account and nkey.
    private static @Nullable RemoteOptions find(List<RemoteOptions> remotes, RemoteOptions wanted) {
      for (var remote : remotes) {
        if (remote.urls().equals(wanted.urls())
            && remote.account().equals(wanted.account())
            && Objects.equals(remote.nkeySeed(), wanted.nkeySeed())) {
          return remote;
        }
      }
      return null;
    }

    private void websocket(@Nullable WebSocketOptions before, @Nullable WebSocketOptions after) {
      if (before == null || after == null) {
        restart("websocket", before, after);
        return;
      }
      if (before.tls() != null && after.tls() != null) {
        changed(Change.WEBSOCKET_TLS, before.tls(), after.tls());
      } else {
        restart("websocket { tls }", before.tls(), after.tls());
      }
      restart("websocket", rest(before), rest(after));
    }

    private static WebSocketOptions rest(WebSocketOptions websocket) {
      return new WebSocketOptions(
          websocket.listen(),
          websocket.advertise(),
          null,
          websocket.noTls(),
          websocket.sameOrigin(),
          websocket.allowedOrigins(),
          websocket.compression(),
          websocket.handshakeTimeout(),
          websocket.jwtCookie(),
          websocket.userCookie(),
          websocket.passCookie(),
          websocket.tokenCookie(),
          websocket.noAuthUser(),
          websocket.auth(),
          websocket.headers(),
          websocket.pingInterval());
    }

    private static List<ServerUrl> routes(@Nullable ClusterOptions cluster) {
      return cluster == null ? List.of() : cluster.routes();
    }

    private static List<ServerUrl> without(List<ServerUrl> urls, List<ServerUrl> others) {
      var rest = new ArrayList<ServerUrl>();
      for (var url : urls) {
        if (!others.contains(url)) {
          rest.add(url);
        }
      }
      return List.copyOf(rest);
    }

    private void restart(String key, @Nullable Object before, @Nullable Object after) {
      if (!Objects.equals(before, after)) {
        restart.add("needs restart: " + key);
      }
    }

    private void changed(Change change, @Nullable Object before, @Nullable Object after) {
      note(change, !Objects.equals(before, after));
    }

    private void note(Change change, boolean differs) {
      if (differs) {
        changes.add(change);
      }
    }
  }
}

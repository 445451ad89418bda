package io.frond.server;

import io.frond.account.Account;
import io.frond.client.Client;
import io.frond.lane.LaneStatus;
import io.frond.leafnode.RemoteStatus;
import io.frond.link.LinkKind;
import io.frond.logging.Log;
import io.frond.monitor.ActiveServers;
import io.frond.monitor.Connection;
import io.frond.monitor.Endpoints;
import io.frond.monitor.JetStreamSource;
import io.frond.monitor.LeafInfo;
import io.frond.monitor.MonitorServer;
import io.frond.monitor.MonitorSource;
import io.frond.monitor.RouteInfo;
import io.frond.options.HostPort;
import io.frond.options.MonitorOptions;
import io.frond.options.ServerOptions;
import io.frond.options.TlsOptions;
import io.frond.route.Route;
import io.frond.sync.SyncStatus;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Ties monitoring to the server: starts its listener and tells it what it asks. Any thread, but
/// starting and closing come from one.
final class MonitorWiring implements MonitorSource, AutoCloseable {
  private final ActiveServers active = new ActiveServers();
  private final Core core;
  private final ClientInfo info;
  private final Listening listening;
  private final RouteWiring routes;
  private final LeafWiring leaves;
  private final LaneWiring lanes;
  private final JetStreamWiring jetstream;
  private final SyncWiring sync;
  private final BooleanSupplier ready;
  private final AtomicReference<Traffic> traffic = new AtomicReference<>(new Traffic(0, 0, 0, 0));
  private final Endpoints endpoints;
  private @Nullable MonitorServer server;

  /// @param ready whether clients are taken
  MonitorWiring(
      Core core,
      ClientInfo info,
      Listening listening,
      RouteWiring routes,
      LeafWiring leaves,
      LaneWiring lanes,
      JetStreamWiring jetstream,
      SyncWiring sync,
      BooleanSupplier ready) {
    this.core = core;
    this.info = info;
    this.listening = listening;
    this.routes = routes;
    this.leaves = leaves;
    this.lanes = lanes;
    this.jetstream = jetstream;
    this.sync = sync;
    this.ready = ready;
    endpoints = new Endpoints(this, core.loops().blocking());
  }

  Endpoints endpoints() {
    return endpoints;
  }

  /// Begins to answer, when the options say where.
  ///
  /// @throws IOException when the port cannot be bound or a file of TLS's is missing or broken
  void start() throws IOException {
    var options = core.options().monitor();
    var at = address(options);
    if (at == null) {
      return;
    }
    var secure = options.https() != null;
    var opened = MonitorServer.open(core.loops(), at, secure ? tls() : null, endpoints);
    server = opened;
    var bound = new HostPort(at.host(), opened.port());
    listening.put(Listening.Role.MONITORING, secure ? "https" : "http", bound);
    core.log().info("Starting " + (secure ? "https" : "http") + " monitor on " + bound);
  }

  private static @Nullable HostPort address(MonitorOptions options) throws IOException {
    var http = options.http();
    var https = options.https();
    if (http != null && https != null) {
      throw new IOException(
          "can't specify both HTTP (" + http.port() + ") and HTTPs (" + https.port() + ") ports");
    }
    return http == null ? https : http;
  }

  private TlsOptions tls() throws IOException {
    var tls = core.options().tls();
    if (tls == null) {
      throw new IOException("TLS cert and key required for HTTPS");
    }
    return tls;
  }

  /// Takes up certificates that changed.
  ///
  /// @throws IOException when a file is missing or broken; the old ones stay
  void reload() throws IOException {
    var tls = core.options().tls();
    if (server != null && tls != null) {
      server.reconfigure(tls);
    }
  }

  @Override
  public void close() {
    if (server != null) {
      server.close();
    }
  }

  @Override
  public Log log() {
    return core.log();
  }

  @Override
  public ServerOptions options() {
    return core.options();
  }

  @Override
  public Facts facts() {
    var identity = core.identity();
    var said = info.common(core.options());
    return new Facts(
        identity.id(),
        identity.name(),
        identity.started(),
        core.configured(),
        core.configDigest(),
        info.listening(),
        core.options().auth().required(),
        said.connectUrls,
        said.wsConnectUrls,
        said.cluster,
        listening.port(Listening.Role.CLUSTER),
        listening.port(Listening.Role.LEAF),
        listening.port(Listening.Role.WEBSOCKET));
  }

  @Override
  public @Nullable String unavailable() {
    if (ready.getAsBoolean()) {
      return null;
    }
    return core.lameDuck() ? "lame duck mode" : "not ready for connections";
  }

  @Override
  public Collection<Client> clients() {
    return core.connections().open();
  }

  @Override
  public List<Connection> leafConnections(boolean subscriptions) {
    return leaves.leaves().stream()
        .map(leaf -> MonitoredLeaf.connection(leaf, subscriptions))
        .toList();
  }

  @Override
  public List<Connection> closed() {
    return core.connections().closed();
  }

  @Override
  public Collection<Account> accounts() {
    return core.accounts().visible();
  }

  @Override
  public @Nullable Account systemAccount() {
    return core.options().systemHidden() ? null : core.accounts().system();
  }

  @Override
  public @Nullable JetStreamSource jetStream() {
    return jetstream.source();
  }

  @Override
  public Counts counts() {
    var connections = core.connections();
    var loops = core.linkLoops();
    return new Counts(
        jetstream.plusSent(loops.totals()),
        clientTraffic(),
        connections.total(),
        routed().size(),
        new Ended(
            loops.slow(LinkKind.CLIENT), loops.slow(LinkKind.ROUTE), loops.slow(LinkKind.LEAF)),
        new Ended(
            loops.stale(LinkKind.CLIENT), loops.stale(LinkKind.ROUTE), loops.stale(LinkKind.LEAF)),
        leaves.counters().refusedTotal(),
        leaves.resume().intake().duplicates(),
        leaves.resume().intake().late(),
        connections.reasons(),
        connections.slowByAccount());
  }

  private Set<String> routed() {
    return routes.routes().stream().map(Route::remoteId).collect(Collectors.toSet());
  }

  /// Those that are heard in the system account.
  ActiveServers active() {
    return active;
  }

  @Override
  public int activeServers() {
    return 1 + active.count(routed(), System.nanoTime());
  }

  /// Of the clients that closed and of those that are open.
  private Traffic clientTraffic() {
    var connections = core.connections();
    var past = connections.past(); // before those that are open, so that none counts twice
    var inMessages = past.inMessages();
    var inBytes = past.inBytes();
    var outMessages = past.outMessages();
    var outBytes = past.outBytes();
    for (var client : connections.open()) {
      var stats = client.link().stats();
      inMessages += stats.inMessages();
      inBytes += stats.inBytes();
      outMessages += stats.outMessages();
      outBytes += stats.outBytes();
    }
    var now = new Traffic(inMessages, inBytes, outMessages, outBytes);
    return traffic.accumulateAndGet(now, MonitorWiring::larger);
  }

  /// A client that is just closing is in neither sum: what was once told stands.
  private static Traffic larger(Traffic told, Traffic now) {
    return new Traffic(
        Math.max(told.inMessages(), now.inMessages()),
        Math.max(told.inBytes(), now.inBytes()),
        Math.max(told.outMessages(), now.outMessages()),
        Math.max(told.outBytes(), now.outBytes()));
  }

  @Override
  public List<RouteInfo> routes(boolean subscriptions) {
    return routes.routes().stream()
        .map(route -> MonitoredRoute.info(route, subscriptions))
        .toList();
  }

  @Override
  public List<LaneStatus> lanes() {
    return lanes.statuses();
  }

  @Override
  public List<RemoteStatus> remotes() {
    return leaves.remotes();
  }

  @Override
  public List<SyncStatus> sync() {
    return sync.all();
  }

  @Override
  public List<LeafInfo> leaves(boolean subscriptions) {
    return leaves.leaves().stream().map(leaf -> MonitoredLeaf.info(leaf, subscriptions)).toList();
  }
}

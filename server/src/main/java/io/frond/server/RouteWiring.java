package io.frond.server;

import io.frond.account.Account;
import io.frond.account.Tracer;
import io.frond.auth.Authenticator;
import io.frond.jetstream.Neighbours;
import io.frond.link.Link;
import io.frond.link.LinkHandler;
import io.frond.link.LinkOptions;
import io.frond.logging.Log;
import io.frond.monitor.Connection;
import io.frond.options.ClientOptions;
import io.frond.options.ClusterOptions;
import io.frond.options.HostPort;
import io.frond.options.TlsOptions;
import io.frond.options.TlsOptions.HandshakeFirst;
import io.frond.route.Cluster;
import io.frond.route.Route;
import io.frond.route.RouteHost;
import io.frond.session.Arrears;
import io.frond.session.Fence;
import io.frond.session.LeafDomains;
import io.frond.session.Resuming;
import io.frond.session.SpokeSessions;
import io.frond.transport.Arrival;
import io.frond.transport.ConnectionAcceptor;
import io.frond.transport.DialTls;
import io.frond.transport.Dialer;
import io.frond.transport.Listener;
import io.frond.transport.ListenerKind;
import io.frond.transport.ListenerSettings;
import io.frond.transport.ListenerTls;
import io.frond.transport.TlsConfigException;
import io.frond.transport.TlsContexts;
import io.frond.transport.TransportException;
import io.frond.wire.Connect;
import io.frond.wire.ProtocolParser;
import io.netty.channel.Channel;
import io.netty.handler.ssl.SslContext;
import java.io.IOException;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Ties the cluster to the server: its listener, and what routes ask. Any thread, but for start,
/// reload and close.
public final class RouteWiring implements RouteHost, ConnectionAcceptor, AutoCloseable {
  private final Core core;
  private final ClientInfo info;
  private final SpokeWiring spokes;
  private final ResumeWiring resume;
  private final @Nullable Cluster cluster;
  private final Dialer dialer;
  private final ConcurrentHashMap<String, Arrears> arrears = new ConcurrentHashMap<>();
  private volatile @Nullable SslContext dialContext;
  private volatile List<String> leafUrls = List.of();
  private volatile @Nullable HostPort webSocketAddress;
  private volatile @Nullable ClusterNameFile nameFile;
  private volatile @Nullable SystemWiring system;
  private @Nullable Listener listener;

  RouteWiring(Core core, ClientInfo info, ResumeWiring resume, SpokeWiring spokes) {
    this.core = core;
    this.info = info;
    this.resume = resume;
    this.spokes = spokes;
    dialer = new Dialer(core.loops(), core.random());
    var options = core.options().cluster();
    if (options == null) {
      cluster = null;
      return;
    }
    var mesh = new Cluster(this, core.linkLoops().publishers());
    cluster = mesh;
    info.urls(
        () -> gossip(mesh, clientUrls(), mesh.clientUrls()),
        () -> gossip(mesh, webSocketUrls(), mesh.webSocketUrls()),
        mesh::name);
  }

  /// Our own URLs first; none at all as long as no other server was known, or with `no_advertise`.
  private List<String> gossip(Cluster mesh, List<String> own, List<String> others) {
    if (!mesh.urlsEverKnown() || options().noAdvertise()) {
      return List.of();
    }
    var all = new ArrayList<>(own);
    for (var url : others) {
      if (!all.contains(url)) {
        all.add(url);
      }
    }
    return all;
  }

  /// Opens the cluster's port and begins to dial; the client listener must be open, since routes
  /// tell its address.
  ///
  /// @throws IOException when the port cannot be bound or a TLS file not be read
  void start() throws IOException {
    var mesh = cluster;
    var options = core.options().cluster();
    if (mesh == null || options == null || options.listen() == null) {
      return;
    }
    var settings = settings(options);
    var opened = Listener.open(core.loops(), options.listen(), settings, this);
    listener = opened;
    var at = new HostPort(options.listen().host(), opened.address().getPort());
    core.log().info("Listening for route connections on " + at);
    if (options.tls() != null && options.tls().insecure()) {
      core.log()
          .warn(
              "TLS certificates of routes that this server dials are not verified: not for"
                  + " production");
    }
    mesh.start(at);
  }

  /// Routes begin with TLS, before INFO, and both sides show certificates.
  private ListenerSettings settings(ClusterOptions options) throws IOException {
    var tls = options.tls();
    if (tls == null) {
      return new ListenerSettings(ListenerKind.ROUTE, null, null, address -> false, false);
    }
    try {
      dialContext = TlsContexts.client(tls);
      return new ListenerSettings(
          ListenerKind.ROUTE,
          new ListenerTls(TlsContexts.mutualServer(tls), tlsFirst(tls), false),
          null,
          address -> false,
          false);
    } catch (TlsConfigException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  private static TlsOptions tlsFirst(TlsOptions tls) {
    return new TlsOptions(
        tls.certFile(),
        tls.keyFile(),
        tls.caFile(),
        true,
        tls.verifyAndMap(),
        tls.insecure(),
        tls.timeout(),
        tls.minVersion(),
        tls.cipherSuites(),
        tls.curves(),
        tls.pinnedCerts(),
        HandshakeFirst.ON,
        tls.handshakeFirstDelay(),
        tls.connectionRateLimit(),
        tls.more());
  }

  /// Reads the certificates again.
  ///
  /// @return to be run when they are to hold for connections that come from then on
  /// @throws IOException when a file cannot be read
  Runnable prepareReload(@Nullable ClusterOptions next) throws IOException {
    var open = listener;
    if (open == null || next == null) {
      return () -> {};
    }
    var settings = settings(next);
    return () -> open.reconfigure(settings);
  }

  /// The options were replaced.
  void reload(@Nullable ClusterOptions before, @Nullable ClusterOptions after) {
    if (cluster != null && listener != null && before != null && after != null) {
      cluster.reload(before, after);
    }
  }

  /// Where leaves join this server, null for nowhere; the other servers are told. Before the start.
  void leafUrl(@Nullable String url) {
    leafUrls = url == null ? List.of() : List.of(url);
  }

  /// Who is told of servers that are refused.
  void system(SystemWiring told) {
    system = told;
  }

  /// Where WebSocket clients come in.
  void webSocketAddress(HostPort address) {
    webSocketAddress = address;
  }

  /// Leaf URLs that the other servers told.
  List<String> otherLeafUrls() {
    return cluster == null ? List.of() : cluster.leafUrls();
  }

  void enterLameDuck() {
    if (cluster != null) {
      cluster.enterLameDuck();
    }
  }

  /// The connections to other servers that stand.
  public List<Route> routes() {
    return cluster == null ? List.of() : cluster.routes();
  }

  /// The servers that have streams, as routes know them.
  Neighbours neighbours() {
    return new Neighbours() {
      @Override
      public Set<String> connected() {
        return routes().stream()
            .filter(Route::streams)
            .map(Route::remoteId)
            .collect(Collectors.toSet());
      }

      @Override
      public boolean meeting() {
        return cluster != null && cluster.meeting();
      }
    };
  }

  /// The cluster, null when there is none.
  public @Nullable Cluster cluster() {
    return cluster;
  }

  @Override
  public void close() {
    if (listener != null) {
      listener.close();
    }
    if (cluster != null) {
      cluster.close();
    }
  }

  // ---- the listener ----

  @Override
  public void accept(Channel channel, Arrival arrival) {
    Objects.requireNonNull(cluster).accept(channel);
  }

  @Override
  public void refused(SocketAddress remote, ListenerKind kind, TransportException reason) {
    core.log().error(remote + " - " + reason.getMessage());
  }

  @Override
  public void acceptFailed(ListenerKind kind, Throwable cause, long retryMillis) {
    core.log()
        .error(
            "Temporary " + kind + " Accept Error (" + cause + "), sleeping " + retryMillis + "ms");
  }

  // ---- what routes ask ----

  @Override
  public String serverId() {
    return core.identity().id();
  }

  @Override
  public String serverName() {
    return core.identity().name();
  }

  @Override
  public ClusterOptions options() {
    return Objects.requireNonNull(core.options().cluster());
  }

  @Override
  public ClientOptions clientOptions() {
    return core.options().client();
  }

  @Override
  public @Nullable String systemAccount() {
    var options = core.options();
    return options.systemHidden() ? null : options.systemAccount();
  }

  @Override
  public Tracer tracer() {
    return core.tracer();
  }

  @Override
  public Log log() {
    return core.log();
  }

  @Override
  public @Nullable Account account(String name) {
    return core.accounts().get(name);
  }

  @Override
  public void watchAccounts(Consumer<Account> watcher) {
    core.accounts().watch(watcher);
  }

  @Override
  public Link link(
      Channel channel,
      ProtocolParser parser,
      LinkOptions options,
      Function<Link, LinkHandler> handler) {
    var loop = core.linkLoops().of(channel.eventLoop());
    return new Link(core.nextLinkId(), channel, loop, parser, options, handler);
  }

  /// What settles at the other servers of the cluster that took messages since the last call.
  List<Fence.Stage> fences() {
    return cluster == null ? List.of() : cluster.fences();
  }

  /// The other servers of the cluster that send on what leaves publish.
  List<Fence.Stage> arrivals() {
    return cluster == null ? List.of() : cluster.arrivals();
  }

  /// The same, and those that cannot be heard now.
  List<Fence.Stage> allArrivals() {
    return cluster == null ? List.of() : cluster.allArrivals();
  }

  @Override
  public boolean streams() {
    return core.options().jetstream() != null;
  }

  @Override
  public Resuming resume() {
    return resume.resuming();
  }

  @Override
  public Authenticator authenticator() {
    return core.authenticators().routes();
  }

  @Override
  public void unauthorized(Link link, @Nullable Connect said) {
    var told = system;
    if (told != null) {
      told.refused(
          MonitoredLeaf.refused(Connection.Kind.ROUTE, link, said),
          said == null ? null : said.user());
    }
  }

  @Override
  public Executor slowChecks() {
    return core.loops().blocking();
  }

  @Override
  public Dialer dialer() {
    return dialer;
  }

  @Override
  public @Nullable DialTls dialTls(String serverName) {
    var context = dialContext;
    var tls = options().tls();
    return context == null || tls == null ? null : new DialTls(context, serverName, tls.timeout());
  }

  @Override
  public ScheduledExecutorService timers() {
    return core.loops().group();
  }

  @Override
  public RandomGenerator random() {
    return core.random();
  }

  @Override
  public List<String> clientUrls() {
    return core.lameDuck()
        ? List.of()
        : LocalUrls.of(core.options().client().advertise(), info.listening());
  }

  @Override
  public List<String> webSocketUrls() {
    var websocket = core.options().websocket();
    var at = webSocketAddress;
    return websocket == null || at == null || core.lameDuck()
        ? List.of()
        : LocalUrls.of(websocket.advertise(), at);
  }

  @Override
  public List<String> leafUrls() {
    return leafUrls;
  }

  @Override
  public @Nullable Arrears arrears(String server, String connection) {
    var options = core.options();
    var leaf = options.leaf();
    var takesLeaves =
        leaf.listen() != null || leaf.allowed() != null || options.websocket() != null;
    var grace = leaf.outage().serverGrace().toMillis();
    return grace <= 0 || !takesLeaves
        ? null
        : arrears.computeIfAbsent(
            connection,
            _ ->
                new Arrears(
                    server, resume.resuming().fence(), core.loops().group(), core.log(), grace));
  }

  @Override
  public LeafDomains domains() {
    return spokes.domains();
  }

  @Override
  public @Nullable SpokeSessions sessions() {
    return spokes.sessions();
  }

  @Override
  public void clusterChanged() {
    core.infoChanged();
    keepName();
  }

  /// A cluster without a configured name keeps the one that it had, where there is a store.
  void nameFile(@Nullable ClusterNameFile file) {
    nameFile = file;
    if (cluster != null && file != null && cluster.dynamicName()) {
      var earlier = file.read();
      if (earlier != null) {
        cluster.named(earlier);
      }
      keepName();
    }
  }

  private void keepName() {
    var file = nameFile;
    if (cluster != null && file != null && cluster.dynamicName()) {
      file.keep(cluster.name());
    }
  }
}

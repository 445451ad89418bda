package io.frond.server;

import io.frond.config.ServerOptionsDiff;
import io.frond.config.ServerOptionsDiff.Change;
import io.frond.link.CloseReason;
import io.frond.logging.Log;
import io.frond.options.Cidr;
import io.frond.options.HostPort;
import io.frond.options.ServerOptions;
import io.frond.options.TlsOptions;
import io.frond.options.Version;
import io.frond.transport.Listener;
import io.frond.transport.ListenerKind;
import io.frond.transport.ListenerSettings;
import io.frond.transport.ListenerTls;
import io.frond.transport.TlsConfigException;
import io.frond.transport.TlsContexts;
import java.io.IOException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// The parts of one server, and the order in which they start, reload and stop. Start, reload and
/// close come from one thread at a time.
final class Parts {
  private static final long QUIET_MILLIS = 1000;

  private final Core core;
  private final ClientInfo info;
  private final ClientWiring clients;
  private final LeafWiring leaves;
  private final Listening listening = new Listening();
  private final MonitorWiring monitor;
  private final SystemWiring system;
  private final JetStreamWiring jetstream;
  private final LaneWiring lanes;
  private final RouteWiring routes;
  private final SyncWiring sync;
  private final ResumeWiring resume;
  private final SpokeWiring spokes;
  private final List<AutoCloseable> open = new ArrayList<>();
  private @Nullable Listener clientListener;
  private @Nullable Listener websocketListener;
  private @Nullable PidFile pidFile;
  private @Nullable PortsFile portsFile;
  private volatile boolean ready;

  Parts(Core core) {
    this.core = core;
    info = new ClientInfo(core);
    jetstream = new JetStreamWiring(core, info);
    info.jetstream(jetstream::running);
    clients = new ClientWiring(core, info);
    resume = new ResumeWiring(core, jetstream);
    lanes = new LaneWiring(core, jetstream);
    spokes = new SpokeWiring(core);
    leaves = new LeafWiring(core, info, resume, lanes, spokes);
    clients.leaves(leaves);
    routes = new RouteWiring(core, info, resume, spokes);
    resume.routes(routes::fences);
    resume.relaying(routes::arrivals, routes::allArrivals);
    sync = new SyncWiring(core);
    sync.add(lanes::samples);
    sync.add(jetstream::samples);
    sync.add(leaves::samples);
    sync.add(spokes::samples);
    monitor =
        new MonitorWiring(
            core, info, listening, routes, leaves, lanes, jetstream, sync, this::ready);
    system = new SystemWiring(core, monitor, info, jetstream);
    clients.system(system);
    leaves.system(system);
    routes.system(system);
  }

  /// Starts every part; the client listener last, so that nobody comes in before all is there.
  ///
  /// @throws IOException when a port cannot be bound or a file not be read
  void start() throws IOException {
    var options = core.options();
    greet(options);
    pidFile(options.pidFile());
    open.add(() -> pidFile(null));
    open.add(jetstream);
    jetstream.start(routes.neighbours());
    resume.start();
    routes.nameFile(resume.clusterNameFile());
    open.add(lanes);
    lanes.start();
    spokes.start(resume.resuming(), jetstream.jetStream());
    open.add(spokes);
    leaves.restore();
    monitor.start();
    open.add(monitor);
    open.add(system);
    system.start();
    var websocket = options.websocket();
    if (websocket != null) {
      var listener = listen(websocket.listen(), websocketSettings(options));
      websocketListener = listener;
      listening.put(
          Listening.Role.WEBSOCKET,
          websocket.tls() == null ? "ws" : "wss",
          bound(websocket.listen(), listener));
      var at = bound(websocket.listen(), listener);
      routes.webSocketAddress(at);
      info.webSocketAddress(at);
      core.log()
          .info(
              "Listening for websocket clients on "
                  + (websocket.tls() == null ? "ws://" : "wss://")
                  + bound(websocket.listen(), listener));
      if (websocket.tls() == null) {
        core.log().warn("Websocket not configured with TLS. DO NOT USE IN PRODUCTION!");
      }
    }
    var listener = listen(options.listen(), clientSettings(options));
    clientListener = listener;
    info.listening(bound(options.listen(), listener));
    listening.put(Listening.Role.NATS, options.tls() == null ? "nats" : "tls", info.listening());
    tellOfClients(options);
    leaves.listen();
    open.add(routes); // ends behind the leaves, which else would hear that nobody wants anything
    open.add(leaves);
    var leafListener = leaves.listening();
    if (leafListener != null) {
      listening.put(Listening.Role.LEAF, "nats-leaf", leafListener);
    }
    leaves.clusterUrls(routes::otherLeafUrls);
    routes.leafUrl(options.leaf().noAdvertise() ? null : leaves.ownUrl());
    routes.start();
    var cluster = routes.cluster();
    if (cluster != null && cluster.listening().port() > 0) {
      var secure = options.cluster() != null && options.cluster().tls() != null;
      listening.put(Listening.Role.CLUSTER, secure ? "tls" : "nats", cluster.listening());
    }
    portsFile(options.portsFileDir());
    open.add(() -> portsFile(null));
    open.add(sync);
    sync.start();
    ready = true;
    core.log().info("Server is ready");
    leaves.dial();
  }

  private void tellOfClients(ServerOptions options) {
    core.log().info("Listening for client connections on " + info.listening());
    if (options.client().proxyProtocol()) {
      core.log().info("PROXY protocol enabled for client connections");
    }
    if (options.tls() != null) {
      core.log().info("TLS required for client connections");
    }
  }

  private void greet(ServerOptions options) {
    var log = core.log();
    log.info("Starting frond");
    log.info("  Version:  " + Version.FROND + " (NATS " + Version.NATS + ")");
    var cluster = routes.cluster();
    if (cluster != null) {
      log.info("  Cluster:  " + cluster.name());
    }
    log.info("  Name:     " + core.identity().name());
    log.info("  ID:       " + core.identity().id());
    if (options.configFile() != null) {
      log.info("Using configuration file: " + options.configFile());
    }
    if (options.auth().hasPlainPassword()) {
      log.warn("Plaintext passwords detected, use nkeys or bcrypt");
    }
  }

  private Listener listen(HostPort at, ListenerSettings settings) throws IOException {
    var listener = Listener.open(core.loops(), at, settings, clients);
    open.add(listener);
    return listener;
  }

  private static HostPort bound(HostPort configured, Listener listener) {
    return new HostPort(configured.host(), listener.address().getPort());
  }

  private ListenerSettings clientSettings(ServerOptions options) throws IOException {
    return new ListenerSettings(
        ListenerKind.CLIENT,
        tls(options.tls(), options.client().allowNonTls()),
        null,
        allowed(options),
        options.client().proxyProtocol());
  }

  private ListenerSettings websocketSettings(ServerOptions options) throws IOException {
    var websocket = options.websocket();
    return new ListenerSettings(
        ListenerKind.WEBSOCKET,
        websocket == null ? null : tls(websocket.tls(), false),
        websocket,
        allowed(options),
        false);
  }

  static @Nullable ListenerTls tls(@Nullable TlsOptions options, boolean plainAllowed)
      throws IOException {
    if (options == null) {
      return null;
    }
    try {
      return new ListenerTls(TlsContexts.server(options), options, plainAllowed);
    } catch (TlsConfigException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  /// Who may join as a leaf on a port that is not for leaves alone.
  private static Predicate<InetAddress> allowed(ServerOptions options) {
    List<Cidr> ranges = options.leaf().allowed();
    if (ranges == null) {
      return address -> false;
    }
    return address -> {
      for (var range : ranges) {
        if (range.contains(address)) {
          return true;
        }
      }
      return false;
    };
  }

  /// Applies options that may change while the server runs.
  ///
  /// @throws IOException when a file cannot be read; the old options then stay in force
  void reload(ServerOptions next, ServerOptionsDiff diff) throws IOException {
    var clientSettings = clientSettings(next);
    var websocketSettings = next.websocket() == null ? null : websocketSettings(next);
    var leafListener = leaves.prepareReload(next.leaf());
    var routeListener = routes.prepareReload(next.cluster());
    core.log().configure(next.log()); // the last that can fail
    var before = core.options();
    var told = info.common(before).build().json();
    core.options(next);
    routeListener.run();
    leafListener.run();
    routes.reload(before.cluster(), next.cluster());
    if (clientListener != null) {
      clientListener.reconfigure(clientSettings);
    }
    if (websocketListener != null && websocketSettings != null) {
      websocketListener.reconfigure(websocketSettings);
    }
    monitor.reload();
    jetstream.reload();
    leaves.lanesChange(before.leaf());
    lanes.reload();
    clients.reload(diff.admission());
    leaves.reload();
    files(next, diff);
    listening.put(Listening.Role.NATS, next.tls() == null ? "nats" : "tls", info.listening());
    if (diff.changes().contains(Change.LEAF)
        || !Arrays.equals(told, info.common(next).build().json())) {
      core.infoChanged();
    }
  }

  /// Files that tell of this server and are elsewhere now.
  private void files(ServerOptions next, ServerOptionsDiff diff) {
    try {
      if (diff.changes().contains(Change.PID_FILE)) {
        pidFile(next.pidFile());
      }
      if (diff.changes().contains(Change.PORTS_FILE)) {
        portsFile(next.portsFileDir());
      }
    } catch (IOException e) {
      core.log().error("Failed to write pidfile or ports file: " + e.getMessage());
    }
  }

  private void pidFile(@Nullable String path) throws IOException {
    var former = pidFile;
    if (former != null) {
      former.close();
    }
    pidFile = null;
    pidFile = path == null ? null : new PidFile(path);
  }

  private void portsFile(@Nullable String folder) throws IOException {
    var former = portsFile;
    if (former != null) {
      former.close();
    }
    portsFile = null;
    if (folder != null) {
      try {
        portsFile = PortsFile.write(folder, listening);
      } catch (IOException e) { // the server works without
        core.log().error("Error writing ports file in " + folder + ": " + Causes.of(e));
      }
    }
  }

  /// Takes no more clients and asks those that there are to go elsewhere, then closes them one by
  /// one over the configured time (nats-server's lame duck mode). Blocks until all are gone.
  void lameDuck() throws InterruptedException {
    core.enterLameDuck();
    routes.enterLameDuck();
    ready = false;
    var log = core.log();
    log.info("Entering lame duck mode, stop accepting new clients");
    system.tellLameDuck();
    if (clientListener != null) {
      clientListener.close(); // refused at once, a client tries the next server
    }
    if (websocketListener != null) {
      websocketListener.close();
    }
    leaves.stopListening();
    core.infoChanged();
    LameDuck.drain(core);
  }

  RouteWiring routes() {
    return routes;
  }

  boolean ready() {
    return ready;
  }

  LaneWiring lanes() {
    return lanes;
  }

  LeafWiring leaves() {
    return leaves;
  }

  HostPort clientAddress() {
    return info.listening();
  }

  Listening listening() {
    return listening;
  }

  /// Nothing comes in from clients any more, and what came in is with whom it is for, before the
  /// first of those ends. Clients stay connected, for answers to what they asked.
  private void takeNoMore() {
    for (var listener : new Listener[] {clientListener, websocketListener}) {
      if (listener != null) {
        listener.close();
      }
    }
    for (var client : core.connections().open()) {
      client.link().loop().executor().execute(client.link()::pause);
    }
    var taken = new CountDownLatch(1);
    core.linkLoops().through(taken::countDown);
    try {
      var _ = taken.await(QUIET_MILLIS, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /// What may end only when nothing is published any more: after the loops.
  void closeLogs() {
    try {
      resume.close();
    } catch (IOException e) {
      core.log().error("closing: " + e.getMessage());
    }
  }

  void close() {
    ready = false;
    system.tellShutdown();
    takeNoMore();
    for (var part : open.reversed()) {
      try {
        part.close();
      } catch (Exception e) {
        core.log().error("closing: " + Log.trace(e));
      }
    }
    for (var client : core.connections().open()) {
      client.link().close(CloseReason.SERVER_SHUTDOWN, null);
    }
  }
}

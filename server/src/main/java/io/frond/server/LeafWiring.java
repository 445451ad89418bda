package io.frond.server;

import io.frond.account.Account;
import io.frond.account.Tracer;
import io.frond.auth.Authenticator;
import io.frond.auth.ConnectionType;
import io.frond.leafnode.HubWatch;
import io.frond.leafnode.LaneDoor;
import io.frond.leafnode.Leaf;
import io.frond.leafnode.LeafCounters;
import io.frond.leafnode.LeafHost;
import io.frond.leafnode.LeafNodes;
import io.frond.leafnode.RemoteStatus;
import io.frond.link.CloseReason;
import io.frond.link.Link;
import io.frond.link.LinkLoops;
import io.frond.logging.Log;
import io.frond.monitor.Connection;
import io.frond.options.ClientOptions;
import io.frond.options.HostPort;
import io.frond.options.LeafOptions;
import io.frond.session.LeafDomains;
import io.frond.session.Resuming;
import io.frond.session.SessionFile;
import io.frond.session.SessionRecord;
import io.frond.session.SpokeSessions;
import io.frond.sync.SyncSample;
import io.frond.transport.Arrival;
import io.frond.transport.ConnectionAcceptor;
import io.frond.transport.Dialer;
import io.frond.transport.Listener;
import io.frond.transport.ListenerKind;
import io.frond.transport.ListenerSettings;
import io.frond.transport.ListenerTls;
import io.frond.transport.TlsConfigException;
import io.frond.transport.TlsContexts;
import io.frond.transport.TransportException;
import io.frond.wire.Connect;
import io.frond.wire.Info;
import io.netty.channel.Channel;
import java.io.IOException;
import java.net.InetAddress;
import java.net.SocketAddress;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Ties leaf nodes to the server: the leaf listener, leaves that came on other listeners, remotes,
/// and what all of them ask. Any thread, but for start and close.
public final class LeafWiring
    implements LeafHost, ConnectionAcceptor, ClientWiring.LeafAdmission, AutoCloseable {
  private final Core core;
  private final ClientInfo info;
  private final ResumeWiring resume;
  private final LaneWiring lanes;
  private final SpokeWiring spokes;
  private final Dialer dialer;
  private final LeafNodes nodes;
  private volatile Supplier<List<String>> clusterUrls = List::of;
  private volatile @Nullable Listener listener;
  private volatile @Nullable SystemWiring system;
  private volatile @Nullable String ownUrl;

  LeafWiring(
      Core core, ClientInfo info, ResumeWiring resume, LaneWiring lanes, SpokeWiring spokes) {
    this.core = core;
    this.info = info;
    this.resume = resume;
    this.lanes = lanes;
    this.spokes = spokes;
    dialer = new Dialer(core.loops(), core.random());
    nodes = new LeafNodes(this);
  }

  /// Who tells of links that come and go.
  void system(SystemWiring told) {
    system = told;
  }

  /// Keeps for hubs again what they wanted before a restart.
  void restore() {
    nodes.restore();
  }

  /// Opens the leaf listener where there is one.
  void listen() throws IOException {
    var options = options();
    var at = options.listen();
    if (at != null) {
      var opened = Listener.open(core.loops(), at, settings(options), this);
      listener = opened;
      var port = opened.address().getPort();
      core.log().info("Listening for leafnode connections on " + new HostPort(at.host(), port));
      var told = options.advertise();
      ownUrl =
          told == null
              ? new HostPort(LocalAddresses.reachable(at.host()), port).toString()
              : LocalUrls.shown(told, new HostPort(at.host(), port)).toString();
    } else if (options.allowed() != null) {
      var client = info.listening();
      ownUrl = new HostPort(LocalAddresses.reachable(client.host()), client.port()).toString();
    }
    info.leafUrls(this::urls);
    core.watchInfo(nodes::infoChanged);
  }

  /// Dials the remotes: last, when everything else is ready.
  void dial() {
    nodes.start();
  }

  private ListenerSettings settings(LeafOptions options) throws IOException {
    var tls = options.tls();
    try {
      return new ListenerSettings(
          ListenerKind.LEAF,
          tls == null ? null : new ListenerTls(TlsContexts.server(tls), tls, false),
          null,
          address -> nodes.admits(ListenerKind.LEAF, address),
          false);
    } catch (TlsConfigException e) {
      throw new IOException("leafnodes: tls: " + e.getMessage(), e);
    }
  }

  @Override
  public void close() {
    nodes.close();
    var open = listener;
    if (open != null) {
      open.close();
    }
  }

  /// Lame duck mode: no new leaf on the leaf listener.
  void stopListening() {
    var open = listener;
    if (open != null) {
      open.close();
    }
  }

  /// Options were replaced; lanes change now, before [#reload].
  void lanesChange(LeafOptions former) {
    nodes.lanesChange(former.remotes());
  }

  /// Reads the certificates again.
  ///
  /// @return to be run when they are to hold for leaves that come from then on
  /// @throws IOException when a file cannot be read
  Runnable prepareReload(LeafOptions next) throws IOException {
    var open = listener;
    if (open == null) {
      return () -> {};
    }
    var settings = settings(next);
    return () -> open.reconfigure(settings);
  }

  /// Applies options that were replaced.
  void reload() {
    nodes.reload();
  }

  // ---- what other parts ask ----

  /// The leaf links that are up.
  public List<Leaf> leaves() {
    return nodes.leaves();
  }

  /// The remotes and how they stand.
  public List<RemoteStatus> remotes() {
    return nodes.remotes();
  }

  public LeafCounters counters() {
    return nodes.counters();
  }

  /// The leaf listener's address, null for none.
  public @Nullable HostPort listening() {
    var open = listener;
    var at = options().listen();
    return open == null || at == null ? null : new HostPort(at.host(), open.address().getPort());
  }

  /// Where leaves may join this server, `host:port`; null when none may. Routes tell it to the
  /// cluster, unless `no_advertise`.
  @Nullable String ownUrl() {
    return ownUrl;
  }

  /// Where the cluster's other leaf URLs come from.
  void clusterUrls(Supplier<List<String>> urls) {
    clusterUrls = urls;
  }

  private List<String> urls() {
    var all = new ArrayList<String>();
    var own = ownUrl;
    if (own != null) {
      all.add(own);
    }
    for (var url : clusterUrls.get()) {
      if (!all.contains(url)) {
        all.add(url);
      }
    }
    return all;
  }

  /// Whether a leaf may come to a listener from an address.
  public boolean admits(ListenerKind kind, InetAddress address) {
    return nodes.admits(kind, address);
  }

  // ---- connections ----

  @Override
  public void accept(Channel channel, Arrival arrival) {
    nodes.accept(channel, arrival);
  }

  @Override
  public void admit(Link link, Arrival arrival, Connect connect, @Nullable String nonce) {
    nodes.admit(link, arrival, connect, nonce);
  }

  @Override
  public void refused(SocketAddress remote, ListenerKind kind, TransportException reason) {
    core.log().error(remote + " - " + reason.getMessage());
  }

  @Override
  public void acceptFailed(ListenerKind kind, Throwable cause, long retryMillis) {
    core.log().error("Leafnode Accept Error (" + cause + "), sleeping " + retryMillis + "ms");
  }

  // ---- what leaf nodes ask ----

  @Override
  public LeafOptions options() {
    return core.options().leaf();
  }

  @Override
  public ClientOptions limits() {
    return core.options().client();
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
  public String serverId() {
    return core.identity().id();
  }

  @Override
  public String serverName() {
    return core.identity().name();
  }

  @Override
  public @Nullable String clusterName() {
    return info.clusterName();
  }

  @Override
  public @Nullable String domain() {
    var jetstream = core.options().jetstream();
    return jetstream == null ? null : jetstream.domain();
  }

  @Override
  public boolean hasJetStream(String account) {
    return core.options().jetStreamOf(account) != null;
  }

  @Override
  public @Nullable String defaultDomain(String account) {
    return core.options().defaultDomains().get(account);
  }

  @Override
  public Info.Builder info(Arrival arrival) {
    var options = core.options();
    var b = info.common(options);
    var at = arrival.listener() == ListenerKind.CLIENT ? null : listening();
    if (at != null) {
      var shown = LocalUrls.shown(options.leaf().advertise(), at);
      b.host = shown.host();
      b.port = shown.port();
    }
    b.domain = domain();
    b.authRequired = true;
    b.infoOnConnect = true;
    b.proto = Info.TRACES;
    b.resume = 1;
    b.compression = LeafNodes.COMPRESSION;
    b.leafUrls = urls();
    if (b.leafUrls.isEmpty()) { // a leaf takes an INFO without any for another protocol's
      b.leafUrls = List.of(info.listening().toString());
    }
    b.connectUrls = List.of();
    switch (arrival.tls()) {
      case NONE -> {}
      case OFFERED -> b.tlsAvailable = true;
      case REQUIRED, ESTABLISHED -> b.tlsRequired = true;
    }
    var tls = options.leaf().tls();
    b.tlsVerify = b.tlsRequired && tls != null && tls.verify();
    return b;
  }

  @Override
  public @Nullable Account account(String name) {
    return core.accounts().get(name);
  }

  @Override
  public boolean isSystem(Account account) {
    return account == core.accounts().system();
  }

  @Override
  public Authenticator authenticator(ConnectionType type) {
    return core.authenticators().of(type);
  }

  @Override
  public boolean verifyAndMap(Arrival arrival) {
    var options = core.options();
    var websocket = options.websocket();
    var tls =
        switch (arrival.listener()) {
          case LEAF -> options.leaf().tls();
          case WEBSOCKET -> websocket == null ? null : websocket.tls();
          case CLIENT, ROUTE -> options.tls();
        };
    return tls != null && tls.verifyAndMap();
  }

  /// How the links to hubs stand.
  public List<SyncSample> samples() {
    return nodes.samples();
  }

  @Override
  public @Nullable SessionFile hubFile(Supplier<List<SessionRecord>> content) {
    return resume.hubFile(content);
  }

  @Override
  public Resuming resume() {
    return resume.resuming();
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
  public Duration authTimeout() {
    var own = options().auth();
    return own == null ? core.options().auth().timeout() : own.timeout();
  }

  @Override
  public Executor slowWork() {
    return core.loops().blocking();
  }

  @Override
  public LinkLoops loops() {
    return core.linkLoops();
  }

  @Override
  public long nextLinkId() {
    return core.nextLinkId();
  }

  @Override
  public Dialer dialer() {
    return dialer;
  }

  @Override
  public void joined(Leaf leaf) {
    var told = system;
    if (told != null) {
      told.joined(leaf);
    }
  }

  @Override
  public void unauthorized(Link link, @Nullable Connect said) {
    var told = system;
    if (told != null) {
      told.refused(
          MonitoredLeaf.refused(Connection.Kind.LEAF, link, said),
          said == null ? null : said.user());
    }
  }

  @Override
  public void left(Leaf leaf, CloseReason reason) {
    var told = system;
    if (told != null) {
      told.left(leaf, reason);
    }
  }

  @Override
  public @Nullable LaneDoor laneDoor() {
    return lanes.service();
  }

  @Override
  public HubWatch hubWatch() {
    return lanes;
  }

  @Override
  public SecureRandom random() {
    return core.random();
  }
}

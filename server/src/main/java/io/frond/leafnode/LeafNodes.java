package io.frond.leafnode;

import io.frond.account.Account;
import io.frond.link.Addresses;
import io.frond.link.CloseReason;
import io.frond.link.Link;
import io.frond.link.LinkOptions;
import io.frond.options.LeafOptions;
import io.frond.options.RemoteOptions;
import io.frond.options.WriteTimeout;
import io.frond.session.LeafDomains;
import io.frond.sync.SyncSample;
import io.frond.transport.Arrival;
import io.frond.transport.ListenerKind;
import io.frond.wire.Connect;
import io.frond.wire.ErrorText;
import io.frond.wire.Info;
import io.frond.wire.ProtocolParser;
import io.netty.channel.Channel;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// All leaf links of a server, those that it admitted and those that it dialled. Any thread.
public final class LeafNodes {
  /// What we say of compression: no S2 on leaf links.
  public static final String COMPRESSION = "not supported";

  /// Longest line of another server: an INFO with many URLs, a CONNECT with a JWT.
  static final int LINE_MAX = 1 << 20;

  /// A link to another server is pinged at least this often.
  private static final Duration PING_INTERVAL_MAX = Duration.ofSeconds(30);

  private final LeafHost host;
  private final Claims<Remote> claims = new Claims<>();
  private final Loops loops;
  private final LaneWays ways;
  private final HubSessions sessions;
  private final LeafCounters counters = new LeafCounters();
  private final ConcurrentHashMap<Long, Leaf> open = new ConcurrentHashMap<>();

  /// By link: what gives the domain of its leaf back.
  private final ConcurrentHashMap<Long, Runnable> domains = new ConcurrentHashMap<>();

  private final CopyOnWriteArrayList<Remote> remotes = new CopyOnWriteArrayList<>();
  private final AtomicLong joins = new AtomicLong((System.currentTimeMillis() / 1000) << 32);
  private volatile boolean closed;

  public LeafNodes(LeafHost host) {
    this.host = host;
    loops = new Loops(host.random());
    ways = new LaneWays(host);
    sessions = new HubSessions(host, ways);
  }

  /// What hubs wanted before a restart is kept for them again: before clients are let in.
  public void restore() {
    sessions.restore();
  }

  /// Begins to dial the remotes.
  public void start() {
    for (var options : host.options().remotes()) {
      add(options);
    }
  }

  private void add(RemoteOptions options) {
    var remote = new Remote(this, options);
    remotes.add(remote);
    remote.start();
  }

  /// Ends all links and dials no more.
  public void close() {
    closed = true;
    for (var leaf : open.values()) { // first: a remote that stops ends its link at once
      leaf.inflow().shutDown();
    }
    remotes.forEach(Remote::stop);
    sessions.close();
  }

  /// How the links to hubs stand that keep what cannot be sent.
  public List<SyncSample> samples() {
    return sessions.all().stream().map(HubSession::sample).toList();
  }

  // ---- what monitoring asks ----

  /// The links that are up.
  public List<Leaf> leaves() {
    return new ArrayList<>(open.values());
  }

  /// What the server is told to dial, and how that stands.
  public List<RemoteStatus> remotes() {
    return remotes.stream().map(Remote::status).toList();
  }

  public LeafCounters counters() {
    return counters;
  }

  // ---- who may join ----

  /// Whether a leaf may come to this listener from this address: on the list where there is one; a
  /// leaf listener makes a list unnecessary, but not for the port of the clients.
  public boolean admits(ListenerKind listener, @Nullable InetAddress address) {
    var options = host.options();
    var allowed = options.allowed();
    if (allowed == null) {
      return options.listen() != null && listener != ListenerKind.CLIENT;
    }
    return address != null && allowed.stream().anyMatch(cidr -> cidr.contains(address));
  }

  void refuseAddress(Link link, boolean websocket) {
    var text = ErrorText.leafNotAllowed(Addresses.host(link.remote()));
    counters.refusedAddress();
    host.log().error(Leaf.label(link, websocket) + " - " + text);
    link.close(CloseReason.LEAF_NOT_ALLOWED, text);
  }

  /// Takes a connection of the leaf listener, or a WebSocket whose path is a leaf's. On the
  /// channel's loop.
  public void accept(Channel channel, Arrival arrival) {
    var parser =
        new ProtocolParser(ProtocolParser.Dialect.LEAF, LINE_MAX, host.limits().maxPayload());
    var loop = host.loops().of(channel.eventLoop());
    var link =
        new Link(
            host.nextLinkId(),
            channel,
            loop,
            parser,
            linkOptions(),
            it -> new LeafArrival(this, it, arrival));
    channel.pipeline().addLast(link);
    loop.batch(() -> ((LeafArrival) link.handler()).start());
  }

  /// Takes a connection of the client port whose CONNECT names a server. On the link's loop.
  public void admit(Link link, Arrival arrival, Connect said, @Nullable String nonce) {
    new Admission(this, link, arrival, said, nonce).run();
  }

  /// Counts a link for its account.
  ///
  /// @return false when the account has as many as it may have
  boolean enter(Account account) {
    var most = account.limits().maxLeafNodes();
    if (account.leaves().incrementAndGet() > most && most >= 0) {
      account.leaves().decrementAndGet();
      return false;
    }
    return true;
  }

  /// A leaf that comes again takes the place of its former link.
  void replaceOlder(Leaf leaf) {
    for (var other : open.values()) {
      if (other != leaf && !other.isDialled() && same(other, leaf)) {
        host.log()
            .error(other.label() + " - " + CloseReason.DUPLICATE_LEAF + ", replaced by a new one");
        other.link().close(CloseReason.DUPLICATE_LEAF, CloseReason.DUPLICATE_LEAF.toString());
      }
    }
  }

  private static boolean same(Leaf one, Leaf other) {
    return one.name().equals(other.name())
        && one.account() == other.account()
        && Objects.equals(one.cluster(), other.cluster())
        && one.remoteAccount() != null
        && one.remoteAccount().equals(other.remoteAccount());
  }

  /// A leaf that joins has a JetStream domain.
  ///
  /// @param loses told when it turns out that another leaf came first; any thread
  /// @return which leaf has it already, null for none
  LeafDomains.@Nullable Claim claimDomain(
      Account account, LeafDomains.Claim claim, Consumer<LeafDomains.Claim> loses) {
    var other = host.domains().claim(account, claim, loses);
    if (other == null) {
      domains.put(claim.link(), () -> host.domains().release(account, claim));
    }
    return other;
  }

  /// The link with that id ended.
  void releaseDomain(long link) {
    var release = domains.remove(link);
    if (release != null) {
      release.run();
    }
  }

  void opened(Leaf leaf) {
    open.put(leaf.id(), leaf);
    counters.joined();
    host.joined(leaf);
    if (closed) {
      leaf.link().close(CloseReason.SERVER_SHUTDOWN, null);
    }
  }

  /// Interest was exchanged: messages may go.
  void begun(Leaf leaf) {
    if (leaf.laneWay() != null) {
      lanesChanged();
    }
  }

  void closed(Leaf leaf, CloseReason reason) {
    releaseDomain(leaf.id());
    if (open.remove(leaf.id(), leaf)) {
      leaf.account().leaves().decrementAndGet();
      host.left(leaf, reason);
      var watch = host.hubWatch();
      if (watch != null && leaf.laneWay() != null) {
        watch.lost(leaf.hubLink());
      }
    }
  }

  // ---- lanes ----

  /// It was found out which hub a remote leads to.
  void met(RemoteOptions remote, String hub) {
    if (ways.met(remote, hub)) {
      sessions.changed();
      lanesChanged();
    }
  }

  /// Other lanes may go over links than before.
  private void lanesChanged() {
    var watch = host.hubWatch();
    sessions.renewLanes();
    for (var leaf : open.values()) {
      var way = leaf.laneWay();
      if (way != null) {
        way.renew();
        if (watch != null) {
          watch.joined(leaf.hubLink());
        }
      }
    }
  }

  /// The options were replaced, and lanes begin and end now. Until [#reload] what a lane takes goes
  /// by it, whether it is new or about to end.
  ///
  /// @param former remotes
  public void lanesChange(List<RemoteOptions> former) {
    ways.former(former);
    sessions.renewLanes();
    for (var leaf : open.values()) {
      var way = leaf.laneWay();
      if (way != null) {
        way.withhold();
      }
    }
  }

  // ---- changes while the server runs ----

  /// The options were replaced: links from addresses that may no longer join end, remotes that are
  /// gone are given up and new ones dialled.
  public void reload() {
    for (var leaf : open.values()) {
      if (!leaf.isDialled()) {
        recheck(leaf);
      }
    }
    var wanted = new ArrayList<>(host.options().remotes());
    for (var remote : remotes) {
      if (!wanted.remove(remote.options())) {
        remotes.remove(remote);
        remote.stop();
      }
    }
    ways.former(List.of());
    lanesChanged();
    wanted.forEach(this::add);
  }

  private void recheck(Leaf leaf) {
    if (!admits(leaf.listener(), leaf.link().remote().getAddress())) {
      refuseAddress(leaf.link(), leaf.websocket());
    }
  }

  /// What INFO says changed: tells those that joined us.
  public void infoChanged() {
    for (var leaf : open.values()) {
      var arrival = leaf.arrival();
      if (arrival != null) {
        var b = host.info(arrival);
        b.clientId = leaf.id();
        leaf.link().send(Info.line(b.build().json()));
      }
    }
  }

  // ---- what the package shares ----

  LeafHost host() {
    return host;
  }

  Loops loops() {
    return loops;
  }

  /// A number for an attempt to join: it rises, also over restarts.
  long nextJoin() {
    return joins.incrementAndGet();
  }

  HubSessions sessions() {
    return sessions;
  }

  LaneWays ways() {
    return ways;
  }

  Claims<Remote> claims() {
    return claims;
  }

  /// Other remotes of the account may try again: a link of it ended.
  void released(Remote by, boolean linked) {
    for (var remote : remotes) {
      if (remote != by && remote.options().account().equals(by.options().account())) {
        remote.released(linked);
      }
    }
  }

  /// Whether a remote of the same account waits for this one's place.
  boolean hasStandby(Remote of) {
    return remotes.stream()
        .anyMatch(it ->
            it != of
                && it.status().state() == RemoteStatus.State.STANDBY
                && it.options().account().equals(of.options().account()));
  }

  LinkOptions linkOptions() {
    var limits = host.limits();
    var options = host.options();
    return new LinkOptions(
        limits.maxPendingBytes(),
        options.writeTimeout() == WriteTimeout.CLOSE ? deadline(options) : Long.MAX_VALUE,
        Math.min(limits.pingInterval().toNanos(), PING_INTERVAL_MAX.toNanos()),
        limits.pingMax(),
        true,
        true);
  }

  private long deadline(LeafOptions options) {
    var own = options.writeDeadline();
    return (own == null ? host.limits().writeDeadline() : own).toNanos();
  }
}

package io.frond.route;

import io.frond.account.Account;
import io.frond.auth.Permissions;
import io.frond.link.CloseReason;
import io.frond.link.Link;
import io.frond.link.LinkOptions;
import io.frond.options.ClusterOptions;
import io.frond.options.HostPort;
import io.frond.options.WriteTimeout;
import io.frond.session.Fence;
import io.frond.wire.Info;
import io.frond.wire.ProtocolParser;
import io.netty.channel.Channel;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// The servers of the cluster as this one knows them: who is connected, who is dialled, and what
/// they are told of each other. Any thread; `lock` guards `peers`, `open`, `closed`, what is told
/// of URLs and what [Dialling] has. Under it operations are queued and dials begun, but nothing
/// waits.
///
/// Two servers that dial each other at the same moment end with one connection: the one that the
/// server with the lesser id dialled. A nats-server drops ours when it has its own; then its own is
/// kept.
public final class Cluster implements AutoCloseable {
  private static final int LINE_BYTES_MAX = 256 * 1024;

  /// Another server's clients may send more than ours.
  private static final int PAYLOAD_BYTES_MAX = 64 << 20;

  private static final long PING_NANOS_MAX = TimeUnit.SECONDS.toNanos(30);

  /// In which those who lost this server try it again, [Solicitation#RETRY_MILLIS] and some more.
  private static final long MEETING_NANOS = TimeUnit.MILLISECONDS.toNanos(1200);

  private final RouteHost host;
  private final ClusterName name;
  private final int loops;
  private final Admissions admissions;
  private volatile Rules rules;
  private final List<Account> accounts = new CopyOnWriteArrayList<>();
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<String, Peer> peers = new HashMap<>();
  private final Dialling dialling;
  private final List<Route> open = new ArrayList<>();
  private boolean closed;
  private boolean urlsEverKnown;
  private List<List<String>> toldUrls = List.of(List.of(), List.of(), List.of());
  private volatile HostPort listening = new HostPort("", 0);
  private volatile long startedNanos = System.nanoTime();

  /// @param loops how many event loops there are
  public Cluster(RouteHost host, int loops) {
    this.host = host;
    this.loops = loops;
    dialling = new Dialling(this, host, lock);
    var options = host.options();
    name = new ClusterName(options.name(), host.random());
    rules = Rules.of(options, host.systemAccount());
    admissions = new Admissions(host, peers, dialling);
  }

  /// Begins to dial.
  ///
  /// @param at where routes come in, with the port that was bound
  public void start(HostPort at) {
    listening = at;
    startedNanos = System.nanoTime();
    host.log().info("Cluster name is " + name.name());
    if (name.dynamic()) {
      host.log().warn("Cluster name was dynamically generated, consider setting one");
    }
    host.watchAccounts(this::accountAdded);
    locked(() -> {
      for (var url : host.options().routes()) {
        dialling.solicit(url, true, null, GossipMode.DEFAULT);
      }
      return null;
    });
  }

  private <T extends @Nullable Object> T locked(java.util.function.Supplier<T> work) {
    lock.lock();
    try {
      return work.get();
    } finally {
      lock.unlock();
    }
  }

  private void accountAdded(Account account) {
    accounts.add(account);
    for (var route : routes()) {
      var loop = route.link().loop();
      loop.executor().execute(() -> loop.batch(() -> route.attach(account)));
    }
  }

  // ---- what others ask ----

  /// Whether this server has just started and others may be about to be connected: not all that are
  /// configured have been tried, or nobody is there and the time has not passed in which others
  /// try.
  public boolean meeting() {
    return locked(() ->
        dialling.tries() || (peers.isEmpty() && System.nanoTime() - startedNanos < MEETING_NANOS));
  }

  /// The connections that stand.
  public List<Route> routes() {
    return locked(() -> peers.values().stream().flatMap(it -> it.routes().stream()).toList());
  }

  /// To the servers that were relayed something since the last call.
  public List<Fence.Stage> fences() {
    return RouteFences.toRelayed(routes());
  }

  /// Through each of them is what its server had sent.
  public List<Fence.Stage> arrivals() {
    return RouteFences.toRelaying(routes());
  }

  public List<Fence.Stage> allArrivals() {
    return RouteFences.toAllRelaying(routes());
  }

  public String name() {
    return name.name();
  }

  /// It had this name, made as well, before its servers were started anew. Before the start.
  public void named(String earlier) {
    name.again(earlier);
  }

  public boolean dynamicName() {
    return name.dynamic();
  }

  /// Where routes come in.
  public HostPort listening() {
    return listening;
  }

  /// Client URLs of the other servers, those in lame duck mode left out.
  public List<String> clientUrls() {
    return locked(
        () -> peers.values().stream().flatMap(it -> it.clientUrls().stream()).distinct().toList());
  }

  public List<String> webSocketUrls() {
    return locked(() ->
        peers.values().stream().flatMap(it -> it.webSocketUrls().stream()).distinct().toList());
  }

  public List<String> leafUrls() {
    return locked(
        () -> peers.values().stream().flatMap(it -> it.leafUrls().stream()).distinct().toList());
  }

  /// Whether another server ever told client URLs: before that, clients are told none.
  public boolean urlsEverKnown() {
    return locked(() -> urlsEverKnown);
  }

  ClusterName clusterName() {
    return name;
  }

  @Nullable Permissions permissions() {
    return rules.permissions();
  }

  List<Account> accounts() {
    return accounts;
  }

  int loops() {
    return loops;
  }

  boolean solicits(String peerId) {
    return locked(() -> {
      var peer = peers.get(peerId);
      return peer != null && !peer.solicitations().isEmpty();
    });
  }

  boolean configured(String peerId) {
    return locked(() -> {
      var peer = peers.get(peerId);
      return peer != null && peer.configured();
    });
  }

  Info.Builder ownInfo() {
    return RouteInfo.own(host, name, listening);
  }

  /// Whether an account's interest is told on this connection.
  boolean carries(Route route, Account account) {
    var own = route.account();
    if (own != null) {
      return own.equals(account.name());
    }
    return route.noPool()
        || (!rules.pinned().contains(account.name())
            && RoutePool.index(rules.poolSize(), account.nameBytes()) == route.poolIndex());
  }

  // ---- connections ----

  /// A server dialled us. On the channel's loop.
  public void accept(Channel channel) {
    open(channel, null);
  }

  void open(Channel channel, @Nullable Solicitation wish) {
    var parser =
        new ProtocolParser(ProtocolParser.Dialect.ROUTE, LINE_BYTES_MAX, PAYLOAD_BYTES_MAX);
    Function<Link, io.frond.link.LinkHandler> handler = it -> new Route(this, host, it, wish);
    var link = host.link(channel, parser, linkOptions(), handler);
    var route = (Route) link.handler();
    var refused =
        locked(() -> {
          if (!closed) {
            open.add(route);
          }
          return closed;
        });
    channel.pipeline().addLast(link);
    if (refused) {
      link.close(CloseReason.SERVER_SHUTDOWN, null);
      return;
    }
    link.loop().batch(route::start);
  }

  private LinkOptions linkOptions() {
    var clients = host.clientOptions();
    var options = host.options();
    var deadline =
        options.writeDeadline() == null ? clients.writeDeadline() : options.writeDeadline();
    var interval = options.pingInterval() == null ? clients.pingInterval() : options.pingInterval();
    return new LinkOptions(
        clients.maxPendingBytes(),
        options.writeTimeout() == WriteTimeout.CLOSE ? deadline.toNanos() : Long.MAX_VALUE / 4,
        Math.min(PING_NANOS_MAX, interval.toNanos()),
        options.pingMax() > 0 ? options.pingMax() : clients.pingMax(),
        !clients.noFastProducerStall(),
        true);
  }

  /// Another server named its cluster.
  ///
  /// @return whether it is ours, or has become so
  boolean agreeOnName(Route route, String other, boolean dynamic, String serverId) {
    return switch (name.meet(other, dynamic)) {
      case SAME -> true;
      // it hears ours with the CONNECT, or has been told it
      case YIELDS -> route.solicitation() != null || route.registered();
      case CONFLICT -> false;
      case ADOPTED -> {
        host.log().info(route.label() + " - Cluster name updated to " + other);
        routes().stream().filter(it -> !it.remoteId().equals(serverId)).forEach(this::tellName);
        host.clusterChanged();
        yield true;
      }
    };
  }

  /// The cluster has another name: a Frond takes it and keeps the connection, since what is under
  /// way on it would be lost; any other gives its connections up, too, and meets us anew.
  private void tellName(Route route) {
    if (route.frond()) {
      route.link().send(Info.line(ownInfo().build().json()));
    } else {
      route.link().close(CloseReason.CLUSTER_NAME_CONFLICT, null);
    }
  }

  /// A server introduced itself: finds the connection's place. On the route's loop.
  ///
  /// @param frond whether it settles duplicates as we do
  Admission register(Route route, Info info, boolean frond) {
    return locked(() -> {
      if (closed) {
        return new Admission.Closing();
      }
      var admission = admissions.admit(route, info, frond, rules);
      urlsEverKnown |= admission instanceof Admission.Added && !info.connectUrls.isEmpty();
      return admission;
    });
  }

  /// After [#register], without the lock: what everyone else is to know.
  void registered(Route route) {
    host.log().debug(route.label() + " - Registering remote route " + route.remoteId());
    tellUrls();
  }

  /// Tells the server when the URLs are others than when it was told last.
  private void tellUrls() {
    var changed =
        locked(() -> {
          var now = List.of(clientUrls(), webSocketUrls(), leafUrls());
          var before = toldUrls;
          toldUrls = now;
          return !now.equals(before);
        });
    if (changed) {
      host.clusterChanged();
    }
  }

  /// The other side let us in: the next connection of the pool, if one is missing.
  void fillPool(Route route) {
    locked(() -> {
      var peer = peers.get(route.remoteId());
      var wish = route.solicitation();
      if (!closed && peer != null && wish != null && !route.noPool() && peer.free() >= 0) {
        wish.dial();
      }
      return null;
    });
  }

  /// A connection ended, whatever it was.
  void closed(Route route) {
    locked(() -> {
      open.remove(route);
      if (closed) {
        return null;
      }
      var peer = peers.get(route.remoteId());
      var wish = route.solicitation();
      if (route.remoteId().equals(host.serverId())) {
        if (wish != null) {
          dialling.end(wish);
        }
        return null;
      }
      if (peer != null && peer.remove(route)) {
        lost(peer, route);
        return null;
      }
      if (wish != null && route.duplicate() && peer != null) {
        wish.rest();
      } else if (wish != null && !wish.ended()) {
        failed(wish);
      }
      return null;
    });
    tellUrls();
  }

  private void failed(Solicitation wish) {
    if (!dialling.failed(wish, null)) {
      forget(wish);
    }
  }

  /// A server that gossip told of is given up.
  void forget(Solicitation wish) {
    peers.values().forEach(peer -> peer.solicitations().remove(wish));
  }

  private void lost(Peer peer, Route route) {
    var wish = peer.solicitation(route.account());
    if (peer.known() && peer.any() == null) {
      peer.known(false);
      peer.urls(List.of(), List.of(), List.of());
    }
    if (!peer.isEmpty()) {
      if (wish != null) {
        wish.redial();
      }
      return;
    }
    peers.remove(peer.id());
    for (var each : peer.solicitations()) {
      if (each.account() == null) {
        each.redial();
      } else {
        dialling.end(each); // begun again with the pool's first connection
      }
    }
  }

  // ---- gossip ----

  /// Another server told of a third one: dials it, unless it is known already.
  void heardOf(Info news) {
    if (news.serverId.equals(host.serverId()) || news.ip == null) {
      return;
    }
    var url = Gossip.url(news.ip);
    if (url == null) {
      host.log().error("Error parsing URL from INFO: " + news.ip);
      return;
    }
    var named = news.routeAccount;
    var account = named == null || named.isEmpty() ? null : named;
    locked(() -> {
      var peer = peers.get(news.serverId);
      var known = peer != null && (account == null ? peer.any() : peer.of(account)) != null;
      var wanted = account == null || rules.pinned().contains(account);
      if (!closed && !known && wanted && !Gossip.isConfigured(host.options(), news, url)) {
        dialling.solicit(url, false, account, GossipMode.of(news.gossipMode));
      }
      return null;
    });
  }

  /// The other side goes into lame duck mode: clients are no longer told of it.
  void lameDuck(Route route) {
    locked(() -> {
      var peer = peers.get(route.remoteId());
      if (peer != null) {
        peer.lameDuck();
      }
      return null;
    });
    tellUrls();
  }

  /// Applies options that changed: dials what is new, drops what is gone. Where the rules for all
  /// routes changed, all begin anew under the new ones; with another user, those that came to us.
  public void reload(ClusterOptions before, ClusterOptions after) {
    var next = Rules.of(after, host.systemAccount());
    var ending = new ArrayList<Route>();
    var refused = new ArrayList<Route>();
    locked(() -> {
      for (var url : before.routes()) {
        if (!after.routes().contains(url)) {
          var ended = dialling.withdraw(url);
          ended.forEach(this::forget);
          open.stream().filter(it -> ended.contains(it.solicitation())).forEach(ending::add);
        }
      }
      if (!next.sameAs(rules)) {
        rules = next;
        ending.addAll(open);
      } else if (!before.auth().sameUser(after.auth())) {
        open.stream().filter(it -> it.solicitation() == null).forEach(refused::add);
      }
      for (var url : after.routes()) {
        dialling.solicit(url, true, null, GossipMode.DEFAULT);
      }
      return null;
    });
    ending.forEach(it -> it.link().close(CloseReason.ROUTE_REMOVED, null));
    refused.forEach(Route::refuse);
  }

  // ---- end ----

  /// Tells the other servers that this one goes into lame duck mode.
  public void enterLameDuck() {
    var info = ownInfo();
    info.lameDuck = true;
    var line = Info.line(info.build().json());
    locked(() -> {
      for (var peer : peers.values()) {
        var route = peer.any();
        if (route != null) {
          route.link().send(line);
        }
      }
      return null;
    });
  }

  /// Stops dialling and ends all connections.
  @Override
  public void close() {
    var ending =
        locked(() -> {
          closed = true;
          dialling.close();
          return new ArrayList<>(open);
        });
    ending.forEach(it -> it.link().close(CloseReason.SERVER_SHUTDOWN, null));
  }
}

package io.frond.leafnode;

import io.frond.account.Account;
import io.frond.options.AccountOptions;
import io.frond.options.OutageOptions.LinkRules;
import io.frond.options.RemoteOptions;
import io.frond.session.FarEnd;
import io.frond.session.SessionFile;
import io.frond.session.SessionRecord;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// What a leaf remembers of its hubs, one session for each: by the hub's cluster, so that it is the
/// same whichever server of it is joined, and by whichever remote. Any thread; the monitor is held
/// while a session is looked for and made.
///
/// A cluster without a configured name has one that its servers made and that ends with them. A
/// session of such a cluster that is not joined is therefore taken up again by the next cluster
/// that the same account and user meet and do not know.
final class HubSessions {
  private static final long LOOK_MILLIS_MAX = 60_000;
  private static final int LOOKS = 4;

  /// After this a link that has to give way has ended.
  private static final long ENDED_MILLIS = 2000;

  /// So long servers of a cluster that start together may take to meet.
  private static final long NEW_NANOS = TimeUnit.SECONDS.toNanos(10);

  /// The form of names that servers make for a cluster (nats-server's, and ours).
  private static final Pattern MADE = Pattern.compile("[0-9A-Za-z]{22}");

  private final LeafHost host;
  private final LaneWays ways;
  private final ConcurrentHashMap<String, HubSession> sessions = new ConcurrentHashMap<>();
  private volatile @Nullable SessionFile file;
  private volatile @Nullable Future<?> looking;

  HubSessions(LeafHost host, LaneWays ways) {
    this.host = host;
    this.ways = ways;
  }

  /// Takes up what was remembered of the hubs that are still dialled. Once, before they are.
  void restore() {
    if (!host.resume().keeps()) {
      return;
    }
    var stored = host.hubFile(this::records);
    if (stored == null) {
      return;
    }
    try {
      var records = stored.load();
      records.stream().filter(LaneWays::isWay).forEach(ways::restore);
      records.stream().filter(it -> !LaneWays.isWay(it)).forEach(this::restore);
    } catch (IOException e) {
      host.log().error("Leafnode hubs cannot be read: " + e.getMessage());
    }
    file = stored;
    var expiry =
        host.options().remotes().stream()
            .mapToLong(it -> expiryMillis(it.outage()))
            .reduce(expiryMillis(LinkRules.DEFAULT), Math::min);
    if (expiry < Long.MAX_VALUE) {
      var every = Math.clamp(expiry / LOOKS, 1, LOOK_MILLIS_MAX);
      looking =
          host.loops()
              .any()
              .executor()
              .scheduleAtFixedRate(this::expire, every, every, TimeUnit.MILLISECONDS);
    }
  }

  private void restore(SessionRecord from) {
    var account = host.account(from.account());
    var now = System.currentTimeMillis();
    for (var options : host.options().remotes()) {
      var same = isOf(options, from.session(), from.cluster());
      var expired =
          from.awaySinceMillis() > 0
              && now - from.awaySinceMillis() > expiryMillis(options.outage());
      if (same && account != null && !expired && options.outage().enabled()) {
        var session =
            new HubSession(
                host, from.session(), account, from.cluster(), options.outage(), this::changed);
        session.lanes(ways.withheld(options, session.name()));
        session.restore(from);
        sessions.put(from.session(), session);
        return;
      }
    }
    host.log()
        .warn(
            "Leafnode hub is not dialled any more, what was kept for it is given up: "
                + from.session());
    new FarEnd(host.resume(), from.session(), "account " + from.account()).close();
  }

  private long expiryMillis(LinkRules rules) {
    var own = rules.session().expiry();
    var expiry = own == null ? host.options().outage().sessionExpiry() : own;
    return expiry.isZero() ? Long.MAX_VALUE : expiry.toMillis();
  }

  private void expire() {
    var now = System.currentTimeMillis();
    for (var session : sessions.values()) {
      if (session.awayForMillis(now) > expiryMillis(session.rules())
          && sessions.remove(session.name(), session)) {
        host.log()
            .warn(
                "Leafnode hub is away for too long, what was kept for it is given up: "
                    + session.name());
        session.forget();
        changed();
      }
    }
  }

  private List<SessionRecord> records() {
    var all = new ArrayList<>(ways.records());
    sessions.values().forEach(session -> all.add(session.record()));
    return all;
  }

  /// Something changed that is stored.
  void changed() {
    var stored = file;
    if (stored != null) {
      stored.changed();
    }
  }

  /// Stores what changed last.
  void close() {
    var timer = looking;
    if (timer != null) {
      timer.cancel(false);
    }
    var stored = file;
    if (stored != null) {
      try {
        stored.close();
      } catch (IOException e) {
        host.log().error("Leafnode hubs cannot be stored: " + e.getMessage());
      }
    }
  }

  /// The session with the hub that a remote has just met, null where nothing is kept.
  synchronized @Nullable HubSession of(RemoteOptions options, LeafPeer peer, Account account) {
    if (!host.resume().keeps()) {
      return null;
    }
    var cluster = peer.cluster();
    var known = find(options, cluster);
    if (known != null) {
      if (cluster != null && !cluster.equals(known.cluster())) {
        known.renamed(cluster);
      }
      known.met();
      return known;
    }
    var name = name(options, cluster);
    while (sessions.containsKey(name)) { // a session that was renamed since has it
      name += "'";
    }
    var made = new HubSession(host, name, account, cluster, options.outage(), this::changed);
    made.begun(NEW_NANOS);
    made.met(); // so no other remote takes it for one that waits for its hub
    sessions.put(name, made);
    return made;
  }

  private synchronized @Nullable HubSession find(RemoteOptions options, @Nullable String cluster) {
    HubSession heir = null;
    var heirs = 0;
    for (var session : sessions.values()) {
      var its = session.cluster();
      if (!isOf(options, session.name(), its)) {
        continue;
      }
      if (Objects.equals(its, cluster)) {
        return session;
      }
      if (its != null && MADE.matcher(its).matches() && !session.isJoined()) {
        heir = session;
        heirs++;
      }
    }
    return cluster != null && heirs == 1 ? heir : null;
  }

  /// The hub of a link that is up goes by another name: its cluster was just formed.
  ///
  /// @param taken whether another remote is joined to that cluster, so that this link ends
  synchronized void renamed(
      RemoteOptions options, @Nullable String before, String now, boolean taken) {
    for (var session : sessions.values()) {
      if (isOf(options, session.name(), session.cluster())
          && Objects.equals(session.cluster(), before)) {
        if (taken) {
          var _ = later(() -> giveUp(session), ENDED_MILLIS);
        } else {
          session.renamed(now);
        }
        return;
      }
    }
  }

  /// A hub ended a link because another one leads to it, too: when its servers start together and
  /// have not met yet, each looks like a hub of its own. What was begun for it is given up; what
  /// was there before is not, since the other link may be a former one of its own.
  synchronized void isDuplicate(RemoteOptions options, @Nullable String cluster) {
    if (cluster == null || !MADE.matcher(cluster).matches()) {
      return; // a hub of that name is no other
    }
    for (var session : sessions.values()) {
      if (isOf(options, session.name(), session.cluster())
          && Objects.equals(session.cluster(), cluster)
          && session.isNew()) {
        var _ = later(() -> giveUpFor(options, session), ENDED_MILLIS);
      }
    }
  }

  private ScheduledFuture<?> later(Runnable task, long millis) {
    return host.loops().any().executor().schedule(task, millis, TimeUnit.MILLISECONDS);
  }

  private synchronized void giveUpFor(RemoteOptions options, HubSession session) {
    for (var other : sessions.values()) {
      if (other != session && other.isJoined() && isOf(options, other.name(), other.cluster())) {
        giveUp(session);
        return;
      }
    }
  }

  private synchronized void giveUp(HubSession session) {
    if (!session.isJoined() && sessions.remove(session.name(), session)) {
      session.forget();
      changed();
    }
  }

  /// Whether the hub was joined last by a server that remembers no sessions.
  boolean joinedWithout(RemoteOptions options, @Nullable String cluster) {
    var known = find(options, cluster == null || cluster.isEmpty() ? null : cluster);
    return known != null && known.joinedWithout();
  }

  /// Lanes may have changed: what they held until now may go by interest at once.
  synchronized void renewLanes() {
    for (var session : sessions.values()) {
      for (var options : host.options().remotes()) {
        if (isOf(options, session.name(), session.cluster())) {
          session.lanes(ways.withheld(options, session.name()));
          break;
        }
      }
    }
  }

  /// The name of the hub that a remote has met: its session's, where it has one.
  String hubOf(RemoteOptions options, @Nullable String cluster) {
    var its = cluster == null || cluster.isEmpty() ? null : cluster;
    var known = find(options, its);
    return known == null ? name(options, its) : known.name();
  }

  /// A hub without a cluster has no name that outlives it: it goes by the first URL of its remote.
  private static String name(RemoteOptions options, @Nullable String cluster) {
    var hub = cluster == null ? "at " + options.urls().getFirst().hostPort() : "cluster " + cluster;
    return prefix(options) + hub;
  }

  private static String prefix(RemoteOptions options) {
    return "hub " + party(options);
  }

  /// Whose link a remote's is: an account's, as a user of the hub's.
  static String party(RemoteOptions options) {
    var first = options.urls().getFirst();
    var user = options.nkeySeed() != null ? "nkey" : first.user() == null ? "" : first.user();
    return options.account() + ' ' + user + ' ';
  }

  /// Whether two remotes may lead to one hub.
  static boolean alike(RemoteOptions one, RemoteOptions other) {
    return party(one).equals(party(other));
  }

  /// Whether a session may be a remote's: the hub's cluster may have another name by now.
  private static boolean isOf(RemoteOptions options, String session, @Nullable String cluster) {
    return cluster == null
        ? session.equals(name(options, null))
        : session.startsWith(prefix(options) + "cluster ");
  }

  /// What the hub knows us by: several accounts of ours may be joined to one of the hub's.
  static String sessionId(String server, String account) {
    return account.equals(AccountOptions.GLOBAL)
        ? server
        : server + Long.toString(digest(account), Character.MAX_RADIX);
  }

  private static long digest(String account) {
    var bytes = account.getBytes(StandardCharsets.UTF_8);
    return UUID.nameUUIDFromBytes(bytes).getMostSignificantBits() >>> 1;
  }

  List<HubSession> all() {
    return List.copyOf(sessions.values());
  }
}

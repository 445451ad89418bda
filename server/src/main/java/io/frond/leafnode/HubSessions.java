package io.frond.leafnode;

import io.frond.account.Account;
import io.frond.options.RemoteOptions;
import io.frond.session.FarEnd;
import io.frond.session.SessionFile;
import io.frond.session.SessionRecord;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// What a leaf remembers of its hubs, one session for each: by the hub's cluster, so that it is the
/// same whichever server of it is joined, and by whichever remote. Any thread.
final class HubSessions {
  private static final long LOOK_MILLIS_MAX = 60_000;
  private static final int LOOKS = 4;

  private final LeafHost host;
  private final ConcurrentHashMap<String, HubSession> sessions = new ConcurrentHashMap<>();
  private volatile @Nullable SessionFile file;
  private volatile @Nullable Future<?> looking;

  HubSessions(LeafHost host) {
    this.host = host;
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
      for (var each : stored.load()) {
        restore(each);
      }
    } catch (IOException e) {
      host.log().error("Leafnode hubs cannot be read: " + e.getMessage());
    }
    file = stored;
    var expiry = expiryMillis();
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
    var expired = from.awaySinceMillis() > 0 && now - from.awaySinceMillis() > expiryMillis();
    for (var options : host.options().remotes()) {
      var same = name(options, from.cluster()).equals(from.session());
      if (same && account != null && !expired && options.outage().enabled()) {
        var session =
            new HubSession(
                host, from.session(), account, from.cluster(), options.outage(), this::changed);
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

  private long expiryMillis() {
    var expiry = host.options().outage().sessionExpiry();
    return expiry.isZero() ? Long.MAX_VALUE : expiry.toMillis();
  }

  private void expire() {
    var now = System.currentTimeMillis();
    for (var session : sessions.values()) {
      if (session.awayForMillis(now) > expiryMillis() && sessions.remove(session.name(), session)) {
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
    return sessions.values().stream().map(HubSession::record).toList();
  }

  private void changed() {
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
  @Nullable HubSession of(RemoteOptions options, LeafPeer peer, Account account) {
    if (!host.resume().keeps()) {
      return null;
    }
    var name = name(options, peer.cluster());
    return sessions.computeIfAbsent(
        name,
        it -> new HubSession(host, it, account, peer.cluster(), options.outage(), this::changed));
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

package io.frond.session;

import io.frond.account.Account;
import io.frond.json.JsonException;
import io.frond.json.JsonFields;
import io.frond.json.JsonObject;
import io.frond.json.JsonWriter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Which leaf of an account has which JetStream domain, at whatever server of the cluster: two with
/// the same would both answer what is asked of the domain. Each server tells the others of the
/// leaves that are connected to it, for as long as the route and the leaf's link last.
///
/// Any thread; the monitor guards everything, and is held while others are told, so that they hear
/// of changes in their order.
public final class LeafDomains {
  /// More claims of another server than this are not remembered.
  static final int MAX = 16_384;

  /// A leaf has a domain.
  ///
  /// @param server id of the server that it is connected to
  /// @param link id of its link there
  /// @param cluster of the leaf, null for none; its servers share a domain
  /// @param session who the leaf is, whatever it calls itself; null when it does not say
  /// @param sinceMillis when it joined, by that server's clock: of two leaves that joined at once
  ///   the one that came first stays
  public record Claim(
      String domain,
      String server,
      long link,
      String name,
      @Nullable String cluster,
      @Nullable String session,
      long sinceMillis) {
    /// Whether it is the same leaf, or one that shares its domain.
    boolean goesWith(Claim other) {
      return name.equals(other.name)
          || (session != null && session.equals(other.session))
          || (cluster != null && cluster.equals(other.cluster));
    }

    private boolean wasBefore(Claim other) {
      return sinceMillis != other.sinceMillis
          ? sinceMillis < other.sinceMillis
          : server.compareTo(other.server) < 0;
    }

    /// As it goes over a route.
    public byte[] json(boolean ended) {
      var to = JsonWriter.compact().begin().put("domain", domain).put("server", server);
      to.put("link", link).put("name", name).putIf("cluster", cluster).putIf("session", session);
      return to.put("since", sinceMillis).putIf("ended", ended).end().bytes();
    }
  }

  /// Another server, as one account's connection reaches it.
  public interface Peer {
    /// Called with the monitor held: must only queue.
    void tell(Claim claim, boolean ended);
  }

  private record Key(Account account, String domain) {}

  /// @param from who told of it, null for a leaf of this server
  /// @param loses told when the leaf has to go, since another one came first
  private record Holder(Claim claim, @Nullable Peer from, Consumer<Claim> loses) {}

  private final Map<Key, List<Holder>> held = new HashMap<>();
  private final Map<Account, Set<Peer>> peers = new HashMap<>();
  private final Map<Peer, Integer> counts = new HashMap<>();

  /// A leaf joins this server.
  ///
  /// @param loses told, on any thread, when it turns out that another leaf came first
  /// @return which leaf has the domain already, null when there is none
  public synchronized @Nullable Claim claim(Account account, Claim claim, Consumer<Claim> loses) {
    var key = new Key(account, claim.domain());
    var other = other(key, claim);
    if (other != null) {
      return other.claim();
    }
    held.computeIfAbsent(key, _ -> new ArrayList<>(1)).add(new Holder(claim, null, loses));
    tell(account, claim, false);
    return null;
  }

  private @Nullable Holder other(Key key, Claim than) {
    for (var each : held.getOrDefault(key, List.of())) {
      if (!each.claim().goesWith(than)) {
        return each;
      }
    }
    return null;
  }

  private void tell(Account account, Claim claim, boolean ended) {
    for (var peer : peers.getOrDefault(account, Set.of())) {
      peer.tell(claim, ended);
    }
  }

  /// The leaf's link ended.
  public synchronized void release(Account account, Claim claim) {
    if (remove(new Key(account, claim.domain()), null, claim)) {
      tell(account, claim, true);
    }
  }

  private boolean remove(Key key, @Nullable Peer from, Claim claim) {
    var these = held.get(key);
    if (these == null) {
      return false;
    }
    var gone =
        these.removeIf(it ->
            it.from() == from
                && it.claim().link() == claim.link()
                && it.claim().server().equals(claim.server()));
    if (these.isEmpty()) {
      held.remove(key);
    }
    return gone;
  }

  // ---- the other servers ----

  /// A connection to another server carries an account from now on.
  public synchronized void open(Account account, Peer peer) {
    if (!peers.computeIfAbsent(account, _ -> new LinkedHashSet<>()).add(peer)) {
      return;
    }
    held.forEach((key, these) -> {
      for (var each : these) {
        if (key.account() == account && each.from() == null) {
          peer.tell(each.claim(), false);
        }
      }
    });
  }

  /// The connection is gone, and with it what it told.
  public synchronized void close(Account account, Peer peer) {
    var open = peers.get(account);
    if (open != null && open.remove(peer) && open.isEmpty()) {
      peers.remove(account);
    }
    counts.remove(peer);
    held.values()
        .removeIf(these -> {
          these.removeIf(it -> it.from() == peer);
          return these.isEmpty();
        });
  }

  /// Another server told of a leaf.
  ///
  /// @throws JsonException when it is not what a server tells
  public void heard(Account account, Peer from, byte[] json) throws JsonException {
    var said = new JsonFields(JsonObject.parse(json), "claim");
    var cluster = said.text("cluster");
    var session = said.text("session");
    var claim =
        new Claim(
            said.text("domain"),
            said.text("server"),
            said.number("link"),
            said.text("name"),
            cluster.isEmpty() ? null : cluster,
            session.isEmpty() ? null : session,
            said.number("since"));
    if (claim.domain().isEmpty()) {
      throw new JsonException("no domain");
    }
    for (var loser : heard(account, from, claim, said.flag("ended"))) {
      loser.loses().accept(claim);
    }
  }

  private synchronized List<Holder> heard(Account account, Peer from, Claim claim, boolean ended) {
    var key = new Key(account, claim.domain());
    var known = remove(key, from, claim);
    var count = counts.getOrDefault(from, 0) - (known ? 1 : 0);
    var open = peers.get(account);
    if (ended || count >= MAX || open == null || !open.contains(from)) {
      counts.put(from, count);
      return List.of();
    }
    counts.put(from, count + 1);
    var these = held.computeIfAbsent(key, _ -> new ArrayList<>(1));
    var losers =
        these.stream()
            .filter(it ->
                it.from() == null && !it.claim().goesWith(claim) && claim.wasBefore(it.claim()))
            .toList();
    these.add(new Holder(claim, from, _ -> {}));
    return losers;
  }
}

package io.frond.route;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Another server of the cluster and our connections to it: those of the pool by their index, and
/// one for each account that has its own. Guarded by the cluster's lock.
final class Peer {
  private final String id;
  private @Nullable Route[] pool;
  private final Map<String, Route> byAccount = new HashMap<>();
  private final List<Solicitation> solicitations = new ArrayList<>();
  private List<String> clientUrls = List.of();
  private List<String> webSocketUrls = List.of();
  private List<String> leafUrls = List.of();
  private boolean lameDuck;
  private boolean known;

  Peer(String id, int poolSize) {
    this.id = id;
    pool = new Route[poolSize];
  }

  String id() {
    return id;
  }

  /// Makes room for a larger pool: the other server was reconfigured.
  void grow(int poolSize) {
    if (poolSize > pool.length) {
      pool = java.util.Arrays.copyOf(pool, poolSize);
    }
  }

  /// The first free index, -1 when the pool is full.
  int free() {
    for (var i = 0; i < pool.length; i++) {
      if (pool[i] == null) {
        return i;
      }
    }
    return -1;
  }

  @Nullable Route at(int index) {
    return pool[index];
  }

  int poolSize() {
    return pool.length;
  }

  void put(int index, Route route) {
    pool[index] = route;
  }

  @Nullable Route of(String account) {
    return byAccount.get(account);
  }

  void put(String account, Route route) {
    byAccount.put(account, route);
  }

  /// @return whether the route had a place here
  boolean remove(Route route) {
    var account = route.account();
    if (account != null) {
      return byAccount.remove(account, route);
    }
    for (var i = 0; i < pool.length; i++) {
      if (pool[i] == route) {
        pool[i] = null;
        return true;
      }
    }
    return false;
  }

  /// A connection of the pool, null when there is none.
  @Nullable Route any() {
    for (var route : pool) {
      if (route != null) {
        return route;
      }
    }
    return null;
  }

  boolean isEmpty() {
    return any() == null && byAccount.isEmpty();
  }

  List<Route> routes() {
    var all = new ArrayList<Route>();
    for (var route : pool) {
      if (route != null) {
        all.add(route);
      }
    }
    all.addAll(byAccount.values());
    return all;
  }

  /// Who dials this server when connections are missing.
  List<Solicitation> solicitations() {
    return solicitations;
  }

  void add(Solicitation solicitation) {
    if (!solicitations.contains(solicitation)) {
      solicitations.add(solicitation);
    }
  }

  /// Who dials for an account or, without one, for the pool: one from the configuration first.
  @Nullable Solicitation solicitation(@Nullable String account) {
    Solicitation found = null;
    for (var each : solicitations) {
      if (java.util.Objects.equals(each.account(), account)
          && (found == null || (each.explicit() && !found.explicit()))) {
        found = each;
      }
    }
    return found;
  }

  boolean configured() {
    return solicitations.stream().anyMatch(Solicitation::explicit);
  }

  /// Its URLs; remembered until its last connection is gone.
  void urls(List<String> clients, List<String> webSockets, List<String> leaves) {
    clientUrls = clients;
    webSocketUrls = webSockets;
    leafUrls = leaves;
  }

  void lameDuck() {
    lameDuck = true;
  }

  /// Whether the pool's first connection came about, and everyone was told.
  boolean known() {
    return known;
  }

  void known(boolean now) {
    known = now;
  }

  List<String> clientUrls() {
    return lameDuck ? List.of() : clientUrls;
  }

  List<String> webSocketUrls() {
    return lameDuck ? List.of() : webSocketUrls;
  }

  List<String> leafUrls() {
    return leafUrls;
  }
}

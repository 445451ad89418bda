package io.frond.leafnode;

import io.frond.options.ServerUrl;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// The URLs of a remote and the order in which they are tried: each once in a round, those that the
/// hub gossiped after the configured ones. Not synchronized: the remote's.
final class UrlPool {
  private static final int DISCOVERED_MAX = 64;

  private final List<ServerUrl> configured;
  private final boolean preferOrder;
  private List<ServerUrl> discovered = List.of();
  private List<ServerUrl> all;
  private final Set<ServerUrl> tried = new HashSet<>();
  private final Map<ServerUrl, Long> shunnedUntil = new HashMap<>();
  private @Nullable ServerUrl last;
  private int cursor;

  /// @param inOrder the configured order is kept; else it is shuffled once
  /// @param preferOrder each round begins with the first
  UrlPool(List<ServerUrl> urls, boolean inOrder, boolean preferOrder, RandomGenerator random) {
    var order = new ArrayList<>(urls);
    if (!inOrder && !preferOrder) {
      for (var i = order.size() - 1; i > 0; i--) {
        order.set(i, order.set(random.nextInt(i + 1), order.get(i)));
      }
    }
    configured = List.copyOf(order);
    all = configured;
    this.preferOrder = preferOrder;
  }

  List<ServerUrl> all() {
    return all;
  }

  /// Replaces what was gossiped; URLs that are configured are left out.
  void discovered(List<ServerUrl> urls) {
    var fresh = new ArrayList<ServerUrl>();
    for (var url : urls) {
      if (fresh.size() < DISCOVERED_MAX && !knows(configured, url) && !knows(fresh, url)) {
        fresh.add(url);
      }
    }
    if (!fresh.equals(discovered)) {
      discovered = fresh;
      var both = new ArrayList<>(configured);
      both.addAll(fresh);
      all = List.copyOf(both);
      cursor = Math.min(cursor, all.size());
    }
  }

  private static boolean knows(List<ServerUrl> urls, ServerUrl url) {
    return urls.stream().anyMatch(it -> it.hostPort().equals(url.hostPort()));
  }

  void beginRound() {
    tried.clear();
    last = null;
  }

  /// This URL comes last in the round: its server was just lost.
  void last(@Nullable ServerUrl url) {
    last = url;
  }

  /// Whether a URL of the round was not tried yet.
  boolean hasUntried() {
    return !tried.containsAll(all);
  }

  /// Leaves a URL aside for a while, as long as there are others.
  void shun(ServerUrl url, long untilNanos) {
    shunnedUntil.put(url, untilNanos);
  }

  boolean shunned(ServerUrl url, long now) {
    var until = shunnedUntil.get(url);
    if (until != null && now - until >= 0) {
      shunnedUntil.remove(url);
      return false;
    }
    return until != null;
  }

  /// The next URL of the round, null when all were tried.
  @Nullable ServerUrl next(long now) {
    var chosen = -1;
    for (var i = 0; i < all.size(); i++) {
      var at = (preferOrder ? i : cursor + i) % all.size();
      var url = all.get(at);
      if (tried.contains(url)) {
        continue;
      }
      if (!shunned(url, now) && !url.equals(last)) {
        chosen = at;
        break;
      }
      chosen = chosen < 0 ? at : chosen;
    }
    if (chosen < 0) {
      return null;
    }
    cursor = chosen + 1;
    tried.add(all.get(chosen));
    return all.get(chosen);
  }

  /// The first of the configured URLs that stands before this one and is worth a try; null when
  /// there is none or the order does not matter.
  @Nullable ServerUrl better(ServerUrl than, long now) {
    if (!preferOrder) {
      return null;
    }
    for (var url : configured) {
      if (url.equals(than)) {
        return null;
      }
      if (!shunned(url, now)) {
        return url;
      }
    }
    return null;
  }

  /// Whether an earlier URL is to be preferred, should it answer.
  boolean hasBetter(ServerUrl than) {
    return preferOrder && !configured.getFirst().equals(than);
  }

  /// Whether there is another URL than this one.
  boolean hasOther(@Nullable ServerUrl than) {
    return all.stream().anyMatch(url -> !url.equals(than));
  }
}

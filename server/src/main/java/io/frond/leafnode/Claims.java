package io.frond.leafnode;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Which remote holds the link to a hub. Remotes of one account that lead to the same cluster, such
/// as three entries with a URL each, share one link: a second would be a loop. The others stand by.
/// Any thread; the monitor guards `held`.
///
/// @param <R> the remotes
final class Claims<R> {
  /// @param user as whom the hub knows the link, "" for nobody
  /// @param hub the hub's cluster, or its server id where it is in none
  record Key(String account, String user, String hub) {}

  private final Map<Key, R> held = new HashMap<>();

  /// Takes the key, unless somebody else has it.
  ///
  /// @return who else has it, null when the remote has it now
  synchronized @Nullable R claim(Key key, R remote) {
    var holder = held.putIfAbsent(key, remote);
    return holder == remote ? null : holder;
  }

  /// Gives the key back.
  ///
  /// @return whether the remote had it
  synchronized boolean release(Key key, R remote) {
    return held.remove(key, remote);
  }
}

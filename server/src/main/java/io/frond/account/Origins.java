package io.frond.account;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The clusters of leaves that an account knows: each has one [Origin] as long as somebody uses it.
/// Any thread; the monitor guards `known` and the counts of uses.
public final class Origins {
  private final Map<String, Origin> known = new HashMap<>();

  Origins() {}

  /// @param cluster null for a server without one, which gets an origin of its own
  public synchronized Origin enter(@Nullable String cluster) {
    var origin = cluster == null ? new Origin(null) : known.computeIfAbsent(cluster, Origin::new);
    origin.uses++;
    return origin;
  }

  /// Gives back what [#enter] gave.
  public synchronized void leave(Origin origin) {
    origin.uses--;
    var cluster = origin.cluster();
    if (origin.uses == 0 && cluster != null) {
      known.remove(cluster);
    }
  }
}

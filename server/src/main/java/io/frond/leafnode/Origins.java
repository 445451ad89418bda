package io.frond.leafnode;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Who counts as one origin: all links of one account to servers of the same cluster. What came
/// from one of them is not sent to another, since those servers have told each other. A link to a
/// server without a cluster is an origin of its own. Any thread; the monitor guards `known`.
final class Origins {
  private record Key(String account, String cluster) {}

  /// Compared by identity.
  static final class Origin {
    private final @Nullable Key key;
    private int links;

    private Origin(@Nullable Key key) {
      this.key = key;
    }
  }

  private final Map<Key, Origin> known = new HashMap<>();

  synchronized Origin enter(String account, @Nullable String cluster) {
    var origin =
        cluster == null
            ? new Origin(null)
            : known.computeIfAbsent(new Key(account, cluster), Origin::new);
    origin.links++;
    return origin;
  }

  synchronized void leave(Origin origin) {
    origin.links--;
    if (origin.links == 0 && origin.key != null) {
      known.remove(origin.key);
    }
  }
}

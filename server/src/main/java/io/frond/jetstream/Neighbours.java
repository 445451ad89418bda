package io.frond.jetstream;

import java.util.Set;

/// The other servers of the cluster, as routes know them. Any thread.
public interface Neighbours {
  /// The ids of servers that have streams and that this one is connected to.
  Set<String> connected();

  /// Whether others may be about to be connected, because this server or another has just started.
  boolean meeting();
}

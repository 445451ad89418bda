package io.frond.account;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// A cluster of leaves as one account sees it: all links to its servers, here and, by what routes
/// tell, at the other servers of our cluster. What came from one of them goes to no other, since
/// those servers have told each other. A link to a leaf without a cluster is an origin of its own.
/// Compared by identity; made and given back by [Origins].
public final class Origin {
  private final @Nullable String cluster;
  private final byte @Nullable [] name;

  /// Guarded by the monitor of [Origins].
  int uses;

  Origin(@Nullable String cluster) {
    this.cluster = cluster;
    name = cluster == null ? null : cluster.getBytes(StandardCharsets.UTF_8);
  }

  @Nullable String cluster() {
    return cluster;
  }

  /// The cluster's name, null for one link without a cluster: routes are not told of it.
  public byte @Nullable [] name() {
    return name;
  }
}

package io.frond.route;

import io.frond.auth.Permissions;
import io.frond.options.ClusterOptions;
import io.frond.options.PermissionOptions;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What holds for every route of the cluster until a reload. Immutable.
///
/// @param pooled whether there are several connections to each server
/// @param poolSize how many, 1 without a pool
/// @param pinned accounts that have a connection of their own
/// @param permissions what may come in (publish) and go out (subscribe), null for everything
record Rules(boolean pooled, int poolSize, Set<String> pinned, @Nullable Permissions permissions) {
  /// @param systemAccount null when nobody is told of it
  static Rules of(ClusterOptions options, @Nullable String systemAccount) {
    var pinned = new HashSet<String>();
    if (options.poolSize() > 0) {
      pinned.addAll(options.pinnedAccounts());
      if (systemAccount != null) {
        pinned.add(systemAccount);
      }
    }
    var permissions =
        options.importPermission() == null && options.exportPermission() == null
            ? null
            : Permissions.of(
                new PermissionOptions(
                    options.importPermission(), options.exportPermission(), null));
    return new Rules(
        options.poolSize() > 0, Math.max(1, options.poolSize()), Set.copyOf(pinned), permissions);
  }

  boolean sameAs(Rules other) {
    return pooled == other.pooled
        && poolSize == other.poolSize
        && pinned.equals(other.pinned)
        && Objects.equals(source(permissions), source(other.permissions));
  }

  private static @Nullable PermissionOptions source(@Nullable Permissions permissions) {
    return permissions == null ? null : permissions.options();
  }
}

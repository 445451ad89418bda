package io.frond.session;

import org.jspecify.annotations.Nullable;

/// A leaf says who it is.
///
/// @param session its id, the same after a restart where it has a store
/// @param link number of this link among all that the leaf's session ever had
/// @param cluster null for none
/// @param fresh the leaf was connected without a session in between
public record SpokeClaim(
    String session, long link, String name, @Nullable String cluster, boolean fresh) {}

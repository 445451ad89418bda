package io.frond.session;

import org.jspecify.annotations.Nullable;

/// How a leaf's session stands, for monitoring.
///
/// @param name the leaf's
/// @param server where the leaf is connected: "" for here, null for nowhere
/// @param complete whether all its interest was told since it connected
/// @param sinceMillis of the wall clock: since when it is connected there, or away
/// @param interests subjects and queue groups that are remembered
/// @param doubtful those that it did not tell of again yet
/// @param ours whether this server stands for it where only one may
public record SpokeStatus(
    String account,
    String session,
    String name,
    @Nullable String server,
    boolean complete,
    long sinceMillis,
    int interests,
    int doubtful,
    boolean ours) {}

package io.frond.session;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// A session as it is stored.
///
/// @param link number of the leaf's last link
/// @param ours whether the leaf was last connected to this server
/// @param awaySinceMillis by the wall clock, 0 while it was connected
public record SessionRecord(
    String account,
    String session,
    String name,
    @Nullable String cluster,
    long link,
    boolean ours,
    long awaySinceMillis,
    List<Kept> interests) {
  /// Arrays that nobody changes.
  public record Kept(byte[] subject, byte @Nullable [] queue, int weight) {}
}

package io.frond.leafnode;

import io.frond.options.ServerUrl;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// How a remote stands, for monitoring and logs.
///
/// @param account local account
/// @param urls that it may dial, gossiped ones last
/// @param url the one that it is at, null before the first attempt
/// @param reason why it is in this state
/// @param since when it came into this state
/// @param failures attempts in a row that failed
/// @param joins how often it joined a hub since the start
/// @param lanes names of its forward lanes
public record RemoteStatus(
    String account,
    List<ServerUrl> urls,
    State state,
    @Nullable ServerUrl url,
    String reason,
    Instant since,
    int failures,
    long joins,
    List<String> lanes) {

  /// What a remote does.
  public enum State {
    /// It was told not to dial.
    DISABLED,
    /// A connection is being made.
    DIALLING,
    /// There is a connection; the two servers introduce themselves.
    HANDSHAKING,
    /// The link is up.
    JOINED,
    /// The link is being given up for another one.
    DRAINING,
    /// It waits before it dials again, since nobody answered or the link was lost.
    BACKING_OFF,
    /// It waits before it dials again, since the hub (or we) refused the link.
    REFUSED,
    /// Another remote of the same account holds a link to the same hub; this one takes over when
    /// that ends.
    STANDBY,
    /// The server ends, or the remote was taken from the configuration.
    STOPPED
  }
}

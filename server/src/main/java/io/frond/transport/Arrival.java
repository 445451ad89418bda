package io.frond.transport;

import org.jspecify.annotations.Nullable;

/// What is known of an accepted connection before it said anything in NATS.
///
/// @param tls how TLS stands, which the INFO must tell
/// @param leafAllowed whether a leaf may join: [ListenerSettings#leafAllowed] asked for its address
/// @param upgrade the HTTP request that opened a WebSocket, null for a plain connection
public record Arrival(
    ListenerKind listener, Tls tls, boolean leafAllowed, @Nullable Upgrade upgrade) {

  /// How TLS stands when the INFO is written.
  public enum Tls {
    /// The listener has none.
    NONE,
    /// The other side may begin TLS after the INFO (`tls_available`).
    OFFERED,
    /// The other side must begin TLS after the INFO (`tls_required`); until it did, nothing of it
    /// is passed on.
    REQUIRED,
    /// TLS is up already, and the INFO travels inside it.
    ESTABLISHED
  }

  /// Whether WebSocket frames wrap the bytes; the frames themselves are never seen above.
  public boolean websocket() {
    return upgrade != null;
  }

  /// Whether an HTTP request said by its path (`…/leafnode`) that a leaf comes.
  public boolean leafPath() {
    return upgrade != null && upgrade.leafPath();
  }
}

package io.frond.transport;

/// What the transport tells an accepted connection besides its bytes, as a user event in the
/// channel's pipeline.
public sealed interface TransportEvent {
  /// TLS began after the INFO and is up.
  record Secured() implements TransportEvent {}

  /// TLS began after the INFO and failed; the channel is being closed.
  record SecureFailed(Throwable cause) implements TransportEvent {}

  /// TLS is required and the other side spoke plainly or, `timedOut`, not at all. What it sent is
  /// dropped; the handler writes its `-ERR` (in plain text, since there is no TLS) and closes.
  record TlsRequired(boolean timedOut) implements TransportEvent {}

  /// More TLS handshakes in this second than `connection_rate_limit` allows; the handler writes its
  /// `-ERR` and closes.
  record Throttled() implements TransportEvent {}

  /// The other side ended the WebSocket, or broke its rules; the channel is being closed.
  ///
  /// @param status of RFC 6455, 7.4.1; 1005 when the other side gave none
  record WebSocketClosed(int status, String reason) implements TransportEvent {}
}

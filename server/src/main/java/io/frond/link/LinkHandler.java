package io.frond.link;

import io.frond.transport.TransportEvent;
import io.frond.wire.ControlOp;
import io.frond.wire.MessageFrame;
import io.frond.wire.ProtocolException;

/// Who speaks on a link. All calls come on the link's event loop.
public interface LinkHandler {
  void onMessage(MessageFrame frame) throws ProtocolException;

  /// Every other operation but PING and PONG, which the link answers and counts itself.
  void onControl(ControlOp op) throws ProtocolException;

  /// A PING came; the link answers it after this returns true.
  default boolean onPing() throws ProtocolException {
    return true;
  }

  /// The PING of [Link#ask] was answered: the peer has handled all that was sent before it.
  default void onAnswered() {}

  /// The peer broke the protocol; the link ends after this.
  void onViolation(ProtocolException violation);

  /// TLS and WebSocket had something to say.
  void onTransport(TransportEvent event);

  /// Some times a second: for handshake limits.
  void onTick(long nowNanos);

  /// The link ended; nothing comes any more.
  void onClosed(CloseReason reason);

  /// Who is at the other end.
  default LinkKind kind() {
    return LinkKind.CLIENT;
  }

  /// Name in logs: `127.0.0.1:4711 - cid:5`.
  String label();
}

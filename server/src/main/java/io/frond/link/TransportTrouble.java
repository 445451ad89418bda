package io.frond.link;

import io.frond.logging.Log;
import io.frond.transport.TransportEvent;
import io.frond.wire.ErrorText;

/// What every kind of connection does when TLS or WebSocket has something to say.
public final class TransportTrouble {
  private TransportTrouble() {}

  public static void handle(Link link, Log log, TransportEvent event) {
    var label = link.handler().label();
    switch (event) {
      case TransportEvent.Secured _ -> log.debug(label + " - TLS handshake complete");
      case TransportEvent.SecureFailed(var cause) -> {
        log.error(label + " - TLS handshake error: " + cause.getMessage());
        link.close(CloseReason.TLS_HANDSHAKE_ERROR, null);
      }
      case TransportEvent.TlsRequired(var timedOut) -> {
        log.error(label + " - TLS handshake error: " + (timedOut ? "timeout" : "no TLS"));
        link.close(CloseReason.TLS_HANDSHAKE_ERROR, ErrorText.TLS_REQUIRED);
      }
      case TransportEvent.Throttled _ ->
          link.close(CloseReason.TLS_HANDSHAKE_ERROR, ErrorText.THROTTLED);
      case TransportEvent.WebSocketClosed _ -> link.close(CloseReason.CLIENT_CLOSED, null);
    }
  }
}

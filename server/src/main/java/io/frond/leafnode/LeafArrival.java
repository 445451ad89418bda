package io.frond.leafnode;

import io.frond.json.JsonException;
import io.frond.link.CloseReason;
import io.frond.link.Link;
import io.frond.link.LinkHandler;
import io.frond.transport.Arrival;
import io.frond.transport.TransportEvent;
import io.frond.wire.Connect;
import io.frond.wire.ControlOp;
import io.frond.wire.ErrorText;
import io.frond.wire.Info;
import io.frond.wire.MessageFrame;
import io.frond.wire.ProtocolException;
import io.frond.wire.ProtocolException.Violation;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/// A connection on the leaf listener, or under the WebSocket path of leaves, until its CONNECT.
/// Owner: the link's event loop.
final class LeafArrival implements LinkHandler {
  private static final int NONCE_BYTES = 11;

  private final LeafNodes nodes;
  private final LeafHost host;
  private final Link link;
  private final Arrival arrival;
  private final long openedNanos = System.nanoTime();
  private @Nullable String nonce;
  private boolean asked;

  LeafArrival(LeafNodes nodes, Link link, Arrival arrival) {
    this.nodes = nodes;
    this.host = nodes.host();
    this.link = link;
    this.arrival = arrival;
  }

  /// Greets with the INFO, or ends at once who may not come from there. On the loop, once.
  void start() {
    if (!nodes.admits(arrival.listener(), link.remote().getAddress())) {
      nodes.refuseAddress(link, arrival.websocket());
      return;
    }
    var bytes = new byte[NONCE_BYTES];
    host.random().nextBytes(bytes);
    nonce = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    var b = host.info(arrival);
    b.clientId = link.id();
    b.nonce = nonce;
    link.send(Info.line(b.build().json()));
  }

  @Override
  public void onMessage(MessageFrame frame) throws ProtocolException {
    throw early();
  }

  private static ProtocolException early() {
    return new ProtocolException(
        Violation.AUTHORIZATION, ErrorText.AUTHORIZATION_VIOLATION, "authentication error");
  }

  @Override
  public void onControl(ControlOp op) throws ProtocolException {
    switch (op) {
      case ControlOp.ConnectOp(var json) -> connect(json);
      case ControlOp.Err(var text) ->
          host.log().error(label() + " - Leafnode Error '" + text + "'");
      case ControlOp.InfoOp _, ControlOp.Bare _ -> {}
      case ControlOp.LeafInterest _,
          ControlOp.Sub _,
          ControlOp.Unsub _,
          ControlOp.RouteInterest _,
          ControlOp.AccountInterest _,
          ControlOp.SourceOp _,
          ControlOp.OfSource _,
          ControlOp.FenceOp _,
          ControlOp.FencedOp _,
          ControlOp.RouteSessionOp _ ->
          throw early();
    }
  }

  private void connect(byte[] json) throws ProtocolException {
    Connect said;
    try {
      said = Connect.parse(json);
    } catch (JsonException e) {
      throw new ProtocolException(
          Violation.PARSE, ErrorText.UNKNOWN_OPERATION, "CONNECT: " + e.getMessage());
    }
    if (said.lang() != null) {
      host.log().error(label() + " - " + ErrorText.CLIENT_ON_LEAF_PORT);
      link.close(CloseReason.WRONG_PORT, ErrorText.CLIENT_ON_LEAF_PORT);
      return;
    }
    asked = true;
    new Admission(nodes, link, arrival, said, nonce).run();
  }

  @Override
  public void onViolation(ProtocolException violation) {
    host.log().error(label() + " - " + violation.getMessage());
    if (violation.violation() == Violation.AUTHORIZATION) {
      link.close(CloseReason.AUTHENTICATION_VIOLATION, violation.wireText());
      host.unauthorized(link, null);
    } else {
      link.close(CloseReason.PROTOCOL_VIOLATION, violation.wireText());
    }
  }

  @Override
  public void onTransport(TransportEvent event) {
    switch (event) {
      case TransportEvent.Secured _ -> host.log().debug(label() + " - TLS handshake complete");
      case TransportEvent.SecureFailed(var cause) -> {
        host.log().error(label() + " - TLS leafnode handshake error: " + cause.getMessage());
        link.close(CloseReason.TLS_HANDSHAKE_ERROR, null);
      }
      case TransportEvent.TlsRequired(var timedOut) -> {
        host.log()
            .error(
                label() + " - TLS leafnode handshake error: " + (timedOut ? "timeout" : "no TLS"));
        link.close(CloseReason.TLS_HANDSHAKE_ERROR, ErrorText.TLS_REQUIRED);
      }
      case TransportEvent.Throttled _ ->
          link.close(CloseReason.TLS_HANDSHAKE_ERROR, ErrorText.THROTTLED);
      case TransportEvent.WebSocketClosed _ -> link.close(CloseReason.CLIENT_CLOSED, null);
    }
  }

  @Override
  public void onTick(long nowNanos) {
    if (!asked && nowNanos - openedNanos > host.authTimeout().toNanos()) {
      host.log().error(label() + " - Authentication Timeout");
      link.close(CloseReason.AUTHENTICATION_TIMEOUT, ErrorText.AUTHENTICATION_TIMEOUT);
    }
  }

  @Override
  public void onClosed(CloseReason reason) {
    host.log().debug(label() + " - Leafnode connection closed: " + reason);
  }

  @Override
  public String label() {
    return Leaf.label(link, arrival.websocket());
  }
}

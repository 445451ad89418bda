package io.frond.link;

import io.frond.transport.WebSocketStatus;
import io.frond.wire.ProtocolException.Violation;

/// Why a connection ended, with the texts that nats-server's monitoring shows.
public enum CloseReason {
  CLIENT_CLOSED("Client Closed"),
  AUTHENTICATION_TIMEOUT("Authentication Timeout"),
  AUTHENTICATION_VIOLATION("Authentication Failure"),
  TLS_HANDSHAKE_ERROR("TLS Handshake Failure"),
  SLOW_CONSUMER_PENDING("Slow Consumer (Pending Bytes)"),
  SLOW_CONSUMER_DEADLINE("Slow Consumer (Write Deadline)"),
  WRITE_ERROR("Write Error"),
  READ_ERROR("Read Error"),
  PARSE_ERROR("Parse Error"),
  STALE_CONNECTION("Stale Connection"),
  PROTOCOL_VIOLATION("Protocol Violation"),
  BAD_CLIENT_PROTOCOL("Bad Client Protocol Version"),
  WRONG_PORT("Incorrect Port"),
  MAX_CONNECTIONS("Maximum Connections Exceeded"),
  MAX_ACCOUNT_CONNECTIONS("Maximum Account Connections Exceeded"),
  MAX_PAYLOAD("Maximum Message Payload Exceeded"),
  MAX_CONTROL_LINE("Maximum Control Line Exceeded"),
  MAX_SUBSCRIPTIONS("Maximum Subscriptions Exceeded"),
  DUPLICATE_ROUTE("Duplicate Route"),
  ROUTE_REMOVED("Route Removed"),
  SERVER_SHUTDOWN("Server Shutdown"),
  AUTHENTICATION_EXPIRED("Authentication Expired"),
  MISSING_ACCOUNT("Missing Account"),
  REVOKED("Credentials Revoked"),
  HEADER_VIOLATION("Message Header Violation"),
  NO_RESPONDERS_REQUIRES_HEADERS("No Responders Requires Headers"),
  CLUSTER_NAME_CONFLICT("Cluster Name Conflict"),
  DUPLICATE_LEAF("Duplicate Remote LeafNode Connection"),
  DUPLICATE_SERVER_NAME("Duplicate Server Name"),
  MINIMUM_VERSION("Minimum Version Required"),
  CLUSTER_NAMES_IDENTICAL("Cluster Names Identical"),
  KICKED("Kicked"),
  LEAF_LOOP("Leafnode Loop"),
  LEAF_NOT_ALLOWED("Leafnode Not Allowed"),
  INTERNAL_ERROR("Internal Error");

  private final String text;

  CloseReason(String text) {
    this.text = text;
  }

  /// Why a connection ends whose peer broke the protocol.
  public static CloseReason of(Violation violation) {
    return switch (violation) {
      case PARSE -> PROTOCOL_VIOLATION;
      case CONTROL_LINE -> MAX_CONTROL_LINE;
      case PAYLOAD -> MAX_PAYLOAD;
      case HEADERS -> HEADER_VIOLATION;
      case AUTHORIZATION -> AUTHENTICATION_VIOLATION;
    };
  }

  /// Whether the receiver was too slow.
  public boolean slow() {
    return this == SLOW_CONSUMER_PENDING || this == SLOW_CONSUMER_DEADLINE;
  }

  /// The status that a WebSocket is closed with (RFC 6455, 7.4.1; nats-server's choice).
  int webSocketStatus() {
    return switch (this) {
      case CLIENT_CLOSED -> WebSocketStatus.NORMAL;
      case AUTHENTICATION_TIMEOUT,
          AUTHENTICATION_VIOLATION,
          TLS_HANDSHAKE_ERROR,
          SLOW_CONSUMER_PENDING,
          SLOW_CONSUMER_DEADLINE,
          MAX_CONTROL_LINE,
          MAX_SUBSCRIPTIONS,
          MAX_CONNECTIONS,
          MAX_ACCOUNT_CONNECTIONS,
          MISSING_ACCOUNT,
          AUTHENTICATION_EXPIRED,
          REVOKED ->
          WebSocketStatus.POLICY_VIOLATION;
      case PARSE_ERROR, PROTOCOL_VIOLATION, BAD_CLIENT_PROTOCOL -> WebSocketStatus.PROTOCOL_ERROR;
      case MAX_PAYLOAD -> WebSocketStatus.TOO_BIG;
      case WRITE_ERROR, READ_ERROR, STALE_CONNECTION, SERVER_SHUTDOWN -> WebSocketStatus.GOING_AWAY;
      default -> WebSocketStatus.INTERNAL_ERROR;
    };
  }

  @Override
  public String toString() {
    return text;
  }
}

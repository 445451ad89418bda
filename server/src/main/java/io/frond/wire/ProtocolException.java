package io.frond.wire;

import org.jspecify.annotations.Nullable;

/// A peer broke the protocol: the connection ends.
public final class ProtocolException extends Exception {
  /// What was broken, by which the connection's close reason is chosen.
  public enum Violation {
    PARSE,
    CONTROL_LINE,
    PAYLOAD,
    HEADERS,
    AUTHORIZATION
  }

  private final Violation violation;
  private final @Nullable String wireText;
  private @Nullable MessageFrame head;

  /// @param wireText what `-ERR` tells the peer, null to close without
  /// @param logText what the log tells
  public ProtocolException(Violation violation, @Nullable String wireText, String logText) {
    super(logText, null, false, false);
    this.violation = violation;
    this.wireText = wireText;
  }

  /// What came of the message that broke it.
  ProtocolException of(@Nullable MessageFrame beginning) {
    head = beginning;
    return this;
  }

  /// Of a message that is too large: its line, and as much of its headers as came; null when that
  /// is none.
  public @Nullable MessageFrame head() {
    return head;
  }

  public Violation violation() {
    return violation;
  }

  /// Whether what came is the HTTP request by which a leaf asks for a WebSocket (its path ends in
  /// `/leafnode`), where none is taken.
  public boolean isLeafUpgrade() {
    var text = String.valueOf(getMessage());
    return text.startsWith(ProtocolParser.UNKNOWN + "GET ") && text.contains("/leafnode");
  }

  public @Nullable String wireText() {
    return wireText;
  }
}

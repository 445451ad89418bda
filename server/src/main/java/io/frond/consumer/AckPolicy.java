package io.frond.consumer;

import org.jspecify.annotations.Nullable;

/// What counts as an acknowledgement.
public enum AckPolicy {
  /// Delivery.
  NONE("none"),
  /// The acknowledgement of a message, for it and all before it.
  ALL("all"),
  /// The acknowledgement of each message.
  EXPLICIT("explicit"),
  /// The answer to a flow control message, for all that was delivered before (ADR-60).
  FLOW_CONTROL("flow_control");

  private final String wire;

  AckPolicy(String wire) {
    this.wire = wire;
  }

  public String wire() {
    return wire;
  }

  /// Null for a word that is none of these.
  public static @Nullable AckPolicy of(String wire) {
    for (var one : values()) {
      if (one.wire.equals(wire)) {
        return one;
      }
    }
    return null;
  }
}

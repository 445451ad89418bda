package io.frond.consumer;

import org.jspecify.annotations.Nullable;

/// Which pull requests of a priority group are served (ADR-42).
public enum PriorityPolicy {
  NONE("none"),
  /// Those whose threshold of waiting or unacknowledged messages is reached.
  OVERFLOW("overflow"),
  /// Those of one client, until it is gone.
  PINNED_CLIENT("pinned_client"),
  /// Those of the lowest priority number first.
  PRIORITIZED("prioritized");

  private final String wire;

  PriorityPolicy(String wire) {
    this.wire = wire;
  }

  public String wire() {
    return wire;
  }

  /// Null for a word that is none of these.
  public static @Nullable PriorityPolicy of(String wire) {
    for (var one : values()) {
      if (one.wire.equals(wire)) {
        return one;
      }
    }
    return null;
  }
}

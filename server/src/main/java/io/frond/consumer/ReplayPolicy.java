package io.frond.consumer;

import org.jspecify.annotations.Nullable;

/// How fast stored messages are delivered.
public enum ReplayPolicy {
  INSTANT("instant"),
  /// As fast as they once came.
  ORIGINAL("original");

  private final String wire;

  ReplayPolicy(String wire) {
    this.wire = wire;
  }

  public String wire() {
    return wire;
  }

  /// Null for a word that is none of these.
  public static @Nullable ReplayPolicy of(String wire) {
    return switch (wire) {
      case "instant" -> INSTANT;
      case "original" -> ORIGINAL;
      default -> null;
    };
  }
}

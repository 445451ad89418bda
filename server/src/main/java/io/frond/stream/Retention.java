package io.frond.stream;

import org.jspecify.annotations.Nullable;

/// What keeps a message in a stream.
public enum Retention {
  /// Until a limit takes it.
  LIMITS("limits"),
  /// Until all consumers that want it have acknowledged it.
  INTEREST("interest"),
  /// Until the one consumer that gets it has acknowledged it.
  WORK_QUEUE("workqueue");

  private final String wire;

  Retention(String wire) {
    this.wire = wire;
  }

  public String wire() {
    return wire;
  }

  /// Null for a word that is none of these.
  public static @Nullable Retention of(String wire) {
    for (var one : values()) {
      if (one.wire.equals(wire)) {
        return one;
      }
    }
    return null;
  }
}

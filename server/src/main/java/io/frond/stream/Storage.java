package io.frond.stream;

import org.jspecify.annotations.Nullable;

/// Where messages are kept.
public enum Storage {
  FILE("file"),
  MEMORY("memory");

  private final String wire;

  Storage(String wire) {
    this.wire = wire;
  }

  public String wire() {
    return wire;
  }

  /// Null for a word that is none of these.
  public static @Nullable Storage of(String wire) {
    return switch (wire) {
      case "file" -> FILE;
      case "memory" -> MEMORY;
      default -> null;
    };
  }
}

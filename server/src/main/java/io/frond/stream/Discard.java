package io.frond.stream;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// What gives way when a stream is full.
public enum Discard {
  /// The oldest messages.
  OLD("old"),
  /// The new message: its publisher is told.
  NEW("new");

  private final String wire;

  Discard(String wire) {
    this.wire = wire;
  }

  public String wire() {
    return wire;
  }

  /// Null for a word that is none of these, in whatever case.
  public static @Nullable Discard of(String wire) {
    return switch (wire.toLowerCase(Locale.ROOT)) {
      case "old" -> OLD;
      case "new" -> NEW;
      default -> null;
    };
  }
}

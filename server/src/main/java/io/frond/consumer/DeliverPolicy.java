package io.frond.consumer;

import org.jspecify.annotations.Nullable;

/// Where in the stream a consumer begins.
public enum DeliverPolicy {
  ALL("all"),
  /// With the last message.
  LAST("last"),
  /// With what comes after its creation.
  NEW("new"),
  BY_START_SEQUENCE("by_start_sequence"),
  BY_START_TIME("by_start_time"),
  /// With the last message of each subject.
  LAST_PER_SUBJECT("last_per_subject");

  private final String wire;

  DeliverPolicy(String wire) {
    this.wire = wire;
  }

  public String wire() {
    return wire;
  }

  /// Null for a word that is none of these.
  public static @Nullable DeliverPolicy of(String wire) {
    return switch (wire) {
      case "all", "undefined" -> ALL;
      case "last" -> LAST;
      case "new" -> NEW;
      case "by_start_sequence" -> BY_START_SEQUENCE;
      case "by_start_time" -> BY_START_TIME;
      case "last_per_subject" -> LAST_PER_SUBJECT;
      default -> null;
    };
  }
}

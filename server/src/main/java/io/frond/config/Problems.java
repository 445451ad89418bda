package io.frond.config;

import io.frond.conf.Position;
import java.util.LinkedHashSet;
import java.util.List;

/// Collects what is wrong with a configuration, so that all of it can be told at once, each once.
final class Problems {
  /// More would only scroll the first ones away.
  private static final int MAX = 100;

  private final LinkedHashSet<String> errors = new LinkedHashSet<>();
  private final LinkedHashSet<String> warnings = new LinkedHashSet<>();

  /// A key of a later capability.
  void notYet(String key, Position at) {
    error("not supported yet: " + key + " at " + at);
  }

  /// A known key whose value cannot be used.
  void invalid(String key, Position at, String why) {
    error("invalid \"" + key + "\" at " + at + ": " + why);
  }

  void error(String text) {
    if (errors.size() < MAX) {
      errors.add(text);
    }
  }

  void warn(String key, Position at, String text) {
    if (warnings.size() < MAX) {
      warnings.add("\"" + key + "\" at " + at + ": " + text);
    }
  }

  List<String> warnings() {
    return List.copyOf(warnings);
  }

  void throwIfAny() throws ConfigException {
    if (!errors.isEmpty()) {
      throw new ConfigException(List.copyOf(errors));
    }
  }
}

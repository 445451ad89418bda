package io.frond.config;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// What somebody who wrote an unknown key may have meant. Pure functions.
final class Suggestion {
  private Suggestion() {}

  /// The nearest spelling, or the level that knows this key; null when nothing is near.
  static @Nullable String of(Level level, String unknown) {
    var key = unknown.toLowerCase(Locale.ROOT);
    var best = (key.length() + 2) / 2;
    String nearest = null;
    for (var name : level.index().keySet()) {
      var distance = Texts.distance(key, name);
      var nearer = distance == best && nearest != null && name.compareTo(nearest) < 0;
      if (distance < best || nearer) {
        best = distance;
        nearest = name;
      }
    }
    if (nearest != null && best <= 2) {
      return "did you mean \"" + nearest + "\"?";
    }
    for (var other : Level.values()) {
      if (other != level && other.index().containsKey(key)) {
        return "it belongs into " + other.where();
      }
    }
    return nearest == null ? null : "did you mean \"" + nearest + "\"?";
  }
}

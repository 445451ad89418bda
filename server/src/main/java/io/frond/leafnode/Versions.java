package io.frond.leafnode;

import org.jspecify.annotations.Nullable;

/// Comparison of NATS versions (`2.10.0`, with or without `v`, what follows a dash left out).
final class Versions {
  private Versions() {}

  static boolean atLeast(@Nullable String version, String least) {
    var mine = parts(version == null ? "" : version);
    var other = parts(least);
    for (var i = 0; i < mine.length; i++) {
      if (mine[i] != other[i]) {
        return mine[i] > other[i];
      }
    }
    return true;
  }

  private static int[] parts(String version) {
    var parts = new int[3];
    var words = (version.startsWith("v") ? version.substring(1) : version).split("[.-]", -1);
    for (var i = 0; i < Math.min(parts.length, words.length); i++) {
      try {
        parts[i] = Integer.parseInt(words[i]);
      } catch (NumberFormatException e) {
        return parts; // what is no number counts as 0
      }
    }
    return parts;
  }
}

package io.frond.leafnode;

import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Why a link to a hub may not be, as one of the two said, and what a remote does then. Told by
/// texts, since the protocol has nothing else.
enum Refusal {
  /// The link would close a circle.
  LOOP("loop detected", Duration.ofSeconds(30)),
  SAME_CLUSTER("remote leafnode has same cluster name", Duration.ofSeconds(30)),
  /// Another leaf has the same JetStream domain.
  SAME_DOMAIN("same jetstream domain", Duration.ofSeconds(30)),
  PERMISSION("permissions violation", Duration.ofSeconds(30)),
  MINIMUM_VERSION("minimum version required", Duration.ofSeconds(5)),
  /// This server is at both ends.
  SELF("connected to self", Duration.ofSeconds(30)),
  NOT_ALLOWED("not allowed", Duration.ZERO),
  AUTHORIZATION("authorization violation", Duration.ZERO),
  WRONG_PORT("wrong port", Duration.ZERO),
  DUPLICATE("duplicate remote leafnode connection", Duration.ZERO),
  ACCOUNT_FULL("maximum account active connections exceeded", Duration.ZERO);

  private final String text;
  private final Duration pause;

  Refusal(String text, Duration pause) {
    this.text = text;
    this.pause = pause;
  }

  /// How long the whole remote waits; zero when its other URLs may be tried at once.
  Duration pause() {
    return pause;
  }

  /// What an `-ERR` means; null for one that has no consequence of its own.
  static @Nullable Refusal of(String error) {
    var lower = error.toLowerCase(Locale.ROOT);
    for (var each : values()) {
      if (lower.contains(each.text)) {
        return each;
      }
    }
    return null;
  }
}

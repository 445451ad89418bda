package io.frond.log;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// When the log's files are synced.
public sealed interface SyncMode {
  /// How often it is done in the background; null for not at all.
  @Nullable Duration backgroundInterval();

  /// Before anything counts as committed: a power failure loses nothing. The default.
  record Always() implements SyncMode {
    @Override
    public @Nullable Duration backgroundInterval() {
      return null;
    }
  }

  /// Every so often, in the background: a power failure loses at most what was committed since; the
  /// end of the process loses nothing.
  record Interval(Duration every) implements SyncMode {
    @Override
    public Duration backgroundInterval() {
      return every;
    }
  }

  /// When the system likes; once a minute, so that a failing disk shows, and when the log is
  /// closed.
  record None() implements SyncMode {
    @Override
    public Duration backgroundInterval() {
      return Duration.ofMinutes(1);
    }
  }
}

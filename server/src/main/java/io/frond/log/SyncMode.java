package io.frond.log;

import java.time.Duration;

/// When the log's files are synced.
public sealed interface SyncMode {
  /// Before anything counts as committed: a power failure loses nothing. The default.
  record Always() implements SyncMode {}

  /// Every so often, in the background: a power failure loses at most what was committed since; the
  /// end of the process loses nothing.
  record Interval(Duration every) implements SyncMode {}

  /// When the system likes; once a minute, so that a failing disk shows, and when the log is
  /// closed.
  record None() implements SyncMode {}
}

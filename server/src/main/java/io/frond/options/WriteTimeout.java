package io.frond.options;

/// `write_timeout`: what happens when a write did not finish within the write deadline.
public enum WriteTimeout {
  /// Clients are closed; routes and leaf links keep what could not be written and try again.
  DEFAULT,
  /// The connection is closed.
  CLOSE,
  /// The rest is tried again.
  RETRY
}

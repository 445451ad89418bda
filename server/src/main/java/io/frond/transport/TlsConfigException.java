package io.frond.transport;

import org.jspecify.annotations.Nullable;

/// A `tls {}` block that cannot be used. The message names the file, when one is to blame, and the
/// reason; it never quotes a key.
public final class TlsConfigException extends Exception {
  private final @Nullable String file;

  TlsConfigException(@Nullable String file, String reason, @Nullable Throwable cause) {
    super(file == null ? reason : file + ": " + reason, cause);
    this.file = file;
  }

  TlsConfigException(@Nullable String file, String reason) {
    this(file, reason, null);
  }

  /// The file as the configuration names it, null when the reason lies elsewhere.
  public @Nullable String file() {
    return file;
  }
}

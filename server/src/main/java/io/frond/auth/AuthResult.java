package io.frond.auth;

import io.frond.wire.Connect;
import org.jspecify.annotations.Nullable;

/// What an [Authenticator] says to a CONNECT.
public sealed interface AuthResult {

  /// @param user as monitoring shows it (`authorized_user`): name, nkey, or `[REDACTED]` for a
  ///   token; null when the connection said nothing of itself
  /// @param account that it belongs to from now on; without meaning for a route
  /// @param permissions null for everything
  record Accepted(@Nullable String user, String account, @Nullable Permissions permissions)
      implements AuthResult {}

  /// The connection gets `-ERR 'Authorization Violation'` and is closed.
  ///
  /// @param reason a line for the log at error level, in nats-server's words
  /// @param detail what was wrong, for the log at debug level; holds no secret
  record Rejected(String reason, String detail) implements AuthResult {
    static Rejected of(Connect connect, String detail) {
      return new Rejected("authentication error" + label(connect), detail);
    }

    private static String label(Connect connect) {
      if (Credentials.given(connect.nkey())) {
        return " - Nkey \"" + connect.nkey() + '"';
      }
      if (Credentials.given(connect.user())) {
        return " - User \"" + connect.user() + '"';
      }
      return Credentials.given(connect.authToken()) ? " - Token \"[REDACTED]\"" : "";
    }
  }
}

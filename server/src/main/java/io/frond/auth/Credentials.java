package io.frond.auth;

import io.frond.wire.Connect;
import org.jspecify.annotations.Nullable;

/// What a CONNECT says of its sender; empty text counts as nothing.
final class Credentials {
  /// What monitoring shows in place of a token.
  static final String REDACTED = "[REDACTED]";

  private Credentials() {}

  static boolean given(@Nullable String text) {
    return text != null && !text.isEmpty();
  }

  static String orEmpty(@Nullable String text) {
    return text == null ? "" : text;
  }

  /// Neither user, password nor token; a nkey may be there.
  static boolean noPassword(Connect connect) {
    return !given(connect.user()) && !given(connect.pass()) && !given(connect.authToken());
  }

  static boolean none(Connect connect) {
    return noPassword(connect) && !given(connect.nkey());
  }

  /// How monitoring names a connection that need not say who it is.
  static @Nullable String shownName(Connect connect) {
    if (given(connect.nkey())) {
      return connect.nkey();
    }
    if (given(connect.user())) {
      return connect.user();
    }
    return given(connect.authToken()) ? REDACTED : null;
  }
}

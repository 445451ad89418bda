package io.frond.auth;

import io.frond.wire.Connect;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// CONNECT operations that differ in their credentials only.
final class Connects {
  static final Connect EMPTY = of(null, null, null, null, null);

  private Connects() {}

  static Connect user(String user, @Nullable String password) {
    return of(user, password, null, null, null);
  }

  static Connect token(String token) {
    return of(null, null, token, null, null);
  }

  static Connect nkey(String nkey, @Nullable String signature) {
    return of(null, null, null, nkey, signature);
  }

  private static Connect of(
      @Nullable String user,
      @Nullable String password,
      @Nullable String token,
      @Nullable String nkey,
      @Nullable String signature) {
    return new Connect(
        false, false, false, true, true, true, user, password, token, nkey, null, signature, null,
        "java", null, 1, null, null, null, null, false, false, false, null, null, null, 0, false,
        false, List.of());
  }
}

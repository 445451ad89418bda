package io.frond.auth;

import io.frond.options.UserOptions;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Users by name and by nkey, with compiled permissions. Immutable.
final class UserTable {
  static final UserTable EMPTY = new UserTable(List.of());

  private final Map<String, User> named = new LinkedHashMap<>();
  private final Map<String, User> keyed = new LinkedHashMap<>();

  /// @param name name or nkey
  /// @param password plain or bcrypt, empty for none
  record User(
      String name,
      String password,
      String account,
      @Nullable Permissions permissions,
      UserOptions options) {
    boolean allowedOn(ConnectionType type) {
      return options.connectionTypes().isEmpty() || options.connectionTypes().contains(type.name());
    }

    AuthResult.Accepted accepted() {
      return new AuthResult.Accepted(name, account, permissions);
    }

    @Override
    public String toString() {
      return name;
    }
  }

  UserTable(Collection<UserOptions> users) {
    for (var user : users) {
      if (user.nkey() != null) {
        keyed.put(user.nkey(), compiled(user.nkey(), user));
      } else if (user.user() != null) {
        named.put(user.user(), compiled(user.user(), user));
      }
    }
  }

  boolean hasNames() {
    return !named.isEmpty();
  }

  boolean hasNkeys() {
    return !keyed.isEmpty();
  }

  @Nullable User named(@Nullable String name) {
    return name == null ? null : named.get(name);
  }

  @Nullable User keyed(@Nullable String nkey) {
    return nkey == null ? null : keyed.get(nkey);
  }

  Collection<User> named() {
    return named.values();
  }

  private static User compiled(String name, UserOptions user) {
    var permissions = user.permissions();
    return new User(
        name,
        Credentials.orEmpty(user.password()),
        user.account(),
        permissions == null ? null : Permissions.of(permissions),
        user);
  }
}

package io.frond.options;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Who may connect: of the server's clients, or of one listener (`leafnodes { authorization }`,
/// `cluster { authorization }`, `websocket { authorization }`).
///
/// @param user the single user's name, null when there is none
/// @param password its password, plain or bcrypt
/// @param token plain or bcrypt, null when there is none
/// @param users all others, of `authorization { users }` and of `accounts {}`
/// @param noAuthUser the user that a client without credentials becomes, null for none
/// @param timeout how long a connection may take to say who it is
/// @param account for a leaf listener's single user: the account it is bound to, null for `$G`
public record AuthOptions(
    @Nullable String user,
    @Nullable String password,
    @Nullable String token,
    List<UserOptions> users,
    @Nullable String noAuthUser,
    Duration timeout,
    @Nullable String account) {
  public static final AuthOptions NONE =
      new AuthOptions(null, null, null, List.of(), null, Duration.ofSeconds(2), null);

  /// Whether the same single user is let in.
  public boolean sameUser(AuthOptions other) {
    return Objects.equals(user, other.user) && Objects.equals(password, other.password);
  }

  /// Whether a password stands there as it is, not as its hash.
  public boolean hasPlainPassword() {
    return isPlain(password) || users.stream().anyMatch(it -> isPlain(it.password()));
  }

  private static boolean isPlain(@Nullable String password) {
    return password != null && !password.startsWith("$2");
  }

  /// Whether a connection must show credentials.
  public boolean required() {
    return user != null || token != null || !users.isEmpty();
  }
}

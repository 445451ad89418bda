package io.frond.config;

import io.frond.options.AccountOptions;
import io.frond.options.AuthOptions;
import io.frond.options.Cidr;
import io.frond.options.TlsOptions;
import io.frond.options.UserOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Reads who may connect: `authorization`, `accounts`, `no_auth_user` and the flags for them.
final class AuthReader {
  private static final Duration LONG = Duration.ofMinutes(1);

  /// @param allowedLeaves null when there is no such list
  record Result(
      AuthOptions auth, List<AccountOptions> accounts, @Nullable List<Cidr> allowedLeaves) {}

  private final Section server;
  private final Flags flags;
  private final Problems problems;

  AuthReader(Section server, Flags flags) {
    this.server = server;
    this.flags = flags;
    this.problems = server.problems();
  }

  Result read(@Nullable TlsOptions tls) {
    var usersReader = new UsersReader();
    var users = new ArrayList<UserOptions>();
    var section = server.section("authorization", Level.AUTHORIZATION);
    var user = section == null ? null : section.name("user");
    var password = section == null ? null : section.text("password");
    var token = section == null ? null : section.name("token");
    if (section != null) {
      var defaults = PermissionsReader.read(section, "default_permissions");
      users.addAll(usersReader.read(section, AccountOptions.GLOBAL, defaults));
      if (defaults != null && !section.has("users")) {
        problems.warn(
            "permissions", section.at("default_permissions"), "has an effect on \"users\" only");
      }
    }
    var accounts = new AccountsReader(usersReader).read(server, users);
    if (flags.text("user") != null || flags.text("pass") != null) {
      user = flags.text("user") == null ? user : flags.text("user");
      password = flags.text("pass") == null ? password : flags.text("pass");
      token = null;
    }
    if (flags.text("auth") != null) {
      token = flags.text("auth");
      user = flags.text("user");
      password = flags.text("pass");
    }
    checkConflicts(section, user, token, section != null && section.has("users"), users);
    var timeout = section == null ? defaultTimeout(tls) : timeout(section, tls);
    var auth =
        new AuthOptions(
            user, password, token, List.copyOf(users), noAuthUser(server, users), timeout, null);
    return new Result(auth, accounts, section == null ? null : allowedLeaves(section));
  }

  private void checkConflicts(
      @Nullable Section section,
      @Nullable String user,
      @Nullable String token,
      boolean usersArray,
      List<UserOptions> users) {
    var where = section == null ? "" : " at " + section.at();
    if (user != null && token != null) {
      problems.error("cannot have a user and a token" + where);
    }
    if (user != null && (usersArray || !users.isEmpty())) {
      problems.error("cannot have a single user and \"users\" or accounts with users" + where);
    }
    if (token != null && (usersArray || !users.isEmpty())) {
      problems.error("cannot have a token and \"users\" or accounts with users" + where);
    }
  }

  /// How long a connection may take to say who it is; TLS gets time of its own.
  static Duration timeout(Section section, @Nullable TlsOptions tls) {
    var timeout = section.seconds("timeout", Duration.ZERO);
    if (timeout.compareTo(LONG) > 0) {
      section
          .problems()
          .warn("timeout", section.at("timeout"), timeout.toSeconds() + " seconds are long");
    }
    return timeout.isZero() ? defaultTimeout(tls) : timeout;
  }

  static Duration defaultTimeout(@Nullable TlsOptions tls) {
    return tls == null ? AuthOptions.NONE.timeout() : tls.timeout().plusSeconds(1);
  }

  /// The user that a client without credentials becomes; reports one that does not exist.
  static @Nullable String noAuthUser(Section section, List<UserOptions> users) {
    var name = section.name("no_auth_user");
    if (name == null) {
      return null;
    }
    for (var user : users) {
      if (name.equals(user.user()) || name.equals(user.nkey())) {
        return name;
      }
    }
    section.invalid(
        "no_auth_user",
        '"' + name + "\" is neither among the users of \"authorization\" nor of \"accounts\"");
    return null;
  }

  private @Nullable List<Cidr> allowedLeaves(Section section) {
    if (!section.has("allowed_leaf_cidrs")) {
      return null;
    }
    var allowed = new ArrayList<Cidr>();
    for (var text : section.texts("allowed_leaf_cidrs")) {
      try {
        allowed.add(Cidrs.parse(text.text()));
      } catch (ConfigException e) {
        problems.invalid(
            "allowed_leaf_cidrs", text.at(), '"' + text.text() + "\": " + e.getMessage());
      }
    }
    return List.copyOf(allowed);
  }
}

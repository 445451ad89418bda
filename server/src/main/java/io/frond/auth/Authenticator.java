package io.frond.auth;

import io.frond.auth.AuthResult.Accepted;
import io.frond.auth.AuthResult.Rejected;
import io.frond.auth.UserTable.User;
import io.frond.wire.Connect;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Decides for one type of connection who comes in; [Authenticators] makes them. Immutable, for any
/// thread.
///
/// [#check] compares bcrypt hashes (100 ms and more, on purpose) and verifies signatures (about a
/// millisecond, the first one much more): it must not run on an event loop when [#needsSlowCheck]
/// says so, but on a worker, while the connection reads nothing more.
public final class Authenticator {
  private final Rules rules;

  /// @param required whether a connection must say who it is
  /// @param ownUsers the listener has users of its own, which know no connection types and which a
  ///   certificate names by its alternative names only
  /// @param users of `authorization { users }` and `accounts {}`, or the listener's own
  /// @param user the single user, null for none
  /// @param password its password, plain or bcrypt
  /// @param token plain or bcrypt, null for none
  /// @param noAuthUser name or nkey of the user that a connection without credentials becomes
  /// @param anonymousAllowed a connection without credentials comes in although others must show
  ///   them
  /// @param account of the single user, of a token's bearer and of those who need no credentials
  /// @param certificateSuffices whom a certificate names needs no password besides
  /// @param certificateOnly whether a user without password is one whom only a certificate can name
  record Rules(
      ConnectionType type,
      boolean required,
      boolean ownUsers,
      UserTable users,
      @Nullable String user,
      @Nullable String password,
      @Nullable String token,
      @Nullable String noAuthUser,
      boolean anonymousAllowed,
      String account,
      boolean certificateSuffices,
      Predicate<User> certificateOnly) {
    @Override
    public String toString() {
      return "Rules[" + type + ", required=" + required + "]";
    }
  }

  Authenticator(Rules rules) {
    this.rules = rules;
  }

  /// Whether a connection must be asked who it is before it may do anything.
  public boolean required() {
    return rules.required;
  }

  /// What INFO says as `auth_required`: false too where those without credentials become
  /// `no_auth_user`.
  public boolean announced() {
    return rules.required && rules.noAuthUser == null;
  }

  /// Whether INFO needs a nonce for connections to sign.
  public boolean needsNonce() {
    return rules.users.hasNkeys();
  }

  /// Whether [#check] of the same arguments must run on a worker.
  public boolean needsSlowCheck(Connect connect, AuthContext context) {
    return candidate(connect, context) instanceof Pending pending && pending.proof.isSlow();
  }

  /// Whether the sender of the CONNECT comes in, and as whom.
  public AuthResult check(Connect connect, AuthContext context) {
    return switch (candidate(connect, context)) {
      case Settled settled -> settled.result;
      case Pending pending -> {
        var failure = pending.proof.failure();
        yield failure == null ? pending.accepted : Rejected.of(connect, failure);
      }
    };
  }

  /// What can be said before anything is compared.
  private sealed interface Candidate {}

  private record Settled(AuthResult result) implements Candidate {}

  private record Pending(Proof proof, Accepted accepted) implements Candidate {}

  private Candidate candidate(Connect connect, AuthContext context) {
    if (!rules.required) {
      return new Settled(new Accepted(Credentials.shownName(connect), rules.account, null));
    }
    if (rules.anonymousAllowed && Credentials.none(connect)) {
      return new Settled(new Accepted(null, rules.account, null));
    }
    var keyed = ofNkey(connect, context);
    if (keyed != null) {
      return keyed;
    }
    var named = ofUsers(connect, context);
    return named != null ? named : ofSingle(connect);
  }

  /// @return null when nkeys have nothing to say to this CONNECT
  private @Nullable Candidate ofNkey(Connect connect, AuthContext context) {
    if (Credentials.none(connect)) {
      var user = rules.users.keyed(rules.noAuthUser);
      return user == null ? null : admitted(user, connect);
    }
    if (!rules.users.hasNkeys() || !Credentials.given(connect.nkey())) {
      return null;
    }
    var user = rules.users.keyed(connect.nkey());
    if (user == null) {
      return rejected(connect, "nkey not known");
    }
    if (user.name().equals(rules.noAuthUser)) {
      return admitted(user, connect);
    }
    return proven(
        user,
        connect,
        new Proof.Signature(user.name(), context.nonce(), Credentials.orEmpty(connect.sig())));
  }

  /// @return null when there are no users or the CONNECT names none
  private @Nullable Candidate ofUsers(Connect connect, AuthContext context) {
    if (!rules.users.hasNames()) {
      return null;
    }
    var shown = Credentials.orEmpty(connect.pass());
    if (context.verifyAndMap()) {
      var user = ofCertificate(context);
      if (user == null) {
        return rejected(connect, "the certificate names no user");
      }
      return rules.certificateSuffices
          ? admitted(user, connect)
          : proven(user, connect, new Proof.Password(user.password(), shown));
    }
    if (Credentials.noPassword(connect)) {
      var user = rules.users.named(rules.noAuthUser);
      return user == null ? null : admitted(user, connect);
    }
    if (!Credentials.given(connect.user())) {
      return null;
    }
    var user = rules.users.named(connect.user());
    if (user == null) {
      return rejected(connect, "user not known");
    }
    if (!user.name().equals(rules.noAuthUser) && rules.certificateOnly.test(user)) {
      return rejected(connect, "the user needs a client certificate");
    }
    return proven(user, connect, new Proof.Password(user.password(), shown));
  }

  private Candidate ofSingle(Connect connect) {
    if (rules.token != null) {
      return new Pending(
          new Proof.Password(rules.token, Credentials.orEmpty(connect.authToken())),
          new Accepted(Credentials.REDACTED, rules.account, null));
    }
    if (rules.user != null && rules.user.equals(connect.user())) {
      return new Pending(
          new Proof.Password(
              Credentials.orEmpty(rules.password), Credentials.orEmpty(connect.pass())),
          new Accepted(rules.user, rules.account, null));
    }
    return rejected(connect, Credentials.none(connect) ? "no credentials shown" : "user not known");
  }

  private @Nullable User ofCertificate(AuthContext context) {
    var certificate = context.peerCertificate();
    var names = certificate == null ? null : CertificateNames.of(certificate);
    if (names == null) {
      return null;
    }
    for (var name : names.alternatives()) {
      var user = mappable(name);
      if (user != null) {
        return user;
      }
    }
    var byName = rules.ownUsers ? null : ofDistinguishedName(names.distinguished());
    if (byName != null) {
      return byName;
    }
    for (var name : names.subjects()) {
      var user = mappable(name);
      if (user != null) {
        return user;
      }
    }
    return null;
  }

  private @Nullable User mappable(String name) {
    var user = rules.users.named(name);
    return user != null && user.allowedOn(rules.type) ? user : null;
  }

  /// A user whose name is the subject, else one whose name has its parts in another order.
  private @Nullable User ofDistinguishedName(@Nullable DistinguishedName subject) {
    if (subject == null) {
      return null;
    }
    User reordered = null;
    for (var user : rules.users.named()) {
      var name = user.allowedOn(rules.type) ? DistinguishedName.parse(user.name()) : null;
      if (name != null && name.equals(subject)) {
        return user;
      }
      if (name != null && reordered == null && name.sameParts(subject)) {
        reordered = user;
      }
    }
    return reordered;
  }

  private Candidate admitted(User user, Connect connect) {
    return user.allowedOn(rules.type)
        ? new Settled(user.accepted())
        : rejected(connect, "connection type not allowed");
  }

  private Candidate proven(User user, Connect connect, Proof proof) {
    return user.allowedOn(rules.type)
        ? new Pending(proof, user.accepted())
        : rejected(connect, "connection type not allowed");
  }

  private static Candidate rejected(Connect connect, String detail) {
    return new Settled(Rejected.of(connect, detail));
  }
}

package io.frond.auth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.frond.auth.AuthResult.Accepted;
import io.frond.auth.AuthResult.Rejected;
import io.frond.nkey.Nkey;
import io.frond.nkey.NkeyType;
import io.frond.options.AccountOptions;
import io.frond.options.AuthOptions;
import io.frond.options.HostPort;
import io.frond.options.LeafOptions;
import io.frond.options.PermissionOptions;
import io.frond.options.PermissionOptions.SubjectRule;
import io.frond.options.ServerOptions;
import io.frond.options.UserOptions;
import io.frond.options.WebSocketOptions;
import io.frond.wire.Connect;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class AuthenticatorsTest {
  /// "correct horse battery staple", hashed by nats-server's command line.
  private static final String BCRYPT =
      "$2a$05$W.G9TwQx/6dsGkorYRG8lO2k5GISmn9sQMDauZBcVJhbkukBIHXQu";

  private static final byte[] NONCE = "jF0pVq9_xTBn1Ww".getBytes(StandardCharsets.US_ASCII);
  private static final AuthContext PLAIN = AuthContext.plain(NONCE);
  private static final UserOptions ALICE = user("alice", "secret", "A", Set.of());

  @Test
  void withoutAuthenticationEveryoneIsInTheGlobalAccount() {
    var all = new Authenticators(ServerOptions.DEFAULT);
    for (var type : ConnectionType.values()) {
      assertFalse(all.of(type).required());
      assertFalse(all.of(type).announced());
      assertAccepted(null, "$G", all.of(type).check(Connects.EMPTY, PLAIN));
      assertAccepted("bob", "$G", all.of(type).check(Connects.user("bob", "x"), PLAIN));
      assertAccepted("[REDACTED]", "$G", all.of(type).check(Connects.token("whatever"), PLAIN));
    }
    assertAccepted(null, "$G", all.routes().check(Connects.EMPTY, PLAIN));
  }

  @Test
  void aTokenIsComparedPlainOrHashed() {
    for (var stored : List.of("correct horse battery staple", BCRYPT)) {
      var clients = clients(auth(null, null, stored, List.of(), null));
      assertTrue(clients.required());
      assertTrue(clients.announced());
      var right = Connects.token("correct horse battery staple");
      assertAccepted("[REDACTED]", "$G", clients.check(right, PLAIN));
      assertRejected(
          "authentication error - Token \"[REDACTED]\"",
          clients.check(Connects.token("wrong"), PLAIN));
      assertRejected("authentication error", clients.check(Connects.EMPTY, PLAIN));
      assertEquals(stored.equals(BCRYPT), clients.needsSlowCheck(right, PLAIN));
    }
  }

  @Test
  void aSingleUserIsComparedPlainOrHashed() {
    for (var stored : List.of("correct horse battery staple", BCRYPT)) {
      var clients = clients(auth("joe", stored, null, List.of(), null));
      var right = Connects.user("joe", "correct horse battery staple");
      assertAccepted("joe", "$G", clients.check(right, PLAIN));
      assertRejected(
          "authentication error - User \"joe\"",
          clients.check(Connects.user("joe", "wrong"), PLAIN));
      assertRejected(
          "authentication error - User \"bob\"",
          clients.check(Connects.user("bob", "correct horse battery staple"), PLAIN));
      assertRejected(clients.check(Connects.user("joe", null), PLAIN));
      assertRejected(clients.check(Connects.EMPTY, PLAIN));
      assertEquals(stored.equals(BCRYPT), clients.needsSlowCheck(right, PLAIN));
      assertFalse(clients.needsSlowCheck(Connects.user("bob", "x"), PLAIN));
    }
  }

  @Test
  void aHashIsNeverAPassword() {
    var clients = clients(auth("joe", BCRYPT, null, List.of(), null));
    assertRejected(clients.check(Connects.user("joe", BCRYPT), PLAIN));
    var broken = clients(auth("joe", "$2a$05$short", null, List.of(), null));
    assertRejected(broken.check(Connects.user("joe", "$2a$05$short"), PLAIN));
  }

  @Test
  void usersHaveAccountsAndPermissions() {
    var rule = new SubjectRule(List.of("a"), List.of());
    var bob =
        new UserOptions("bob", "s", null, "B", new PermissionOptions(rule, null, null), Set.of());
    var clients = clients(auth(null, null, null, List.of(ALICE, bob), null));
    assertAccepted("alice", "A", clients.check(Connects.user("alice", "secret"), PLAIN));
    var accepted =
        assertInstanceOf(Accepted.class, clients.check(Connects.user("bob", "s"), PLAIN));
    assertEquals("B", accepted.account());
    var permissions = accepted.permissions();
    assertNotNull(permissions);
    assertFalse(permissions.canPublish(new byte[] {'b'}, 0, 1));
    assertRejected(clients.check(Connects.user("alice", "s"), PLAIN));
    assertRejected(clients.check(Connects.user("carol", "secret"), PLAIN));
    assertRejected(clients.check(Connects.EMPTY, PLAIN));
    assertRejected(clients.check(Connects.token("secret"), PLAIN));
  }

  @Test
  void aUserWithoutPasswordNeedsNone() {
    var clients = clients(auth(null, null, null, List.of(user("x", null, "$G", Set.of())), null));
    assertAccepted("x", "$G", clients.check(Connects.user("x", null), PLAIN));
    assertRejected(clients.check(Connects.user("x", "any"), PLAIN));
  }

  @Test
  void whoShowsNothingBecomesTheNoAuthUser() {
    var hashed = user("guest", BCRYPT, "G", Set.of());
    var clients = clients(auth(null, null, null, List.of(ALICE, hashed), "guest"));
    assertTrue(clients.required());
    assertFalse(clients.announced());
    assertAccepted("guest", "G", clients.check(Connects.EMPTY, PLAIN));
    assertAccepted("guest", "G", clients.check(Connects.user("", ""), PLAIN));
    assertFalse(clients.needsSlowCheck(Connects.EMPTY, PLAIN));
    assertAccepted("alice", "A", clients.check(Connects.user("alice", "secret"), PLAIN));
    assertRejected(clients.check(Connects.user("alice", "wrong"), PLAIN));
    assertRejected(clients.check(Connects.user("guest", "wrong"), PLAIN));
    assertRejected(clients.check(Connects.token("x"), PLAIN));
  }

  @Test
  void aNkeyMustHaveSignedTheNonce() {
    var nkey = Nkey.generate(NkeyType.USER, new SecureRandom());
    var stranger = Nkey.generate(NkeyType.USER, new SecureRandom());
    var keyed = new UserOptions(null, null, nkey.publicKey(), "K", null, Set.of());
    var clients = clients(auth(null, null, null, List.of(ALICE, keyed), null));
    assertTrue(clients.needsNonce());
    assertFalse(clients(auth(null, null, null, List.of(ALICE), null)).needsNonce());

    var signature = nkey.sign(NONCE);
    var url = Base64.getUrlEncoder().withoutPadding().encodeToString(signature);
    var standard = Base64.getEncoder().encodeToString(signature);
    for (var encoded : List.of(url, standard)) {
      var connect = Connects.nkey(nkey.publicKey(), encoded);
      assertAccepted(nkey.publicKey(), "K", clients.check(connect, PLAIN));
      assertTrue(clients.needsSlowCheck(connect, PLAIN));
    }
    var right = Connects.nkey(nkey.publicKey(), url);
    assertRejected(clients.check(right, AuthContext.plain(new byte[] {1})));
    assertRejected(clients.check(right, AuthContext.plain(null)));
    assertDetail("Signature missing", clients, Connects.nkey(nkey.publicKey(), null));
    assertDetail("Signature not valid base64", clients, Connects.nkey(nkey.publicKey(), "a b"));
    var forged = Base64.getUrlEncoder().withoutPadding().encodeToString(stranger.sign(NONCE));
    assertDetail("Signature not verified", clients, Connects.nkey(nkey.publicKey(), forged));
    assertRejected(
        "authentication error - Nkey \"" + stranger.publicKey() + '"',
        clients.check(Connects.nkey(stranger.publicKey(), forged), PLAIN));
    assertRejected(clients.check(Connects.EMPTY, PLAIN));
    assertAccepted("alice", "A", clients.check(Connects.user("alice", "secret"), PLAIN));
  }

  @Test
  void aNkeyCanBeTheNoAuthUser() {
    var nkey = Nkey.generate(NkeyType.USER, new SecureRandom()).publicKey();
    var keyed = new UserOptions(null, null, nkey, "K", null, Set.of());
    var clients = clients(auth(null, null, null, List.of(keyed), nkey));
    assertAccepted(nkey, "K", clients.check(Connects.EMPTY, PLAIN));
    assertRejected(clients.check(Connects.user("joe", "x"), PLAIN));
  }

  @Test
  void aUserIsBoundToItsTypesOfConnection() {
    var web = user("web", "s", "$G", Set.of("WEBSOCKET", "LEAFNODE_WS"));
    var nkey = Nkey.generate(NkeyType.USER, new SecureRandom());
    var keyed = new UserOptions(null, null, nkey.publicKey(), "K", null, Set.of("STANDARD"));
    var all =
        new Authenticators(
            ServerOptions.DEFAULT.withAuth(
                auth(null, null, null, List.of(web, keyed, ALICE), "web")));
    var signature = Base64.getEncoder().encodeToString(nkey.sign(NONCE));
    for (var type : ConnectionType.values()) {
      var authenticator = all.of(type);
      var allowed = type == ConnectionType.WEBSOCKET || type == ConnectionType.LEAFNODE_WS;
      for (var connect : List.of(Connects.user("web", "s"), Connects.EMPTY)) {
        var result = authenticator.check(connect, PLAIN);
        assertEquals(allowed, result instanceof Accepted, type + " " + result);
      }
      assertEquals(
          type == ConnectionType.STANDARD,
          authenticator.check(Connects.nkey(nkey.publicKey(), signature), PLAIN)
              instanceof Accepted);
      assertAccepted("alice", "A", authenticator.check(Connects.user("alice", "secret"), PLAIN));
    }
  }

  @Test
  void usersOfTheSystemAccountAloneLeaveTheServerOpen() {
    var admin = user("admin", "s", "$SYS", Set.of());
    var open = ServerOptions.DEFAULT.withAuth(auth(null, null, null, List.of(admin), null));
    var clients = new Authenticators(open).of(ConnectionType.STANDARD);
    assertAccepted(null, "$G", clients.check(Connects.EMPTY, PLAIN));
    assertAccepted("admin", "$SYS", clients.check(Connects.user("admin", "s"), PLAIN));
    assertRejected(clients.check(Connects.user("admin", "x"), PLAIN));
    assertRejected(clients.check(Connects.user("joe", "x"), PLAIN));

    var named = open.withAccounts(List.of(AccountOptions.unlimited("$SYS")));
    assertAccepted(
        null,
        "$G",
        new Authenticators(named).of(ConnectionType.STANDARD).check(Connects.EMPTY, PLAIN));
    var closed = open.withAccounts(List.of(AccountOptions.unlimited("A")));
    assertRejected(
        new Authenticators(closed).of(ConnectionType.STANDARD).check(Connects.EMPTY, PLAIN));
  }

  @Test
  void leavesUseTheClientsUsersUnlessTheyHaveTheirOwn() {
    var options = ServerOptions.DEFAULT.withAuth(auth(null, null, null, List.of(ALICE), null));
    var leaves = new Authenticators(options).of(ConnectionType.LEAFNODE);
    assertAccepted("alice", "A", leaves.check(Connects.user("alice", "secret"), PLAIN));
    assertRejected(leaves.check(Connects.EMPTY, PLAIN));

    var single =
        new AuthOptions("leaf", "s", null, List.of(), null, Duration.ofSeconds(2), "SITES");
    leaves = leaves(options, single);
    assertAccepted("leaf", "SITES", leaves.check(Connects.user("leaf", "s"), PLAIN));
    assertRejected(leaves.check(Connects.user("leaf", "x"), PLAIN));
    assertRejected(leaves.check(Connects.user("alice", "secret"), PLAIN));
    assertRejected(leaves.check(Connects.EMPTY, PLAIN));
  }

  @Test
  void aLeafListenerMayHaveManyUsersAndNkeys() {
    var nkey = Nkey.generate(NkeyType.USER, new SecureRandom());
    var own =
        auth(
            null,
            null,
            null,
            List.of(
                user("one", "1", "ONE", Set.of("STANDARD")),
                user("two", BCRYPT, "TWO", Set.of()),
                new UserOptions(null, null, nkey.publicKey(), "KEY", null, Set.of())),
            null);
    var leaves = leaves(ServerOptions.DEFAULT, own);
    assertTrue(leaves.required());
    assertAccepted("one", "ONE", leaves.check(Connects.user("one", "1"), PLAIN));
    var two = Connects.user("two", "correct horse battery staple");
    assertAccepted("two", "TWO", leaves.check(two, PLAIN));
    assertTrue(leaves.needsSlowCheck(two, PLAIN));
    var signature = Base64.getUrlEncoder().withoutPadding().encodeToString(nkey.sign(NONCE));
    assertAccepted(
        nkey.publicKey(), "KEY", leaves.check(Connects.nkey(nkey.publicKey(), signature), PLAIN));
    assertRejected(leaves.check(Connects.user("three", "1"), PLAIN));
  }

  @Test
  void anOpenLeafListenerCanNameTheAccount() {
    var only = new AuthOptions(null, null, null, List.of(), null, Duration.ofSeconds(2), "SITES");
    var leaves = leaves(ServerOptions.DEFAULT, only);
    assertFalse(leaves.required());
    assertAccepted(null, "SITES", leaves.check(Connects.EMPTY, PLAIN));
  }

  @Test
  void aWebSocketListenerMayReplaceTheCredentials() {
    var options = ServerOptions.DEFAULT.withAuth(auth(null, null, "token", List.of(), null));
    var own = options.withWebsocket(webSocket(auth("web", "s", null, List.of(), null), null));
    var all = new Authenticators(own);
    var web = all.of(ConnectionType.WEBSOCKET);
    assertAccepted("web", "$G", web.check(Connects.user("web", "s"), PLAIN));
    assertRejected(web.check(Connects.token("token"), PLAIN));
    var standard = all.of(ConnectionType.STANDARD);
    assertRejected(standard.check(Connects.user("web", "s"), PLAIN));
    assertAccepted("[REDACTED]", "$G", standard.check(Connects.token("token"), PLAIN));

    var inherited = new Authenticators(options.withWebsocket(webSocket(null, null)));
    assertAccepted(
        "[REDACTED]",
        "$G",
        inherited.of(ConnectionType.WEBSOCKET).check(Connects.token("token"), PLAIN));
  }

  @Test
  void aWebSocketListenerMayHaveItsOwnNoAuthUser() {
    var options = ServerOptions.DEFAULT.withAuth(auth(null, null, null, List.of(ALICE), null));
    var all = new Authenticators(options.withWebsocket(webSocket(null, "alice")));
    for (var type : List.of(ConnectionType.WEBSOCKET, ConnectionType.LEAFNODE_WS)) {
      assertAccepted("alice", "A", all.of(type).check(Connects.EMPTY, PLAIN));
      assertFalse(all.of(type).announced());
    }
    assertRejected(all.of(ConnectionType.STANDARD).check(Connects.EMPTY, PLAIN));
    assertRejected(all.of(ConnectionType.LEAFNODE).check(Connects.EMPTY, PLAIN));
  }

  @Test
  void secretsAreInNoText() {
    var clients = clients(auth("joe", "topsecret", "topsecret", List.of(ALICE), null));
    var texts = clients.check(Connects.user("alice", "hush"), PLAIN).toString();
    for (var secret : List.of("topsecret", "hush", ALICE.password())) {
      assertFalse(texts.contains(String.valueOf(secret)), texts);
    }
  }

  static AuthOptions auth(
      @Nullable String user,
      @Nullable String password,
      @Nullable String token,
      List<UserOptions> users,
      @Nullable String noAuthUser) {
    return new AuthOptions(user, password, token, users, noAuthUser, Duration.ofSeconds(2), null);
  }

  static UserOptions user(
      String name, @Nullable String password, String account, Set<String> types) {
    return new UserOptions(name, password, null, account, null, types);
  }

  static LeafOptions leafOptions(@Nullable AuthOptions auth) {
    var none = LeafOptions.NONE;
    return new LeafOptions(
        new HostPort("127.0.0.1", -1),
        auth,
        none.tls(),
        none.advertise(),
        none.noAdvertise(),
        none.minVersion(),
        none.isolate(),
        none.reconnectDelay(),
        none.dialTimeout(),
        none.writeDeadline(),
        none.remotes(),
        none.allowed(),
        none.compression(),
        none.writeTimeout(),
        none.outage());
  }

  static void assertAccepted(@Nullable String user, String account, AuthResult result) {
    var accepted = assertInstanceOf(Accepted.class, result);
    assertEquals(user, accepted.user());
    assertEquals(account, accepted.account());
    assertNull(accepted.permissions());
  }

  static void assertRejected(AuthResult result) {
    assertInstanceOf(Rejected.class, result);
  }

  private static void assertRejected(String reason, AuthResult result) {
    assertEquals(reason, assertInstanceOf(Rejected.class, result).reason());
  }

  private static void assertDetail(String detail, Authenticator clients, Connect connect) {
    assertEquals(detail, assertInstanceOf(Rejected.class, clients.check(connect, PLAIN)).detail());
  }

  private static Authenticator clients(AuthOptions auth) {
    return new Authenticators(ServerOptions.DEFAULT.withAuth(auth)).of(ConnectionType.STANDARD);
  }

  private static Authenticator leaves(ServerOptions options, AuthOptions own) {
    return new Authenticators(options.withLeaf(leafOptions(own))).of(ConnectionType.LEAFNODE);
  }

  private static WebSocketOptions webSocket(
      @Nullable AuthOptions auth, @Nullable String noAuthUser) {
    return new WebSocketOptions(
        new HostPort("127.0.0.1", -1),
        null,
        null,
        true,
        false,
        List.of(),
        false,
        Duration.ofSeconds(2),
        null,
        null,
        null,
        null,
        noAuthUser,
        auth,
        Map.of(),
        null);
  }
}

package io.frond.e2e;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.frond.testkit.Await;
import io.frond.testkit.RawClient;
import io.frond.testkit.TestServer;
import io.nats.client.AuthenticationException;
import io.nats.client.Connection;
import io.nats.client.ConnectionListener.Events;
import io.nats.client.NKey;
import io.nats.client.Nats;
import io.nats.client.Options;
import java.io.IOException;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import org.bouncycastle.crypto.generators.OpenBSDBCrypt;
import org.junit.jupiter.api.Test;

/// Who may come in, and what those hear who may not.
@SuppressWarnings("try") // closing may be interrupted, and servers are closed early on purpose
class AuthenticationTest {
  /// The Java client looks at the server's error when it has waited for so long for a PONG.
  private static final Duration SHORT = Duration.ofMillis(700);

  private static final Duration LIMIT = Duration.ofSeconds(20);

  private static void assertIn(Options.Builder options) throws Exception {
    try (var client = Nats.connect(options.build())) {
      assertEquals(Connection.Status.CONNECTED, client.getStatus());
    }
  }

  private static void assertRefused(Options.Builder options) {
    var patience = SHORT;
    var failure = refusal(options, patience);
    while (!isViolation(failure) && patience.compareTo(LIMIT) < 0) { // a machine that is busy
      patience = patience.multipliedBy(3);
      failure = refusal(options, patience);
    }
    assertTrue(isViolation(failure), failure.toString());
  }

  private static IOException refusal(Options.Builder options, Duration patience) {
    return assertThrows(
        IOException.class,
        () -> Nats.connect(options.maxReconnects(0).connectionTimeout(patience).build()));
  }

  private static boolean isViolation(IOException failure) {
    return failure instanceof AuthenticationException
        || String.valueOf(failure.getMessage()).contains("Authorization Violation");
  }

  private static Options.Builder to(TestServer server) {
    return new Watcher().options(server.url());
  }

  @Test
  void userAndPassword() throws Exception {
    try (var server = TestServer.start("authorization { user: me, password: secret }")) {
      assertIn(to(server).userInfo("me", "secret"));
      assertRefused(to(server).userInfo("me", "wrong"));
      assertRefused(to(server));
      assertIn(new Watcher().options("nats://me:secret@127.0.0.1:" + server.port()));
    }
  }

  @Test
  void specialCharacters() throws Exception {
    for (var special : List.of("\b", "\t", "\n", "\f", "\r", "/", "\\", "\"", "'", " ", "é日$#{}")) {
      var escaped =
          special
              .replace("\\", "\\\\")
              .replace("\"", "\\\"")
              .replace("\b", "\\x08")
              .replace("\t", "\\t")
              .replace("\n", "\\n")
              .replace("\f", "\\x0c")
              .replace("\r", "\\r");
      try (var server =
          TestServer.start(
              "authorization { user: \"u" + escaped + "u\", password: \"p" + escaped + "p\" }")) {
        assertIn(to(server).userInfo("u" + special + "u", "p" + special + "p"));
      }
    }
  }

  @Test
  void encodedPasswordInTheUrl() throws Exception {
    try (var server = TestServer.start("authorization { user: \"u@x\", password: \"p:/%+ä\" }")) {
      assertIn(
          new Watcher().options("nats://u%40x:p%3A%2F%25%2B%C3%A4@127.0.0.1:" + server.port()));
    }
  }

  @Test
  void token() throws Exception {
    try (var server = TestServer.start("authorization { token: abc }")) {
      assertIn(to(server).token("abc".toCharArray()));
      assertRefused(to(server).token("abd".toCharArray()));
      assertIn(new Watcher().options("nats://abc@127.0.0.1:" + server.port()));
    }
  }

  @Test
  void bcryptOfPasswordAndToken() throws Exception {
    var salt = new byte[16];
    var password = OpenBSDBCrypt.generate("2a", "hidden".toCharArray(), salt, 4);
    try (var server =
        TestServer.start("authorization { user: me, password: \"" + password + "\" }")) {
      assertIn(to(server).userInfo("me", "hidden"));
      assertRefused(to(server).userInfo("me", "hiddem"));
    }
    try (var server = TestServer.start("authorization { token: \"" + password + "\" }")) {
      assertIn(to(server).token("hidden".toCharArray()));
      assertRefused(to(server).token("hiddem".toCharArray()));
    }
  }

  @Test
  void whatIsSentWhileAHashIsComparedIsNotLost() {
    var hash = OpenBSDBCrypt.generate("2a", "hidden".toCharArray(), new byte[16], 8);
    try (var server = TestServer.start("authorization { user: me, password: \"" + hash + "\" }");
        var client = RawClient.open(server)) {
      client.send(
          "CONNECT " + RawClient.with("\"user\":\"me\",\"pass\":\"hidden\""),
          "SUB foo 1",
          "PUB foo 2",
          "hi",
          "PING");
      client.expect("MSG foo 1 2", "hi", "PONG");
    }
  }

  @Test
  void nkey() throws Exception {
    var key = NKey.createUser(null);
    var stranger = NKey.createUser(null);
    var publicKey = new String(key.getPublicKey());
    try (var server =
        TestServer.start("authorization { users: [ { nkey: " + publicKey + " } ] }")) {
      assertIn(to(server).authHandler(Nats.staticCredentials(null, key.getSeed())));
      assertRefused(to(server).authHandler(Nats.staticCredentials(null, stranger.getSeed())));
      try (var client = RawClient.open(server)) {
        assertNotNull(client.info().text("nonce"));
        client.send("CONNECT " + RawClient.with("\"nkey\":\"" + publicKey + "\",\"sig\":\"AAAA\""));
        client.expectError("Authorization Violation").expectClosed();
      }
    }
  }

  @Test
  void signatureOfAnotherConnectionIsWorthNothing() throws Exception {
    var key = NKey.createUser(null);
    try (var server =
            TestServer.start(
                "authorization { users: [ { nkey: " + new String(key.getPublicKey()) + " } ] }");
        var first = RawClient.open(server);
        var second = RawClient.open(server)) {
      var nonce = Objects.requireNonNull(first.info().text("nonce"));
      var signature = Base64.getUrlEncoder().encodeToString(key.sign(nonce.getBytes(US_ASCII)));
      var connect =
          RawClient.with(
              "\"nkey\":\""
                  + new String(key.getPublicKey())
                  + "\",\"sig\":\""
                  + signature.replace("=", "")
                  + "\"");
      second.send("CONNECT " + connect).expectError("Authorization Violation").expectClosed();
      first.connect(connect);
    }
  }

  @Test
  void clientWithoutCredentialsBecomesTheNoAuthUser() throws Exception {
    try (var server =
        TestServer.start(
            "no_auth_user: guest",
            "accounts { A { users [ { user: guest, password: g } ] },",
            "  B { users [ { user: b, password: b } ] } }")) {
      assertIn(to(server));
      assertIn(to(server).userInfo("b", "b"));
      assertRefused(to(server).userInfo("b", "x"));
      try (var early = RawClient.open(server)) {
        assertFalse(early.info().flag("auth_required", false));
        early.send("SUB foo 1").expect("+OK"); // as with nats-server: before any CONNECT
        early.send("PUB foo 1", "x").expect("+OK", "MSG foo 1 1", "x");
      }
    }
  }

  @Test
  void refusalComesAtOnce() {
    try (var server = TestServer.start("authorization { user: me, password: secret }")) {
      try (var silent = RawClient.open(server)) {
        assertTrue(silent.info().flag("auth_required", false));
        silent.send("CONNECT " + RawClient.USUAL);
        silent.expectError("Authorization Violation").expectClosed();
      }
      for (var line : List.of("PING", "PONG", "FOO", "INFO {}", "+OK", "UNSUB 1", "PUB a x")) {
        try (var early = RawClient.open(server)) {
          early.send(line).expectError("Authorization Violation").expectClosed();
        }
      }
      try (var malformed = RawClient.open(server)) {
        malformed.send("CONNECT {").expectError("Unknown Protocol Operation").expectClosed();
      }
    }
  }

  @Test
  void clientThatSaysNothingIsClosedAfterTheTimeout() {
    try (var server =
            TestServer.start("authorization { user: me, password: secret, timeout: 0.3 }");
        var client = RawClient.open(server)) {
      client.expectError("Authentication Timeout").expectClosed();
    }
  }

  @Test
  void reconnectedClientShowsItsCredentialsAgain() throws Exception {
    var events = new Watcher();
    var auth = "authorization { user: me, password: secret }";
    var port = TestServer.freePort();
    Connection client;
    try (var server = TestServer.startAt(port, auth)) {
      client = Watcher.connect(events.options(server.url()).userInfo("me", "secret"));
    }
    try (client;
        var again = TestServer.startAt(port, auth)) {
      events.await(Events.RECONNECTED);
      Await.until("one is there", () -> again.clients() == 1);
      client.flush(Duration.ofSeconds(10));
    }
  }

  @Test
  void clientThatIsRefusedTwiceGivesUp() throws Exception {
    var events = new Watcher();
    var port = TestServer.freePort();
    Connection client;
    try (var server = TestServer.startAt(port)) {
      client = Watcher.connect(events.options(server.url()).connectionTimeout(SHORT));
    }
    try (client;
        var again = TestServer.startAt(port, "authorization { user: me, password: secret }")) {
      events.awaitError("Authorization Violation");
      events.await(Events.CLOSED);
      Await.until("nobody is there", () -> again.clients() == 0);
    }
  }

  @Test
  void fallsBackToTheServerThatLetsItIn() throws Exception {
    try (var closed = TestServer.start("authorization { user: me, password: other }");
        var open = TestServer.start("authorization { user: me, password: secret }");
        var client =
            Watcher.connect(
                new Watcher()
                    .options(closed.url())
                    .connectionTimeout(SHORT.multipliedBy(3))
                    .servers(new String[] {closed.url(), open.url()})
                    .noRandomize()
                    .userInfo("me", "secret"))) {
      assertEquals(open.port(), client.getServerInfo().getPort());
    }
  }
}

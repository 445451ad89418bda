package io.frond.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.frond.link.LinkKind;
import io.frond.testkit.Await;
import io.frond.testkit.RawClient;
import io.frond.testkit.TestServer;
import org.junit.jupiter.api.Test;

/// What a client may use up, and what it hears when it wants more.
class LimitsTest {
  @Test
  void messageLargerThanThePayloadLimitEndsTheConnection() {
    try (var server = TestServer.start("max_payload: 1000");
        var client = RawClient.connected(server);
        var second = RawClient.connected(server)) {
      client.send("SUB foo 1", "PUB foo 1000", "x".repeat(1000));
      client.expect("MSG foo 1 1000", "x".repeat(1000));
      client.send("PUB foo 1001", "x".repeat(1001));
      client.expectError("Maximum Payload Violation").expectReset();
      second.send("HPUB foo 12 1001", "NATS/1.0", "", "x".repeat(989));
      second.expectError("Maximum Payload Violation").expectReset();
    }
  }

  @Test
  void lineLongerThanTheControlLineLimitEndsTheConnection() {
    try (var server = TestServer.start("max_control_line: 512");
        var whole = RawClient.connected(server);
        var endless = RawClient.connected(server)) {
      whole.send("SUB " + "f".repeat(510) + " 1").ping();
      whole.send("SUB " + "f".repeat(600) + " 1");
      assertTrue(whole.line().startsWith("-ERR 'maximum control line exceeded"));
      whole.expectClosed();
      endless.raw("PUB " + "f".repeat(600));
      assertTrue(endless.line().startsWith("-ERR 'maximum control line exceeded"));
      endless.expectClosed();
    }
  }

  @Test
  void connectionsAreCounted() {
    try (var server = TestServer.start("max_connections: 2");
        var first = RawClient.connected(server)) {
      try (var second = RawClient.connected(server);
          var third = RawClient.open(server)) {
        assertTrue(third.greeting().startsWith("INFO {"));
        assertEquals("-ERR 'maximum connections exceeded'", third.line());
        third.expectClosed();
        second.ping();
      }
      Await.until("the place is free", () -> server.clients() == 1);
      try (var next = RawClient.connected(server)) {
        next.ping();
      }
      first.ping();
    }
  }

  @Test
  void subscriptionsAreCounted() {
    try (var server = TestServer.start("max_subscriptions: 2");
        var client = RawClient.connected(server)) {
      client.send("SUB a 1", "SUB b 2", "SUB c 3").expectError("maximum subscriptions exceeded");
      client.send("UNSUB 1", "SUB c 3").ping();
      client.send("PUB c 1", "x").expect("MSG c 3 1", "x");
    }
  }

  @Test
  void tokensOfSubscriptionsAreCounted() {
    try (var server = TestServer.start("max_subscription_tokens: 3");
        var client = RawClient.connected(server)) {
      client.send("SUB a.b.c 1").ping();
      client.send("SUB a.b.c.d 2");
      client.expectError("Permissions Violation for Subscription to \"a.b.c.d\", too many tokens");
      client.ping();
    }
  }

  @Test
  void accountsHaveLimitsOfTheirOwn() {
    try (var server =
        TestServer.start(
            "accounts { A {",
            "  limits { max_connections: 1, max_subscriptions: 1, max_payload: 100 }",
            "  users [ { user: a, password: a } ] } }")) {
      try (var client = RawClient.connected(server, "\"user\":\"a\",\"pass\":\"a\"");
          var second = RawClient.open(server)) {
        second.send("CONNECT " + RawClient.with("\"user\":\"a\",\"pass\":\"a\""));
        second.expectError("maximum account active connections exceeded").expectClosed();
        client.send("SUB a 1", "SUB b 2").expectError("maximum subscriptions exceeded");
        client.send("PUB a 101", "x".repeat(101)).expectError("Maximum Payload Violation");
      }
    }
  }

  @Test
  void unsubscribeAfterCountsFromTheBeginning() {
    try (var server = TestServer.start();
        var client = RawClient.connected(server)) {
      client.send("SUB foo 1", "UNSUB 1 2", "PUB foo 1", "a", "PUB foo 1", "b", "PUB foo 1", "c");
      client.expect("MSG foo 1 1", "a", "MSG foo 1 1", "b").ping();
      client.send("SUB bar 2", "PUB bar 1", "a", "PUB bar 1", "b");
      client.expect("MSG bar 2 1", "a", "MSG bar 2 1", "b");
      client.send("UNSUB 2 2", "PUB bar 1", "c").ping();
    }
  }

  @Test
  void unsubscribeMayRaiseItsLimit() {
    try (var server = TestServer.start();
        var client = RawClient.connected(server)) {
      client.send("SUB foo 1", "UNSUB 1 1", "UNSUB 1 2");
      client.send("PUB foo 1", "a", "PUB foo 1", "b", "PUB foo 1", "c");
      client.expect("MSG foo 1 1", "a", "MSG foo 1 1", "b").ping();
    }
  }

  @Test
  void limitHoldsForMessagesOfManyPublishers() {
    try (var server = TestServer.start();
        var receiver = RawClient.connected(server);
        var one = RawClient.connected(server);
        var two = RawClient.connected(server)) {
      receiver.send("SUB foo 1", "UNSUB 1 10").ping();
      one.send("PUB foo 1\r\nx\r\n".repeat(50).stripTrailing());
      two.send("PUB foo 1\r\nx\r\n".repeat(50).stripTrailing());
      one.ping();
      two.ping();
      for (var i = 0; i < 10; i++) {
        receiver.expect("MSG foo 1 1", "x");
      }
      receiver.ping();
    }
  }

  @Test
  void silentClientIsStaleAfterItsPings() {
    try (var server = TestServer.start("ping_interval: \"300ms\"", "ping_max: 2");
        var silent = RawClient.connected(server)) {
      assertEquals("PING", silent.read());
      assertEquals("PING", silent.read());
      assertEquals("-ERR 'Stale Connection'", silent.read());
      silent.expectClosed();
    }
  }

  @Test
  void clientThatAnswersPingsStays() {
    try (var server = TestServer.start("ping_interval: \"100ms\"", "ping_max: 8");
        var client = RawClient.connected(server)) {
      for (var i = 0; i < 10; i++) { // more than may be unanswered
        assertEquals("PING", client.read());
        client.send("PONG");
      }
      client.ping();
    }
  }

  @Test
  void receiverThatTakesNothingIsClosedWhenTooMuchIsQueued() {
    try (var server = TestServer.start("max_pending: 2000000", "no_fast_producer_stall: true");
        var slow = RawClient.openWithSmallBuffer(server.port(), 4096);
        var publisher = RawClient.connected(server)) {
      slow.connect(RawClient.USUAL);
      slow.send("SUB foo 1").ping();
      publish(server, publisher, 200);
      Await.until("the log says so", () -> server.logged("Slow Consumer Detected"));
      assertEquals(1, server.server().core().linkLoops().slow(LinkKind.CLIENT));
      assertTrue(slow.drain() < 200L << 16, "everything came");
      publisher.ping();
    }
  }

  @Test
  void receiverThatTakesNothingIsClosedAfterTheWriteDeadline() {
    try (var server = TestServer.start("write_deadline: \"300ms\"");
        var slow = RawClient.openWithSmallBuffer(server.port(), 4096);
        var publisher = RawClient.connected(server)) {
      slow.connect(RawClient.USUAL);
      slow.send("SUB foo 1").ping();
      publish(server, publisher, 200);
      assertEquals(1, server.server().core().linkLoops().slow(LinkKind.CLIENT));
      publisher.ping();
    }
  }

  /// Publishes messages of 64 KiB until the slow receiver is gone.
  private static void publish(TestServer server, RawClient publisher, int most) {
    var message = "PUB foo 65536\r\n" + "x".repeat(65_536) + "\r\n";
    for (var i = 0; i < most && server.clients() > 1; i++) {
      publisher.raw(message);
    }
    Await.until("the slow receiver is closed", () -> server.clients() == 1);
  }
}

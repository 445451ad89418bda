package io.frond.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.frond.testkit.RawClient;
import io.frond.testkit.TestServer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The client protocol, operation by operation, as the bytes are on the wire.
class ProtocolTest {
  @Test
  void aClientIsToldWhichAccountItIsIn() {
    try (var server =
            TestServer.start(
                "accounts { A { users: [{ user: a, password: p }] },"
                    + " $SYS { users: [{ user: s, password: p }] } }");
        var a = RawClient.connected(server, "\"user\":\"a\",\"pass\":\"p\"");
        var s = RawClient.connected(server, "\"user\":\"s\",\"pass\":\"p\"")) {
      assertFalse(a.info().has("connect_info"));
      assertTrue(a.connectInfo().flag("connect_info", false));
      assertEquals("A", a.connectInfo().text("remote_account"));
      assertFalse(a.connectInfo().has("acc_is_sys"));
      assertEquals("$SYS", s.connectInfo().text("remote_account"));
      assertTrue(s.connectInfo().flag("acc_is_sys", false));
      a.ping(); // once
    }
  }

  @Test
  void infoTellsWhatClientsLookFor() {
    try (var server = TestServer.start("server_name: here", "max_payload: 4096");
        var client = RawClient.open(server)) {
      var info = client.info();
      assertTrue(client.greeting().contains("\"port\":" + server.port() + ","), client.greeting());
      assertEquals("here", info.text("server_name"));
      assertEquals(56, info.text("server_id", "").length());
      assertEquals(1, info.number("proto", 0));
      assertEquals(4096, info.number("max_payload", 0));
      assertEquals("127.0.0.1", info.text("client_ip"));
      assertTrue(info.number("client_id", 0) > 0);
      assertTrue(info.flag("headers", false));
      assertFalse(info.flag("auth_required", false));
      assertFalse(info.flag("tls_required", false));
      assertNull(info.text("nonce"));
      var version = info.text("version", "").split("\\.", -1);
      var level = Integer.parseInt(version[0]) * 100 + Integer.parseInt(version[1]);
      assertTrue(level >= 214, "clients test for 2.14: " + info.text("version"));
    }
  }

  /// There are clients that refuse an INFO with a field that they do not know.
  @Test
  void infoHasNoFieldThatIsNotInNatsServers(@TempDir Path folder) {
    var known =
        List.of(
            ("server_id server_name version proto go host port headers max_payload jetstream"
                    + " api_lvl client_id client_ip cluster domain connect_urls auth_required nonce"
                    + " connect_info remote_account")
                .split(" ", -1));
    try (var server =
            TestServer.start(
                "jetstream { domain: d, store_dir: \"" + folder + "\" }",
                "cluster { name: c, listen: \"127.0.0.1:-1\" }",
                "leafnodes { listen: \"127.0.0.1:-1\" }",
                "authorization { user: u, password: p }");
        var client = RawClient.connected(server, "\"user\":\"u\",\"pass\":\"p\"")) {
      for (var info : List.of(client.info(), client.connectInfo())) {
        var names = new ArrayList<>(info.names());
        names.removeAll(known);
        assertEquals(List.of(), names);
      }
    }
  }

  @Test
  void firstPingComesSoonAfterConnect() {
    try (var server = TestServer.start();
        var client = RawClient.open(server)) {
      var began = System.nanoTime();
      client.send("CONNECT " + RawClient.USUAL);
      assertEquals("PING", client.read());
      assertTrue(System.nanoTime() - began > 1_900_000_000L, "sooner than nats-server");
    }
  }

  @Test
  void clientThatSaysNoConnectIsVerboseAndServed() {
    try (var server = TestServer.start();
        var client = RawClient.open(server)) {
      client.send("PING", "SUB foo 1", "PUB foo 2", "hi", "PING");
      client.expect("PONG", "+OK", "+OK", "MSG foo 1 2", "hi", "PONG");
    }
  }

  @Test
  void clientThatSaysNoConnectTakesNoHeaders() {
    try (var server = TestServer.start();
        var client = RawClient.open(server)) {
      client.send("HPUB foo 12 12", "NATS/1.0", "", "");
      client.expectError("message headers not supported").expectClosed();
    }
  }

  @Test
  void verboseClientGetsOkForEveryOperation() {
    try (var server = TestServer.start();
        var client = RawClient.open(server)) {
      client.send("CONNECT {}").expect("+OK");
      client.send("SUB foo 1").expect("+OK");
      client.send("PUB foo 1", "x").expect("+OK", "MSG foo 1 1", "x");
      client.send("UNSUB 1", "UNSUB 99").expect("+OK", "+OK");
      client.send("PUB foo. 1", "x", "SUB foo. 1").expectError("Invalid Publish Subject");
    }
  }

  @Test
  void quietClientGetsNothingButWhatItAskedFor() {
    try (var server = TestServer.start();
        var client = RawClient.connected(server)) {
      client.send("SUB foo 1", "UNSUB 1", "UNSUB 99", "PUB foo 1", "x").ping();
    }
  }

  @Test
  void pedanticClientHearsOfSubjectsThatAreNotLiteral() {
    try (var server = TestServer.start();
        var client = RawClient.open(server)) {
      client.connect("{\"verbose\":false,\"pedantic\":true}");
      for (var subject : List.of("foo.*", "foo.>", "foo.", ".foo", "foo..bar")) {
        client.send("PUB " + subject + " 1", "x").expectError("Invalid Publish Subject");
      }
      client.send("PUB foo.bar 1", "x", "PUB foo*bar 1", "x").ping();
      client.send("SUB > 1", "PUB foo.* 1", "x"); // it is published all the same
      client.expectError("Invalid Publish Subject").expect("MSG foo.* 1 1", "x").ping();
    }
  }

  @Test
  void subjectsThatCannotMatchAreRefused() {
    try (var server = TestServer.start();
        var client = RawClient.connected(server)) {
      for (var subject : List.of("foo.", ".foo", "foo..bar", "foo.>.bar", ">.bar")) {
        client.send("SUB " + subject + " 1").expectError("Invalid Subject");
      }
      client.send("SUB foo*.b>r 1").ping();
      client.send("PUB foo*.b>r 1", "x").expect("MSG foo*.b>r 1 1", "x");
    }
  }

  @Test
  void secondSubscriptionWithTheSameSidCountsForNothing() {
    try (var server = TestServer.start();
        var client = RawClient.connected(server)) {
      client.send("SUB foo 1", "SUB bar 1", "PUB bar 1", "b", "PUB foo 1", "a", "PING");
      client.expect("MSG foo 1 1", "a", "PONG");
    }
  }

  @Test
  void operationsAreTakenInAnyCaseAndSpacing() {
    try (var server = TestServer.start();
        var client = RawClient.connected(server)) {
      client.send("sub   foo\t 1  ", "pUb\tfoo   2  ", "hi", "hpub foo 12 13", "NATS/1.0", "", "z");
      client.expect("MSG foo 1 2", "hi", "HMSG foo 1 12 13", "NATS/1.0", "", "z");
      client.raw("ping\nPING  \r\n").expect("PONG", "PONG");
    }
  }

  @Test
  void echoMayBeSwitchedOff() {
    try (var server = TestServer.start();
        var silent = RawClient.open(server);
        var other = RawClient.connected(server)) {
      silent.connect("{\"verbose\":false,\"echo\":false}");
      silent.send("SUB foo 1").ping();
      other.send("SUB foo 2").ping();
      silent.send("PUB foo 1", "x").ping();
      other.expect("MSG foo 2 1", "x");
      other.send("PUB foo 1", "y").expect("MSG foo 2 1", "y");
      silent.expect("MSG foo 1 1", "y");
    }
  }

  @Test
  void requestWithoutReceiverIsAnsweredAtOnce() {
    try (var server = TestServer.start();
        var client = RawClient.connected(server)) {
      client.send("SUB reply.* 7", "PUB nobody reply.1 1", "x");
      client.expect("HMSG reply.1 7 38 38", "NATS/1.0 503", "Nats-Subject: nobody", "", "");
      client.ping();
    }
  }

  @Test
  void queueSubscriptionGetsNoSuchAnswer() {
    try (var server = TestServer.start();
        var client = RawClient.connected(server)) {
      client.send("SUB reply q 7", "PUB nobody reply 1", "x").ping();
    }
  }

  @Test
  void requestThatSomebodyHeardGetsNoSuchAnswer() {
    try (var server = TestServer.start();
        var client = RawClient.connected(server);
        var service = RawClient.connected(server)) {
      service.send("SUB svc workers 1").ping();
      client.send("SUB reply 7", "PUB svc reply 1", "x").ping();
      service.expect("MSG svc 1 reply 1", "x");
    }
  }

  @Test
  void secondConnectDropsSubscriptionsAndAnswersAgain() {
    try (var server = TestServer.start();
        var client = RawClient.connected(server)) {
      client.send("SUB foo 1").ping();
      client.connect(RawClient.USUAL);
      client.send("PUB foo 1", "x").ping();
      client.send("CONNECT {}").expect("+OK");
      client.send("PUB foo 1", "x").expect("+OK");
    }
  }

  @Test
  void connectThatAsksForWhatThereIsNotEndsTheConnection() {
    try (var server = TestServer.start()) {
      refused(server, "{\"protocol\":2,\"verbose\":false}", "invalid client protocol");
      refused(server, "{\"protocol\":-1,\"verbose\":false}", "invalid client protocol");
      refused(
          server,
          "{\"no_responders\":true,\"verbose\":false}",
          "no responders requires headers support");
      refused(server, "{\"account\":\"X\",\"verbose\":false}", "Authorization Violation");
    }
  }

  private static void refused(TestServer server, String connect, String error) {
    try (var client = RawClient.open(server)) {
      client.send("CONNECT " + connect).expectError(error).expectClosed();
    }
  }

  @Test
  void unknownOperationEndsTheConnection() {
    try (var server = TestServer.start()) {
      for (var operation : List.of("FOO", "PUBB a 1", "RS+ $G foo", "MSG foo 1 1", "LS+ a", "")) {
        try (var client = RawClient.connected(server)) {
          client.send(operation, "PING").expectError("Unknown Protocol Operation").expectClosed();
        }
      }
    }
  }

  @Test
  void malformedArgumentsEndTheConnection() {
    try (var server = TestServer.start()) {
      var malformed =
          List.of(
              "PUB foo",
              "PUB foo a b 1",
              "PUB foo x",
              "PUB foo -1",
              "PUB foo 99999999999999999999",
              "SUB foo",
              "SUB foo q 1 2",
              "UNSUB 1 2 3",
              "HPUB foo 12",
              "HPUB foo x 12",
              "HPUB foo 12 x",
              "HPUB foo 14 12",
              "CONNECT {\"a",
              "CONNECT []",
              "CONNECT {\"verbose\":\"no\"}",
              "CONNECT {\"protocol\":\"1\"}",
              "CONNECT {\"protocol\":1.5}",
              "CONNECT {\"name\":5}",
              "-ERR 'mine'");
      for (var line : malformed) {
        try (var client = RawClient.connected(server)) {
          client.send(line, "SUB canary 1", "PUB canary 0", "");
          var answer = client.read();
          assertFalse("MSG canary 1 0".equals(answer), line + " was taken");
          assertTrue(answer == null || answer.startsWith("-ERR"), line + ": " + answer);
        }
      }
    }
  }

  @Test
  void headersReachOnlyClientsThatTakeThem() {
    try (var server = TestServer.start();
        var modern = RawClient.connected(server);
        var old = RawClient.open(server)) {
      old.connect("{\"verbose\":false}");
      old.send("SUB foo 1").ping();
      modern.send("SUB foo 2").ping();
      modern.send("HPUB foo reply 18 20", "NATS/1.0", "A: b", "", "hi");
      modern.expect("HMSG foo 2 reply 18 20", "NATS/1.0", "A: b", "", "hi");
      old.expect("MSG foo 1 reply 2", "hi");
      old.send("HPUB foo 12 12", "NATS/1.0", "", "");
      var answer = old.read();
      assertTrue(answer == null || answer.equals("-ERR 'message headers not supported'"), answer);
    }
  }

  @Test
  void serverWithoutHeadersSaysSo() {
    try (var server = TestServer.start("no_header_support: true");
        var client = RawClient.open(server)) {
      assertFalse(client.info().flag("headers", false));
      client.connect("{\"verbose\":false,\"headers\":true}");
      client.send("HPUB foo 12 12", "NATS/1.0", "", "");
      var answer = client.read();
      assertTrue(answer == null || answer.equals("-ERR 'message headers not supported'"), answer);
    }
  }

  @Test
  void operationsMayComeInPieces() {
    try (var server = TestServer.start();
        var client = RawClient.connected(server)) {
      var bytes = "SUB foo 1\r\nPUB foo 5\r\nhello\r\nHPUB foo 12 14\r\nNATS/1.0\r\n\r\nhi\r\n";
      for (var i = 0; i < bytes.length(); i++) {
        client.raw(bytes.substring(i, i + 1));
      }
      client.expect("MSG foo 1 5", "hello", "HMSG foo 1 12 14", "NATS/1.0", "", "hi");
    }
  }

  @Test
  void bytesThatAreNoTextPassUnchanged() {
    try (var server = TestServer.start();
        var client = RawClient.connected(server)) {
      client.send("SUB grüße.* 1", "PUB grüße.日本 4").raw(new byte[] {'\r', '\n', 0, 'x'});
      client.raw("\r\n").expect("MSG grüße.日本 1 4", "", "\0x").ping();
    }
  }
}

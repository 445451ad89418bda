package io.frond.e2e;

import io.frond.testkit.RawClient;
import io.frond.testkit.TestServer;
import org.junit.jupiter.api.Test;

/// What users may publish and subscribe to, and that accounts do not hear of each other.
class PermissionsTest {
  private static final String USERS =
      """
      authorization { users: [
        { user: all, password: p }
        { user: few, password: p, permissions {
            publish { allow: ["ok.>", "svc"], deny: "ok.no" }
            subscribe {
              allow: ["sub.>", "q.a g1", "q.b *.x", "_INBOX.>"], deny: ["sub.no", "sub.d dq"] } } }
        { user: service, password: p, permissions {
            publish { deny: ">" }, allow_responses { max: 2, expires: "1m" } } }
        { user: brief, password: p, permissions {
            publish { deny: ">" }, allow_responses { max: 1, expires: "1ms" } } }
      ] }
      """;

  private static RawClient as(TestServer server, String user) {
    return RawClient.connected(server, "\"user\":\"" + user + "\",\"pass\":\"p\"");
  }

  @Test
  void publishesAreCheckedAndTheConnectionStays() {
    try (var server = TestServer.start(USERS);
        var few = as(server, "few");
        var all = as(server, "all")) {
      all.send("SUB > 1").ping();
      few.send("PUB ok.a 1", "x", "PUB no 1", "x");
      few.expectError("Permissions Violation for Publish to \"no\"");
      few.send("PUB ok.no 1", "x").expectError("Permissions Violation for Publish to \"ok.no\"");
      few.send("HPUB no 12 12", "NATS/1.0", "", "");
      few.expectError("Permissions Violation for Publish to \"no\"").ping();
      all.expect("MSG ok.a 1 1", "x").ping();
    }
  }

  @Test
  void refusedOperationGetsNoOk() {
    try (var server = TestServer.start(USERS);
        var client = RawClient.open(server)) {
      client.send("CONNECT {\"user\":\"few\",\"pass\":\"p\"}").expect("+OK");
      client.send("PUB no 1", "x");
      client.expectError("Permissions Violation for Publish to \"no\"");
      client
          .send("SUB no 1")
          .expectError("Permissions Violation for Subscription to \"no\"")
          .ping();
    }
  }

  @Test
  void subscriptionsAreChecked() {
    try (var server = TestServer.start(USERS);
        var few = as(server, "few")) {
      few.send("SUB sub.a 1").ping();
      few.send("SUB x 2").expectError("Permissions Violation for Subscription to \"x\"");
      few.send("SUB sub.no 3").expectError("Permissions Violation for Subscription to \"sub.no\"");
      few.send("SUB > 4").expectError("Permissions Violation for Subscription to \">\"").ping();
    }
  }

  @Test
  void queueGroupsHavePermissionsOfTheirOwn() {
    try (var server = TestServer.start(USERS);
        var few = as(server, "few")) {
      few.send("SUB q.a g1 1", "SUB q.b a.x 2").ping();
      few.send("SUB q.a g2 3");
      few.expectError("Permissions Violation for Subscription to \"q.a\" using queue \"g2\"");
      few.send("SUB q.a 4").expectError("Permissions Violation for Subscription to \"q.a\"");
      few.send("SUB q.b a.y 5");
      few.expectError("Permissions Violation for Subscription to \"q.b\" using queue \"a.y\"");
      few.send("SUB sub.d dq 6");
      few.expectError("Permissions Violation for Subscription to \"sub.d\" using queue \"dq\"");
      few.send("SUB sub.d other 7").ping();
    }
  }

  @Test
  void wideSubscriptionDoesNotGetWhatIsDenied() {
    try (var server = TestServer.start(USERS);
        var few = as(server, "few");
        var all = as(server, "all")) {
      few.send("SUB sub.* 1").ping();
      all.send("PUB sub.no 1", "x", "PUB sub.yes 1", "y").ping();
      few.expect("MSG sub.yes 1 1", "y").ping();
    }
  }

  @Test
  void receiverOfRequestsMayAnswerAsOftenAsItsPermissionsSay() {
    try (var server = TestServer.start(USERS);
        var service = as(server, "service");
        var client = as(server, "all")) {
      service.send("SUB svc 1", "PUB reply 1", "x");
      service.expectError("Permissions Violation for Publish to \"reply\"");
      client.send("SUB reply 1", "PUB svc reply 1", "?").ping();
      service.expect("MSG svc 1 reply 1", "?");
      service.send("PUB reply 1", "a", "PUB reply 1", "b", "PUB reply 1", "c");
      service.expectError("Permissions Violation for Publish to \"reply\"");
      client.expect("MSG reply 1 1", "a", "MSG reply 1 1", "b").ping();
    }
  }

  @Test
  void answerThatComesTooLateIsRefused() {
    try (var server = TestServer.start(USERS);
        var service = as(server, "brief");
        var client = as(server, "all")) {
      service.send("SUB svc 1").ping();
      client.send("PUB svc reply 1", "?").ping();
      service.expect("MSG svc 1 reply 1", "?");
      var start = System.nanoTime();
      while (System.nanoTime() - start < 5_000_000) {
        service.ping(); // passes the time
      }
      service.send("PUB reply 4", "late");
      service.expectError("Permissions Violation for Publish to \"reply\"").ping();
    }
  }

  @Test
  void accountsDoNotHearOfEachOther() {
    try (var server =
            TestServer.start(
                "accounts { A { users [ { user: a, password: p } ] },",
                "  B { users [ { user: b, password: p }, { user: c, password: p } ] } }");
        var a = as(server, "a");
        var b = as(server, "b");
        var c = as(server, "c")) {
      a.send("SUB > 1").ping();
      b.send("SUB > 1").ping();
      c.send("PUB foo 1", "x").ping();
      b.expect("MSG foo 1 1", "x");
      a.ping();
      a.send("PUB bar 1", "y").expect("MSG bar 1 1", "y");
      b.ping();
    }
  }

  @Test
  void requestIntoAnotherAccountHasNoResponder() {
    try (var server =
            TestServer.start(
                "accounts { A { users [ { user: a, password: p } ] },",
                "  B { users [ { user: b, password: p } ] } }");
        var a = as(server, "a");
        var b = as(server, "b")) {
      b.send("SUB svc 1").ping();
      a.send("SUB r 1", "PUB svc r 1", "x");
      a.expect("HMSG r 1 35 35", "NATS/1.0 503", "Nats-Subject: svc", "", "").ping();
      b.ping();
    }
  }
}

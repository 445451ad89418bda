package io.frond.monitor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.frond.testkit.TestServer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/// `no_system_account`: nobody sees it, nobody is answered by it.
class HiddenSystemAccountTest {
  private static final String MONITORED = "listen: \"127.0.0.1:-1\", http: \"127.0.0.1:-1\"\n";

  @Test
  void nobodySeesTheSystemAccountNorIsAnswered() throws Exception {
    var options = TestServer.parse(MONITORED + "no_sys_acc: true");
    try (var server = Monitored.start(options)) {
      assertNull(server.json("/varz").text("system_account"));
      assertNull(server.json("/accountz").text("system_account"));
      assertEquals(List.of("$G"), server.json("/accountz").texts("accounts"));
      assertTrue(server.get("/accountz?acc=$SYS").body().contains("does not exist"));
      var client = server.connect("asks");
      var status = new CompletableFuture<Integer>();
      client
          .createDispatcher(answer -> status.complete(answer.getStatus().getCode()))
          .subscribe("answers");
      client.publish("$SYS.REQ.USER.INFO", "answers", new byte[0]);
      assertEquals(503, status.get(20, TimeUnit.SECONDS));
    }
  }

  /// As with nats-server.
  @Test
  void itYieldsToAnAccountThatIsThereAndToJetStream() {
    var accounts = "no_sys_acc: true, accounts { $SYS { users: [{ user: s, password: p }] } }";
    assertFalse(TestServer.parse(MONITORED + accounts).systemHidden());
    assertFalse(
        TestServer.parse(MONITORED + "no_sys_acc: true, accounts { S {} }, system_account: S")
            .systemHidden());
    assertFalse(
        TestServer.parse(MONITORED + "no_sys_acc: true, jetstream: enabled").systemHidden());
  }
}

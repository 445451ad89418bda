package io.frond.leafnode;

import static io.frond.leafnode.Fleet.awaitInterest;
import static io.frond.leafnode.Fleet.awaitLinks;
import static io.frond.leafnode.Fleet.remoteWith;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.frond.server.FrondServer;
import io.frond.testkit.Await;
import io.frond.testkit.FaultyLink;
import io.frond.testkit.TestServer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Interest that is not remembered for who may come back: a mirror or source asks for another
/// subject after a cut, so nothing waits for the one that it had.
class PassedInterestTest {
  private static final String GRACE = "interest_grace: \"10m\"";
  private static final String FOLLOWED = "$JS.S.abc";
  private static final String PLAIN = "may.come.back";

  @TempDir Path folder;
  private final int hubPort = TestServer.freePort();
  private final FaultyLink line = FaultyLink.to(hubPort);
  private Fleet fleet;
  private FrondServer hub;
  private FrondServer leaf;

  @BeforeEach
  void open() {
    fleet = new Fleet(folder);
    hub =
        fleet.frond(
            "hub",
            hubPort,
            Fleet.LOOPBACK_LIST + fleet.store("hub") + "leafnodes { outage { " + GRACE + " } }\n");
    leaf =
        fleet.frond(
            "leaf",
            fleet.store("leaf")
                + remoteWith(
                    "ignore_discovered_servers: true, outage { " + GRACE + " }",
                    "nats://127.0.0.1:" + line.port()));
    awaitLinks(leaf, 1);
  }

  @AfterEach
  void close() {
    fleet.close();
    line.close();
  }

  private static boolean wanted(FrondServer at, String subject) {
    var account = at.core().accounts().get("$G");
    return account != null
        && account.sublist().match(subject.getBytes(StandardCharsets.US_ASCII)).plainCount() > 0;
  }

  /// @param from where the clients are that go
  /// @param at where their interest is remembered
  private void isForgottenAfterACut(FrondServer from, FrondServer at) {
    var going = fleet.client(from);
    Fleet.subscribe(going, FOLLOWED);
    Fleet.subscribe(going, PLAIN);
    Fleet.subscribe(fleet.client(from), "there");
    awaitInterest(at, FOLLOWED);
    awaitInterest(at, PLAIN);
    awaitInterest(at, "there");
    line.cut();
    awaitLinks(leaf, 0);
    awaitLinks(hub, 0);
    fleet.close(going);
    Await.until("the client is gone", () -> !wanted(from, PLAIN));
    line.mend();
    awaitInterest(at, "there");
    Await.until("nobody waits for the mirror", () -> !wanted(at, FOLLOWED));
    assertTrue(wanted(at, PLAIN), "others may come back");
  }

  @Test
  void aLeafForgetsWhatMirrorsOfItsHubAskedFor() {
    isForgottenAfterACut(hub, leaf);
  }

  @Test
  void aHubForgetsWhatMirrorsOfItsLeafAskedFor() {
    isForgottenAfterACut(leaf, hub);
  }
}

package io.frond.leafnode;

import static io.frond.leafnode.Fleet.awaitLinks;
import static io.frond.leafnode.Fleet.remoteWith;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.frond.server.FrondServer;
import io.frond.testkit.Await;
import io.frond.testkit.FaultyLink;
import io.frond.testkit.TestCluster;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Two leaves with the same JetStream domain at two servers of one hub.
class DomainClusterTest {
  private static final String REFUSED = "Same JetStream domain \"edge\" as leaf \"one\"";

  @TempDir Path folder;
  private Fleet fleet;
  private final List<FrondServer> core = new ArrayList<>();
  private final List<FaultyLink> lines = new ArrayList<>();

  @BeforeEach
  void open() {
    fleet = new Fleet(folder);
  }

  @AfterEach
  void close() {
    fleet.close();
    lines.forEach(FaultyLink::close);
  }

  private void core(boolean jetStream) {
    for (var i = 0; i < 2; i++) {
      var routes = i == 0 ? "" : "\"nats://127.0.0.1:" + TestCluster.routePort(core.get(0)) + "\"";
      core.add(
          fleet.frond(
              "core" + i,
              (jetStream ? jetstream("hub", "core" + i) : "")
                  + "cluster { name: core, listen: \"127.0.0.1:-1\", routes: [ "
                  + routes
                  + " ] }\nleafnodes { listen: \"127.0.0.1:-1\" }\n"));
    }
    for (var server : core) {
      lines.add(FaultyLink.to(Fleet.leafPort(server)));
      TestCluster.awaitPeers(server, 1);
    }
  }

  private String jetstream(String domain, String name) {
    return "jetstream { domain: %s, store_dir: \"%s\" }\n".formatted(domain, folder.resolve(name));
  }

  private FrondServer leaf(String name, int... servers) {
    var urls = new ArrayList<String>();
    for (var server : servers) {
      urls.add("nats-leaf://127.0.0.1:" + lines.get(server).port());
    }
    return fleet.frond(
        name,
        jetstream("edge", name)
            + remoteWith(
                "no_randomize: true, ignore_discovered_servers: true",
                urls.toArray(String[]::new)));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void theSecondIsRefusedAndBothLogsSaySo(boolean jetStream) {
    core(jetStream);
    var one = leaf("one", 0);
    awaitLinks(one, 1);
    awaitLinks(core.get(0), 1);
    var other = leaf("other", 1);
    fleet.awaitLog(core.get(1), REFUSED);
    fleet.awaitLog(other, REFUSED);
    Await.until(
        "it knows that it is refused",
        () -> other.leaves().remotes().getFirst().state() == RemoteStatus.State.REFUSED);
    assertEquals(1, core.get(0).leaves().leaves().size());
    fleet.close(one);
    var third = leaf("third", 1);
    awaitLinks(third, 1);
  }

  @Test
  void aLeafThatMovesIsLetInThoughItsOldServerHasNotNoticed() {
    core(true);
    var one = leaf("one", 0, 1);
    awaitLinks(one, 1);
    awaitLinks(core.get(0), 1);
    lines.get(0).leadTo(Fleet.leafPort(core.get(1)));
    lines.get(0).abandon();
    awaitLinks(core.get(1), 1);
    awaitLinks(one, 1);
    assertFalse(fleet.log(core.get(1)).contains("Same JetStream domain"));
  }

  @Test
  void whoseServerDiedNeedNotBeWaitedFor() {
    core(true);
    var one = leaf("one", 0);
    awaitLinks(one, 1);
    awaitLinks(core.get(0), 1);
    fleet.close(core.get(0));
    awaitLinks(one, 0);
    var other = leaf("other", 1);
    awaitLinks(other, 1);
    awaitLinks(core.get(1), 1);
  }
}

package io.frond.leafnode;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.frond.server.FrondServer;
import io.frond.testkit.Await;
import io.frond.testkit.TestServer;
import io.nats.client.Connection;
import io.nats.client.api.StorageType;
import io.nats.client.api.StreamConfiguration;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/// A cluster without a configured name, which its servers agree on after they were started.
class NamedLaterTest extends FleetTest {
  private FrondServer member(String name, String cluster) {
    return fleet.frond(name, fleet.store(name) + "cluster { " + cluster + " }\n");
  }

  private String agreed(FrondServer server) {
    return Objects.requireNonNullElse(fleet.client(server).getServerInfo().getCluster(), "");
  }

  /// The name that a stream's information tells.
  private static String told(Connection connection, String stream) throws Exception {
    var streams = connection.jetStreamManagement();
    var _ =
        streams.addStream(
            StreamConfiguration.builder()
                .name(stream)
                .subjects(stream)
                .storageType(StorageType.Memory)
                .build());
    var cluster = streams.getStreamInfo(stream).getClusterInfo();
    return cluster == null ? "" : Objects.requireNonNullElse(cluster.getName(), "");
  }

  @Test
  void streamsTellTheNameThatTheServersAgreedOn() throws Exception {
    var port = TestServer.freePort();
    var a = member("a", "listen: \"127.0.0.1:" + port + "\"");
    var b = member("b", "listen: \"127.0.0.1:-1\", routes: [ \"nats://127.0.0.1:" + port + "\" ]");
    Await.until("both are one cluster", () -> agreed(a).equals(agreed(b)));
    assertEquals(agreed(a), told(fleet.client(a), "A"));
    assertEquals(agreed(b), told(fleet.client(b), "B"));
  }
}

package io.frond.leafnode;

import static io.frond.leafnode.Fleet.LOOPBACK_LIST;
import static io.frond.leafnode.Fleet.awaitInterest;
import static io.frond.leafnode.Fleet.awaitLinks;
import static io.frond.leafnode.Fleet.nats;
import static io.frond.leafnode.Fleet.remote;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.frond.leafnode.TwoDomains.Kind;
import io.frond.testkit.Await;
import io.nats.client.api.KeyValueConfiguration;
import io.nats.client.api.StorageType;
import io.nats.client.api.StreamConfiguration;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/// JetStream's domains between Fronds.
class DomainTest extends DomainScenario {
  @Override
  Kind hub() {
    return Kind.FROND;
  }

  @Override
  Kind leaf() {
    return Kind.FROND;
  }

  private String jetstream(String domain, String folderName) {
    return "jetstream { %s store_dir: \"%s\" }\n"
        .formatted(domain.isEmpty() ? "" : "domain: " + domain + ",", folder.resolve(folderName));
  }

  @Test
  void anAccountWithoutJetStreamIsSentToItsDefaultDomain() throws Exception {
    try (var fleet = new Fleet(folder)) {
      var hub = fleet.frond("hub", LOOPBACK_LIST + "default_js_domain: { \"$G\": edge }\n");
      var leaf = fleet.frond("edge", jetstream("edge", "edge") + remote(nats(hub)));
      awaitLinks(leaf, 1);
      awaitInterest(hub, "$JS.edge.API.> _FROND.JS.API");
      var client = fleet.client(hub);
      client
          .jetStreamManagement()
          .addStream(
              StreamConfiguration.builder()
                  .name("S")
                  .subjects("s")
                  .storageType(StorageType.Memory)
                  .build());
      client
          .keyValueManagement()
          .create(
              KeyValueConfiguration.builder().name("B").storageType(StorageType.Memory).build());
      client.keyValue("B").put("a", "1");
      var names = fleet.client(leaf).jetStreamManagement().getStreamNames();
      assertEquals(List.of("KV_B", "S"), names);
      var entry = fleet.client(leaf).keyValue("B").get("a");
      assertEquals("1", entry == null ? "" : entry.getValueAsString());
    }
  }

  @Test
  void anEmptyDefaultDomainLetsTheLinkCarryTheApi() throws Exception {
    try (var fleet = new Fleet(folder)) {
      var map = "default_js_domain: { \"$G\": \"\" }\n";
      var hub = fleet.frond("hub", LOOPBACK_LIST + map + jetstream("", "core"));
      var leaf = fleet.frond("edge", map + remote(nats(hub)));
      awaitLinks(leaf, 1);
      awaitInterest(leaf, "$JS.API.> _FROND.JS.API");
      assertTrue(fleet.client(leaf).jetStreamManagement().getStreamNames().isEmpty());
    }
  }

  @Test
  void withoutADomainTheApiStaysOnItsSide() throws Exception {
    try (var fleet = new Fleet(folder)) {
      var hub = fleet.frond("hub", LOOPBACK_LIST + jetstream("", "core"));
      var leaf = fleet.frond("edge", remote(nats(hub)));
      awaitLinks(leaf, 1);
      var client = fleet.client(leaf);
      assertThrows(IOException.class, () -> client.jetStreamManagement().getStreamNames());
    }
  }

  @Test
  void bothSidesMayHaveTheSameDomainAndEachIsItsOwn() throws Exception {
    try (var fleet = new Fleet(folder)) {
      var hub = fleet.frond("hub", LOOPBACK_LIST + jetstream("same", "core"));
      var leaf = fleet.frond("edge", jetstream("same", "edge") + remote(nats(hub)));
      awaitLinks(leaf, 1);
      awaitLinks(hub, 1);
      var atHub = fleet.client(hub);
      var atLeaf = fleet.client(leaf);
      for (var client : List.of(atHub, atLeaf)) {
        TwoDomains.management(client, "same")
            .addStream(
                StreamConfiguration.builder()
                    .name(client == atHub ? "HUBS" : "LEAFS")
                    .subjects(client == atHub ? "h" : "l")
                    .storageType(StorageType.Memory)
                    .build());
      }
      assertEquals(List.of("HUBS"), atHub.jetStreamManagement().getStreamNames());
      assertEquals(List.of("LEAFS"), atLeaf.jetStreamManagement().getStreamNames());
    }
  }

  @Test
  void twoLeavesWithTheSameDomainAreRefusedWithAMessageThatSaysSo() throws Exception {
    try (var fleet = new Fleet(folder)) {
      var hub = fleet.frond("hub", LOOPBACK_LIST);
      var one = fleet.frond("one", jetstream("edge", "one") + remote(nats(hub)));
      awaitLinks(one, 1);
      awaitLinks(hub, 1);
      var other = fleet.frond("other", jetstream("edge", "other") + remote(nats(hub)));
      var text =
          "Same JetStream domain \"edge\" as leaf \"one\" in account \"$G\": each leaf needs a"
              + " domain of its own";
      fleet.awaitLog(hub, text);
      fleet.awaitLog(other, text);
      Await.until(
          "it knows that it is refused",
          () -> other.leaves().remotes().getFirst().state() == RemoteStatus.State.REFUSED);
      fleet.close(one);
      var third = fleet.frond("third", jetstream("edge", "third") + remote(nats(hub)));
      Await.until("its place is free", () -> third.leaves().leaves().size() == 1);
    }
  }
}

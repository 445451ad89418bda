package io.frond.leafnode;

import static io.frond.leafnode.TwoDomains.in;
import static io.frond.leafnode.TwoDomains.management;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.frond.leafnode.TwoDomains.Kind;
import io.nats.client.Connection;
import io.nats.client.KeyValueOptions;
import io.nats.client.ObjectStoreOptions;
import io.nats.client.api.KeyValueConfiguration;
import io.nats.client.api.ObjectStoreConfiguration;
import io.nats.client.api.StorageType;
import io.nats.client.api.StreamConfiguration;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What holds of JetStream's domains over a leaf link, whichever programs are at its ends.
abstract class DomainScenario {
  @TempDir Path folder;
  TwoDomains two;

  abstract Kind hub();

  abstract Kind leaf();

  @BeforeEach
  void open() throws Exception {
    two = new TwoDomains(folder, hub(), leaf());
  }

  @AfterEach
  void close() throws Exception {
    two.close();
  }

  private static void stream(Connection from, String domain, String name, String subject)
      throws Exception {
    management(from, domain)
        .addStream(
            StreamConfiguration.builder()
                .name(name)
                .subjects(subject)
                .storageType(StorageType.Memory)
                .build());
  }

  @Test
  void eachSideHasItsOwnApiAndReachesTheOtherByItsDomain() throws Exception {
    stream(two.atHub, "leaf", "FROMHUB", "fromhub.>");
    stream(two.atLeaf, "hub", "FROMLEAF", "fromleaf.>");
    assertEquals(List.of("FROMHUB"), two.atLeaf.jetStreamManagement().getStreamNames());
    assertEquals(List.of("FROMLEAF"), two.atHub.jetStreamManagement().getStreamNames());
    assertEquals(List.of("FROMHUB"), management(two.atLeaf, "leaf").getStreamNames());
    assertEquals(List.of("FROMHUB"), management(two.atHub, "leaf").getStreamNames());
    two.atHub.jetStream(in("leaf")).publish("fromhub.x", "one".getBytes(UTF_8));
    var found = management(two.atHub, "leaf").getMessage("FROMHUB", 1);
    assertEquals("one", new String(found.getData(), UTF_8));
  }

  @Test
  void bucketsOfTheSameNameAreKeptApart() throws Exception {
    for (var client : List.of(two.atHub, two.atLeaf)) {
      client
          .keyValueManagement()
          .create(
              KeyValueConfiguration.builder().name("B").storageType(StorageType.Memory).build());
    }
    two.atHub.keyValue("B").put("k", "hub");
    two.atLeaf.keyValue("B").put("k", "leaf");
    two.atHub.keyValue("B").put("only", "hub");
    assertEquals("hub", value(two.atHub, "hub", "k"));
    assertEquals("leaf", value(two.atHub, "leaf", "k"));
    assertEquals("hub", value(two.atLeaf, "hub", "k"));
    assertEquals("leaf", value(two.atLeaf, "leaf", "k"));
    assertNull(two.atLeaf.keyValue("B").get("only"));
    bucket(two.atHub, "leaf").put("k", "by way of the hub");
    bucket(two.atLeaf, "hub").put("k", "by way of the leaf");
    assertEquals("by way of the hub", value(two.atLeaf, "leaf", "k"));
    assertEquals("by way of the leaf", value(two.atHub, "hub", "k"));
  }

  private static io.nats.client.KeyValue bucket(Connection from, String domain) throws Exception {
    return from.keyValue("B", KeyValueOptions.builder().jetStreamOptions(in(domain)).build());
  }

  private static String value(Connection from, String domain, String key) throws Exception {
    var entry = Objects.requireNonNull(bucket(from, domain).get(key));
    return new String(Objects.requireNonNull(entry.getValue()), UTF_8);
  }

  @Test
  void objectsGoIntoTheOtherDomain() throws Exception {
    for (var way : List.of(List.of(two.atHub, "leaf"), List.of(two.atLeaf, "hub"))) {
      var client = (Connection) way.get(0);
      var name = "IN" + way.get(1); // objects' subjects cross like any other: not twice the same
      var options = ObjectStoreOptions.builder().jetStreamOptions(in((String) way.get(1))).build();
      client
          .objectStoreManagement(options)
          .create(ObjectStoreConfiguration.builder(name).storageType(StorageType.Memory).build());
      var store = client.objectStore(name, options);
      var content = new byte[300_000];
      new java.util.Random(7).nextBytes(content);
      store.put("thing", new ByteArrayInputStream(content));
      var back = new ByteArrayOutputStream();
      store.get("thing", back);
      org.junit.jupiter.api.Assertions.assertArrayEquals(content, back.toByteArray());
    }
  }
}

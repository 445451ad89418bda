package io.frond.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.frond.testkit.Await;
import io.frond.testkit.TestServer;
import io.nats.client.Connection;
import io.nats.client.JetStreamApiException;
import io.nats.client.KeyValue;
import io.nats.client.KeyValueManagement;
import io.nats.client.MessageTtl;
import io.nats.client.api.KeyValueConfiguration;
import io.nats.client.api.KeyValueEntry;
import io.nats.client.api.KeyValueOperation;
import io.nats.client.api.KeyValuePurgeOptions;
import io.nats.client.api.KeyValueWatchOption;
import io.nats.client.api.KeyValueWatcher;
import io.nats.client.api.Mirror;
import io.nats.client.api.StorageType;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Key-value buckets (ADR-8) through the Java client.
@SuppressWarnings("try") // closing may be interrupted
class KeyValueTest {
  @TempDir private Path folder;
  private TestServer server;
  private Connection client;
  private KeyValueManagement buckets;

  @BeforeEach
  void connect() throws Exception {
    server = TestServer.start("jetstream { store_dir: \"" + folder + "\" }");
    client = Watcher.connect(new Watcher().options(server.url()));
    buckets = client.keyValueManagement();
  }

  @AfterEach
  void close() throws Exception {
    client.close();
    server.close();
  }

  private KeyValue bucket(int history) throws Exception {
    buckets.create(
        KeyValueConfiguration.builder()
            .name("B")
            .maxHistoryPerKey(history)
            .storageType(StorageType.Memory)
            .build());
    return client.keyValue("B");
  }

  private static String value(@Nullable KeyValueEntry entry) {
    return new String(Objects.requireNonNull(Objects.requireNonNull(entry).getValue()), UTF_8);
  }

  @Test
  void valuesArePutReadAndDeleted() throws Exception {
    var bucket = bucket(3);
    assertEquals(1, bucket.put("a", "one"));
    assertEquals(2, bucket.put("a", "two"));
    assertEquals(3, bucket.put("b.c", 7));
    assertEquals("two", value(bucket.get("a")));
    assertEquals("one", value(bucket.get("a", 1)));
    assertEquals(7L, bucket.get("b.c").getValueAsLong());
    assertNull(bucket.get("none"));
    assertNull(bucket.get("b.c", 1));
    bucket.delete("a");
    assertNull(bucket.get("a"));
    assertEquals(List.of("b.c"), bucket.keys());
    assertEquals(
        List.of(KeyValueOperation.PUT, KeyValueOperation.PUT, KeyValueOperation.DELETE),
        bucket.history("a").stream().map(KeyValueEntry::getOperation).toList());
    bucket.purge("a");
    assertEquals(
        List.of(KeyValueOperation.PURGE),
        bucket.history("a").stream().map(KeyValueEntry::getOperation).toList());
    bucket.purgeDeletes(KeyValuePurgeOptions.builder().deleteMarkersNoThreshold().build());
    assertEquals(List.of(), bucket.history("a"));
  }

  @Test
  void createAndUpdateCheckRevisions() throws Exception {
    var bucket = bucket(1);
    assertEquals(1, bucket.create("a", "1".getBytes(UTF_8)));
    var error =
        assertThrows(JetStreamApiException.class, () -> bucket.create("a", "2".getBytes(UTF_8)));
    assertEquals(10071, error.getApiErrorCode());
    assertEquals(2, bucket.update("a", "2".getBytes(UTF_8), 1));
    assertThrows(JetStreamApiException.class, () -> bucket.update("a", "3".getBytes(UTF_8), 1));
    bucket.delete("a");
    assertEquals(4, bucket.create("a", "4".getBytes(UTF_8)));
    assertThrows(JetStreamApiException.class, () -> bucket.delete("a", 1));
    bucket.delete("a", 4);
    assertNull(bucket.get("a"));
  }

  @Test
  void historyIsLimited() throws Exception {
    var bucket = bucket(4);
    for (var i = 1; i <= 10; i++) {
      bucket.put("k", i);
    }
    assertEquals(
        List.of("7", "8", "9", "10"),
        bucket.history("k").stream().map(KeyValueTest::value).toList());
    var status = bucket.getStatus();
    assertEquals(4, status.getEntryCount());
    assertEquals(4, status.getMaxHistoryPerKey());
    assertEquals("JetStream", status.getBackingStore());
  }

  private static final class Seen implements KeyValueWatcher {
    private final List<String> entries = new CopyOnWriteArrayList<>();
    private volatile boolean initial;

    @Override
    public void watch(KeyValueEntry entry) {
      var operation = entry.getOperation() == KeyValueOperation.PUT ? "" : "-";
      entries.add(operation + entry.getKey());
    }

    @Override
    public void endOfData() {
      initial = true;
    }
  }

  @Test
  void watchersSeeWhatIsThereAndWhatComes() throws Exception {
    var bucket = bucket(5);
    bucket.put("a.1", "x");
    bucket.put("a.1", "y");
    bucket.put("b", "z");
    var all = new Seen();
    var some = new Seen();
    var updates = new Seen();
    try (var one = bucket.watchAll(all);
        var two = bucket.watch("a.*", some, KeyValueWatchOption.INCLUDE_HISTORY);
        var three = bucket.watchAll(updates, KeyValueWatchOption.UPDATES_ONLY)) {
      Await.until("initial data", () -> all.initial && some.initial && updates.initial);
      bucket.put("a.2", "x");
      bucket.delete("b");
      Await.until("updates", () -> updates.entries.size() == 2 && all.entries.size() == 4);
      Await.until("updates", () -> some.entries.size() == 3);
      assertNotNull(one);
      assertNotNull(two);
      assertNotNull(three);
    }
    assertEquals(List.of("a.1", "b", "a.2", "-b"), all.entries);
    assertEquals(List.of("a.1", "a.1", "a.2"), some.entries);
    assertEquals(List.of("a.2", "-b"), updates.entries);
  }

  @Test
  void keysOfManyAndByFilter() throws Exception {
    var bucket = bucket(1);
    for (var i = 0; i < 500; i++) {
      bucket.put("k." + i % 5 + "." + i, i);
    }
    assertEquals(500, bucket.keys().size());
    assertEquals(100, bucket.keys("k.3.*").size());
    assertEquals(200, new TreeSet<>(bucket.keys(List.of("k.3.*", "k.4.*"))).size());
  }

  @Test
  void bucketsAreManaged() throws Exception {
    bucket(2);
    buckets.create(
        KeyValueConfiguration.builder()
            .name("C")
            .description("another")
            .maximumValueSize(10)
            .ttl(Duration.ofHours(1))
            .storageType(StorageType.File)
            .build());
    assertEquals(new TreeSet<>(List.of("B", "C")), new TreeSet<>(buckets.getBucketNames()));
    var status = buckets.getStatus("C");
    assertEquals("another", status.getDescription());
    assertEquals(Duration.ofHours(1), status.getTtl());
    assertThrows(JetStreamApiException.class, () -> client.keyValue("C").put("k", new byte[11]));
    buckets.delete("C");
    assertThrows(JetStreamApiException.class, () -> buckets.getStatus("C"));
  }

  private long messages(String stream) {
    try {
      return client.jetStreamManagement().getStreamInfo(stream).getStreamState().getMsgCount();
    } catch (IOException | JetStreamApiException e) {
      throw new AssertionError(e);
    }
  }

  private static boolean has(KeyValue bucket, String key) {
    try {
      return bucket.get(key) != null;
    } catch (IOException | JetStreamApiException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void mirrorOfABucketFollows() throws Exception {
    var bucket = bucket(1);
    bucket.put("k", "v");
    buckets.create(
        KeyValueConfiguration.builder()
            .name("M")
            .mirror(Mirror.builder().sourceName("B").build())
            .storageType(StorageType.Memory)
            .build());
    Await.until("the mirror", () -> messages("KV_M") == 1);
    var copied = client.jetStreamManagement().getLastMessage("KV_M", "$KV.B.k");
    assertEquals("v", new String(Objects.requireNonNull(copied.getData()), UTF_8));
  }

  @Test
  void keyWithATimeToLiveGoes() throws Exception {
    buckets.create(
        KeyValueConfiguration.builder()
            .name("T")
            .limitMarker(Duration.ofSeconds(10))
            .storageType(StorageType.Memory)
            .build());
    var bucket = client.keyValue("T");
    for (var tries = 1; ; tries++) {
      var begin = System.nanoTime();
      bucket.create("k", "v".getBytes(UTF_8), MessageTtl.seconds(1));
      var entry = bucket.get("k");
      if (entry != null || tries == 10) {
        assertEquals("v", value(entry));
        break;
      }
      assertTrue(System.nanoTime() - begin > 990_000_000, "it goes too early");
    }
    Await.until("the end of the key", () -> messages("KV_T") == 0 || !has(bucket, "k"));
    assertTrue(bucket.keys().isEmpty());
  }
}

package io.frond.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.frond.testkit.Await;
import io.frond.testkit.TestServer;
import io.nats.client.Connection;
import io.nats.client.JetStreamOptions;
import io.nats.client.ObjectStore;
import io.nats.client.ObjectStoreOptions;
import io.nats.client.api.ObjectInfo;
import io.nats.client.api.ObjectMeta;
import io.nats.client.api.ObjectStoreConfiguration;
import io.nats.client.api.ObjectStoreWatcher;
import io.nats.client.api.StorageType;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Object stores (ADR-20) through the Java client.
@SuppressWarnings("try") // closing may be interrupted
class ObjectStoreTest {
  @TempDir private Path folder;
  private TestServer server;
  private Connection client;
  private ObjectStore store;

  @BeforeEach
  void connect() throws Exception {
    server = TestServer.start("jetstream { store_dir: \"" + folder + "\" }");
    client = Watcher.connect(new Watcher().options(server.url()));
    client
        .objectStoreManagement()
        .create(
            ObjectStoreConfiguration.builder("O")
                .description("objects")
                .storageType(StorageType.File)
                .build());
    store = client.objectStore("O");
  }

  @AfterEach
  void close() throws Exception {
    client.close();
    server.close();
  }

  private static byte[] random(int length) {
    var bytes = new byte[length];
    new Random(length).nextBytes(bytes);
    return bytes;
  }

  private byte[] get(String name) throws Exception {
    return get(store, name);
  }

  private static byte[] get(ObjectStore from, String name) throws Exception {
    var out = new ByteArrayOutputStream();
    from.get(name, out);
    return out.toByteArray();
  }

  /// The client waits for a chunk of an object that has none.
  private ObjectStore impatient() throws Exception {
    var limit = JetStreamOptions.builder().requestTimeout(Duration.ofSeconds(3)).build();
    return client.objectStore("O", ObjectStoreOptions.builder().jetStreamOptions(limit).build());
  }

  @Test
  void objectsOfAllSizesComeBack() throws Exception {
    for (var size : new int[] {0, 1, 1000, 128 * 1024, 1_000_000}) {
      var body = random(size);
      var info = store.put("o" + size, body);
      assertEquals(size, info.getSize());
      assertArrayEquals(body, get(size == 0 ? impatient() : store, "o" + size));
    }
    assertEquals(5, store.getList().size());
    assertTrue(store.getStatus().getSize() > 1_100_000);
  }

  @Test
  void objectIsReplacedDeletedAndItsChunksGo() throws Exception {
    var meta = ObjectMeta.builder("o").description("an object").chunkSize(1000).build();
    var info = store.put(meta, new ByteArrayInputStream(random(10_500)));
    assertEquals(11, info.getChunks());
    assertEquals("an object", info.getDescription());
    store.put("o", "short".getBytes(UTF_8));
    assertArrayEquals("short".getBytes(UTF_8), get("o"));
    var messages = client.jetStreamManagement().getStreamInfo("OBJ_O").getStreamState();
    assertEquals(2, messages.getMsgCount());
    assertTrue(store.delete("o").isDeleted());
    assertThrows(Exception.class, () -> get("o"));
    assertTrue(store.getList().isEmpty());
  }

  @Test
  void linksAndNewNames() throws Exception {
    var info = store.put("o", random(10));
    store.addLink("link", info);
    assertArrayEquals(random(10), get("link"));
    store.updateMeta("o", ObjectMeta.objectName("renamed"));
    assertArrayEquals(random(10), get("renamed"));
    assertEquals("renamed", store.getInfo("renamed").getObjectName());
  }

  private static final class Seen implements ObjectStoreWatcher {
    private final List<String> names = new CopyOnWriteArrayList<>();
    private volatile boolean initial;

    @Override
    public void watch(ObjectInfo info) {
      names.add((info.isDeleted() ? "-" : "") + info.getObjectName());
    }

    @Override
    public void endOfData() {
      initial = true;
    }
  }

  @Test
  void watchersSeeChanges() throws Exception {
    store.put("a", random(10));
    var seen = new Seen();
    try (var watch = store.watch(seen)) {
      Await.until("initial data", () -> seen.initial);
      store.put("b", random(10));
      store.delete("a");
      Await.until("changes", () -> seen.names.size() == 3);
      assertEquals(List.of("a", "b", "-a"), seen.names);
      watch.unsubscribe();
    }
  }

  @Test
  void sealedStoreTakesNothing() throws Exception {
    store.put("a", random(10));
    assertTrue(store.seal().isSealed());
    assertThrows(Exception.class, () -> store.put("b", random(10)));
    assertArrayEquals(random(10), get("a"));
  }

  @Test
  void storesAreManaged() throws Exception {
    var manage = client.objectStoreManagement();
    assertEquals(List.of("O"), manage.getBucketNames());
    assertEquals("objects", manage.getStatus("O").getDescription());
    manage.delete("O");
    assertEquals(List.of(), manage.getBucketNames());
  }
}

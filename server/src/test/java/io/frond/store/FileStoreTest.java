package io.frond.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import io.frond.testkit.FaultyDisk;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// A store in files, as it is used.
class FileStoreTest extends MessageStoreContract {
  static final Path DIRECTORY = Path.of("/streams/one").toAbsolutePath();

  final FaultyDisk disk = new FaultyDisk(1);
  final Stores stores = new Stores(disk, limits());

  StoreLimits limits() {
    return StoreLimits.DEFAULT;
  }

  /// Every test closes its stores: a file that stays open holds its place on the disk.
  @AfterEach
  void noFileIsOpen() {
    assertEquals(0, stores.openFiles());
  }

  @Test
  void aPurgedStoreThatIsDestroyedLeavesNothingOpen() throws IOException {
    var store = create();
    append(store, "a", "x");
    store.checkpoint().sync();
    store.purge();
    store.destroy();
  }

  @Test
  void aStoreThatIsDestroyedDuringACheckpointLeavesNothingOpen() throws IOException {
    var store = create();
    append(store, "a", "x");
    var first = store.checkpoint();
    first.sync();
    first.done();
    store.purge();
    var second = store.checkpoint();
    second.sync();
    store.destroy();
    second.done();
  }

  StoreSettings settings() {
    return StoreSettings.PLAIN;
  }

  @Override
  MessageStore create() throws IOException {
    return stores.file(DIRECTORY, settings(), null, FileStoreTest::unexpected);
  }

  private static void unexpected(long first, long last, String file, String what) {
    fail(first + " to " + last + " of " + file + ": " + what);
  }

  @Override
  MessageStore reopen(MessageStore store) throws IOException {
    var checkpoint = store.checkpoint();
    checkpoint.sync();
    checkpoint.done();
    store.close();
    return stores.file(DIRECTORY, settings(), checkpoint.manifest(), FileStoreTest::unexpected);
  }
}

package io.frond.store;

import static org.junit.jupiter.api.Assertions.fail;

import io.frond.testkit.FaultyDisk;
import java.io.IOException;
import java.nio.file.Path;

/// A store in files, as it is used.
class FileStoreTest extends MessageStoreContract {
  static final Path DIRECTORY = Path.of("/streams/one").toAbsolutePath();

  final FaultyDisk disk = new FaultyDisk(1);
  final Stores stores = new Stores(disk, limits());

  StoreLimits limits() {
    return StoreLimits.DEFAULT;
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

package io.frond.jetstream;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/// The folder that holds all of a server's JetStream data, locked against other processes: `frond`
/// in the store directory, so that a nats-server's data beside it is not touched.
final class StoreDirectory implements AutoCloseable {
  private static final String FOLDER = "frond";
  private static final int SIBLINGS_MAX = 64;

  private final Path root;
  private final FileChannel channel;
  private final FileLock lock;

  private StoreDirectory(Path root, FileChannel channel, FileLock lock) {
    this.root = root;
    this.channel = channel;
    this.lock = lock;
  }

  /// Locks the named folder.
  ///
  /// @throws IOException when it cannot be written, or another process has it
  static StoreDirectory open(Path storeDir) throws IOException {
    var opened = tryOpen(storeDir);
    if (opened == null) {
      throw new IOException(
          "the JetStream store directory " + storeDir + " is in use by another server");
    }
    return opened;
  }

  /// Locks the default folder, or a sibling of it when another server has it.
  static StoreDirectory openDefault() throws IOException {
    var base = Path.of(System.getProperty("java.io.tmpdir"), "nats");
    for (var i = 0; i < SIBLINGS_MAX; i++) {
      var opened = tryOpen(base.resolve(i == 0 ? "jetstream" : "jetstream-" + i));
      if (opened != null) {
        return opened;
      }
    }
    throw new IOException("every default JetStream store directory under " + base + " is in use");
  }

  private static @Nullable StoreDirectory tryOpen(Path storeDir) throws IOException {
    var root = storeDir.resolve(FOLDER);
    Files.createDirectories(root);
    var channel =
        FileChannel.open(root.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      var lock = channel.tryLock();
      if (lock != null) {
        return new StoreDirectory(root, channel, lock);
      }
    } catch (OverlappingFileLockException e) {
      // another server of this process has it
    }
    channel.close();
    return null;
  }

  Path root() {
    return root;
  }

  @Override
  public void close() throws IOException {
    lock.release();
    channel.close();
  }
}

package io.frond.store;

import io.frond.disk.Disk;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// Makes stores that share memory for caching and buffering, and open files. It and all stores that
/// it makes belong to one thread.
public final class Stores implements StoreFactory {
  private final StoreTools tools;

  public Stores(Disk disk, StoreLimits limits) {
    tools = new StoreTools(disk, limits);
  }

  public Stores(Disk disk) {
    this(disk, StoreLimits.DEFAULT);
  }

  @Override
  public MessageStore file(
      Path directory,
      StoreSettings settings,
      byte @Nullable [] manifest,
      MessageStore.Damage damage)
      throws IOException {
    var store = new FileStore(tools, directory, settings, damage);
    if (manifest == null) {
      for (var name : tools.disk.list(directory)) {
        if (SegmentNames.isOurs(name)) {
          tools.disk.delete(directory.resolve(name));
        }
      }
      return store;
    }
    try {
      new FileOpening(store, Manifest.decode(manifest)).run();
      return store;
    } catch (IOException | RuntimeException e) {
      store.close();
      throw e;
    }
  }

  @Override
  public Extent extent(byte[] manifest) throws IOException {
    var decoded = Manifest.decode(manifest);
    return new Extent(decoded.first(), decoded.last(), decoded.messages());
  }

  @Override
  public MessageStore rebuild(
      Path directory,
      StoreSettings settings,
      byte[] older,
      long first,
      long last,
      MessageStore.Damage damage)
      throws IOException {
    var store = new FileStore(tools, directory, settings, damage);
    try {
      new FileRebuild(store, Manifest.decode(older), last).run();
      store.compact(first);
      return store;
    } catch (IOException | RuntimeException e) {
      store.close();
      throw e;
    }
  }

  @Override
  public MessageStore memory() {
    return new MemoryStore();
  }

  /// Files that are open now.
  public int openFiles() {
    return tools.files.open();
  }

  /// Bytes of files in memory.
  public long cachedBytes() {
    return tools.cache.bytes();
  }
}

package io.frond.jetstream;

import io.frond.store.MemoryStore;
import io.frond.store.MessageStore;
import io.frond.store.StoreFactory;
import io.frond.store.StoreSettings;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// Keeps file streams' messages in memory, over the durable log: until the file store lands.
final class InterimStores implements StoreFactory {
  @Override
  public MessageStore file(
      Path directory,
      StoreSettings settings,
      byte @Nullable [] manifest,
      MessageStore.Damage damage) {
    return new MemoryStore();
  }

  @Override
  public MessageStore memory() {
    return new MemoryStore();
  }
}

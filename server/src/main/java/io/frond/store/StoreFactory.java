package io.frond.store;

import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// Makes stores.
public interface StoreFactory {
  /// @param directory of this stream's messages alone
  /// @param manifest of the last checkpoint ([MessageStore.Checkpoint#manifest]); null for a new
  ///   store: files that are there nevertheless are deleted
  /// @throws IOException when the files cannot be read at all; damage of single messages or
  ///   segments goes to `damage` instead
  MessageStore file(
      Path directory,
      StoreSettings settings,
      byte @Nullable [] manifest,
      MessageStore.Damage damage)
      throws IOException;

  MessageStore memory();
}

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

  /// What a store had at a checkpoint.
  record Extent(long first, long last, long messages) {}

  /// @throws IOException when the manifest is damaged
  Extent extent(byte[] manifest) throws IOException;

  /// Makes a store from its files when its newest manifest is lost.
  ///
  /// @param older a manifest that was there before
  /// @param first nothing before this sequence is taken
  /// @param last nothing behind this sequence is taken; it is the store's last in any case
  MessageStore rebuild(
      Path directory,
      StoreSettings settings,
      byte[] older,
      long first,
      long last,
      MessageStore.Damage damage)
      throws IOException;

  MessageStore memory();
}

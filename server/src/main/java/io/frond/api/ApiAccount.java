package io.frond.api;

import io.frond.options.AccountOptions.JetStreamLimits;
import io.frond.shard.Outlet;
import io.frond.stream.StreamConfig;
import java.util.NavigableMap;
import org.jspecify.annotations.Nullable;

/// An account and its streams, as the API needs them of the engine. All on the shard's thread.
public interface ApiAccount {
  String name();

  Outlet outlet();

  JetStreamLimits limits();

  /// Bytes that its memory streams hold.
  long memoryBytes();

  /// Bytes that its file streams hold.
  long fileBytes();

  /// By name, in the order of names.
  NavigableMap<String, ? extends ApiStream> streams();

  /// Creates a stream, through the log. The API has checked the configuration and the limits, and
  /// asks for one change at a time in an account. What only the engine can know (the name is taken
  /// on another server, files cannot be made) comes back as an error.
  void create(StreamConfig config, Assets.Done<ApiStream> done);

  /// Begins to restore a stream from a backup. What goes wrong comes out at [Restoration#finish].
  ///
  /// @param created nanoseconds since the epoch
  /// @return null when streams cannot be restored
  default @Nullable Restoration restore(StreamConfig config, long created) {
    return null;
  }
}

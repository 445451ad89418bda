package io.frond.api;

import io.frond.options.JetStreamOptions;
import io.frond.shard.Outlet;
import io.frond.shard.Shard;
import io.frond.stream.ApiError;
import java.util.Collection;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// What the API needs of the engine. All on the shard's thread.
public interface Assets {
  Shard shard();

  ServerFacts server();

  /// Null when JetStream is not enabled for the account.
  @Nullable ApiAccount account(String name);

  /// The way into any account, for answering that JetStream is not enabled there; null when there
  /// is no such account.
  @Nullable Outlet outlet(String account);

  /// Whether leaves may have JetStream for an account that has none here: then requests are left to
  /// them.
  boolean hasLeaves(String account);

  /// Every account that has JetStream.
  Collection<? extends ApiAccount> accounts();

  /// An id of 22 letters and digits, for events.
  String newId();

  void warn(String text);

  /// Bytes that all streams hold in memory.
  long memoryBytes();

  /// Bytes that all streams hold in files.
  long fileBytes();

  /// Bytes that file streams can still take, as far as the disk is concerned.
  long usableBytes();

  /// In a cluster, the streams of an account that mirror one of its streams, on whatever server;
  /// none without a cluster.
  default Collection<String> mirrors(String account, String stream) {
    return List.of();
  }

  /// What was found damaged since the start.
  default Losses losses() {
    return Losses.NONE;
  }

  /// What is told about this server.
  ///
  /// @param domain empty for none
  /// @param cluster its name, empty for none; one that the servers made up may still change
  /// @param maxMemory bytes of all memory streams, -1 for no limit
  /// @param maxFile bytes of all file streams, -1 for no limit
  /// @param options as configured
  record ServerFacts(
      String id,
      String name,
      String domain,
      Supplier<String> cluster,
      String storeDir,
      long maxMemory,
      long maxFile,
      JetStreamOptions options) {
    /// The same server with other options, which say in figures how much may be stored.
    public ServerFacts with(JetStreamOptions changed) {
      return new ServerFacts(
          id, name, domain, cluster, storeDir, changed.maxMemory(), changed.maxFile(), changed);
    }

    /// Whether requests with unknown fields are refused.
    boolean strict() {
      return options.strict();
    }
  }

  /// Hears what became of a change, on the shard's thread, after it was committed and applied.
  interface Done<T> {
    /// @param result null exactly when there is an error
    void done(@Nullable T result, @Nullable ApiError error);
  }
}

package io.frond.options;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// `jetstream {}`, validated.
///
/// @param storeDir where it stores; null for `nats` in the temporary directory. The data are in
///   `jetstream` below it
/// @param maxMemory bytes of all memory streams, 0 for none at all, -1 for "by the machine": three
///   quarters of what the JVM's heap may be
/// @param maxFile bytes of all file streams, 0 for none at all, -1 for "by the disk": three
///   quarters of what is free at the start, besides what they have
/// @param domain null for none
/// @param sync when what was written has to be safe from a power failure
/// @param strict whether API requests with unknown fields are refused
/// @param encryption null for none
/// @param limits of streams and consumers of all accounts
/// @param uniqueTag lower case; null for none. Only reported: it is about the placement of replicas
public record JetStreamOptions(
    @Nullable String storeDir,
    long maxMemory,
    long maxFile,
    @Nullable String domain,
    Sync sync,
    boolean strict,
    @Nullable Encryption encryption,
    Limits limits,
    @Nullable String uniqueTag) {
  public static final JetStreamOptions DEFAULT =
      new JetStreamOptions(null, -1, -1, null, new Sync.Always(), true, null, Limits.NONE, null);

  /// A server that stores there, with nothing else configured.
  public static JetStreamOptions in(@Nullable String storeDir) {
    return DEFAULT.withStoreDir(storeDir);
  }

  public JetStreamOptions withStoreDir(@Nullable String storeDir) {
    return new JetStreamOptions(
        storeDir, maxMemory, maxFile, domain, sync, strict, encryption, limits, uniqueTag);
  }

  /// @param maxMemory see [#maxMemory]
  /// @param maxFile see [#maxFile]
  public JetStreamOptions withStorage(long maxMemory, long maxFile) {
    return new JetStreamOptions(
        storeDir, maxMemory, maxFile, domain, sync, strict, encryption, limits, uniqueTag);
  }

  /// When what was acknowledged is safe from a power failure. The end of the process alone loses
  /// nothing, whatever is chosen.
  public sealed interface Sync {
    /// Before the acknowledgement. The default; nats-server's is an interval of two minutes.
    record Always() implements Sync {}

    /// Every so often.
    record Interval(Duration every) implements Sync {}

    /// When the operating system likes.
    record None() implements Sync {}
  }

  /// How files are encrypted.
  public enum Cipher {
    CHACHA,
    AES
  }

  /// Encryption of the files.
  ///
  /// @param previousKey of files that were written before the key changed; null for none
  public record Encryption(String key, @Nullable String previousKey, Cipher cipher) {
    /// Without the keys, so that they get into no log.
    @Override
    public String toString() {
      return "Encryption[" + cipher + (previousKey == null ? "" : ", previous key") + ']';
    }
  }

  /// `jetstream { limits }`: what streams and consumers may ask for. 0 and [Duration#ZERO] for the
  /// built-in limit, or for none where there is no such.
  ///
  /// @param maxRequestBatch messages that one pull request may ask for
  /// @param maxAckPending of a consumer
  /// @param maxHaAssets streams and consumers with more than one replica on this server
  /// @param duplicateWindow the longest that a stream may have; also what a stream has that names
  ///   none, when it is shorter than two minutes
  /// @param batch of atomic and fast batches
  public record Limits(
      int maxRequestBatch,
      int maxAckPending,
      int maxHaAssets,
      Duration duplicateWindow,
      BatchLimits batch) {
    public static final Limits NONE = new Limits(0, 0, 0, Duration.ZERO, BatchLimits.NONE);
  }

  /// `jetstream { limits { batch } }` (ADR-50).
  ///
  /// @param maxInflightPerStream batches open at once in a stream, built in: 50 atomic, 1,000 fast
  /// @param maxInflightTotal batches open at once in the server, built in: 1,000 atomic, 50,000
  ///   fast
  /// @param maxMessages of an atomic batch, built in: 1,000
  /// @param timeout for which a batch may stand still, built in: 10 seconds
  public record BatchLimits(
      int maxInflightPerStream, int maxInflightTotal, int maxMessages, Duration timeout) {
    public static final BatchLimits NONE = new BatchLimits(0, 0, 0, Duration.ZERO);
  }
}

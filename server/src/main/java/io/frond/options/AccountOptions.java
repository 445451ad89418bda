package io.frond.options;

import org.jspecify.annotations.Nullable;

/// One account of `accounts {}`. Its users stand in [AuthOptions#users].
///
/// @param maxConnections clients at once, -1 for no limit
/// @param maxSubscriptions subscriptions of each connection, -1 for no limit
/// @param maxPayload bytes, -1 for the server's
/// @param maxLeafNodes leaf connections at once, -1 for no limit
/// @param jetstream its JetStream limits, null when JetStream is off for it
/// @param trace what is traced for it, null for nothing but what a message itself asks for
public record AccountOptions(
    String name,
    long maxConnections,
    long maxSubscriptions,
    long maxPayload,
    long maxLeafNodes,
    @Nullable JetStreamLimits jetstream,
    @Nullable TraceOptions trace) {
  /// The account of everyone who names none.
  public static final String GLOBAL = "$G";

  /// The system account's name where the configuration gives none.
  public static final String SYSTEM = "$SYS";

  public static AccountOptions unlimited(String name) {
    return new AccountOptions(name, -1, -1, -1, -1, null, null);
  }

  /// `accounts { NAME { jetstream } }`. Bytes and counts, -1 for no limit.
  ///
  /// @param maxBytesRequired a stream must say how large it may grow
  public record JetStreamLimits(
      long maxMemory,
      long maxFile,
      long maxStreams,
      long maxConsumers,
      boolean maxBytesRequired,
      long memoryMaxStreamBytes,
      long fileMaxStreamBytes,
      long maxAckPending) {
    public static final JetStreamLimits NONE =
        new JetStreamLimits(-1, -1, -1, -1, false, -1, -1, -1);
  }
}

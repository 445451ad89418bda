package io.frond.consumer;

/// What the server and the account allow a consumer; 0 is no limit.
///
/// @param serverMaxAckPending of the server's JetStream limits
/// @param accountMaxAckPending of the account's
/// @param maxRequestBatch of a pull request, of the server's limits
/// @param accountMaxConsumers of a stream, of the account's limits
public record ConsumerLimits(
    long serverMaxAckPending,
    long accountMaxAckPending,
    long maxRequestBatch,
    long accountMaxConsumers) {
  public static final ConsumerLimits NONE = new ConsumerLimits(0, 0, 0, 0);
}

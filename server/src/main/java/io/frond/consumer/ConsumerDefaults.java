package io.frond.consumer;

import io.frond.stream.ApiErrorCode;
import io.frond.stream.ApiException;
import io.frond.stream.StreamConfig;

/// What nats-server puts in for what a request leaves out. Stateless.
public final class ConsumerDefaults {
  static final long ACK_WAIT_NANOS = 30_000_000_000L;
  static final long INACTIVE_NANOS = 5_000_000_000L;
  static final long PINNED_NANOS = 120_000_000_000L;
  static final int MAX_ACK_PENDING = 1000;
  static final int MAX_WAITING = 512;

  private ConsumerDefaults() {}

  /// @param pedantic whether what would be corrected is an error instead
  public static ConsumerConfig apply(
      ConsumerConfig config, StreamConfig stream, ConsumerLimits limits, boolean pedantic)
      throws ApiException {
    var b = config.change();
    b.maxDeliver = least(b.maxDeliver, -1, "max_deliver must be set to -1", pedantic);
    if (b.maxDeliver == 0) {
      b.maxDeliver = -1;
    }
    b.maxWaiting = positive(b.maxWaiting, "max_waiting", pedantic);
    b.maxAckPending = least(b.maxAckPending, -1, "max_ack_pending must be set to -1", pedantic);
    b.maxBatch = positive(b.maxBatch, "max_batch", pedantic);
    b.maxExpires = positive(b.maxExpires, "max_expires", pedantic);
    b.maxBytes = positive(b.maxBytes, "max_bytes", pedantic);
    b.idleHeartbeat = positive(b.idleHeartbeat, "idle_heartbeat", pedantic);
    b.inactiveThreshold = positive(b.inactiveThreshold, "inactive_threshold", pedantic);
    b.priorityTimeout = positive(b.priorityTimeout, "priority_timeout", pedantic);
    if (!config.isPush() && b.maxWaiting == 0) {
      b.maxWaiting = MAX_WAITING;
    }
    acknowledgement(b, stream, limits, pedantic);
    if (b.inactiveThreshold == 0) {
      refuse(
          pedantic && stream.consumerInactiveThreshold() > 0,
          "inactive_threshold must be set if it's configured in stream limits");
      b.inactiveThreshold = stream.consumerInactiveThreshold();
    }
    if (!config.isPush() && b.maxBatch == 0 && limits.maxRequestBatch() > 0) {
      refuse(pedantic, "max_request_batch must be set if it's JetStream limits are set");
      b.maxBatch = limits.maxRequestBatch();
    }
    if (b.priorityPolicy == PriorityPolicy.PINNED_CLIENT && b.priorityTimeout == 0) {
      b.priorityTimeout = PINNED_NANOS;
    }
    if (b.ackPolicy == AckPolicy.FLOW_CONTROL && !pedantic) {
      b.flowControl = true;
      b.idleHeartbeat = ConsumerRules.SOURCE_HEARTBEAT_NANOS;
    }
    return b.build();
  }

  private static void acknowledgement(
      ConsumerConfig.Builder b, StreamConfig stream, ConsumerLimits limits, boolean pedantic)
      throws ApiException {
    if (b.ackWait == 0 && (b.ackPolicy == AckPolicy.EXPLICIT || b.ackPolicy == AckPolicy.ALL)) {
      b.ackWait = ACK_WAIT_NANOS;
    }
    if (!b.backoff.isEmpty()) {
      refuse(
          pedantic && b.ackWait != b.backoff.getFirst(),
          "first backoff value has to equal batch AckWait");
      b.ackWait = b.backoff.getFirst();
    }
    if (b.maxAckPending == 0) {
      refuse(
          pedantic && stream.consumerMaxAckPending() > 0,
          "max_ack_pending must be set if it's configured in stream limits");
      b.maxAckPending = stream.consumerMaxAckPending();
    }
    if (b.maxAckPending == 0 && b.ackPolicy != AckPolicy.NONE) {
      b.maxAckPending =
          smaller(
              smaller(MAX_ACK_PENDING, limits.serverMaxAckPending()),
              limits.accountMaxAckPending());
    }
  }

  private static long smaller(long value, long limit) {
    return limit > 0 && limit < value ? limit : value;
  }

  private static void refuse(boolean wrong, String text) throws ApiException {
    if (wrong) {
      throw new ApiException(ApiErrorCode.PEDANTIC, text);
    }
  }

  private static long least(long value, long least, String text, boolean pedantic)
      throws ApiException {
    refuse(pedantic && value < least, text);
    return Math.max(value, least);
  }

  private static long positive(long value, String name, boolean pedantic) throws ApiException {
    return least(value, 0, name + " must not be negative", pedantic);
  }
}

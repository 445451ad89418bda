package io.frond.consumer;

import io.frond.stream.ApiErrorCode;
import io.frond.stream.ApiException;
import io.frond.stream.Retention;
import io.frond.stream.StreamConfig;
import io.frond.subject.Subjects;
import java.util.Collection;

/// What a consumer may be beside a stream's others. Stateless.
public final class ConsumerPeers {
  private ConsumerPeers() {}

  /// Checks a new consumer.
  ///
  /// @param others the stream's consumers
  public static void checkNew(
      ConsumerConfig config,
      StreamConfig stream,
      ConsumerLimits limits,
      Collection<ConsumerConfig> others)
      throws ApiException {
    var counted = 0;
    for (var other : others) {
      if (!isInner(other)) {
        counted++;
      }
    }
    long max = stream.maxConsumers();
    if (max <= 0 || (limits.accountMaxConsumers() > 0 && limits.accountMaxConsumers() < max)) {
      max = limits.accountMaxConsumers();
    }
    if (max > 0 && counted >= max) {
      throw new ApiException(ApiErrorCode.MAXIMUM_CONSUMERS_LIMIT);
    }
    if (stream.retention() != Retention.WORK_QUEUE || isInner(config)) {
      return;
    }
    if (config.ackPolicy() != AckPolicy.EXPLICIT && config.ackPolicy() != AckPolicy.FLOW_CONTROL) {
      throw new ApiException(ApiErrorCode.CONSUMER_WQ_REQUIRES_EXPLICIT_ACK);
    }
    if (config.deliverPolicy() != DeliverPolicy.ALL) {
      throw new ApiException(ApiErrorCode.CONSUMER_WQ_CONSUMER_NOT_DELIVER_ALL);
    }
    if (counted > 0) {
      if (config.filters().isEmpty()) {
        throw new ApiException(ApiErrorCode.CONSUMER_WQ_MULTIPLE_UNFILTERED);
      }
      checkUnique(config, others);
    }
  }

  /// Checks a change of a consumer.
  ///
  /// @param others the stream's consumers without this one
  public static void checkChange(
      ConsumerConfig config, StreamConfig stream, Collection<ConsumerConfig> others)
      throws ApiException {
    if (stream.retention() == Retention.WORK_QUEUE) {
      checkUnique(config, others);
    }
  }

  private static boolean isInner(ConsumerConfig config) {
    return config.direct() || config.sourcing();
  }

  private static void checkUnique(ConsumerConfig config, Collection<ConsumerConfig> others)
      throws ApiException {
    for (var filter : config.filters()) {
      for (var other : others) {
        if (isInner(other)) {
          continue;
        }
        var theirs = other.filters();
        if (theirs.isEmpty() || theirs.stream().anyMatch(one -> Subjects.collide(filter, one))) {
          throw new ApiException(ApiErrorCode.CONSUMER_WQ_CONSUMER_NOT_UNIQUE);
        }
      }
    }
  }
}

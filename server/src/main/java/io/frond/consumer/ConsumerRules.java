package io.frond.consumer;

import io.frond.stream.ApiErrorCode;
import io.frond.stream.ApiException;
import io.frond.stream.GoDuration;
import io.frond.stream.Retention;
import io.frond.stream.StreamConfig;
import io.frond.subject.Subjects;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// What a consumer's configuration may be, with nats-server's errors. The order of use: give it a
/// name, [ConsumerDefaults#apply], [#check], then [ConsumerPeers#checkNew] for a new one or
/// [ConsumerChanges#check] for one that exists, then [ConsumerLevel#stored]. Stateless.
public final class ConsumerRules {
  static final int NAME_MAX = 255;
  static final int DESCRIPTION_MAX = 4 << 10;
  static final int METADATA_MAX = 128 << 10;

  /// The heartbeat that mirrors and sources expect.
  static final long SOURCE_HEARTBEAT_NANOS = 1_000_000_000L;

  private static final long HEARTBEAT_MIN_NANOS = 100_000_000L;
  private static final long EXPIRES_MIN_NANOS = 1_000_000L;
  private static final Pattern GROUP = Pattern.compile("[a-zA-Z0-9/_=-]{1,16}");

  private ConsumerRules() {}

  /// Whether a priority group may have this name.
  public static boolean isGroupName(String name) {
    return GROUP.matcher(name).matches();
  }

  /// Whether a consumer may have this name.
  public static boolean isName(String name) {
    for (var i = 0; i < name.length(); i++) {
      if (" \t\r\n\f.*>\\/".indexOf(name.charAt(i)) >= 0) {
        return false;
      }
    }
    return !name.isEmpty();
  }

  /// Checks a configuration that has its defaults.
  public static void check(ConsumerConfig config, StreamConfig stream, ConsumerLimits limits)
      throws ApiException {
    checkNames(config);
    checkReplicas(config, stream);
    checkWaits(config);
    if (config.ackPolicy() == AckPolicy.FLOW_CONTROL) {
      checkFlowControlAck(config);
    }
    if (!config.backoff().isEmpty()
        && config.maxDeliver() != -1
        && config.backoff().size() > config.maxDeliver()) {
      throw new ApiException(ApiErrorCode.CONSUMER_MAX_DELIVER_BACKOFF);
    }
    if (utf8Length(config.description()) > DESCRIPTION_MAX) {
      throw new ApiException(ApiErrorCode.CONSUMER_DESCRIPTION_TOO_LONG, DESCRIPTION_MAX);
    }
    if (config.isPush()) {
      checkPush(config, stream);
    } else {
      checkPull(config, stream, limits);
    }
    checkLimits(config, stream, limits);
    if (config.direct()) {
      refuse(!config.isPush(), ApiErrorCode.CONSUMER_DIRECT_REQUIRES_PUSH);
      refuse(config.isDurable(), ApiErrorCode.CONSUMER_DIRECT_REQUIRES_EPHEMERAL);
    }
    checkFilters(config);
    checkStart(config);
    checkSampling(config.sampleFrequency());
    refuse(
        config.flowControl() && config.idleHeartbeat() == 0,
        ApiErrorCode.CONSUMER_WITH_FLOW_CONTROL_NEEDS_HEARTBEATS);
    refuse(
        config.isDurable() && !config.name().isEmpty() && !config.name().equals(config.durable()),
        ApiErrorCode.CONSUMER_CREATE_DURABLE_AND_NAME_MISMATCH);
    checkMetadata(config);
    checkPriority(config);
    var placement = stream.placement();
    if (placement != null && !placement.preferred().isEmpty()) {
      throw invalid("preferred server not permitted in placement");
    }
  }

  private static void refuse(boolean wrong, ApiErrorCode code) throws ApiException {
    if (wrong) {
      throw new ApiException(code);
    }
  }

  private static ApiException invalid(String text) {
    return new ApiException(ApiErrorCode.STREAM_INVALID_CONFIG, text);
  }

  private static int utf8Length(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }

  private static void checkNames(ConsumerConfig config) throws ApiException {
    if (!config.name().isEmpty() && !isName(config.name())) {
      throw invalid("consumer name can not contain '.', '*', '>', '\\', '/'");
    }
    if (config.isDurable()) {
      if (!isName(config.durable())) {
        throw invalid("consumer durable name can not contain '.', '*', '>', '\\', '/'");
      }
      if (utf8Length(config.durable()) > NAME_MAX) {
        throw new ApiException(ApiErrorCode.CONSUMER_NAME_TOO_LONG, NAME_MAX);
      }
    }
  }

  private static void checkReplicas(ConsumerConfig config, StreamConfig stream)
      throws ApiException {
    refuse(
        config.replicas() > 0 && config.replicas() > stream.replicas(),
        ApiErrorCode.CONSUMER_REPLICAS_EXCEEDS_STREAM);
    refuse(config.replicas() < 0, ApiErrorCode.REPLICAS_COUNT_CANNOT_BE_NEGATIVE);
    refuse(
        stream.retention() != Retention.LIMITS
            && config.replicas() != 0
            && config.replicas() != stream.replicas(),
        ApiErrorCode.CONSUMER_REPLICAS_SHOULD_MATCH_STREAM);
  }

  private static void checkWaits(ConsumerConfig config) throws ApiException {
    for (var wait : config.backoff()) {
      refuse(wait < 0, ApiErrorCode.CONSUMER_BACK_OFF_NEGATIVE);
    }
    refuse(config.ackWait() < 0, ApiErrorCode.CONSUMER_ACK_WAIT_NEGATIVE);
  }

  private static void checkFlowControlAck(ConsumerConfig config) throws ApiException {
    refuse(!config.isPush(), ApiErrorCode.CONSUMER_ACK_FC_REQUIRES_PUSH);
    refuse(!config.flowControl(), ApiErrorCode.CONSUMER_ACK_FC_REQUIRES_FC);
    if (config.idleHeartbeat() != SOURCE_HEARTBEAT_NANOS) {
      throw invalid("flow control ack policy heartbeat needs to be 1s");
    }
    refuse(config.maxAckPending() <= 0, ApiErrorCode.CONSUMER_ACK_FC_REQUIRES_MAX_ACK_PENDING);
    refuse(
        config.ackWait() != 0 || !config.backoff().isEmpty(),
        ApiErrorCode.CONSUMER_ACK_FC_REQUIRES_NO_ACK_WAIT);
    refuse(config.maxDeliver() > 0, ApiErrorCode.CONSUMER_ACK_FC_REQUIRES_NO_MAX_DELIVER);
  }

  private static void checkPush(ConsumerConfig config, StreamConfig stream) throws ApiException {
    var to = config.deliverSubject();
    refuse(!Subjects.isLiteral(to), ApiErrorCode.CONSUMER_DELIVER_TO_WILDCARDS);
    refuse(!Subjects.isValid(to), ApiErrorCode.CONSUMER_INVALID_DELIVER_SUBJECT);
    for (var subject : stream.subjects()) {
      refuse(Subjects.isSubset(to, subject), ApiErrorCode.CONSUMER_DELIVER_CYCLE);
    }
    refuse(config.maxWaiting() != 0, ApiErrorCode.CONSUMER_PUSH_MAX_WAITING);
    refuse(
        config.maxAckPending() > 0 && config.ackPolicy() == AckPolicy.NONE,
        ApiErrorCode.CONSUMER_MAX_PENDING_ACK_POLICY_REQUIRED);
    refuse(
        config.idleHeartbeat() > 0 && config.idleHeartbeat() < HEARTBEAT_MIN_NANOS,
        ApiErrorCode.CONSUMER_SMALL_HEARTBEAT);
  }

  private static void checkPull(ConsumerConfig config, StreamConfig stream, ConsumerLimits limits)
      throws ApiException {
    refuse(
        config.ackPolicy() == AckPolicy.NONE && stream.retention() == Retention.WORK_QUEUE,
        ApiErrorCode.CONSUMER_PULL_REQUIRES_ACK);
    refuse(config.rateLimit() > 0, ApiErrorCode.CONSUMER_PULL_WITH_RATE_LIMIT);
    refuse(config.maxWaiting() < 0, ApiErrorCode.CONSUMER_MAX_WAITING_NEGATIVE);
    refuse(config.idleHeartbeat() > 0, ApiErrorCode.CONSUMER_HB_REQUIRES_PUSH);
    refuse(config.flowControl(), ApiErrorCode.CONSUMER_FC_REQUIRES_PUSH);
    refuse(config.maxBatch() < 0, ApiErrorCode.CONSUMER_MAX_REQUEST_BATCH_NEGATIVE);
    refuse(
        config.maxExpires() != 0 && config.maxExpires() < EXPIRES_MIN_NANOS,
        ApiErrorCode.CONSUMER_MAX_REQUEST_EXPIRES_TOO_SMALL);
    if (limits.maxRequestBatch() > 0 && config.maxBatch() > limits.maxRequestBatch()) {
      throw new ApiException(
          ApiErrorCode.CONSUMER_MAX_REQUEST_BATCH_EXCEEDED, limits.maxRequestBatch());
    }
  }

  private static void checkLimits(ConsumerConfig config, StreamConfig stream, ConsumerLimits limits)
      throws ApiException {
    for (var limit :
        new long[] {
          limits.serverMaxAckPending(),
          limits.accountMaxAckPending(),
          stream.consumerMaxAckPending()
        }) {
      if (limit > 0 && config.maxAckPending() > limit) {
        throw new ApiException(ApiErrorCode.CONSUMER_MAX_PENDING_ACK_EXCESS, limit);
      }
    }
    var threshold = stream.consumerInactiveThreshold();
    if (threshold > 0 && config.inactiveThreshold() > threshold) {
      throw new ApiException(
          ApiErrorCode.CONSUMER_INACTIVE_THRESHOLD_EXCESS, GoDuration.of(threshold));
    }
  }

  private static void checkFilters(ConsumerConfig config) throws ApiException {
    refuse(
        !config.filterSubject().isEmpty() && !config.filterSubjects().isEmpty(),
        ApiErrorCode.CONSUMER_DUPLICATE_FILTER_SUBJECTS);
    for (var filter : config.filterSubjects()) {
      refuse(filter.isEmpty(), ApiErrorCode.CONSUMER_EMPTY_FILTER);
    }
    var filters = config.filters();
    for (var i = 0; i < filters.size(); i++) {
      if (!Subjects.isValid(filters.get(i))) {
        throw invalid("nats: invalid subject");
      }
      for (var k = 0; k < filters.size(); k++) {
        refuse(
            i != k && Subjects.isSubset(filters.get(i), filters.get(k)),
            ApiErrorCode.CONSUMER_OVERLAPPING_SUBJECT_FILTERS);
      }
    }
  }

  private static void checkStart(ConsumerConfig config) throws ApiException {
    var name =
        switch (config.deliverPolicy()) {
          case ALL -> "all";
          case LAST -> "last";
          case NEW -> "new";
          case LAST_PER_SUBJECT -> "last per subject";
          case BY_START_SEQUENCE -> "by start sequence";
          case BY_START_TIME -> "by start time";
        };
    var bySequence = config.deliverPolicy() == DeliverPolicy.BY_START_SEQUENCE;
    var byTime = config.deliverPolicy() == DeliverPolicy.BY_START_TIME;
    if (bySequence && config.optStartSeq() == 0) {
      throw policy(name, "optional start sequence is not set");
    }
    if (byTime && config.optStartTime() == null) {
      throw policy(name, "optional start time is not set");
    }
    if (!bySequence && config.optStartSeq() > 0) {
      throw policy(
          name, "optional start " + (byTime ? "start sequence" : "sequence") + " is also set");
    }
    if (!byTime && config.optStartTime() != null) {
      throw policy(name, "optional start time is also set");
    }
    if (config.deliverPolicy() == DeliverPolicy.LAST_PER_SUBJECT && config.filters().isEmpty()) {
      throw policy(name, "optional filter subject is not set");
    }
  }

  private static ApiException policy(String name, String problem) {
    return new ApiException(
        ApiErrorCode.CONSUMER_INVALID_POLICY,
        "consumer delivery policy is deliver " + name + ", but " + problem);
  }

  private static void checkSampling(String frequency) throws ApiException {
    if (!frequency.isEmpty() && samplePercent(frequency) == null) {
      var digits =
          frequency.endsWith("%") ? frequency.substring(0, frequency.length() - 1) : frequency;
      throw new ApiException(
          ApiErrorCode.CONSUMER_INVALID_SAMPLING,
          digits.startsWith("-")
              ? "%!w(<nil>)"
              : "strconv.Atoi: parsing \"" + digits + "\": invalid syntax");
    }
  }

  /// The percentage of `"30"` or `"30%"`; null when it is none.
  static @Nullable Integer samplePercent(String frequency) {
    var digits =
        frequency.endsWith("%") ? frequency.substring(0, frequency.length() - 1) : frequency;
    try {
      var percent = Integer.parseInt(digits);
      return percent < 0 ? null : percent;
    } catch (NumberFormatException e) {
      return null;
    }
  }

  private static void checkMetadata(ConsumerConfig config) throws ApiException {
    var length = 0L;
    for (var entry : config.metadata().entrySet()) {
      length += utf8Length(entry.getKey()) + utf8Length(entry.getValue());
    }
    if (length > METADATA_MAX) {
      throw new ApiException(ApiErrorCode.CONSUMER_METADATA_LENGTH, (METADATA_MAX >> 10) + "KB");
    }
  }

  private static void checkPriority(ConsumerConfig config) throws ApiException {
    List<String> groups = config.priorityGroups();
    if (config.priorityPolicy() == PriorityPolicy.NONE) {
      refuse(!groups.isEmpty(), ApiErrorCode.CONSUMER_PRIORITY_GROUP_WITH_POLICY_NONE);
      refuse(
          config.priorityTimeout() > 0,
          ApiErrorCode.CONSUMER_PINNED_TTL_WITHOUT_PRIORITY_POLICY_NONE);
      return;
    }
    refuse(config.isPush(), ApiErrorCode.CONSUMER_PUSH_WITH_PRIORITY_GROUP);
    refuse(groups.isEmpty(), ApiErrorCode.CONSUMER_PRIORITY_POLICY_WITHOUT_GROUP);
    for (var group : groups) {
      refuse(group.isEmpty(), ApiErrorCode.CONSUMER_EMPTY_GROUP_NAME);
      refuse(!isGroupName(group), ApiErrorCode.CONSUMER_INVALID_GROUP_NAME);
    }
  }
}

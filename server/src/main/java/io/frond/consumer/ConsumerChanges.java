package io.frond.consumer;

import io.frond.stream.ApiErrorCode;
import io.frond.stream.ApiException;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Which fields of a consumer may change. Stateless.
public final class ConsumerChanges {
  private ConsumerChanges() {}

  /// @param to checked and with its defaults
  /// @param hasInterest whether anyone listens to a subject
  public static void check(ConsumerConfig from, ConsumerConfig to, Predicate<String> hasInterest)
      throws ApiException {
    if (from.equals(to)) {
      return;
    }
    fixed(from.deliverPolicy(), to.deliverPolicy(), "deliver policy can not be updated");
    fixed(from.memoryStorage(), to.memoryStorage(), "storage type can not be updated");
    fixed(from.optStartSeq(), to.optStartSeq(), "start sequence can not be updated");
    fixed(from.optStartTime(), to.optStartTime(), "start time can not be updated");
    fixed(from.ackPolicy(), to.ackPolicy(), "ack policy can not be updated");
    fixed(from.replayPolicy(), to.replayPolicy(), "replay policy can not be updated");
    fixed(from.idleHeartbeat(), to.idleHeartbeat(), "heart beats can not be updated");
    fixed(from.flowControl(), to.flowControl(), "flow control can not be updated");
    if (!from.deliverSubject().equals(to.deliverSubject())) {
      fixed(from.isPush(), true, "can not update pull consumer to push based");
      fixed(to.isPush(), true, "can not update push consumer to pull based");
      if (!isSameFollower(from, to) && hasInterest.test(from.deliverSubject())) {
        throw new ApiException(ApiErrorCode.CONSUMER_NAME_EXIST);
      }
    }
    fixed(from.maxWaiting(), to.maxWaiting(), "max waiting can not be updated");
  }

  /// Whether a stream elsewhere asks for the consumer that it had: it listens to what it names now,
  /// and interest in the former subject is only remembered for it.
  private static boolean isSameFollower(ConsumerConfig from, ConsumerConfig to) {
    return from.sourcing() && to.sourcing() && follower(from).equals(follower(to));
  }

  private static Map<String, String> follower(ConsumerConfig config) {
    var names = new TreeMap<>(config.metadata());
    names
        .keySet()
        .removeIf(key -> !key.startsWith("_nats.src.") && !key.startsWith("_nats.mirror."));
    return names;
  }

  private static void fixed(@Nullable Object from, @Nullable Object to, String text)
      throws ApiException {
    if (!Objects.equals(from, to)) {
      throw new ApiException(ApiErrorCode.CONSUMER_CREATE, text);
    }
  }
}

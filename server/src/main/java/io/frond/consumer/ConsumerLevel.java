package io.frond.consumer;

import io.frond.stream.ApiLevel;
import java.util.SortedMap;

/// Versions of the API in consumers' metadata (ADR-44), as [ApiLevel] has them for streams.
/// Stateless.
public final class ConsumerLevel {
  private ConsumerLevel() {}

  /// The level that a consumer's features need.
  public static int of(ConsumerConfig config) {
    if (config.ackPolicy() == AckPolicy.FLOW_CONTROL) {
      return 4;
    }
    var pauses = config.pauseUntil() != null && config.pauseUntil().getEpochSecond() > ZERO_SECOND;
    return pauses
            || config.priorityPolicy() != PriorityPolicy.NONE
            || config.priorityTimeout() != 0
            || !config.priorityGroups().isEmpty()
        ? 1
        : 0;
  }

  /// Go's time that was never set, in seconds since the epoch.
  private static final long ZERO_SECOND = -62_135_596_800L;

  /// A request's configuration, checked and with its defaults and its name, as it is stored.
  public static ConsumerConfig stored(ConsumerConfig config) {
    return stored(config, config.isDurable());
  }

  /// The same for one that there is already. As with nats-server what it was decides: one that was
  /// durable and is asked for without that goes on for ever, and one that was not ends when nobody
  /// uses it.
  public static ConsumerConfig stored(ConsumerConfig config, ConsumerConfig existing) {
    return stored(
        config, existing.isDurable() || config.inactiveThreshold() == existing.inactiveThreshold());
  }

  private static ConsumerConfig stored(ConsumerConfig config, boolean forEver) {
    var b = config.change();
    b.metadata = ApiLevel.stored(config.metadata(), of(config));
    if (!forEver && config.inactiveThreshold() <= 0) {
      b.inactiveThreshold = ConsumerDefaults.INACTIVE_NANOS;
    }
    return b.build();
  }

  /// A configuration as answers show it.
  public static ConsumerConfig shown(ConsumerConfig config) {
    return with(config, ApiLevel.shown(config.metadata()));
  }

  /// Whether a request (checked, with its defaults) to create a consumer asks for what there is. As
  /// with nats-server an ephemeral one that names no inactive threshold never does.
  public static boolean same(ConsumerConfig request, ConsumerConfig existing) {
    var metadata = ApiLevel.like(stored(request).metadata(), existing.metadata());
    return with(request, metadata).equals(existing);
  }

  private static ConsumerConfig with(ConsumerConfig config, SortedMap<String, String> metadata) {
    var b = config.change();
    b.metadata = metadata;
    return b.build();
  }
}

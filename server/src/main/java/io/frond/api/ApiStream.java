package io.frond.api;

import io.frond.consumer.Consumer;
import io.frond.consumer.ConsumerConfig;
import io.frond.stream.Stream;
import io.frond.stream.StreamConfig;
import java.util.Collections;
import java.util.NavigableMap;
import java.util.SortedSet;
import org.jspecify.annotations.Nullable;

/// A stream with its consumers, as the API needs them of the engine. All on the shard's thread; the
/// changes go through the log, were checked by the API, and are asked for one at a time in an
/// account.
public interface ApiStream {
  Stream stream();

  /// Nanoseconds since the epoch.
  long created();

  /// By name, in the order of names.
  NavigableMap<String, Consumer> consumers();

  /// How many consumers there are, but for those of mirrors and sources, which are nobody's
  /// business.
  default int publicConsumers() {
    var count = 0;
    for (var consumer : consumers().values()) {
      count += consumer.config().direct() ? 0 : 1;
    }
    return count;
  }

  /// What keeps it from working, such as a disk that refuses; null for nothing.
  default @Nullable String trouble() {
    return null;
  }

  /// Sequences of messages that were found damaged since the server started.
  default SortedSet<Long> lost() {
    return Collections.emptySortedSet();
  }

  void update(StreamConfig config, Assets.Done<ApiStream> done);

  void delete(Assets.Done<ApiStream> done);

  /// @param config with its name
  void create(ConsumerConfig config, Assets.Done<Consumer> done);

  void update(Consumer consumer, ConsumerConfig config, Assets.Done<Consumer> done);

  void delete(Consumer consumer, Assets.Done<Consumer> done);
}

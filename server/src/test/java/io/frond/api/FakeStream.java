package io.frond.api;

import io.frond.api.FakeEngine.FakeAccount;
import io.frond.consumer.Consumer;
import io.frond.consumer.ConsumerConfig;
import io.frond.stream.Stream;
import io.frond.stream.StreamConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// A stream of a [FakeEngine]. Changes happen a moment after they were asked for.
final class FakeStream implements ApiStream {
  final Stream stream;
  private final FakeEngine engine;
  private final FakeAccount account;
  private final NavigableMap<String, Consumer> consumers = new TreeMap<>();
  private int numbers;

  FakeStream(FakeEngine engine, FakeAccount account, Stream stream) {
    this.engine = engine;
    this.account = account;
    this.stream = stream;
  }

  @Override
  public Stream stream() {
    return stream;
  }

  @Override
  public long created() {
    return stream.created();
  }

  @Override
  public NavigableMap<String, Consumer> consumers() {
    return consumers;
  }

  private interface Step {
    void run() throws IOException;
  }

  private void later(Step step) {
    engine.shard.execute(() -> {
      try {
        step.run();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    });
  }

  @Override
  public void update(StreamConfig config, Assets.Done<ApiStream> done) {
    later(() -> {
      stream.update(config);
      done.done(this, null);
    });
  }

  @Override
  public void delete(Assets.Done<ApiStream> done) {
    later(() -> {
      account.streams.remove(stream.config().name());
      stream.stop();
      done.done(this, null);
    });
  }

  @Override
  public void create(ConsumerConfig config, Assets.Done<Consumer> done) {
    later(() -> {
      var made = new Consumer(stream, ++numbers, config.name(), config, engine.shard.now());
      consumers.put(config.name(), made);
      stream.addConsumer(made);
      made.start();
      done.done(made, null);
    });
  }

  /// Null when there is no such consumer.
  @Nullable Consumer consumer(int number) {
    for (var consumer : consumers.values()) {
      if (consumer.number() == number) {
        return consumer;
      }
    }
    return null;
  }

  @Override
  public void update(Consumer consumer, ConsumerConfig config, Assets.Done<Consumer> done) {
    later(() -> {
      consumer.update(config);
      stream.consumerChanged(consumer);
      done.done(consumer, null);
    });
  }

  @Override
  public void delete(Consumer consumer, Assets.Done<Consumer> done) {
    later(() -> {
      consumers.remove(consumer.name());
      stream.removeConsumer(consumer);
      consumer.deleted();
      done.done(consumer, null);
    });
  }
}

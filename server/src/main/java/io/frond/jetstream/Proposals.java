package io.frond.jetstream;

import io.frond.api.ApiStream;
import io.frond.api.Assets;
import io.frond.consumer.Consumer;
import io.frond.consumer.ConsumerConfig;
import io.frond.shard.EntryKind;
import io.frond.shard.Shard;
import io.frond.stream.ApiError;
import io.frond.stream.ApiErrorCode;
import io.frond.stream.Storage;
import io.frond.stream.StreamConfig;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Turns what the API wants changed of streams and consumers into log entries, which [MetaEntries]
/// applies. On the shard's thread.
final class Proposals {
  private final Shard shard;
  private final Set<Long> memoryStreams = new HashSet<>();
  private long nextStream = 1;

  Proposals(Shard shard) {
    this.shard = shard;
  }

  /// A stream with this number was seen: later ones get higher numbers.
  void seen(long stream) {
    nextStream = Math.max(nextStream, stream + 1);
  }

  /// Whether the number is that of a memory stream, whose entries are not logged.
  boolean isMemory(long stream) {
    return memoryStreams.contains(stream);
  }

  void forget(long stream) {
    memoryStreams.remove(stream);
  }

  void createStream(AccountStreams account, StreamConfig config, Assets.Done<ApiStream> done) {
    create(account, config, shard.now());
    shard.propose((result, failure) -> finish(result, failure, ApiStream.class, done));
  }

  private void create(AccountStreams account, StreamConfig config, long created) {
    var id = nextStream++;
    if (config.storage() == Storage.MEMORY) {
      memoryStreams.add(id);
    }
    var name = account.name().getBytes(StandardCharsets.UTF_8);
    shard
        .begin(EntryKind.STREAM_CREATE, id)
        .putLong(created)
        .putInt(name.length)
        .put(name)
        .put(config.json());
  }

  /// Begins to restore a stream.
  ///
  /// @param created nanoseconds since the epoch
  Restoring restore(AccountStreams account, StreamConfig config, long created) {
    var restoring = new Restoring(shard, nextStream, config);
    create(account, Restoring.hidden(config), created);
    shard.propose(null);
    return restoring;
  }

  void updateStream(Asset asset, StreamConfig config, Assets.Done<ApiStream> done) {
    shard.begin(EntryKind.STREAM_UPDATE, asset.id()).put(config.json());
    shard.propose((result, failure) -> finish(result, failure, ApiStream.class, done));
  }

  void deleteStream(Asset asset, Assets.Done<ApiStream> done) {
    shard.begin(EntryKind.STREAM_DELETE, asset.id());
    shard.propose((result, failure) -> finish(result, failure, ApiStream.class, done));
  }

  /// A stream whose creation is in the log came to nothing here: it is to come to nothing at the
  /// next start too.
  void deleteStream(long id) {
    shard.begin(EntryKind.STREAM_DELETE, id);
    shard.propose(null);
  }

  void createConsumer(Asset asset, ConsumerConfig config, Assets.Done<Consumer> done) {
    shard
        .begin(EntryKind.CONSUMER_CREATE, asset.id())
        .putInt(asset.takeConsumerNumber())
        .putLong(shard.now())
        .put(config.json());
    shard.propose((result, failure) -> finish(result, failure, Consumer.class, done));
  }

  void updateConsumer(
      Asset asset, Consumer consumer, ConsumerConfig config, Assets.Done<Consumer> done) {
    shard.begin(EntryKind.CONSUMER_UPDATE, asset.id()).putInt(consumer.number()).put(config.json());
    shard.propose((result, failure) -> finish(result, failure, Consumer.class, done));
  }

  void deleteConsumer(Asset asset, int number, Assets.@Nullable Done<Consumer> done) {
    shard.begin(EntryKind.CONSUMER_DELETE, asset.id()).putInt(number);
    shard.propose((result, failure) -> {
      if (done != null) {
        finish(result, failure, Consumer.class, done);
      }
    });
  }

  /// Deletes a consumer that ended with its server. What only it needed of an interest stream stays
  /// for the one that is made in its place.
  void endConsumer(Asset asset, int number) {
    shard.begin(EntryKind.CONSUMER_DELETE, asset.id()).putInt(number).put((byte) 1);
    shard.propose(null);
  }

  static <T> void finish(
      @Nullable Object result, @Nullable Throwable failure, Class<T> type, Assets.Done<T> done) {
    if (type.isInstance(result)) {
      done.done(type.cast(result), null);
    } else if (result instanceof ApiError error) {
      done.done(null, error);
    } else {
      var why = failure == null ? "the change came to nothing" : failure.toString();
      done.done(null, ApiErrorCode.STREAM_GENERAL_ERROR.with(why));
    }
  }
}

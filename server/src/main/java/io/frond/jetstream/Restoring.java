package io.frond.jetstream;

import io.frond.api.ApiStream;
import io.frond.api.Assets;
import io.frond.api.Restoration;
import io.frond.consumer.ConsumerConfig;
import io.frond.consumer.ConsumerState;
import io.frond.shard.EntryKind;
import io.frond.shard.Shard;
import io.frond.stream.ApiErrorCode;
import io.frond.stream.RestoredEntry;
import io.frond.stream.StreamConfig;
import java.nio.ByteBuffer;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Restores a stream through the log: it is created hidden, which its configuration says, gets its
/// messages and consumers, and is shown at the end. A start finds hidden streams that nobody
/// finishes any more and deletes them. On the shard's thread.
final class Restoring implements Restoration {
  private static final String HIDDEN = "_frond.restoring";

  private final Shard shard;
  private final long id;
  private final StreamConfig config;
  private int consumers;
  private long waiting;
  private @Nullable Throwable failure;

  /// @param id of the stream, whose creation with a [#hidden] configuration was just proposed
  /// @param config as it is to be
  Restoring(Shard shard, long id, StreamConfig config) {
    this.shard = shard;
    this.id = id;
    this.config = config;
  }

  /// A configuration for the time of the restoration.
  static StreamConfig hidden(StreamConfig config) {
    var b = config.change();
    b.metadata = new TreeMap<>(config.metadata());
    b.metadata.put(HIDDEN, "1");
    b.allowMsgSchedules = false; // the change at the end makes the stream look for them
    return b.build();
  }

  static boolean isHidden(StreamConfig config) {
    return config.metadata().containsKey(HIDDEN);
  }

  private void propose(long bytes) {
    waiting += bytes;
    shard.propose((_, failed) -> {
      waiting -= bytes;
      if (failed != null) {
        failure = failed;
      }
    });
  }

  @Override
  public long waiting() {
    return waiting;
  }

  @Override
  public void message(
      long sequence,
      long timestamp,
      byte[] subject,
      ByteBuffer buffer,
      int at,
      int headerLength,
      int length) {
    RestoredEntry.message(
        shard.begin(EntryKind.RESTORED, id),
        sequence,
        timestamp,
        subject,
        buffer,
        at,
        headerLength,
        length);
    propose(length + 64L);
  }

  @Override
  public void skipTo(long last) {
    RestoredEntry.gap(shard.begin(EntryKind.RESTORED, id), last);
    propose(32);
  }

  @Override
  public void delete(long sequence) {
    RestoredEntry.deleted(shard.begin(EntryKind.RESTORED, id), sequence);
    propose(32);
  }

  @Override
  public void deleteBefore(long sequence) {
    RestoredEntry.deletedBefore(shard.begin(EntryKind.RESTORED, id), sequence);
    propose(32);
  }

  @Override
  public void consumer(
      String name, long created, ConsumerConfig of, @Nullable ConsumerState state) {
    var number = ++consumers;
    var named = of.change();
    named.name = name;
    shard
        .begin(EntryKind.CONSUMER_CREATE, id)
        .putInt(number)
        .putLong(created == 0 ? shard.now() : created)
        .put(named.build().json());
    propose(1024);
    if (state != null) {
      var bytes = state.bytes();
      shard.begin(EntryKind.CONSUMER_RESTORED, id).putInt(number).putLong(shard.now()).put(bytes);
      propose(bytes.length);
    }
  }

  @Override
  public void finish(Assets.Done<ApiStream> done) {
    var failed = failure;
    if (failed != null) {
      abandon();
      done.done(null, ApiErrorCode.STREAM_RESTORE.with(String.valueOf(failed.getMessage())));
      return;
    }
    shard.begin(EntryKind.STREAM_RESTORED, id).put(config.json());
    shard.propose(
        (result, failedNow) -> Proposals.finish(result, failedNow, ApiStream.class, done));
  }

  @Override
  public void abandon() {
    shard.begin(EntryKind.STREAM_DELETE, id);
    shard.propose(null);
  }
}

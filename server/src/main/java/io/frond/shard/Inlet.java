package io.frond.shard;

import io.frond.account.Delivery;
import io.frond.buffer.FlushSet;
import io.frond.trace.TraceStore;
import org.jspecify.annotations.Nullable;

/// Where one publishing thread leaves messages for the shard; they are handed over once for each
/// batch that the thread reads. Owned by that thread.
final class Inlet implements FlushSet.Flushable {
  /// A loop that has on average so many other messages between two chunks serves others than
  /// JetStream's clients: it does not wait for the disk.
  private static final int OTHERS_MAX = 8;

  private final ShardThread shard;
  private final @Nullable PublishingLoop loop;
  private Chunk chunk = new Chunk();
  private boolean committing;
  private long seen;

  /// An average, in sixteenths.
  private long others;

  private volatile boolean calm = true;

  /// @param loop whose thread it is; null for another's
  Inlet(ShardThread shard, @Nullable PublishingLoop loop) {
    this.shard = shard;
    this.loop = loop;
  }

  /// @param with what else the target wants to know
  void add(Chunk.Target target, Delivery message, InletSubscription.With with) {
    if (chunk.isEmpty()) {
      message.flushes().add(this);
    }
    switch (with) {
      case NOTHING -> chunk.add(target, message);
      case SENDER -> chunk.addWithSource(target, message);
      case TAG -> chunk.addWithTag(target, message);
    }
    message.hold(shard.queuedBytes() + chunk.size());
  }

  /// A message for a stream whose way is told.
  void addTraced(Chunk.Target target, Delivery message, TraceStore trace) {
    if (chunk.isEmpty()) {
      message.flushes().add(this);
    }
    chunk.addTraced(target, message, trace);
    message.hold(shard.queuedBytes() + chunk.size());
  }

  @Override
  public void flushQueued() {
    if (!chunk.isEmpty()) {
      var full = chunk;
      chunk = shard.spareChunk();
      noteOthers(full.count());
      shard.take(full, this);
    }
  }

  private void noteOthers(int own) {
    if (loop != null) {
      var messages = loop.messages();
      others += Math.max(0, messages - seen - own) - others / 16;
      seen = messages;
      calm = others <= 16 * OTHERS_MAX;
    }
  }

  /// Commits what is proposed until then when the loop has read what it can: all that is ready
  /// shares one sync, and no other thread is woken.
  ///
  /// @return false when this thread is not one for it
  boolean commitAfterReading() {
    if (loop == null || !calm) {
      return false;
    }
    if (!committing) {
      committing = loop.afterReading(this::commit);
    }
    return committing;
  }

  /// As [#commitAfterReading], on another thread.
  boolean commitSoon() {
    return loop != null && calm && loop.afterReading(() -> shard.commit(this));
  }

  private void commit() {
    committing = false;
    shard.commit(this);
  }
}

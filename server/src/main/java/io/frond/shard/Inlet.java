package io.frond.shard;

import io.frond.account.Delivery;
import io.frond.buffer.FlushSet;

/// Where one publishing thread leaves messages for the shard; they are handed over once for each
/// batch that the thread reads. Owned by that thread.
final class Inlet implements FlushSet.Flushable {
  private final ShardThread shard;
  private Chunk chunk = new Chunk();

  Inlet(ShardThread shard) {
    this.shard = shard;
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

  @Override
  public void flushQueued() {
    if (!chunk.isEmpty()) {
      var full = chunk;
      chunk = shard.spareChunk();
      shard.take(full);
    }
  }
}

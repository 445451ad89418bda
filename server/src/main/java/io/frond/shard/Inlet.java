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

  /// @param withSource whether the target wants to know who sent it
  void add(Chunk.Target target, Delivery message, boolean withSource) {
    if (chunk.isEmpty()) {
      message.flushes().add(this);
    }
    if (withSource) {
      chunk.addWithSource(target, message);
    } else {
      chunk.add(target, message);
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

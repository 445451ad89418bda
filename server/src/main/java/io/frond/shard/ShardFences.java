package io.frond.shard;

import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/// Tasks that wait until all messages that came before them are stored or refused. On the shard's
/// thread.
final class ShardFences {
  private static final class Waiting {
    /// So many chunks have to be looked at.
    final long chunks;

    /// The last entry of those, -1 while it is not known.
    long entry = -1;

    final Runnable then;

    Waiting(long chunks, Runnable then) {
      this.chunks = chunks;
      this.then = then;
    }
  }

  private final ArrayDeque<Waiting> waiting = new ArrayDeque<>();

  void add(long chunks, Runnable then) {
    waiting.add(new Waiting(chunks, then));
  }

  boolean isEmpty() {
    return waiting.isEmpty();
  }

  /// At the end of a turn.
  ///
  /// @param drained chunks that were looked at
  /// @param proposed the last entry there is
  /// @param finished the last entry that was applied or refused
  void check(long drained, long proposed, long finished) {
    for (var first = waiting.peek(); isPast(first, drained, proposed, finished); ) {
      waiting.remove();
      if (first != null) {
        first.then.run();
      }
      first = waiting.peek();
    }
  }

  private static boolean isPast(
      @Nullable Waiting first, long drained, long proposed, long finished) {
    if (first == null || drained < first.chunks) {
      return false;
    }
    if (first.entry < 0) {
      first.entry = proposed;
    }
    return finished >= first.entry;
  }
}

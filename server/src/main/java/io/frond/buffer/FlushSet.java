package io.frond.buffer;

import java.util.ArrayList;

/// The links that got bytes while one batch of input was handled, so that each is flushed once for
/// the batch and not once for each message. Owned by one event loop; no other thread may touch it.
public final class FlushSet {
  /// Something with an outbound queue.
  public interface Flushable {
    /// Sends what is queued, or arranges that its own event loop does; on the set's owner thread.
    void flushQueued();
  }

  private final ArrayList<Flushable> waiting = new ArrayList<>();

  /// Remembers a link; the caller sees to it that a link is added once until it is flushed.
  public void add(Flushable link) {
    waiting.add(link);
  }

  /// Flushes all that were added since the last call. A flush may add again: that is handled too.
  public void flushAll() {
    for (var i = 0; i < waiting.size(); i++) {
      waiting.get(i).flushQueued();
    }
    waiting.clear();
  }
}

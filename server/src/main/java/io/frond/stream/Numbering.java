package io.frond.stream;

import io.frond.store.MessageStore;
import java.io.IOException;

/// Which sequence a message is expected to get when it is proposed. Its entry says so, and when
/// entries before it turn out to be lost after damage of the log, theirs are left out: what was
/// acknowledged under a sequence is found under it. The shard's thread.
final class Numbering {
  /// Gaps that an asynchronous stream's lost entries may leave.
  private static final int GAP_MAX = 1 << 16;

  private final StreamHost host;
  private final MessageStore store;
  private final boolean async;
  private long inFlight;
  private long lostBefore;

  Numbering(StreamHost host, MessageStore store, boolean async) {
    this.host = host;
    this.store = store;
    this.async = async;
    lostBefore = host.lostEntries();
  }

  /// A message is proposed.
  ///
  /// @return the sequence that it gets unless one before it is refused, its lower half
  int proposed() {
    return (int) (store.lastSequence() + ++inFlight);
  }

  /// A proposal came to nothing.
  void refused() {
    inFlight--;
  }

  /// A message's entry is going to be applied.
  void applying(int expected) throws IOException {
    if (!host.shard().replaying()) {
      inFlight--;
      return;
    }
    var lost = async ? GAP_MAX : host.lostEntries() - lostBefore;
    lostBefore = host.lostEntries();
    var gap = expected - (int) (store.lastSequence() + 1);
    if (gap > 0 && gap <= lost) {
      store.skipTo(store.lastSequence() + 1 + gap);
    }
  }
}

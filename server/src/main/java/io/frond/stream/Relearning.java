package io.frond.stream;

import io.frond.store.MessageStore;
import io.frond.store.StoredMessage;
import io.frond.store.SubjectFilter;
import java.io.IOException;

/// Learns from stored messages what a stream remembers of them: their ids, and how far its sources
/// are. For a stream whose last checkpoint is lost. Used once, the shard's thread.
final class Relearning {
  private final SeenIds ids;
  private final Origins origins;
  private final StoredMessage found = new StoredMessage();
  private final MessageHeaders headers = new MessageHeaders();

  Relearning(SeenIds ids, Origins origins) {
    this.ids = ids;
    this.origins = origins;
  }

  /// @param after the last sequence that is known
  void run(MessageStore store, long after) throws IOException {
    for (var next = after + 1; store.loadNext(SubjectFilter.ALL, next, found); ) {
      next = found.sequence() + 1;
      var has = found.headerLength() > 0;
      headers.read(found.buffer(), found.bodyAt(), found.headerLength());
      ids.stored(has ? headers : null, found.sequence(), found.timestamp());
      if (has) {
        origins.learn(headers);
      }
    }
  }
}

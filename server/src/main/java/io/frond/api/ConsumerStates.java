package io.frond.api;

import io.frond.backup.BackupWriter.ConsumerFile;
import io.frond.backup.ConsumerState;
import io.frond.consumer.Consumer;
import java.util.Collections;
import java.util.TreeMap;

/// A consumer as a backup has it. On the shard's thread.
final class ConsumerStates {
  private ConsumerStates() {}

  static ConsumerFile file(Consumer consumer) {
    var none = new ConsumerState(0, 0, 0, 0, Collections.emptySortedMap(), new TreeMap<>());
    return new ConsumerFile(consumer.name(), consumer.created(), consumer.config(), none);
  }
}

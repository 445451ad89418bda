package io.frond.log;

import java.util.concurrent.atomic.LongAdder;

/// What [LogStats] shows. Any thread.
final class Counters {
  private final LongAdder entries = new LongAdder();
  private final LongAdder bytes = new LongAdder();
  private final LongAdder groups = new LongAdder();
  private final LongAdder syncs = new LongAdder();
  private final LongAdder syncNanos = new LongAdder();
  private final LongAdder failures = new LongAdder();

  void committed(long moreEntries, long moreBytes) {
    groups.increment();
    entries.add(moreEntries);
    bytes.add(moreBytes);
  }

  void synced(long nanos) {
    syncs.increment();
    syncNanos.add(nanos);
  }

  void failed() {
    failures.increment();
  }

  LogStats stats(int segments) {
    return new LogStats(
        entries.sum(),
        bytes.sum(),
        groups.sum(),
        syncs.sum(),
        syncNanos.sum(),
        failures.sum(),
        segments);
  }
}

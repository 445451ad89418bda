package io.frond.sync;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/// Compares what the parts say with what they said last. Any thread: its monitor guards `trackers`;
/// the samples are taken before it is held.
public final class SyncWatch {
  private final Supplier<List<SyncSample>> parts;
  private final Map<String, SyncTracker> trackers = new LinkedHashMap<>();

  /// @param parts all samples of now, quick to give
  public SyncWatch(Supplier<List<SyncSample>> parts) {
    this.parts = parts;
  }

  /// Looks at all parts; some times a second at most.
  ///
  /// @param nowNanos of the monotonic clock
  /// @param nowMillis of the wall clock
  /// @return what changed, in the order of the samples
  public List<SyncChange> look(long nowNanos, long nowMillis) {
    var samples = parts.get();
    var changes = new ArrayList<SyncChange>();
    synchronized (this) {
      var seen = new HashSet<String>();
      for (var sample : samples) {
        var key = sample.key();
        seen.add(key);
        var tracker = trackers.computeIfAbsent(key, _ -> new SyncTracker());
        var change = tracker.take(sample, nowNanos, nowMillis);
        if (change != null) {
          changes.add(change);
        }
      }
      trackers.keySet().retainAll(seen);
    }
    return changes;
  }

  /// How all parts stood at the last look, and how those stand that have come since.
  public List<SyncStatus> all(long nowNanos, long nowMillis) {
    var samples = parts.get();
    var all = new ArrayList<SyncStatus>();
    synchronized (this) {
      for (var sample : samples) {
        var tracker = trackers.get(sample.key());
        if (tracker == null) {
          tracker = new SyncTracker();
          var _ = tracker.take(sample, nowNanos, nowMillis);
        }
        var status = tracker.status();
        if (status != null) {
          all.add(status);
        }
      }
    }
    return all;
  }
}

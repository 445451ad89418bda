package io.frond.session;

import java.util.concurrent.ConcurrentHashMap;

/// The sources of other servers that this one takes messages of, and how far each has come. Any
/// thread.
public final class Intake {
  private final ConcurrentHashMap<String, Seen> sources = new ConcurrentHashMap<>();
  private final Cursors cursors;

  public Intake(Cursors cursors) {
    this.cursors = cursors;
  }

  /// What has come of a source.
  Seen of(String source) {
    return sources.computeIfAbsent(source, it -> new Seen(it, cursors.get(it)));
  }

  /// All of a source up to a sequence is settled: remembered before the other side is told.
  void settled(Seen seen, long upTo) {
    if (upTo > seen.settled()) {
      cursors.put(seen.source(), upTo);
      seen.settled(upTo);
    }
  }

  /// Messages that came again and were dropped, since the start.
  public long duplicates() {
    return sources.values().stream().mapToLong(Seen::duplicates).sum();
  }
}

package io.frond.shard;

/// When the open batch goes to the log, which syncs all that it was given meanwhile at once. A sync
/// costs the same for one entry as for many, and publishers who wait for their answers come again
/// all at once, soon after a commit. Where they come within less time than a commit takes, the
/// batch waits for them: then all share one sync instead of two halves taking turns. Where they
/// don't, it waits for nobody. One owner; times are of [System#nanoTime].
final class Grouping {
  /// So many entries, or bytes, are worth a sync of their own.
  private static final int MANY = 256;

  private static final int LARGE_BYTES = 64 << 10;

  /// Batches that the log may have at a time.
  private static final int IN_FLIGHT_MAX = 16;

  private static final long WAIT_MAX = 2_000_000;

  /// Having waited in vain so often it stops, and tries again after so many commits.
  private static final int MISSES_MAX = 4;

  private static final int AGAIN = 512;

  /// How long a commit takes that had to wait for no other; an average.
  private long commitNanos;

  private long proposedAt;
  private boolean timed;
  private int expected;
  private long until;
  private boolean waited;
  private int misses;
  private int pause;

  /// Whether a batch is to be proposed now.
  ///
  /// @param inFlight batches that the log has
  boolean isReady(int inFlight, int entries, int bytes, long now) {
    if (entries >= MANY || bytes >= LARGE_BYTES || pause > 0) {
      return inFlight < IN_FLIGHT_MAX;
    }
    if (inFlight > 0) {
      return false;
    }
    if (entries >= expected || now >= until) {
      return true;
    }
    waited = true;
    return false;
  }

  /// After [#isReady] said no and nothing is in flight: how long a batch waits at most.
  long left(long now) {
    return until - now;
  }

  /// A batch was proposed.
  ///
  /// @param inFlight batches before it
  void proposed(int inFlight, int entries, long now) {
    if (inFlight == 0) {
      timed = true;
      proposedAt = now;
    }
    if (waited) {
      waited = false;
      misses = entries >= expected ? Math.max(0, misses - 1) : misses + 1;
      if (misses >= MISSES_MAX) {
        misses = MISSES_MAX / 2;
        pause = AGAIN;
      }
    }
  }

  /// Entries were committed.
  ///
  /// @param inFlight batches that the log still has
  /// @param open entries of the open batch
  void committed(int inFlight, int entries, int open, long now) {
    if (timed) {
      timed = false;
      commitNanos += (now - proposedAt - commitNanos) / 8;
    }
    if (pause > 0) {
      pause--;
    }
    if (inFlight == 0) {
      expected = entries + open;
      until = now + Math.min(commitNanos, WAIT_MAX);
    }
  }
}

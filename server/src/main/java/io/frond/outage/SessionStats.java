package io.frond.outage;

/// What one log has for one session, and gave up of it since the session was added.
///
/// @param settled the last sequence that it does not need
/// @param discardedByLimit entries that the session needed and that were given up, see [Discard]
public record SessionStats(
    long settled,
    long discardedByLimit,
    long discardedByAge,
    long discardedByDisk,
    long discardedByDamage) {
  static SessionStats of(long settled, long[] discarded) {
    return new SessionStats(settled, discarded[0], discarded[1], discarded[2], discarded[3]);
  }

  public long discarded() {
    return discardedByLimit + discardedByAge + discardedByDisk + discardedByDamage;
  }
}

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
  public long discarded() {
    return discardedByLimit + discardedByAge + discardedByDisk + discardedByDamage;
  }
}

package io.frond.outage;

/// What a log, or all of them, holds and did since the start. What is held on disk counts as held
/// until its file is deleted.
///
/// @param appended entries that somebody needed when they came
/// @param entries that somebody needs
/// @param bytes of those, with what the log adds to each
/// @param oldestMillis age of the oldest of them, 0 when there is none
/// @param diskBytes of files
/// @param discardedByLimit entries given up for each reason, see [Discard]; an entry counts once,
///   however many sessions needed it
public record LogStats(
    long appended,
    long entries,
    long bytes,
    long oldestMillis,
    long diskBytes,
    long discardedByLimit,
    long discardedByAge,
    long discardedByDisk,
    long discardedByDamage) {
  public static final LogStats NONE = new LogStats(0, 0, 0, 0, 0, 0, 0, 0, 0);

  static LogStats of(
      long appended,
      long entries,
      long bytes,
      long oldestMillis,
      long diskBytes,
      long[] discarded) {
    return new LogStats(
        appended,
        entries,
        bytes,
        oldestMillis,
        diskBytes,
        discarded[0],
        discarded[1],
        discarded[2],
        discarded[3]);
  }

  public LogStats plus(LogStats other) {
    return new LogStats(
        appended + other.appended,
        entries + other.entries,
        bytes + other.bytes,
        Math.max(oldestMillis, other.oldestMillis),
        diskBytes + other.diskBytes,
        discardedByLimit + other.discardedByLimit,
        discardedByAge + other.discardedByAge,
        discardedByDisk + other.discardedByDisk,
        discardedByDamage + other.discardedByDamage);
  }

  public long discarded() {
    return discardedByLimit + discardedByAge + discardedByDisk + discardedByDamage;
  }
}

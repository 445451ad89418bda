package io.frond.sync;

/// A sample and what follows from it and those before.
///
/// @param sinceMillis when this state began, by the wall clock
/// @param rate messages settled in a second, lately
/// @param percent how much of the backlog of the last outage is through, 0 to 100; 100 when in step
/// @param leftNanos how long catching up will take at this rate; 0 when nothing waits, -1 when
///   nobody can tell
public record SyncStatus(
    SyncSample sample,
    SyncState state,
    long sinceMillis,
    double rate,
    int percent,
    long leftNanos) {}

package io.frond.log;

/// Counts since the log was opened.
///
/// @param entries that were written
/// @param bytes that were written
/// @param groups batches that were written together count once
/// @param syncs calls that made a file's contents safe
/// @param syncNanos how long they took together
/// @param failures groups that could not be committed
/// @param segments files of the log now, without spare ones
public record LogStats(
    long entries,
    long bytes,
    long groups,
    long syncs,
    long syncNanos,
    long failures,
    int segments) {}

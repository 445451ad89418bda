package io.frond.link;

/// Counts of one link at one moment.
///
/// @param pendingBytes queued for it
/// @param rttNanos last measured round trip, 0 when none was
/// @param lastActivityMillis of the wall clock
public record LinkStats(
    long inMessages,
    long outMessages,
    long inBytes,
    long outBytes,
    long pendingBytes,
    long rttNanos,
    long startMillis,
    long lastActivityMillis) {}

package io.frond.lane;

import io.frond.sync.SyncSample;
import java.util.Map;

/// How a lane stands, for monitoring.
///
/// @param account of the leaf
/// @param name of the lane
/// @param stream that holds what waits
/// @param hub the hub's name, empty while there is no link
/// @param reason why it is in this state
/// @param messages that wait, those on their way included
/// @param bytes that they take in the stream
/// @param inFlight messages on their way to the hub
/// @param oldestNanos age of the oldest one that waits, 0 for none
/// @param bytesPerSecond that went to the hub lately
/// @param stored sequence of the last message that was published
/// @param sent sequence of the last message that went to the hub, in this run
/// @param acknowledged sequence up to which the hub acknowledged all
/// @param exchangedMillis when the hub last acknowledged anything, milliseconds since the epoch, 0
///   for never
/// @param forwarded messages that the hub acknowledged since the start
/// @param duplicates of them those that the hub had already
/// @param dead messages that the hub refused for good, since the start
/// @param retries how often messages had to be sent again
/// @param discarded messages that were given up for the lane's limits, old or new
/// @param restored whether the hub has messages of it that its stream never had, so that the stream
///   is an old one, from a backup for instance
public record LaneStatus(
    String account,
    String name,
    String stream,
    String hub,
    LaneState state,
    String reason,
    int priority,
    long messages,
    long bytes,
    int inFlight,
    long oldestNanos,
    long bytesPerSecond,
    long stored,
    long sent,
    long acknowledged,
    long exchangedMillis,
    long forwarded,
    long duplicates,
    long dead,
    long retries,
    long discarded,
    boolean restored) {
  /// In the form that everything has which catches up by itself.
  public SyncSample sample() {
    return new SyncSample(
        "lane",
        account + ' ' + name,
        !hub.isEmpty() && state != LaneState.WAITING && state != LaneState.FAILED,
        state == LaneState.IN_STEP || state == LaneState.FORWARDING ? "" : reason,
        messages,
        bytes,
        oldestNanos,
        sent,
        acknowledged,
        exchangedMillis,
        forwarded,
        discarded,
        Map.of("duplicates", duplicates, "dead_letters", dead, "retries", retries));
  }
}

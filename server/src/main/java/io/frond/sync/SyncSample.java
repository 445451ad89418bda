package io.frond.sync;

import java.util.Map;

/// How one part that catches up by itself stands at one moment.
///
/// @param kind what it is: `link` (leaf to hub), `session` (hub to leaf), `lane`, `mirror`,
///   `source`
/// @param name unique among its kind, for people: the remote's or the leaf's name and the account
/// @param connected whether the other end can be reached now
/// @param reason why it is not connected or does not go on, empty when there is nothing to say
/// @param backlogMessages that the other end has not settled
/// @param backlogBytes of those messages
/// @param oldestNanos how long the oldest of them has waited, 0 when there is none
/// @param sentSequence the last that was sent, 0 for none
/// @param settledSequence the last that the other end has settled, 0 for none
/// @param lastExchangeMillis when the other end was heard last, by the wall clock; 0 for never
/// @param settled messages settled since the start, from which the rate is taken
/// @param discarded messages thrown away by limits since the start
/// @param counts further counts since the start, by name (`duplicates`, `unwanted`, `late`, …)
public record SyncSample(
    String kind,
    String name,
    boolean connected,
    String reason,
    long backlogMessages,
    long backlogBytes,
    long oldestNanos,
    long sentSequence,
    long settledSequence,
    long lastExchangeMillis,
    long settled,
    long discarded,
    Map<String, Long> counts) {

  String key() {
    return kind + ' ' + name;
  }
}

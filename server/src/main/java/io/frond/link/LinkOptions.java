package io.frond.link;

import java.util.concurrent.TimeUnit;

/// The limits of one link.
///
/// @param pendingMax bytes that may be queued before the receiver counts as slow
/// @param writeDeadlineNanos without any progress of a write before the receiver counts as slow
/// @param pingIntervalNanos between pings
/// @param pingMax unanswered pings before the link is stale
/// @param holdsProducers whether a long queue holds back those who publish to it
/// @param controlFirst PING and PONG go ahead of queued messages: for links to other servers, which
///   may be slow; a client relies on the PONG coming behind the messages
public record LinkOptions(
    long pendingMax,
    long writeDeadlineNanos,
    long pingIntervalNanos,
    int pingMax,
    boolean holdsProducers,
    boolean controlFirst) {
  /// The first ping of a connection goes out this long after it was admitted: it measures the round
  /// trip, and starts of test suites wait for it. Clients get theirs later, as from nats-server.
  static final long FIRST_PING_NANOS = TimeUnit.SECONDS.toNanos(1);

  static final long FIRST_CLIENT_PING_NANOS = TimeUnit.SECONDS.toNanos(2);

  /// Which limit a slow receiver exceeded, for the log.
  String limitText(CloseReason why) {
    return why == CloseReason.SLOW_CONSUMER_PENDING
        ? "MaxPending of " + pendingMax + " Exceeded"
        : "WriteDeadline of " + TimeUnit.NANOSECONDS.toMillis(writeDeadlineNanos) + "ms exceeded";
  }
}

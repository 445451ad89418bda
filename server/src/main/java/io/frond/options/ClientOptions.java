package io.frond.options;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// Limits and habits of client connections (and, where it says so, of all).
///
/// @param maxConnections at once, default 65,536; -1 for no limit
/// @param maxSubscriptions of each connection, 0 for no limit
/// @param maxSubscriptionTokens tokens of a subject, 0 for no limit
/// @param maxPayload bytes of a message, headers included; default 1 MiB
/// @param maxControlLine bytes of a protocol line, default 4,096
/// @param maxPendingBytes queued for one client before it counts as slow, default 64 MiB
/// @param writeDeadline how long one write may wait, default 10 s
/// @param pingInterval default 2 min, for all links
/// @param pingMax unanswered pings before a link is stale, default 2
/// @param maxClosed closed connections that monitoring remembers, default 10,000
/// @param noHeaders `no_header_support`
/// @param noFastProducerStall publishers are not held back for slow receivers
/// @param advertise `client_advertise`, null for the listen address; port 0 means the listener's
/// @param noAdvertise clients are told of no other server (`cluster { no_advertise }`)
/// @param lameDuckDuration over which clients are closed, default 2 min
/// @param lameDuckGracePeriod before the first is closed, default 10 s
/// @param allowNonTls plain clients are welcome although TLS is configured
/// @param writeTimeout what happens after `writeDeadline`; RETRY is for links, clients are closed
/// @param proxyProtocol `proxy_protocol`: proxies say whom they pass on
public record ClientOptions(
    int maxConnections,
    int maxSubscriptions,
    int maxSubscriptionTokens,
    int maxPayload,
    int maxControlLine,
    long maxPendingBytes,
    Duration writeDeadline,
    Duration pingInterval,
    int pingMax,
    int maxClosed,
    boolean noHeaders,
    boolean noFastProducerStall,
    @Nullable HostPort advertise,
    boolean noAdvertise,
    Duration lameDuckDuration,
    Duration lameDuckGracePeriod,
    boolean allowNonTls,
    WriteTimeout writeTimeout,
    boolean proxyProtocol) {
  public static final ClientOptions DEFAULT =
      new ClientOptions(
          65_536,
          0,
          0,
          1 << 20,
          4096,
          64L << 20,
          Duration.ofSeconds(10),
          Duration.ofMinutes(2),
          2,
          10_000,
          false,
          false,
          null,
          false,
          Duration.ofMinutes(2),
          Duration.ofSeconds(10),
          false,
          WriteTimeout.DEFAULT,
          false);
}

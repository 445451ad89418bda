package io.frond.options;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// `leafnodes {}` (`leaf {}`): leaves that we admit, and remotes that we dial.
///
/// @param listen null for no leaf listener of its own
/// @param auth null for the ordinary client authentication
/// @param tls of the leaf listener, null for plain
/// @param advertise what leaves are told to dial, null for the listen address; port 0 means the
///   listener's
/// @param noAdvertise leaves are told of no other hub
/// @param minVersion lowest version of a leaf, null for any
/// @param isolate leaves do not see each other's interest
/// @param reconnectDelay before the first retry, default 1 s
/// @param dialTimeout of a connection attempt, default 1 s
/// @param writeDeadline null for the server's
/// @param allowed `authorization { allowed_leaf_cidrs }`: addresses that may join; null for no
///   list, which admits leaves on a leaf listener only
/// @param compression as configured ("s2_auto" by default in nats-server), null when not given;
///   Frond negotiates "not supported"
/// @param writeTimeout what happens after the write deadline
/// @param outage what is kept for far ends that are away
public record LeafOptions(
    @Nullable HostPort listen,
    @Nullable AuthOptions auth,
    @Nullable TlsOptions tls,
    @Nullable HostPort advertise,
    boolean noAdvertise,
    @Nullable String minVersion,
    boolean isolate,
    Duration reconnectDelay,
    Duration dialTimeout,
    @Nullable Duration writeDeadline,
    List<RemoteOptions> remotes,
    @Nullable List<Cidr> allowed,
    @Nullable String compression,
    WriteTimeout writeTimeout,
    OutageOptions outage) {
  public static final Duration DEFAULT_RECONNECT = Duration.ofSeconds(1);
  public static final Duration DEFAULT_DIAL_TIMEOUT = Duration.ofSeconds(1);
  public static final int DEFAULT_PORT = 7422;

  public static final LeafOptions NONE =
      new LeafOptions(
          null,
          null,
          null,
          null,
          false,
          null,
          false,
          DEFAULT_RECONNECT,
          DEFAULT_DIAL_TIMEOUT,
          null,
          List.of(),
          null,
          null,
          WriteTimeout.DEFAULT,
          OutageOptions.DEFAULT);
}

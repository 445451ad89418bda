package io.frond.options;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// `cluster {}`.
///
/// @param name null for a dynamic name
/// @param listen where routes come in; null for no routes at all: the cluster is only a name
/// @param routes servers to dial
/// @param auth user and password that a route must show; [AuthOptions#NONE] for none
/// @param tls null for plain; both sides always show a certificate
/// @param advertise what other servers are told to dial, null for the listen address; port 0 means
///   the listener's
/// @param noAdvertise routes gossip no client URLs of ours
/// @param connectRetries attempts for a route learnt by gossip; configured ones are tried for ever
/// @param connectBackoff exponential waits up to 30 s instead of a flat second
/// @param poolSize connections to each server; -1 for a single one, default 3
/// @param importPermission what may come in, null for all
/// @param exportPermission what may go out, null for all
/// @param pingInterval null for the server's
/// @param pingMax 0 for the server's
/// @param writeDeadline null for the server's
/// @param pinnedAccounts accounts that want a connection of their own (`accounts`), the system
///   account among them unless there is no pool
/// @param writeTimeout what happens after the write deadline
public record ClusterOptions(
    @Nullable String name,
    @Nullable HostPort listen,
    List<ServerUrl> routes,
    AuthOptions auth,
    @Nullable TlsOptions tls,
    @Nullable HostPort advertise,
    boolean noAdvertise,
    int connectRetries,
    boolean connectBackoff,
    int poolSize,
    PermissionOptions.@Nullable SubjectRule importPermission,
    PermissionOptions.@Nullable SubjectRule exportPermission,
    @Nullable Duration pingInterval,
    int pingMax,
    @Nullable Duration writeDeadline,
    List<String> pinnedAccounts,
    WriteTimeout writeTimeout) {
  public static final int DEFAULT_PORT = 6222;
  public static final int DEFAULT_POOL_SIZE = 3;
}

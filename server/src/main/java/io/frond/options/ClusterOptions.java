package io.frond.options;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// `cluster {}`.
///
/// @param name null for a dynamic name
/// @param listen where routes come in
/// @param routes servers to dial, `nats-route://[user:password@]host:port`
/// @param auth user and password that a route must show; [AuthOptions#NONE] for none
/// @param tls null for plain
/// @param advertise what other servers are told to dial, null for the listen address
/// @param noAdvertise routes gossip no client URLs of ours
/// @param connectRetries attempts for a route learnt by gossip; configured ones are tried for ever
/// @param connectBackoff exponential waits up to 30 s instead of a flat second
/// @param poolSize connections to each server; -1 for a single one, default 3
/// @param importPermission what may come in, null for all
/// @param exportPermission what may go out, null for all
/// @param pingInterval null for the server's
/// @param pingMax 0 for the server's
/// @param writeDeadline null for the server's
/// @param pinnedAccounts accounts that want a connection of their own (`accounts`)
public record ClusterOptions(
    @Nullable String name,
    HostPort listen,
    List<URI> routes,
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
    List<String> pinnedAccounts) {}

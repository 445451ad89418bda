package io.frond.options;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// `websocket {}`: a listener for clients, and for leaves at `/leafnode`.
///
/// @param advertise what clients are told to dial, null for the listen address; port 0 means the
///   listener's
/// @param noTls required unless `tls` is given
/// @param sameOrigin the Origin header must name the request's host
/// @param allowedOrigins accepted Origin values, empty for any
/// @param compression permessage-deflate is accepted
/// @param handshakeTimeout of the upgrade, default 2 s
/// @param jwtCookie cookies that carry credentials, null for none
/// @param auth overrides the clients' authentication on this listener, null for theirs
/// @param headers added to the upgrade's answer
/// @param pingInterval null for the server's
public record WebSocketOptions(
    HostPort listen,
    @Nullable HostPort advertise,
    @Nullable TlsOptions tls,
    boolean noTls,
    boolean sameOrigin,
    List<String> allowedOrigins,
    boolean compression,
    Duration handshakeTimeout,
    @Nullable String jwtCookie,
    @Nullable String userCookie,
    @Nullable String passCookie,
    @Nullable String tokenCookie,
    @Nullable String noAuthUser,
    @Nullable AuthOptions auth,
    Map<String, String> headers,
    @Nullable Duration pingInterval) {}

package io.frond.transport;

import org.jspecify.annotations.Nullable;

/// What an HTTP upgrade to WebSocket told of the connection.
///
/// @param path of the request, without the query
/// @param leafPath the path ends in `/leafnode`
/// @param forwardedFor the address in `X-Forwarded-For` if it is one; only to be shown, since
///   anybody can send it
/// @param jwt value of the cookie that `jwt_cookie` names; likewise the others
public record Upgrade(
    String path,
    boolean leafPath,
    @Nullable String forwardedFor,
    @Nullable String jwt,
    @Nullable String user,
    @Nullable String password,
    @Nullable String token) {}

package io.frond.wire;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// The CONNECT operation's options, of a client, a route or a leaf (NATS client protocol,
/// "CONNECT"; for a leaf the fields of nats-server's leaf handshake). Absent fields have the
/// protocol's defaults.
///
/// @param sig signature over the nonce, base64 (raw URL or standard)
/// @param protocol 0, or 1 for clients that take asynchronous INFO
/// @param serverId set by servers only: how a leaf is told from a client on one port
/// @param denyPublish `deny_pub` of a leaf: what the other side may not send to it
public record Connect(
    boolean verbose,
    boolean pedantic,
    boolean tlsRequired,
    boolean echo,
    boolean headers,
    boolean noResponders,
    @Nullable String user,
    @Nullable String pass,
    @Nullable String authToken,
    @Nullable String nkey,
    @Nullable String jwt,
    @Nullable String sig,
    @Nullable String name,
    @Nullable String lang,
    @Nullable String version,
    int protocol,
    @Nullable String account,
    @Nullable String serverId,
    @Nullable String cluster,
    @Nullable String domain,
    boolean hub,
    boolean isolate,
    boolean jetstream,
    @Nullable String compression,
    @Nullable String remoteAccount,
    List<String> denyPublish) {}

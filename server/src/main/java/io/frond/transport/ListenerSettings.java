package io.frond.transport;

import io.frond.options.WebSocketOptions;
import java.net.InetAddress;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// What a listener does with its connections; can be replaced while it listens, for those that come
/// later.
///
/// @param tls null for plain
/// @param websocket of the websocket listener; null on the others, which then accept upgrades with
///   no compression, cookies or headers, and from a browser only of the same origin
/// @param leafAllowed whether a leaf may join from the address. On the client listener it also
///   decides where to wait a moment for an HTTP upgrade or TLS before the INFO is sent. Called on
///   event loops
/// @param proxied `proxy_protocol`: connections may begin with a header that says whom they are of
public record ListenerSettings(
    ListenerKind kind,
    @Nullable ListenerTls tls,
    @Nullable WebSocketOptions websocket,
    Predicate<InetAddress> leafAllowed,
    boolean proxied) {}

package io.frond.transport;

import io.frond.options.TlsOptions;
import io.netty.handler.ssl.SslContext;

/// TLS of a listener.
///
/// @param context made for servers; it checks the other side's certificate where that is wanted
/// @param options timeout, handshake-first and rate limit are read here, the rest is in the context
/// @param plainAllowed `allow_non_tls`: who does not begin TLS after the INFO is served plainly
public record ListenerTls(SslContext context, TlsOptions options, boolean plainAllowed) {}

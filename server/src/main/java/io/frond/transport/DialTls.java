package io.frond.transport;

import io.netty.handler.ssl.SslContext;
import java.time.Duration;

/// TLS of a connection that we dial.
///
/// @param context made for clients; it checks the other side's certificate
/// @param serverName sent as SNI and looked for in the certificate: the host name that was dialled,
///   or another that was configured
/// @param timeout of the handshake
public record DialTls(SslContext context, String serverName, Duration timeout) {}

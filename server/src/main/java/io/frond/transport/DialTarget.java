package io.frond.transport;

import io.frond.options.HostPort;
import io.frond.options.RemoteOptions;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// What to dial, and what must stand before NATS is spoken.
///
/// @param timeout for looking up the name, and again for each address that is tried
/// @param tls begun at once (`wss`, `handshake_first`); null for none, or for TLS after the INFO
///   ([Dialer#startTls])
/// @param websocket null for none
/// @param proxy HTTP proxy that is asked for a tunnel, null for none
public record DialTarget(
    HostPort address,
    Duration timeout,
    @Nullable DialTls tls,
    @Nullable DialWebSocket websocket,
    RemoteOptions.@Nullable Proxy proxy) {

  public static DialTarget plain(HostPort address, Duration timeout) {
    return new DialTarget(address, timeout, null, null, null);
  }
}

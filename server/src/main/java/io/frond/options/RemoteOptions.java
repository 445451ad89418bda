package io.frond.options;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One of `leafnodes { remotes }`: the hub that a leaf dials.
///
/// @param urls at least one; either all WebSocket or none; a user without a password is a token
/// @param account local account that is bound, `$G` by default
/// @param nkeySeed `S…` seed, null for none
/// @param denyImports subjects that the hub's messages may not have
/// @param denyExports subjects that ours may not have
/// @param hub we play the hub although we dial
/// @param noRandomize URLs are tried in the given order
/// @param preferOrder as `noRandomize`, and an earlier URL is taken again when it is back
/// @param disabled not dialled
/// @param isolate the hub is asked not to send other leaves' interest
/// @param requestIsolation the hub is asked to isolate us from other leaves
/// @param ignoreDiscoveredServers URLs that the hub gossips are not used
/// @param tls null unless configured; a `tls://` or `wss://` URL works without
/// @param compression as configured, null when not given
/// @param wsCompression ask for permessage-deflate
/// @param wsNoMasking ask for unmasked frames
/// @param firstInfoTimeout how long to wait for the hub's INFO, default 1 s
/// @param dialTimeout null for [LeafOptions#dialTimeout]
/// @param proxy HTTP CONNECT proxy for `ws` URLs, null for none
/// @param outage what is kept for the hub while the link is down; where the remote says nothing,
///   what `leafnodes { outage }` says
/// @param lanes `forward`: what goes to the hub by way of a stream here
public record RemoteOptions(
    List<ServerUrl> urls,
    String account,
    @Nullable String nkeySeed,
    List<String> denyImports,
    List<String> denyExports,
    boolean hub,
    boolean noRandomize,
    boolean preferOrder,
    boolean disabled,
    boolean isolate,
    boolean requestIsolation,
    boolean ignoreDiscoveredServers,
    @Nullable TlsOptions tls,
    @Nullable String compression,
    boolean wsCompression,
    boolean wsNoMasking,
    Duration firstInfoTimeout,
    @Nullable Duration dialTimeout,
    @Nullable Proxy proxy,
    OutageOptions.LinkRules outage,
    List<LaneOptions> lanes) {
  public static final Duration DEFAULT_FIRST_INFO_TIMEOUT = Duration.ofSeconds(1);

  /// @param url `http://host:port` or `https://host:port`
  /// @param timeout for the proxy's answer, default 10 s
  public record Proxy(
      ServerUrl url, @Nullable String username, @Nullable String password, Duration timeout) {}
}

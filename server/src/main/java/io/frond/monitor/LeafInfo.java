package io.frond.monitor;

import io.frond.link.LinkStats;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One leaf link as `/leafz` shows it.
///
/// @param name the other server's
/// @param spoke whether we are the spoke on it
/// @param isolated whether it does not see other leaves' interest
/// @param subscriptions how many
/// @param list what the other side subscribed to, empty unless asked for
/// @param compression as negotiated, null for none
public record LeafInfo(
    long id,
    String name,
    boolean spoke,
    boolean isolated,
    String account,
    String host,
    int port,
    LinkStats stats,
    int subscriptions,
    List<SubscriptionInfo> list,
    @Nullable String compression) {}

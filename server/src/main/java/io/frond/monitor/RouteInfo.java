package io.frond.monitor;

import io.frond.link.LinkStats;
import io.frond.options.PermissionOptions.SubjectRule;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One route connection as `/routez` shows it.
///
/// @param dialled whether we opened it
/// @param configured whether the other server stands in the configuration
/// @param importRule what the other server takes, null for all
/// @param exportRule what it gives, null for all
/// @param subscriptions how many
/// @param list what the other server subscribed to, empty unless asked for
/// @param account that the connection is for alone, null when it is for several
/// @param compression as negotiated
public record RouteInfo(
    long id,
    String remoteId,
    String remoteName,
    boolean dialled,
    boolean configured,
    String host,
    int port,
    LinkStats stats,
    @Nullable SubjectRule importRule,
    @Nullable SubjectRule exportRule,
    int subscriptions,
    List<SubscriptionInfo> list,
    @Nullable String account,
    String compression) {}

package io.frond.server;

import io.frond.monitor.RouteInfo;
import io.frond.monitor.SubscriptionInfo;
import io.frond.options.PermissionOptions.SubjectRule;
import io.frond.route.RemoteInterest;
import io.frond.route.Route;
import io.frond.wire.Info;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A route connection in monitoring's terms. Any thread.
final class MonitoredRoute {
  private MonitoredRoute() {}

  static RouteInfo info(Route route, boolean subscriptions) {
    var remote = route.link().remote();
    return new RouteInfo(
        route.link().id(),
        route.remoteId(),
        route.remoteName(),
        route.didSolicit(),
        route.isConfigured(),
        MonitoredLeaf.host(remote),
        remote.getPort(),
        route.link().stats(),
        rule(route.importPermission()),
        rule(route.exportPermission()),
        route.subscriptionCount(),
        subscriptions ? subscriptions(route) : List.of(),
        route.account(),
        route.compression());
  }

  private static @Nullable SubjectRule rule(Info.@Nullable Permission permission) {
    return permission == null ? null : new SubjectRule(permission.allow(), permission.deny());
  }

  private static List<SubscriptionInfo> subscriptions(Route route) {
    return route.subscriptionDetails().stream().map(MonitoredRoute::subscription).toList();
  }

  /// nats-server's sid of interest that came by a route: account, subject, queue.
  private static SubscriptionInfo subscription(RemoteInterest interest) {
    var queue = interest.queue();
    var sid = interest.account() + " " + interest.subject() + (queue == null ? "" : " " + queue);
    return new SubscriptionInfo(interest.subject(), queue, sid, 0, 0);
  }
}

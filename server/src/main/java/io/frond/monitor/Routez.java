package io.frond.monitor;

import io.frond.json.JsonWriter;
import io.frond.monitor.Query.Subs;
import io.frond.options.PermissionOptions.SubjectRule;
import java.time.Instant;
import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/// `/routez`: the connections to other servers of the cluster.
final class Routez {
  private final MonitorSource source;

  Routez(MonitorSource source) {
    this.source = source;
  }

  void write(JsonWriter to, Query query) throws BadRequestException {
    var subs = query.subs();
    var now = Instant.now();
    var facts = source.facts();
    var routes = source.routes(subs != Subs.NONE);
    to.put("server_id", facts.id()).put("server_name", facts.name()).put("now", now.toString());
    var cluster = source.options().cluster();
    if (cluster != null) {
      permission(to, "import", cluster.importPermission());
      permission(to, "export", cluster.exportPermission());
    }
    to.put("num_routes", routes.size()).beginArray("routes");
    routes.stream()
        .sorted(Comparator.comparingLong(RouteInfo::id))
        .forEach(route -> write(to, route, subs, now.toEpochMilli()));
    to.endArray();
  }

  private static void permission(JsonWriter to, String name, @Nullable SubjectRule rule) {
    if (rule != null) {
      to.begin(name).putIf("allow", rule.allow()).putIf("deny", rule.deny()).end();
    }
  }

  private static void write(JsonWriter to, RouteInfo route, Subs subs, long nowMillis) {
    var stats = route.stats();
    to.begin().put("rid", route.id()).put("remote_id", route.remoteId());
    to.put("remote_name", route.remoteName()).put("did_solicit", route.dialled());
    to.put("is_configured", route.configured()).put("ip", route.host()).put("port", route.port());
    to.put("start", GoText.time(stats.startMillis()));
    to.put("last_activity", GoText.time(stats.lastActivityMillis()));
    to.put("rtt", GoText.roundTrip(stats.rttNanos()));
    to.put("uptime", GoText.uptime(nowMillis - stats.startMillis()));
    to.put("idle", GoText.uptime(nowMillis - stats.lastActivityMillis()));
    permission(to, "import", route.importRule());
    permission(to, "export", route.exportRule());
    to.put("pending_size", stats.pendingBytes());
    to.put("in_msgs", stats.inMessages()).put("out_msgs", stats.outMessages());
    to.put("in_bytes", stats.inBytes()).put("out_bytes", stats.outBytes());
    to.put("subscriptions", route.subscriptions());
    SubscriptionLists.write(to, subs, route.list(), route.id());
    to.putIf("account", route.account()).putIf("compression", route.compression()).end();
  }
}

package io.frond.route;

import io.frond.options.HostPort;
import io.frond.options.PermissionOptions.SubjectRule;
import io.frond.options.Version;
import io.frond.wire.Info;
import io.frond.wire.Info.Permission;
import org.jspecify.annotations.Nullable;

/// The INFOs that go over routes. Any thread.
final class RouteInfo {
  private static final int POOL_NONE = 0;

  /// From this version of `frond_resume` on a server keeps messages for leaves that are away.
  static final int SERVES_SESSIONS = 2;

  private RouteInfo() {}

  /// What we say of ourselves.
  static Info.Builder own(RouteHost host, ClusterName name, HostPort listening) {
    var options = host.options();
    var b = new Info.Builder();
    b.serverId = host.serverId();
    b.serverName = host.serverName();
    b.version = Version.NATS;
    b.headers = !host.clientOptions().noHeaders();
    b.maxPayload = host.clientOptions().maxPayload();
    b.authRequired = options.auth().user() != null;
    b.tlsRequired = options.tls() != null;
    b.tlsVerify = options.tls() != null;
    b.cluster = name.name();
    b.clusterDynamic = name.dynamic();
    b.proto = Info.TRACES;
    b.lnoc = true;
    b.lnocu = true;
    b.streams = host.streams();
    b.resume = host.sessions() == null ? 1 : SERVES_SESSIONS;
    b.lastingId = host.resume().id();
    b.routePoolSize = Math.max(POOL_NONE, options.poolSize());
    b.importPermission = permission(options.importPermission());
    b.exportPermission = permission(options.exportPermission());
    var leafUrls = host.leafUrls();
    if (!leafUrls.isEmpty()) {
      b.leafUrls = leafUrls.subList(0, 1);
    }
    if (!options.noAdvertise()) {
      b.connectUrls = host.clientUrls();
      b.wsConnectUrls = host.webSocketUrls();
    }
    var advertised = options.advertise();
    if (advertised == null) {
      b.host = listening.host();
      b.port = listening.port();
    } else {
      b.host = advertised.host();
      b.port = advertised.port() > 0 ? advertised.port() : listening.port();
      b.ip = "nats-route://" + new HostPort(b.host, b.port) + "/";
    }
    return b;
  }

  /// What a server is known by however often it is started: its name; without a configured one,
  /// what its store says.
  static String identity(Info of) {
    var lasting = of.lastingId;
    return lasting == null || !of.serverName.equals(of.serverId) ? of.serverName : lasting;
  }

  private static @Nullable Permission permission(@Nullable SubjectRule rule) {
    return rule == null ? null : new Permission(rule.allow(), rule.deny());
  }

  /// What we say of another server.
  ///
  /// @param ip where it is reached, as `nats-route://host:port/`
  static byte[] news(Info of, String ip, @Nullable String account, GossipMode mode) {
    var b = new Info.Builder();
    b.serverId = of.serverId;
    b.serverName = of.serverName;
    b.version = of.version;
    b.proto = of.proto;
    b.host = of.host;
    b.port = of.port;
    b.ip = ip;
    b.headers = of.headers;
    b.authRequired = of.authRequired;
    b.tlsRequired = of.tlsRequired;
    b.tlsVerify = of.tlsVerify;
    b.maxPayload = of.maxPayload;
    b.cluster = of.cluster;
    b.clusterDynamic = of.clusterDynamic;
    b.domain = of.domain;
    b.connectUrls = of.connectUrls;
    b.wsConnectUrls = of.wsConnectUrls;
    b.leafUrls = of.leafUrls;
    b.routePoolSize = of.routePoolSize;
    b.routePoolIndex = of.routePoolIndex;
    b.routeAccount = account;
    b.gossipMode = mode.wire();
    return Info.line(b.build().json());
  }
}

package io.frond.route;

import io.frond.auth.AuthContext;
import io.frond.auth.AuthResult;
import io.frond.json.JsonException;
import io.frond.link.CloseReason;
import io.frond.transport.TransportInfo;
import io.frond.wire.Connect;
import io.frond.wire.ErrorText;
import io.frond.wire.Info;
import io.frond.wire.ProtocolException;
import io.frond.wire.ProtocolException.Violation;
import java.security.cert.X509Certificate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// How two servers introduce themselves on a new connection, up to the point where it has its place
/// in the cluster or is refused. Owned by the route's event loop.
final class Greeting {
  private final Cluster cluster;
  private final RouteHost host;
  private final Route route;
  private boolean connected;
  private @Nullable Connect introduction;

  Greeting(Cluster cluster, RouteHost host, Route route) {
    this.cluster = cluster;
    this.host = host;
    this.route = route;
  }

  private boolean accepting() {
    return route.solicitation() == null;
  }

  // ---- CONNECT ----

  void connect(byte[] json) throws ProtocolException {
    RouteConnect said;
    try {
      said = RouteConnect.parse(json);
    } catch (JsonException e) {
      throw Route.violation(ErrorText.UNKNOWN_OPERATION);
    }
    if (!accepting() || connected) {
      throw Route.violation(ErrorText.UNKNOWN_OPERATION);
    }
    introduction = said.common();
    var lang = said.common().lang();
    if (lang != null && !lang.isEmpty()) {
      refuse(CloseReason.WRONG_PORT, ErrorText.CLIENT_ON_ROUTE_PORT);
    } else if (!said.gateway().isEmpty()) {
      var gateway = ErrorText.quote(said.gateway());
      refuse(
          CloseReason.WRONG_PORT,
          "Rejecting connection from gateway " + gateway + " on the Route port");
    } else {
      authenticate(said);
    }
  }

  private void authenticate(RouteConnect said) {
    var authenticator = host.authenticator();
    var link = route.link();
    var context = context();
    if (!authenticator.needsSlowCheck(said.common(), context)) {
      decide(authenticator.check(said.common(), context), said);
      return;
    }
    link.pause();
    host.slowChecks()
        .execute(() -> {
          var result = authenticator.check(said.common(), context);
          link.loop().executor().execute(() -> link.loop().batch(() -> resumeAs(result, said)));
        });
  }

  private AuthContext context() {
    var tls = host.options().tls();
    var chain =
        tls == null
            ? List.<X509Certificate>of()
            : TransportInfo.peerCertificates(route.link().channel());
    var certificate = chain.isEmpty() ? null : chain.getFirst();
    return new AuthContext(null, tls != null && tls.verifyAndMap(), certificate);
  }

  private void resumeAs(AuthResult result, RouteConnect said) {
    if (route.link().reason() == null) {
      decide(result, said);
      route.link().resume();
    }
  }

  private void decide(AuthResult result, RouteConnect said) {
    if (result instanceof AuthResult.Rejected(var reason, var detail)) {
      host.log().debug(route.label() + " - " + reason + ": " + detail);
      refuse(CloseReason.AUTHENTICATION_VIOLATION, ErrorText.AUTHORIZATION_VIOLATION);
    } else if (said.cluster().isEmpty()) { // it could be of any
      refuseName("");
    } else if (agreeOnName(said.cluster(), said.dynamic(), said.serverId())) {
      connected = true;
    }
  }

  private boolean agreeOnName(String name, boolean dynamic, String serverId) {
    if (cluster.agreeOnName(route, name, dynamic, serverId)) {
      return true;
    }
    refuseName(name);
    return false;
  }

  private void refuseName(String name) {
    refuse(
        CloseReason.CLUSTER_NAME_CONFLICT,
        "Rejecting connection, cluster name "
            + ErrorText.quote(name)
            + " does not match "
            + ErrorText.quote(cluster.name()));
  }

  void refuse(CloseReason reason, String text) {
    host.log().error(route.label() + " - " + text);
    end(reason, text);
  }

  /// Ends the connection, and tells where the other side may not come in.
  void end(CloseReason reason, @Nullable String text) {
    if (reason == CloseReason.AUTHENTICATION_VIOLATION && route.link().reason() == null) {
      host.unauthorized(route.link(), introduction);
    }
    route.link().close(reason, text);
  }

  // ---- INFO ----

  static Info parse(byte[] json) throws ProtocolException {
    try {
      return Info.parse(json);
    } catch (JsonException e) {
      throw Route.violation(ErrorText.UNKNOWN_OPERATION);
    }
  }

  /// The first INFO.
  void info(Info said) throws ProtocolException {
    if (accepting() && !connected) {
      throw new ProtocolException(
          Violation.AUTHORIZATION, ErrorText.AUTHORIZATION_VIOLATION, "INFO before CONNECT");
    }
    if (said.serverId.equals(host.serverId())) {
      host.log().debug(route.label() + " - Detected route to self, ignoring");
      route.link().close(CloseReason.DUPLICATE_ROUTE, null);
      return;
    }
    if (!sameCluster(said)) {
      return;
    }
    if (accepting() && said.serverName.equals(host.serverName())) {
      var name = ErrorText.quote(said.serverName);
      host.log().error(route.label() + " - Remote server has a duplicate name: " + name);
      route.link().close(CloseReason.DUPLICATE_SERVER_NAME, null);
      return;
    }
    route.introduced(said);
  }

  /// Whether an INFO names our cluster, or one whose name becomes ours. Ends the connection when
  /// not.
  boolean sameCluster(Info said) {
    return said.cluster == null || agreeOnName(said.cluster, said.clusterDynamic, said.serverId);
  }

  /// Who dialled introduces itself once it knows the connection's place: CONNECT, then INFO.
  void answer(Solicitation wish, Info other, int poolIndex) {
    var url = wish.url();
    var auth = host.options().auth();
    var gossiped = url.user() == null && !wish.explicit() && other.authRequired;
    route
        .link()
        .send(
            RouteConnect.operation(
                host.serverId(),
                cluster.clusterName(),
                host.options().tls() != null,
                !host.clientOptions().noHeaders(),
                gossiped ? auth.user() : url.user(),
                gossiped ? auth.password() : url.password()));
    var b = cluster.ownInfo();
    b.routeAccount = route.account();
    b.routePoolIndex = poolIndex;
    b.gossipMode = wish.gossipMode().wire();
    route.link().send(Info.line(b.build().json()));
  }
}

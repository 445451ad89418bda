package io.frond.leafnode;

import io.frond.account.Account;
import io.frond.auth.AuthContext;
import io.frond.auth.AuthResult;
import io.frond.auth.ConnectionType;
import io.frond.link.CloseReason;
import io.frond.link.Link;
import io.frond.options.PermissionOptions.SubjectRule;
import io.frond.session.LeafDomains;
import io.frond.session.SpokeClaim;
import io.frond.session.SpokeSessions;
import io.frond.transport.Arrival;
import io.frond.transport.TransportInfo;
import io.frond.wire.Connect;
import io.frond.wire.ErrorText;
import io.frond.wire.Info;
import io.frond.wire.ProtocolParser;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Decides on one leaf that said CONNECT: its address first, then who it is, then whether the two
/// servers fit. On the link's event loop, but for passwords that are hashed.
final class Admission {
  private final LeafNodes nodes;
  private final LeafHost host;
  private final Link link;
  private final Arrival arrival;
  private final Connect said;
  private final @Nullable String nonce;

  Admission(LeafNodes nodes, Link link, Arrival arrival, Connect said, @Nullable String nonce) {
    this.nodes = nodes;
    this.host = nodes.host();
    this.link = link;
    this.arrival = arrival;
    this.said = said;
    this.nonce = nonce;
  }

  void run() {
    if (!nodes.admits(arrival.listener(), link.remote().getAddress())) {
      nodes.refuseAddress(link, arrival.websocket());
      return;
    }
    var type = arrival.websocket() ? ConnectionType.LEAFNODE_WS : ConnectionType.LEAFNODE;
    var authenticator = host.authenticator(type);
    var context = context();
    if (!authenticator.needsSlowCheck(said, context)) {
      decide(authenticator.check(said, context));
      return;
    }
    link.pause();
    host.slowWork()
        .execute(() -> {
          var result = authenticator.check(said, context);
          link.loop().executor().execute(() -> link.loop().batch(() -> resumeAs(result)));
        });
  }

  private void resumeAs(AuthResult result) {
    if (link.reason() == null) {
      decide(result);
      link.resume();
    }
  }

  private AuthContext context() {
    var signed = nonce == null ? null : nonce.getBytes(StandardCharsets.US_ASCII);
    var chain =
        arrival.tls() == Arrival.Tls.NONE
            ? List.<X509Certificate>of()
            : TransportInfo.peerCertificates(link.channel());
    var certificate = chain.isEmpty() ? null : chain.getFirst();
    return new AuthContext(signed, host.verifyAndMap(arrival), certificate);
  }

  private void decide(AuthResult result) {
    switch (result) {
      case AuthResult.Rejected(var reason, var detail) -> {
        nodes.counters().refused();
        host.log().error(label() + " - " + reason);
        host.log().debug(label() + " - " + detail);
        link.close(CloseReason.AUTHENTICATION_VIOLATION, ErrorText.AUTHORIZATION_VIOLATION);
        host.unauthorized(link, said);
      }
      case AuthResult.Accepted accepted -> {
        var account = host.account(accepted.account());
        if (account == null) {
          end(CloseReason.MISSING_ACCOUNT, ErrorText.AUTHORIZATION_VIOLATION);
        } else if (fits() && isAlone(account)) {
          if (nodes.enter(account)) {
            join(account, accepted);
          } else {
            nodes.releaseDomain(link.id());
            end(CloseReason.MAX_ACCOUNT_CONNECTIONS, ErrorText.MAX_ACCOUNT_CONNECTIONS);
          }
        }
      }
    }
  }

  private void end(CloseReason reason, String text) {
    nodes.counters().refused();
    host.log().error(label() + " - " + text);
    link.close(reason, text);
  }

  /// Whether the two servers' names and versions go together; ends the link when not.
  private boolean fits() {
    var cluster = said.cluster();
    var minimum = host.options().minVersion();
    if (cluster != null && cluster.indexOf(' ') >= 0) {
      end(CloseReason.PROTOCOL_VIOLATION, ErrorText.CLUSTER_NAME_SPACES);
    } else if (cluster != null && !cluster.isEmpty() && cluster.equals(host.clusterName())) {
      end(CloseReason.CLUSTER_NAMES_IDENTICAL, ErrorText.SAME_CLUSTER_NAME);
    } else if (minimum != null && !Versions.atLeast(said.version(), minimum)) {
      end(
          CloseReason.MINIMUM_VERSION,
          "connection rejected since minimum version required is " + ErrorText.quote(minimum));
    }
    return link.reason() == null;
  }

  /// Whether no other leaf of the account, at any server of the cluster, has the same JetStream
  /// domain: what is asked of it would reach either. Servers of one cluster share theirs.
  private boolean isAlone(Account account) {
    var domain = said.domain();
    if (domain == null || domain.isEmpty() || !said.jetstream() || said.hub()) {
      return true;
    }
    var peer = LeafPeer.of(said, null);
    var claim =
        new LeafDomains.Claim(
            domain,
            host.serverId(),
            link.id(),
            peer.name(),
            peer.cluster(),
            peer.session(),
            System.currentTimeMillis());
    var other = nodes.claimDomain(account, claim, winner -> refuseDomain(account, winner));
    if (other != null) {
      refuseDomain(account, other);
    }
    return other == null;
  }

  /// Another leaf has the domain already. Any thread.
  private void refuseDomain(Account account, LeafDomains.Claim other) {
    nodes.counters().refused();
    var text = ErrorText.sameDomain(other.domain(), other.name(), account.name());
    host.log().error(label() + " - " + text);
    link.close(CloseReason.PROTOCOL_VIOLATION, text);
  }

  private void join(Account account, AuthResult.Accepted accepted) {
    var permissions = accepted.permissions();
    var rights = LeafRights.ofUser(permissions, said.denyPublish());
    var isolated = host.options().isolate() || said.isolate();
    var leaf =
        new Leaf(
            nodes,
            link,
            LeafPeer.of(said, accepted.user()),
            account,
            said.hub(),
            isolated,
            arrival.websocket(),
            rights,
            arrival,
            null,
            null);
    link.parser().dialect(ProtocolParser.Dialect.LEAF, LeafNodes.LINE_MAX);
    link.parser().headers(true);
    link.parser().payloadMax(host.limits().maxPayload());
    link.become(leaf, nodes.linkOptions());
    nodes.replaceOlder(leaf);
    host.log()
        .info(
            label()
                + " - Leafnode connection created for account: "
                + account.name()
                + " "
                + leaf.name());
    link.send(
        welcome(
            account,
            permissions == null ? null : permissions.options().subscribe(),
            permissions == null ? null : permissions.options().publish()));
    serve(account, leaf);
    leaf.begin();
  }

  /// Remembers a leaf that says who it is, where messages are kept.
  private void serve(Account account, Leaf leaf) {
    var sessions = host.sessions();
    var id = said.session();
    var cluster = leaf.cluster();
    if (sessions != null
        && id != null
        && cluster != null
        && SpokeSessions.isId(id)
        && !said.hub()
        && !host.isSystem(account)) {
      var claim = new SpokeClaim(id, said.link(), leaf.name(), cluster, said.fresh());
      leaf.serve(new LeafServing(leaf, sessions, claim));
    }
  }

  /// The second INFO: what the leaf is bound to and what it may do.
  private byte[] welcome(
      Account account, @Nullable SubjectRule subscribe, @Nullable SubjectRule publish) {
    var b = host.info(arrival);
    b.clientId = link.id();
    b.connectInfo = true;
    b.remoteAccount = account.name();
    b.systemAccount = host.isSystem(account);
    b.importPermission = permission(subscribe);
    b.exportPermission = permission(publish);
    return Info.line(b.build().json());
  }

  private static Info.@Nullable Permission permission(@Nullable SubjectRule rule) {
    return rule == null ? null : new Info.Permission(rule.allow(), rule.deny());
  }

  private String label() {
    return Leaf.label(link, arrival.websocket());
  }
}

package io.frond.leafnode;

import io.frond.json.JsonException;
import io.frond.link.CloseReason;
import io.frond.link.Link;
import io.frond.link.LinkHandler;
import io.frond.nkey.Nkey;
import io.frond.nkey.NkeyException;
import io.frond.options.PermissionOptions.SubjectRule;
import io.frond.options.RemoteOptions;
import io.frond.options.ServerUrl;
import io.frond.options.Version;
import io.frond.transport.Dialer;
import io.frond.transport.TlsConfigException;
import io.frond.transport.TransportEvent;
import io.frond.wire.Connect;
import io.frond.wire.ControlOp;
import io.frond.wire.ErrorText;
import io.frond.wire.Info;
import io.frond.wire.MessageFrame;
import io.frond.wire.ProtocolException;
import io.frond.wire.ProtocolException.Violation;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// A link that we dialled, until we have joined: the hub's INFO, TLS, our CONNECT, and its second
/// INFO (leaf node protocol, steps 1 to 4). Owner: the link's event loop.
final class RemoteHandshake implements LinkHandler {
  /// The hub's answer to our CONNECT may take so long.
  private static final long ANSWER_NANOS = TimeUnit.SECONDS.toNanos(5);

  private final LeafNodes nodes;
  private final LeafHost host;
  private final RemoteAttempt attempt;
  private final RemoteOptions options;
  private final Link link;
  private final long openedNanos = System.nanoTime();
  private @Nullable Info info;
  private boolean hubIsFrond;
  private long askedNanos;
  private @Nullable Leaf leaf;

  RemoteHandshake(LeafNodes nodes, RemoteAttempt attempt, Link link) {
    this.nodes = nodes;
    this.host = nodes.host();
    this.attempt = attempt;
    this.options = attempt.remote().options();
    this.link = link;
  }

  @Override
  public String label() {
    return Leaf.label(link, attempt.url().webSocket());
  }

  @Override
  public void onMessage(MessageFrame frame) throws ProtocolException {
    throw new ProtocolException(
        Violation.PARSE, ErrorText.UNKNOWN_OPERATION, "a message before the link has joined");
  }

  @Override
  public void onControl(ControlOp op) throws ProtocolException {
    switch (op) {
      case ControlOp.InfoOp(var json) -> inform(json);
      case ControlOp.Err(var text) -> {
        host.log().error(label() + " - Leafnode Error '" + text + "'");
        var refusal = Refusal.of(text);
        if (refusal != null) {
          attempt.endsWith(new RemoteAttempt.End.Refused(refusal, text));
        } else {
          attempt.endsWith(new RemoteAttempt.End.Failed(text));
        }
      }
      case ControlOp.Bare _ -> {}
      case ControlOp.LeafInterest _,
          ControlOp.ConnectOp _,
          ControlOp.Sub _,
          ControlOp.Unsub _,
          ControlOp.RouteInterest _,
          ControlOp.AccountInterest _,
          ControlOp.SourceOp _,
          ControlOp.OfSource _,
          ControlOp.FenceOp _,
          ControlOp.FencedOp _,
          ControlOp.RouteSessionOp _ ->
          throw new ProtocolException(
              Violation.PARSE, ErrorText.UNKNOWN_OPERATION, "interest before the link has joined");
    }
  }

  // ---- the first INFO ----

  private void inform(byte[] json) throws ProtocolException {
    Info said;
    try {
      said = Info.parse(json);
    } catch (JsonException e) {
      throw new ProtocolException(
          Violation.PARSE, ErrorText.UNKNOWN_OPERATION, "INFO: " + e.getMessage());
    }
    if (info == null) {
      info = said;
      hubIsFrond = said.frond;
      first(said);
    } else if (said.connectInfo && askedNanos != 0) {
      join(said);
    }
  }

  private void first(Info said) {
    var refusal = misfit(said);
    if (refusal != null) {
      return;
    }
    var url = attempt.url();
    if (!attempt.targets().secure(url) && !said.tlsRequired) {
      introduce(said);
      return;
    }
    if (url.webSocket()) {
      introduce(said);
      return;
    }
    try {
      var tls = attempt.targets().afterInfo(url);
      if (tls == null) {
        introduce(said);
        return;
      }
      Dialer.startTls(
          link.channel(),
          tls,
          failure -> {
            if (failure == null) {
              link.loop().batch(() -> introduce(said));
            } else {
              attempt.endsWith(new RemoteAttempt.End.Failed(String.valueOf(failure.getMessage())));
              link.close(CloseReason.TLS_HANDSHAKE_ERROR, null);
            }
          });
    } catch (TlsConfigException e) {
      give(CloseReason.TLS_HANDSHAKE_ERROR, new RemoteAttempt.End.Failed(message(e)), null);
    }
  }

  private static String message(Exception e) {
    return String.valueOf(e.getMessage());
  }

  /// Why we do not even introduce ourselves, null when we do.
  private @Nullable Refusal misfit(Info said) {
    if (said.serverId.equals(host.serverId())) {
      return end(Refusal.SELF, CloseReason.PROTOCOL_VIOLATION, "connected to self", null);
    }
    // a Frond that admits no leaf from here says so when it sees our CONNECT
    if ((said.clientId == 0 || said.leafUrls.isEmpty()) && !said.frond) {
      return end(Refusal.WRONG_PORT, CloseReason.WRONG_PORT, ErrorText.WRONG_PORT, null);
    }
    var cluster = said.cluster;
    if (cluster != null && cluster.indexOf(' ') >= 0) {
      var text = ErrorText.CLUSTER_NAME_SPACES;
      return end(Refusal.SAME_CLUSTER, CloseReason.PROTOCOL_VIOLATION, text, text);
    }
    return null;
  }

  private Refusal end(Refusal refusal, CloseReason reason, String why, @Nullable String error) {
    host.log().error(label() + " - " + why);
    give(reason, new RemoteAttempt.End.Refused(refusal, why), error);
    return refusal;
  }

  private void give(CloseReason reason, RemoteAttempt.End end, @Nullable String error) {
    attempt.endsWith(end);
    link.close(reason, error);
  }

  private void introduce(Info said) {
    if (link.reason() != null) {
      return;
    }
    var holder = attempt.claim(key(said.cluster, said.serverId));
    if (holder != null) {
      nodes.met(options, nodes.sessions().hubOf(holder.options(), said.cluster));
      var by = holder.status().url();
      give(
          CloseReason.CLIENT_CLOSED,
          new RemoteAttempt.End.Taken("its hub is joined by way of " + by),
          null);
      return;
    }
    try {
      link.send("CONNECT " + text(connect(said).json()) + "\r\n");
    } catch (NkeyException e) {
      give(CloseReason.AUTHENTICATION_VIOLATION, new RemoteAttempt.End.Failed(message(e)), null);
      return;
    }
    askedNanos = System.nanoTime();
    if (!options.ignoreDiscoveredServers()) {
      attempt.remote().discovered(attempt, gossip(said));
    }
    if (!said.infoOnConnect && !said.leafUrls.isEmpty()) {
      join(said);
    }
  }

  private Claims.Key key(@Nullable String cluster, String serverId) {
    var user = attempt.url().user();
    var as = options.nkeySeed() != null ? "nkey" : user == null ? "" : user;
    var hub = cluster == null || cluster.isEmpty() ? serverId : cluster;
    return new Claims.Key(options.account(), as, hub);
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private List<String> gossip(Info said) {
    return attempt.url().webSocket() ? said.wsConnectUrls : said.leafUrls;
  }

  private Connect connect(Info said) throws NkeyException {
    var url = attempt.url();
    var token = url.user() != null && url.password() == null ? url.user() : null;
    String nkey = null;
    String sig = null;
    if (options.nkeySeed() != null) {
      var key = Nkey.fromSeed(options.nkeySeed());
      var nonce = said.nonce == null ? "" : said.nonce;
      nkey = key.publicKey();
      sig =
          Base64.getUrlEncoder()
              .withoutPadding()
              .encodeToString(key.sign(nonce.getBytes(StandardCharsets.US_ASCII)));
    }
    return new Connect(
        false,
        false,
        said.tlsRequired,
        false,
        !host.limits().noHeaders(),
        false,
        url.user(),
        url.password(),
        token,
        nkey,
        null,
        sig,
        host.serverName(),
        null,
        Version.NATS,
        Info.TRACES,
        null,
        host.serverId(),
        host.clusterName(),
        host.domain(),
        options.hub(),
        options.requestIsolation(),
        host.hasJetStream(options.account()),
        LeafNodes.COMPRESSION,
        options.account(),
        resumes() ? HubSessions.sessionId(host.resume().id(), options.account()) : null,
        resumes() ? nodes.nextJoin() : 0,
        nodes.sessions().joinedWithout(options, said.cluster),
        resumes() && host.resume().keeps() && options.outage().enabled(),
        options.denyImports());
  }

  /// Whether we know tags and settlements on this link: where we are the spoke, and not between
  /// system accounts.
  private boolean resumes() {
    var account = host.account(options.account());
    return !options.hub() && account != null && !host.isSystem(account);
  }

  // ---- the second INFO ----

  private void join(Info said) {
    var account = host.account(options.account());
    var first = info;
    if (leaf != null || first == null || link.reason() != null) {
      return;
    }
    if (account == null || !nodes.enter(account)) {
      give(
          CloseReason.MAX_ACCOUNT_CONNECTIONS,
          new RemoteAttempt.End.Refused(
              Refusal.ACCOUNT_FULL, account == null ? "no such account" : "account is full"),
          null);
      return;
    }
    var rights =
        LeafRights.ofHub(
            rule(said.exportPermission),
            rule(said.importPermission),
            options.denyExports(),
            options.denyImports());
    var isolated = host.options().isolate() || options.isolate();
    var peer =
        LeafPeer.of(first, resumes() && said.resume > 0, hubIsFrond)
            .withAccount(said.remoteAccount);
    var session =
        resumes() && options.outage().enabled()
            ? nodes.sessions().of(options, peer, account)
            : null;
    var hub = session == null ? nodes.sessions().hubOf(options, peer.cluster()) : session.name();
    nodes.met(options, hub);
    var joined =
        new Leaf(
            nodes,
            link,
            peer,
            account,
            !options.hub(),
            isolated,
            attempt.url().webSocket(),
            rights,
            null,
            new Joined(peer, new LaneWay(nodes.ways(), options, hub)),
            session);
    leaf = joined;
    attempt.begun();
    link.become(joined, nodes.linkOptions());
    host.log()
        .info(
            label()
                + " - Leafnode connection created for account: "
                + account.name()
                + " "
                + peer.name());
    joined.begin();
    attempt.remote().joined(attempt, peer.name());
    if (first.lameDuck) {
      attempt.remote().lameDuck(attempt);
    }
  }

  private static @Nullable SubjectRule rule(Info.@Nullable Permission permission) {
    return permission == null ? null : new SubjectRule(permission.allow(), permission.deny());
  }

  /// What the joined link tells the remote.
  private final class Joined implements Leaf.Dialled {
    private final LeafPeer peer;
    private final LaneWay laneWay;

    Joined(LeafPeer peer, LaneWay laneWay) {
      this.peer = peer;
      this.laneWay = laneWay;
    }

    @Override
    public ServerUrl url() {
      return attempt.url();
    }

    @Override
    public LaneWay laneWay() {
      return laneWay;
    }

    @Override
    public void onInfo(byte[] json) {
      Info said;
      try {
        said = Info.parse(json);
      } catch (JsonException e) {
        host.log().debug(label() + " - INFO: " + e.getMessage());
        return;
      }
      var gossiped = gossip(said);
      if (!options.ignoreDiscoveredServers() && !gossiped.isEmpty()) {
        attempt.remote().discovered(attempt, gossiped);
      }
      if (said.lameDuck) {
        attempt.remote().lameDuck(attempt);
      } else {
        renamed(said.cluster);
      }
    }

    /// A hub whose cluster was only just formed may turn out to be another remote's.
    private void renamed(@Nullable String cluster) {
      if (cluster == null || cluster.isEmpty() || cluster.equals(peer.cluster())) {
        return;
      }
      var holder = attempt.claim(key(cluster, peer.id()));
      nodes.sessions().renamed(options, peer.cluster(), cluster, holder != null);
      if (holder != null) {
        nodes.met(options, nodes.sessions().hubOf(holder.options(), cluster));
        var by = holder.status().url();
        give(
            CloseReason.CLIENT_CLOSED,
            new RemoteAttempt.End.Taken("its hub is joined by way of " + by),
            null);
      }
    }

    @Override
    public void refused(Refusal refusal, String text) {
      if (refusal == Refusal.DUPLICATE) {
        nodes.sessions().isDuplicate(options, peer.cluster());
      }
      attempt.endsWith(new RemoteAttempt.End.Refused(refusal, text));
    }

    @Override
    public void ended(CloseReason reason) {
      attempt.ended(new RemoteAttempt.End.Lost(reason));
    }
  }

  // ---- life ----

  @Override
  public void onTick(long nowNanos) {
    if (info == null && nowNanos - openedNanos > attempt.firstInfoTimeout().toNanos()) {
      give(
          CloseReason.STALE_CONNECTION,
          new RemoteAttempt.End.Failed(
              "no INFO within " + attempt.firstInfoTimeout().toMillis() + "ms"),
          null);
    } else if (askedNanos != 0 && nowNanos - askedNanos > ANSWER_NANOS) {
      give(
          CloseReason.STALE_CONNECTION,
          new RemoteAttempt.End.Failed("no answer to CONNECT"),
          "Stale Leaf Node Connection - Closing");
    }
  }

  @Override
  public void onViolation(ProtocolException violation) {
    host.log().error(label() + " - " + violation.getMessage());
    give(
        CloseReason.PROTOCOL_VIOLATION,
        new RemoteAttempt.End.Failed(message(violation)),
        violation.wireText());
  }

  @Override
  public void onTransport(TransportEvent event) {
    if (event instanceof TransportEvent.WebSocketClosed(var status, var reason)) {
      attempt.endsWith(new RemoteAttempt.End.Failed("WebSocket closed " + status + " " + reason));
      link.close(CloseReason.CLIENT_CLOSED, null);
    }
  }

  @Override
  public void onClosed(CloseReason reason) {
    attempt.ended(new RemoteAttempt.End.Failed("connection ended: " + reason));
  }
}

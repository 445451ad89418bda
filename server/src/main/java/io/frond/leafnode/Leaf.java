package io.frond.leafnode;

import io.frond.account.Account;
import io.frond.account.Delivery;
import io.frond.account.Ingress;
import io.frond.account.Origin;
import io.frond.account.RemoteTarget;
import io.frond.account.Side;
import io.frond.link.CloseReason;
import io.frond.link.Link;
import io.frond.link.LinkHandler;
import io.frond.link.LinkKind;
import io.frond.link.LinkStats;
import io.frond.options.ServerUrl;
import io.frond.session.Inflow;
import io.frond.trace.TraceEnd;
import io.frond.transport.Arrival;
import io.frond.transport.ListenerKind;
import io.frond.transport.TransportEvent;
import io.frond.wire.ControlOp;
import io.frond.wire.ErrorText;
import io.frond.wire.MessageFrame;
import io.frond.wire.ProtocolException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A leaf link that is up, at either end. Owner: the link's event loop; messages and interest go
/// out from any.
public final class Leaf implements LinkHandler, Holder {
  /// What is special about the end that dialled.
  interface Dialled {
    ServerUrl url();

    LaneWay laneWay();

    /// The hub sent another INFO; on the link's loop.
    void onInfo(byte[] json);

    /// The hub, or we ourselves, refused something; the link ends.
    void refused(Refusal refusal, String text);

    /// The link ended.
    void ended(CloseReason reason);
  }

  private static final byte[] SHOWN = "LS=\r\n".getBytes(StandardCharsets.US_ASCII);

  private final LeafNodes nodes;
  private final LeafHost host;
  private final Link link;
  private final LeafPeer peer;
  private final Account account;
  private final Ingress ingress;
  private final boolean spoke;
  private final boolean isolated;
  private final @Nullable LeafRights rights;
  private final JetStreamBorder border;
  private final @Nullable Arrival arrival;
  private final @Nullable Dialled dialled;
  private final Origin origin;
  private final LeafSender sender;
  private final LeafInterests interests;
  private final LeafRefusals refusals;
  private final HubLink hubLink;
  private final LeafReceiver receiver;
  private final boolean websocket;
  private final @Nullable HubSession session;
  private final boolean resumes;
  private final Inflow inflow;
  private final TraceEnd end;
  private @Nullable LeafCarrier carrier;
  private volatile @Nullable LeafServing served;
  private boolean shown;
  private boolean open;

  /// @param spoke whether we are the spoke and the other side is the hub
  /// @param isolated the other side is not told of what other leaves want
  /// @param arrival how the other side came, null when we dialled
  /// @param dialled null when the other side dialled
  /// @param session what outlives this link to a hub, null when nothing does
  Leaf(
      LeafNodes nodes,
      Link link,
      LeafPeer peer,
      Account account,
      boolean spoke,
      boolean isolated,
      boolean websocket,
      @Nullable LeafRights rights,
      @Nullable Arrival arrival,
      @Nullable Dialled dialled,
      @Nullable HubSession session) {
    this.nodes = nodes;
    this.host = nodes.host();
    this.link = link;
    this.peer = peer;
    this.account = account;
    this.spoke = spoke;
    this.isolated = isolated;
    this.websocket = websocket;
    this.rights = rights;
    this.arrival = arrival;
    this.dialled = dialled;
    border =
        JetStreamBorder.of(
            host.isSystem(account), host.domain(), host.defaultDomain(account.name()));
    ingress = new Ingress(account);
    this.session = session;
    resumes = peer.resumes();
    origin = session == null ? account.origins().enter(peer.cluster()) : session.origin();
    sender =
        new LeafSender(
            this,
            link,
            new SiblingLoop(nodes, this),
            host.loops().publishers(),
            peer.headers() && !host.limits().noHeaders());
    var kept = session == null ? new KeptInterest(account, this, () -> {}) : session.kept();
    interests = new LeafInterests(nodes, this, kept);
    refusals = new LeafRefusals(host, this, dialled);
    hubLink = new HubLink(this, host);
    receiver = new LeafReceiver(host, this);
    inflow = new Inflow(host.resume(), link);
    end = new TraceEnd(TraceEnd.Kind.LEAF, link.id(), peer.name(), peer.traces(), true);
  }

  /// The leaf at the other end has a session here. Before [#begin].
  void serve(LeafServing session) {
    served = session;
  }

  /// Begins: interest goes out, pings start. On the loop, once, after the link became ours.
  void begin() {
    open = true;
    host.log()
        .info(
            label()
                + " - JetStream using domains: local "
                + ErrorText.quote(host.domain() == null ? "" : host.domain())
                + ", remote "
                + ErrorText.quote(peer.domain() == null ? "" : peer.domain()));
    nodes.opened(this);
    link.parser().resumes(resumes);
    if (session != null) {
      session.joined(this);
    }
    if (served != null) {
      served.begin();
    }
    account.attach(sender);
    sender.showLoop();
    if (resumes) {
      link.send(SHOWN);
    } else if (session != null) {
      link.ask(); // its PONG comes behind the hub's interest
    }
    link.startPings();
    nodes.begun(this);
  }

  // ---- what others ask ----

  public long id() {
    return link.id();
  }

  /// The other server's name.
  public String name() {
    return peer.name();
  }

  /// As whom it was admitted, null for nobody in particular or where we dialled.
  public @Nullable String user() {
    return peer.user();
  }

  public String serverId() {
    return peer.id();
  }

  public String version() {
    return peer.version();
  }

  /// The other server's cluster, null for none.
  public @Nullable String cluster() {
    return peer.cluster();
  }

  public @Nullable String domain() {
    return peer.domain();
  }

  /// Whether we are the spoke of this link.
  public boolean isSpoke() {
    return spoke;
  }

  /// Whether we dialled.
  public boolean isDialled() {
    return dialled != null;
  }

  /// What we dialled, null when the other side did.
  public @Nullable ServerUrl url() {
    return dialled == null ? null : dialled.url();
  }

  /// The link as a way of lanes; null where we are not the spoke that dialled.
  @Nullable LaneWay laneWay() {
    return dialled == null || !spoke ? null : dialled.laneWay();
  }

  @Override
  public LaneSubjects lanes() {
    return dialled == null ? LaneSubjects.NONE : dialled.laneWay().withheld();
  }

  Ingress ingress() {
    return ingress;
  }

  HubLink hubLink() {
    return hubLink;
  }

  public Account account() {
    return account;
  }

  /// The account over there, null when it is not known.
  public @Nullable String remoteAccount() {
    return peer.account();
  }

  public boolean isolated() {
    return isolated;
  }

  public boolean websocket() {
    return websocket;
  }

  /// Messages, bytes, round trip and times.
  public LinkStats stats() {
    return link.stats();
  }

  public Link link() {
    return link;
  }

  public int subscriptionCount() {
    return interests.count();
  }

  /// Subjects (and, after a space, queue groups) that the other side showed interest in.
  public List<String> subscriptionList() {
    return interests.list();
  }

  /// Whether both ends know tags and settlements.
  public boolean resumes() {
    return resumes;
  }

  Inflow inflow() {
    return inflow;
  }

  @Nullable Arrival arrival() {
    return arrival;
  }

  /// The listener that it came by; a dialled link came by none and counts as the leaves'.
  ListenerKind listener() {
    return arrival == null ? ListenerKind.LEAF : arrival.listener();
  }

  @Override
  public Side side() {
    return spoke ? Side.HUB : Side.SPOKE;
  }

  @Override
  public Origin origin() {
    return origin;
  }

  @Override
  public RemoteTarget target() {
    return sender;
  }

  LeafSender sender() {
    return sender;
  }

  /// The session that the leaf at the other end has here, null for none.
  @Nullable LeafServing served() {
    return served;
  }

  LeafPeer peer() {
    return peer;
  }

  /// The link as a trace names it.
  TraceEnd traceEnd() {
    return end;
  }

  JetStreamBorder border() {
    return border;
  }

  @Nullable LeafRights rights() {
    return rights;
  }

  @Override
  public boolean present(long shownBy) {
    return true;
  }

  /// Whether a message may go to the other side now; any loop.
  @Override
  public boolean maySend(Delivery message) {
    var frame = message.frame();
    if (link.reason() != null
        || border.keeps(frame.buffer(), frame.subjectAt(), frame.subjectLength())) {
      return false;
    }
    return rights == null || rights.maySend(message.frame().subject());
  }

  @Override
  public LinkKind kind() {
    return LinkKind.LEAF;
  }

  @Override
  public String label() {
    return label(link, websocket);
  }

  static String label(Link link, boolean websocket) {
    return link.remoteText() + " - " + (websocket ? "lid_ws:" : "lid:") + link.id();
  }

  // ---- operations ----

  @Override
  public void onMessage(MessageFrame frame) {
    receiver.message(frame);
  }

  @Override
  public void onControl(ControlOp op) {
    if (host.log().tracing()) {
      host.log().trace(label() + " - <<- [" + op.text() + "]");
    }
    switch (op) {
      case ControlOp.LeafInterest interest -> interests.learn(interest);
      case ControlOp.InfoOp(var json) -> {
        if (dialled != null) {
          dialled.onInfo(json);
        }
      }
      case ControlOp.Err(var text) -> refusals.heard(text);
      case ControlOp.SourceOp source -> {
        if (!inflow.announced(source)) {
          link.close(CloseReason.PROTOCOL_VIOLATION, "source number out of bounds");
        }
      }
      case ControlOp.OfSource of -> heard(new String(of.source(), StandardCharsets.ISO_8859_1), of);
      case ControlOp.Bare bare -> {
        if (bare == ControlOp.Bare.SHOWN || (bare == ControlOp.Bare.PONG && !resumes)) {
          interestShown();
        }
      }
      case ControlOp.ConnectOp _ -> {}
      case ControlOp.Sub _,
          ControlOp.Unsub _,
          ControlOp.RouteInterest _,
          ControlOp.AccountInterest _,
          ControlOp.FenceOp _,
          ControlOp.FencedOp _,
          ControlOp.RouteSessionOp _ ->
          link.close(CloseReason.PROTOCOL_VIOLATION, ErrorText.UNKNOWN_OPERATION);
    }
  }

  private void heard(String source, ControlOp.OfSource op) {
    switch (op) {
      case ControlOp.SettledOp(_, var sequence, var taken) -> {
        if (spoke) {
          hubLink.settled(source, sequence);
        }
        if (session != null) {
          session.far().settled(source, sequence, taken);
        } else if (served != null) {
          served.settled(source, sequence);
        }
      }
      case ControlOp.AgainOp(_, var sequence) -> {
        if (session == null) {
          inflow.beginsAgain(source, sequence);
        } else {
          session.far().again(source, sequence);
        }
      }
      case ControlOp.AllAgainOp _ -> inflow.allAgain(source);
    }
  }

  /// The hub wants something no more.
  ///
  /// @return whether it is remembered for a while
  boolean lost(byte[] subject, byte @Nullable [] queue) {
    return carrier != null && carrier.lost(subject, queue);
  }

  /// The other side has told all the interest that there was when the link began.
  private void interestShown() {
    if (served != null) {
      served.shown();
    }
    if (session != null && !shown) {
      shown = true;
      carrier = session.ready(this);
    }
  }

  @Override
  public void onAnswered() {
    if (!shown) {
      interestShown();
    } else if (carrier != null) {
      carrier.answered();
    }
  }

  /// We refuse what the other side did: the link ends.
  void refuse(String what, String error, String subject) {
    refusals.refuse(what, error, subject);
  }

  /// We heard our own subject of loop detection: this link closes a circle.
  void loop() {
    refusals.loop();
  }

  // ---- life ----

  @Override
  public void onViolation(ProtocolException violation) {
    host.log().error(label() + " - " + violation.getMessage());
    link.close(CloseReason.of(violation.violation()), violation.wireText());
  }

  @Override
  public void onTransport(TransportEvent event) {
    if (event instanceof TransportEvent.WebSocketClosed) {
      link.close(CloseReason.CLIENT_CLOSED, null);
    }
  }

  @Override
  public void onTick(long nowNanos) {
    if (carrier != null) {
      carrier.tick();
    }
  }

  @Override
  public void onClosed(CloseReason reason) {
    if (open) {
      open = false;
      account.detach(sender);
      if (served != null) {
        served.end();
      }
      if (session == null) {
        interests.end();
        account.origins().leave(origin);
      } else {
        session.left(this);
      }
      nodes.closed(this, reason);
      host.log()
          .info(label() + " - Leafnode connection closed: " + reason + " - Remote: " + name());
    }
    if (dialled != null) {
      dialled.ended(reason);
    }
  }
}

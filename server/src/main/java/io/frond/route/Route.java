package io.frond.route;

import io.frond.account.Account;
import io.frond.auth.Permissions;
import io.frond.link.CloseReason;
import io.frond.link.Link;
import io.frond.link.LinkHandler;
import io.frond.link.LinkKind;
import io.frond.session.Arrears;
import io.frond.session.Relay;
import io.frond.trace.TraceEnd;
import io.frond.transport.TransportEvent;
import io.frond.wire.ControlOp;
import io.frond.wire.ControlOp.Bare;
import io.frond.wire.ControlOp.RouteInterest;
import io.frond.wire.ControlOp.RouteSessionOp;
import io.frond.wire.ControlOp.SourceOp;
import io.frond.wire.ErrorText;
import io.frond.wire.Info;
import io.frond.wire.MessageFrame;
import io.frond.wire.ProtocolException;
import io.frond.wire.ProtocolException.Violation;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// One connection to another server of the cluster. Owner: the link's event loop; what monitoring
/// reads is volatile or immutable.
///
/// Whoever accepts sends INFO at once. Whoever dialled answers it with CONNECT and its own INFO,
/// which for a pool says which of its connections this is. After that both sides tell their
/// interest.
public final class Route implements LinkHandler {
  private static final long GREETING_NANOS_MAX = TimeUnit.SECONDS.toNanos(10);

  private final Cluster cluster;
  private final RouteHost host;
  private final Link link;
  private final @Nullable Solicitation solicitation;
  private final @Nullable Permissions permissions;
  private final long openedNanos = System.nanoTime();

  private final RouteInbound inbound;
  private final AtomicInteger numbers = new AtomicInteger(RouteNumbers.FIRST);
  private final Relay relay;
  private final RouteFences fences;
  private final Greeting greeting;
  private boolean pingedForPool;
  private volatile boolean registered;
  private volatile @Nullable Info remote;
  private volatile @Nullable String account;
  private volatile boolean headers;
  private volatile boolean origins;
  private volatile boolean originsOfEnds;
  private volatile boolean serving;
  private volatile int poolIndex;
  private volatile boolean frond;
  private volatile boolean resumes;
  private volatile boolean noPool;
  private volatile boolean duplicate;
  private volatile @Nullable Arrears arrears;

  Route(Cluster cluster, RouteHost host, Link link, @Nullable Solicitation solicitation) {
    this.cluster = cluster;
    this.host = host;
    this.link = link;
    this.solicitation = solicitation;
    permissions = cluster.permissions();
    account = solicitation == null ? null : solicitation.account();
    greeting = new Greeting(cluster, host, this);
    inbound = new RouteInbound(cluster, host, this);
    relay = new Relay(host.resume().intake(), link);
    fences = new RouteFences(this);
  }

  /// The accepting side speaks first. On the loop, once.
  void start() {
    if (solicitation == null) {
      link.send(Info.line(cluster.ownInfo().build().json()));
    }
    host.log().info(label() + " - Route connection created");
  }

  // ---- what others ask ----

  public Link link() {
    return link;
  }

  RouteHost host() {
    return host;
  }

  /// Whether it stands for the cluster, after both sides introduced themselves.
  public boolean registered() {
    return registered;
  }

  public String remoteId() {
    var info = remote;
    return info == null ? "" : info.serverId;
  }

  public String remoteName() {
    var info = remote;
    return info == null ? "" : info.serverName;
  }

  /// Whether we dialled this server, this time or in general.
  public boolean didSolicit() {
    return solicitation != null || cluster.solicits(remoteId());
  }

  /// Whether the server is in `routes`.
  public boolean isConfigured() {
    return (solicitation != null && solicitation.explicit()) || cluster.configured(remoteId());
  }

  /// The account that has this connection for itself, null for one of the pool.
  public @Nullable String account() {
    return account;
  }

  /// What the other server said that it takes, null for all.
  public Info.@Nullable Permission importPermission() {
    var info = remote;
    return info == null ? null : info.importPermission;
  }

  public Info.@Nullable Permission exportPermission() {
    var info = remote;
    return info == null ? null : info.exportPermission;
  }

  /// Subjects and queue groups that the other server told of.
  public int subscriptionCount() {
    return inbound.accounts().stream().mapToInt(RouteAccount::subscriptionCount).sum();
  }

  /// Those subjects.
  public List<String> subscriptions() {
    return subscriptionDetails().stream().map(RemoteInterest::subject).toList();
  }

  public List<RemoteInterest> subscriptionDetails() {
    return inbound.accounts().stream()
        .flatMap(each ->
            each.subscriptions().stream()
                .map(it ->
                    new RemoteInterest(
                        each.account().name(), it.subjectText(), it.queueText(), it.weight())))
        .toList();
  }

  /// As monitoring shows it.
  public String compression() {
    return "not supported";
  }

  @Nullable Solicitation solicitation() {
    return solicitation;
  }

  Info info() {
    return java.util.Objects.requireNonNull(remote);
  }

  int poolIndex() {
    return poolIndex;
  }

  /// Another connection does its work.
  boolean duplicate() {
    return duplicate;
  }

  void markDuplicate() {
    duplicate = true;
  }

  boolean takesHeaders() {
    return headers;
  }

  /// Whether the other server is told which cluster of leaves something comes from (`lnoc`).
  boolean takesOrigins() {
    return origins;
  }

  /// Whether it names and takes the origin when interest ends, too (`lnocu`).
  boolean takesOriginsOfEnds() {
    return originsOfEnds;
  }

  /// Whether the other server is a Frond with streams.
  public boolean streams() {
    var info = remote;
    return registered && frond && info != null && info.streams;
  }

  /// Whether both servers keep messages for leaves that are away, and tell each other of them.
  boolean servesSessions() {
    return serving;
  }

  /// Numbers for what tags mean, as we tell the other server.
  AtomicInteger numbers() {
    return numbers;
  }

  /// Whether the other server is a Frond.
  boolean frond() {
    return frond;
  }

  /// Whether both servers know the tags of leaves' messages.
  public boolean resumes() {
    return resumes;
  }

  Relay relay() {
    return relay;
  }

  /// What the other server has to be sent before all else; null where it knows no tags, or nothing
  /// is kept for it.
  @Nullable Arrears arrears() {
    return arrears;
  }

  RouteFences fences() {
    return fences;
  }

  boolean noPool() {
    return noPool;
  }

  /// The route as a trace names it.
  TraceEnd traceEnd() {
    var info = remote;
    var traces = info != null && info.proto >= Info.TRACES;
    return new TraceEnd(TraceEnd.Kind.ROUTE, link.id(), remoteName(), traces, true);
  }

  boolean mayImport(byte[] subject) {
    return permissions == null || permissions.canPublish(subject, 0, subject.length);
  }

  /// Whether interest that the other server tells of may be known here.
  boolean mayLearn(byte[] subject) {
    return permissions == null || permissions.canSubscribe(subject, null);
  }

  @Nullable Permissions permissions() {
    return permissions;
  }

  boolean mayExport(MessageFrame frame) {
    if (permissions == null) {
      return true;
    }
    var subject = frame.subject();
    return permissions.canDeliver(subject, 0, subject.length, null);
  }

  @Override
  public LinkKind kind() {
    return LinkKind.ROUTE;
  }

  @Override
  public String label() {
    return link.remoteText() + " - rid:" + link.id();
  }

  /// It would not be admitted any more.
  void refuse() {
    greeting.refuse(CloseReason.AUTHENTICATION_VIOLATION, ErrorText.AUTHORIZATION_VIOLATION);
  }

  // ---- messages ----

  @Override
  public void onMessage(MessageFrame frame) throws ProtocolException {
    inbound.onMessage(frame);
  }

  void requireRegistered() throws ProtocolException {
    if (!registered) {
      throw new ProtocolException(
          Violation.AUTHORIZATION,
          ErrorText.AUTHORIZATION_VIOLATION,
          "the other server did not introduce itself");
    }
  }

  // ---- operations ----

  @Override
  public void onControl(ControlOp op) throws ProtocolException {
    if (host.log().tracing() && !(op instanceof ControlOp.ConnectOp)) {
      host.log().trace(label() + " - <<- [" + op.text() + "]");
    }
    switch (op) {
      case ControlOp.ConnectOp(var json) -> greeting.connect(json);
      case ControlOp.InfoOp(var json) -> info(json);
      case RouteInterest interest -> inbound.onInterest(interest);
      case RouteSessionOp news -> inbound.onSession(news);
      case SourceOp source -> inbound.onSource(source);
      case ControlOp.Err(var text) -> {
        host.log().error(label() + " - Route Error: " + text);
        link.close(CloseReason.PARSE_ERROR, null);
      }
      case Bare _ -> {}
      case ControlOp.FenceOp(var token) -> fences.asked(token);
      case ControlOp.FencedOp(var token) -> fences.passed(token);
      case ControlOp.AccountInterest _ -> {} // of gateways
      case ControlOp.Sub _, ControlOp.Unsub _, ControlOp.LeafInterest _, ControlOp.OfSource _ ->
          throw violation(ErrorText.UNKNOWN_OPERATION);
    }
  }

  @Override
  public void onAnswered() {
    if (pingedForPool) {
      pingedForPool = false;
      cluster.fillPool(this);
    } else {
      fences.answered();
    }
  }

  static ProtocolException violation(String text) {
    return new ProtocolException(Violation.PARSE, text, text);
  }

  // ---- its place in the cluster ----

  /// The other side introduced itself: finds this connection's place.
  void introduced(Info said) {
    frond = said.frond;
    if (solicitation == null && said.routeAccount != null && !said.routeAccount.isEmpty()) {
      account = said.routeAccount;
    }
    origins = said.lnoc;
    originsOfEnds = said.lnocu;
    link.parser().originOfEnd(said.lnocu);
    resumes = frond && said.resume > 0;
    link.parser().resumes(resumes);
    headers = said.headers && !host.clientOptions().noHeaders();
    serving = said.resume >= RouteInfo.SERVES_SESSIONS && host.sessions() != null;
    switch (cluster.register(this, said, frond)) {
      case Admission.Duplicate _ -> {
        host.log().debug(label() + " - Detected duplicate remote route " + remoteId());
        link.close(CloseReason.DUPLICATE_ROUTE, null);
      }
      case Admission.Refused(var text) -> {
        greeting.refuse(CloseReason.PROTOCOL_VIOLATION, text);
      }
      case Admission.Closing _ -> link.close(CloseReason.SERVER_SHUTDOWN, null);
      case Admission.Added _ -> {
        link.startPings();
        resume();
        cluster.accounts().forEach(this::attach);
        if (solicitation != null && account == null && !noPool) {
          pingedForPool = link.ask(); // its PONG says that the other side let us in
        }
        cluster.registered(this);
      }
    }
  }

  /// The other server is in reach (again). When it has told its interest it is sent what it missed.
  private void resume() {
    var connection = RouteInfo.identity(info()) + ' ' + (account == null ? poolIndex : account);
    var its = resumes ? host.arrears(remoteName(), connection) : null;
    if (its != null) {
      arrears = its;
      var since = its.back(relay);
      fences.passPatiently(() -> its.shown(since, inbound::knows));
    }
  }

  /// It has its place in the cluster: introduces us, before anybody else can send here. With the
  /// cluster's lock held, on the loop.
  void admitted(int index, boolean single) {
    poolIndex = index;
    noPool = single;
    link.parser().accountless(account != null);
    if (solicitation != null) {
      greeting.answer(solicitation, info(), index);
    }
    registered = true;
  }

  /// Tells the account's interest from now on, when this is its connection. On the loop.
  void attach(Account candidate) {
    if (!registered || !cluster.carries(this, candidate)) {
      return;
    }
    var own = inbound.of(candidate.name());
    if (own != null) {
      own.attach();
    }
  }

  private void info(byte[] json) throws ProtocolException {
    if (registered) {
      laterInfo(Greeting.parse(json));
    } else if (remote == null) { // else it is ending as a duplicate
      var said = Greeting.parse(json);
      remote = said;
      greeting.info(said);
    }
  }

  /// News on a route that stands: of a third server, or of the other side itself.
  private void laterInfo(Info said) {
    if (!said.serverId.equals(remoteId())) {
      cluster.heardOf(said);
      return;
    }
    if (said.routeAccountRequest != null && !said.routeAccountRequest.isEmpty()) {
      return; // accounts do not change their connection while a server runs
    }
    var before = remote;
    if (said.lameDuck) {
      cluster.lameDuck(this);
      return;
    }
    if (!greeting.sameCluster(said)) {
      return;
    }
    remote = said;
    if (before != null
        && !java.util.Objects.equals(before.exportPermission, said.exportPermission)) {
      inbound.accounts().forEach(RouteAccount::tellAgain);
    }
  }

  // ---- life ----

  @Override
  public void onViolation(ProtocolException violation) {
    var reason =
        switch (violation.violation()) {
          case PARSE, HEADERS -> CloseReason.PROTOCOL_VIOLATION;
          case CONTROL_LINE -> CloseReason.MAX_CONTROL_LINE;
          case PAYLOAD -> CloseReason.MAX_PAYLOAD;
          case AUTHORIZATION -> CloseReason.AUTHENTICATION_VIOLATION;
        };
    host.log().error(label() + " - " + violation.getMessage());
    greeting.end(reason, violation.wireText());
  }

  @Override
  public void onTransport(TransportEvent event) {
    switch (event) {
      case TransportEvent.Secured _ -> host.log().debug(label() + " - TLS handshake complete");
      case TransportEvent.SecureFailed(var cause) -> {
        host.log().error(label() + " - TLS route handshake error: " + cause.getMessage());
        link.close(CloseReason.TLS_HANDSHAKE_ERROR, null);
      }
      case TransportEvent.TlsRequired _ ->
          link.close(CloseReason.TLS_HANDSHAKE_ERROR, ErrorText.TLS_REQUIRED);
      case TransportEvent.Throttled _ ->
          link.close(CloseReason.TLS_HANDSHAKE_ERROR, ErrorText.THROTTLED);
      case TransportEvent.WebSocketClosed _ -> link.close(CloseReason.CLIENT_CLOSED, null);
    }
  }

  @Override
  public void onTick(long nowNanos) {
    if (registered) {
      fences.tick(nowNanos);
      return;
    }
    var open = nowNanos - openedNanos;
    if (solicitation == null && open > host.options().auth().timeout().toNanos()) {
      greeting.refuse(CloseReason.AUTHENTICATION_TIMEOUT, ErrorText.AUTHENTICATION_TIMEOUT);
    } else if (open > GREETING_NANOS_MAX) {
      greeting.refuse(CloseReason.STALE_CONNECTION, ErrorText.STALE_CONNECTION);
    }
  }

  @Override
  public void onClosed(CloseReason reason) {
    var its = arrears;
    if (its != null) {
      its.away(relay);
    }
    inbound.end();
    fences.end();
    cluster.closed(this);
    var name = remoteName().isEmpty() ? "" : " - Remote: " + remoteName();
    host.log().info(label() + " - Router connection closed: " + reason + name);
  }
}

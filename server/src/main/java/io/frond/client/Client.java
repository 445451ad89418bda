package io.frond.client;

import io.frond.account.Account;
import io.frond.account.Ingress;
import io.frond.auth.AuthContext;
import io.frond.auth.AuthResult;
import io.frond.auth.Authenticator;
import io.frond.auth.ConnectionType;
import io.frond.auth.Permissions;
import io.frond.json.JsonException;
import io.frond.link.CloseReason;
import io.frond.link.Link;
import io.frond.link.LinkHandler;
import io.frond.link.LinkOptions;
import io.frond.link.TransportTrouble;
import io.frond.options.AccountOptions;
import io.frond.trace.TraceEnd;
import io.frond.transport.Arrival;
import io.frond.transport.TransportEvent;
import io.frond.wire.Connect;
import io.frond.wire.ControlOp;
import io.frond.wire.ErrorText;
import io.frond.wire.Info;
import io.frond.wire.MessageFrame;
import io.frond.wire.ProtocolException;
import io.frond.wire.ProtocolException.Violation;
import io.netty.channel.ChannelOption;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Collection;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// One client (NATS client protocol). Owner: the link's event loop; what monitoring reads is
/// volatile or immutable, and subscriptions deliver from any loop.
public final class Client implements LinkHandler {
  private static final byte[] OK = "+OK\r\n".getBytes(StandardCharsets.US_ASCII);
  private static final int NONCE_BYTES = 11;

  private final ClientHost host;
  private final Link link;
  private final Arrival arrival;
  private final ConnectionType type;
  private Authenticator authenticator;
  private final long openedNanos = System.nanoTime();
  private final Subscriptions subscriptions = new Subscriptions(this);
  private final Publishing publishing;
  private @Nullable String nonce;
  private volatile Connect connect = Connect.NONE;
  private volatile @Nullable Ingress ingress;
  private volatile @Nullable String user;
  private volatile Rights rights = Rights.ALL;
  private volatile boolean headers;
  private boolean connected;
  private boolean opened;
  private boolean ponged;
  private boolean asked;

  public Client(ClientHost host, Link link, Arrival arrival) {
    this.host = host;
    this.link = link;
    publishing = new Publishing(this, link);
    this.arrival = arrival;
    type = arrival.websocket() ? ConnectionType.WEBSOCKET : ConnectionType.STANDARD;
    authenticator = host.authenticator(type);
  }

  /// Greets: the INFO, since clients read nothing else first, and an error when there are too many
  /// of them. On the loop, once.
  public void start(SecureRandom random) {
    if (authenticator.needsNonce() || arrival.leafAllowed()) {
      var bytes = new byte[NONCE_BYTES];
      random.nextBytes(bytes);
      nonce = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
    sendInfo();
    opened = host.opened(this);
    if (!opened) {
      link.close(CloseReason.MAX_CONNECTIONS, ErrorText.MAX_CONNECTIONS);
      return;
    }
    link.parser().headers(false); // until CONNECT says that it takes them
    if (!authenticator.required()) {
      enter(host.account(AccountOptions.GLOBAL));
    }
    host.log().debug(label() + " - Client connection created");
  }

  private void sendInfo() {
    link.send(Info.line(host.info(this, nonce)));
  }

  /// The server's INFO changed: tells a client that understands it. Before its first PONG it need
  /// not be told: what comes behind that is made then. On the loop.
  public void infoChanged() {
    if (ponged && connect.protocol() >= 1) {
      sendInfo();
    }
  }

  /// Whether it has connected and knows it: its INFO names its account from then on.
  public boolean isConnected() {
    return ponged;
  }

  // ---- what others ask ----

  public Link link() {
    return link;
  }

  public Arrival arrival() {
    return arrival;
  }

  public Connect connect() {
    return connect;
  }

  public ConnectionType type() {
    return type;
  }

  public boolean authRequired() {
    return authenticator.announced();
  }

  /// The account, null before the client was admitted.
  public @Nullable Account account() {
    var now = ingress;
    return now == null ? null : now.account();
  }

  public @Nullable String user() {
    return user;
  }

  public @Nullable Permissions permissions() {
    return rights.permissions();
  }

  /// What it may publish and be sent; from any loop.
  Rights rights() {
    return rights;
  }

  /// As a trace names it.
  TraceEnd traceEnd() {
    var name = connect.name();
    return TraceEnd.client(link.id(), name == null ? "" : name);
  }

  /// Its subscriptions; on the loop.
  public Collection<ClientSubscription> subscriptions() {
    return subscriptions.all();
  }

  public int subscriptionCount() {
    return subscriptions.count();
  }

  ClientHost host() {
    return host;
  }

  boolean takesHeaders() {
    return headers;
  }

  @Override
  public String label() {
    return link.remoteText() + " - " + (arrival.websocket() ? "wid:" : "cid:") + link.id();
  }

  // ---- messages ----

  @Override
  public void onMessage(MessageFrame frame) throws ProtocolException {
    var into = admitted();
    publishing.message(frame, into);
  }

  boolean isLiteral(MessageFrame frame) {
    return subscriptions.isLiteral(frame);
  }

  byte @Nullable [] sidFor(byte[] reply) {
    return subscriptions.sidFor(reply);
  }

  void expired(ClientSubscription subscription) {
    var executor = link.loop().executor();
    if (executor.inEventLoop()) {
      subscriptions.remove(subscription);
    } else {
      executor.execute(() -> subscriptions.remove(subscription));
    }
  }

  // ---- operations ----

  @Override
  public void onControl(ControlOp op) throws ProtocolException {
    if (host.log().tracing() && !(op instanceof ControlOp.ConnectOp)) {
      host.log().trace(label() + " - <<- [" + op.text() + "]");
    }
    if (!(op instanceof ControlOp.ConnectOp)) {
      var _ = admitted();
    }
    switch (op) {
      case ControlOp.ConnectOp(var json) -> connect(json);
      case ControlOp.Sub sub -> subscriptions.subscribe(sub);
      case ControlOp.Unsub unsub -> subscriptions.unsubscribe(unsub);
      case ControlOp.Err(var text) -> {
        host.log().error(label() + " - Client Error: " + text);
        link.close(CloseReason.PARSE_ERROR, null);
      }
      case ControlOp.InfoOp _, ControlOp.Bare _ -> {}
      case ControlOp.RouteInterest _,
          ControlOp.LeafInterest _,
          ControlOp.AccountInterest _,
          ControlOp.SourceOp _,
          ControlOp.OfSource _,
          ControlOp.FenceOp _,
          ControlOp.FencedOp _,
          ControlOp.RouteSessionOp _ ->
          throw violation(ErrorText.UNKNOWN_OPERATION);
    }
  }

  @Override
  public boolean onPing() throws ProtocolException {
    var _ = admitted();
    if (connected && !ponged) {
      ponged = true;
      link.send("PONG\r\n");
      if (connect.protocol() >= 1) {
        sendInfo();
      }
      return false;
    }
    return true;
  }

  private static ProtocolException violation(String text) {
    return new ProtocolException(Violation.PARSE, text, text);
  }

  /// The way into the account; a client that must authenticate says CONNECT before all else.
  private Ingress admitted() throws ProtocolException {
    if (ingress == null && !connected && !authenticator.announced()) {
      decide(authenticator.check(connect, authContext())); // `no_auth_user` need not say CONNECT
    }
    var into = ingress;
    if (into == null) {
      throw new ProtocolException(
          Violation.AUTHORIZATION, ErrorText.AUTHORIZATION_VIOLATION, "authentication error");
    }
    return into;
  }

  void ok() {
    if (connect.verbose()) {
      link.send(OK);
    }
  }

  void error(String text) {
    link.send("-ERR '" + text + "'\r\n");
  }

  // ---- CONNECT ----

  private void connect(byte[] json) throws ProtocolException {
    Connect said;
    asked = true;
    try {
      said = Connect.parse(json);
    } catch (JsonException e) {
      throw new ProtocolException(
          Violation.PARSE, ErrorText.UNKNOWN_OPERATION, "CONNECT: " + e.getMessage());
    }
    if (said.serverId() != null && said.lang() == null && !connected) {
      handOver(said);
      return;
    }
    var again = connected;
    if (again) {
      subscriptions.removeAll(); // they belong to the account that the client may leave
    }
    connect = Credentials.withCookies(said, arrival);
    authenticate(this::decide);
    if (again) {
      ok();
    }
  }

  /// It turned out to be a leaf.
  private void handOver(Connect said) {
    opened = false;
    host.handedOver(this);
    leaveAccount();
    host.leaf(link, arrival, said, nonce);
  }

  private void authenticate(Consumer<AuthResult> then) {
    var context = authContext();
    if (authenticator.needsSlowCheck(connect, context)) {
      link.pause();
      host.slowChecks()
          .execute(() -> {
            var result = authenticator.check(connect, context);
            link.loop().executor().execute(() -> link.loop().batch(() -> resume(then, result)));
          });
    } else {
      then.accept(authenticator.check(connect, context));
    }
  }

  /// The server's options changed. On the loop.
  ///
  /// @param again whether it has to be admitted again, with what it said
  public void reload(LinkOptions limits, boolean again) {
    link.become(this, limits);
    link.parser().lineMax(host.options().maxControlLine());
    var account = account();
    if (account != null) {
      limitPayload(account);
    }
    if (again) {
      authenticator = host.authenticator(type);
      if (connected && link.reason() == null) {
        authenticate(this::stay);
      }
    }
  }

  /// A client does not know that it is in another account now, where none of its subscriptions
  /// would hear anything: it comes again.
  private void stay(AuthResult result) {
    var account = account();
    if (account != null
        && result instanceof AuthResult.Accepted accepted
        && !accepted.account().equals(account.name())) {
      link.close(CloseReason.CLIENT_CLOSED, null);
    } else {
      decide(result);
    }
  }

  /// There are more than there may be now. On the loop.
  public void end(CloseReason reason, String text) {
    if (link.reason() == null) {
      host.log().error(label() + " - " + text);
      link.close(reason, text);
    }
  }

  private void resume(Consumer<AuthResult> then, AuthResult result) {
    if (link.reason() == null) {
      then.accept(result);
      link.resume();
    }
  }

  private AuthContext authContext() {
    return Credentials.of(link, arrival, nonce, host.verifyAndMap(arrival));
  }

  private void decide(AuthResult result) {
    switch (result) {
      case AuthResult.Rejected(var reason, var detail) -> {
        host.log().error(label() + " - " + reason);
        host.log().debug(label() + " - " + detail);
        link.close(CloseReason.AUTHENTICATION_VIOLATION, ErrorText.AUTHORIZATION_VIOLATION);
      }
      case AuthResult.Accepted accepted -> accept(accepted);
    }
  }

  private void accept(AuthResult.Accepted accepted) {
    var account = host.account(accepted.account());
    if (account == null || connect.account() != null) {
      link.close(CloseReason.MISSING_ACCOUNT, ErrorText.AUTHORIZATION_VIOLATION);
      return;
    }
    user = accepted.user();
    rights = Rights.of(accepted.permissions());
    enter(account);
    if (link.reason() != null) {
      return;
    }
    headers = connect.headers() && !host.options().noHeaders();
    link.parser().headers(headers);
    if (connect.protocol() < 0 || connect.protocol() > 1) {
      link.close(CloseReason.BAD_CLIENT_PROTOCOL, ErrorText.BAD_CLIENT_PROTOCOL);
      return;
    }
    if (connect.noResponders() && !headers) {
      link.close(
          CloseReason.NO_RESPONDERS_REQUIRES_HEADERS, ErrorText.NO_RESPONDERS_REQUIRES_HEADERS);
      return;
    }
    if (!connected) {
      connected = true;
      link.startPings();
      host.admitted(this);
      if (connect != Connect.NONE) {
        ok();
      }
    } else {
      subscriptions.removeRefused();
    }
  }

  /// Moves into an account, within its limit of connections.
  private void enter(@Nullable Account account) {
    if (account == null || account == account()) {
      return;
    }
    subscriptions.removeAll();
    leaveAccount();
    var limit = account.limits().maxConnections();
    if (account.clients().incrementAndGet() > limit && limit >= 0) {
      account.clients().decrementAndGet();
      link.close(CloseReason.MAX_ACCOUNT_CONNECTIONS, ErrorText.MAX_ACCOUNT_CONNECTIONS);
      return;
    }
    ingress = new Ingress(account);
    limitPayload(account);
  }

  private void limitPayload(Account account) {
    var payload = account.limits().maxPayload();
    var most = host.options().maxPayload();
    link.parser().payloadMax(payload < 0 ? most : (int) Math.min(most, payload));
  }

  private void leaveAccount() {
    var account = account();
    if (account != null) {
      account.clients().decrementAndGet();
      ingress = null;
    }
  }

  // ---- life ----

  @Override
  public void onViolation(ProtocolException violation) {
    if (opened && !asked && !arrival.leafAllowed() && violation.isLeafUpgrade()) {
      handOver(Connect.NONE); // which tells it that it may not join
      return;
    }
    host.log().error(label() + " - " + violation.getMessage());
    if (violation.violation() == Violation.PAYLOAD) { // a client that still sends gets a reset
      link.channel().config().setOption(ChannelOption.SO_LINGER, 0);
      var into = ingress;
      var head = violation.head();
      if (head != null && into != null) {
        publishing.tooLarge(head, into);
      }
    }
    if (!asked && ingress == null && authenticator.announced()) {
      link.close(CloseReason.AUTHENTICATION_VIOLATION, ErrorText.AUTHORIZATION_VIOLATION);
    } else {
      link.close(CloseReason.of(violation.violation()), violation.wireText());
    }
  }

  @Override
  public void onTransport(TransportEvent event) {
    TransportTrouble.handle(link, host.log(), event);
  }

  @Override
  public void onTick(long nowNanos) {
    if (!connected
        && authenticator.required()
        && nowNanos - openedNanos > host.authTimeout(arrival).toNanos()) {
      host.log().debug(label() + " - Authentication Timeout");
      link.close(CloseReason.AUTHENTICATION_TIMEOUT, ErrorText.AUTHENTICATION_TIMEOUT);
    }
  }

  @Override
  public void onClosed(CloseReason reason) {
    if (opened) {
      opened = false;
      host.closed(this, reason); // which still asks for its account and subscriptions
      host.log().debug(label() + " - Client connection closed: " + reason);
    }
    subscriptions.removeAll();
    leaveAccount();
  }
}

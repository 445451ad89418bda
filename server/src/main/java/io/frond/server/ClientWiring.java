package io.frond.server;

import io.frond.account.Account;
import io.frond.account.Tracer;
import io.frond.auth.Authenticator;
import io.frond.auth.ConnectionType;
import io.frond.client.Client;
import io.frond.client.ClientHost;
import io.frond.link.Addresses;
import io.frond.link.CloseReason;
import io.frond.link.Link;
import io.frond.link.LinkOptions;
import io.frond.logging.Log;
import io.frond.monitor.Connection;
import io.frond.monitor.SubscriptionInfo;
import io.frond.options.ClientOptions;
import io.frond.transport.Arrival;
import io.frond.transport.ConnectionAcceptor;
import io.frond.transport.ListenerKind;
import io.frond.transport.TransportException;
import io.frond.wire.Connect;
import io.frond.wire.ErrorText;
import io.frond.wire.ProtocolParser;
import io.netty.channel.Channel;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/// Ties clients to the server: makes one for each accepted connection and answers what it asks. Any
/// thread.
final class ClientWiring implements ClientHost, ConnectionAcceptor {
  /// Takes over a connection on the client port that turned out to be a leaf's.
  interface LeafAdmission {
    void admit(Link link, Arrival arrival, Connect connect, @Nullable String nonce);

    /// Takes a WebSocket whose path said that a leaf comes.
    void accept(Channel channel, Arrival arrival);
  }

  /// Subscriptions that monitoring remembers of each client that closed.
  private static final int CLOSED_SUBSCRIPTIONS_MAX = 16;

  private final Core core;
  private final ClientInfo info;
  private volatile @Nullable LeafAdmission leaves;
  private volatile @Nullable SystemWiring system;

  ClientWiring(Core core, ClientInfo info) {
    this.core = core;
    this.info = info;
    core.watchInfo(this::tellAll);
  }

  void leaves(LeafAdmission admission) {
    leaves = admission;
  }

  /// Who is told of clients that come and go.
  void system(SystemWiring listener) {
    system = listener;
  }

  @Override
  public void accept(Channel channel, Arrival arrival) {
    var forLeaves = leaves;
    if (arrival.leafPath() && forLeaves != null) {
      forLeaves.accept(channel, arrival);
      return;
    }
    var options = core.options().client();
    var loop = core.linkLoops().of(channel.eventLoop());
    var parser =
        new ProtocolParser(
            ProtocolParser.Dialect.CLIENT, options.maxControlLine(), options.maxPayload());
    var link =
        new Link(
            core.nextLinkId(),
            channel,
            loop,
            parser,
            linkOptions(options),
            it -> new Client(this, it, arrival));
    channel.pipeline().addLast(link);
    loop.batch(() -> ((Client) link.handler()).start(core.random()));
  }

  private static LinkOptions linkOptions(ClientOptions options) {
    return new LinkOptions(
        options.maxPendingBytes(),
        options.writeDeadline().toNanos(),
        options.pingInterval().toNanos(),
        options.pingMax(),
        !options.noFastProducerStall(),
        false);
  }

  @Override
  public void refused(SocketAddress remote, ListenerKind listener, TransportException reason) {
    core.log().error(remote + " - " + reason.getMessage());
  }

  @Override
  public void acceptFailed(ListenerKind listener, Throwable cause, long retryMillis) {
    core.log()
        .error(
            "Temporary "
                + listener
                + " Accept Error ("
                + cause
                + "), sleeping "
                + retryMillis
                + "ms");
  }

  /// Tells every client the INFO as it is now.
  private void tellAll() {
    for (var client : core.connections().open()) {
      onLoop(client, client::infoChanged);
    }
  }

  /// Options were replaced: limits hold for those that are connected, too.
  ///
  /// @param again whether the present users and passwords may not admit them any more
  void reload(boolean again) {
    var limits = linkOptions(core.options().client());
    for (var client : core.connections().open()) {
      onLoop(client, () -> client.reload(limits, again));
    }
    core.linkLoops().through(this::endExcess);
  }

  private static void onLoop(Client client, Runnable task) {
    var loop = client.link().loop();
    loop.executor().execute(() -> loop.batch(task));
  }

  /// The latest to come are too many where a limit is lower now.
  private void endExcess() {
    var all = new ArrayList<>(core.connections().open());
    all.removeIf(it -> it.link().reason() != null);
    all.sort(Comparator.comparingLong(it -> it.link().id()));
    var most = core.options().client().maxConnections();
    var ofAccount = new HashMap<Account, Long>();
    var count = 0;
    var ended = 0;
    for (var client : all) {
      var account = client.account();
      var limit = account == null ? -1 : account.limits().maxConnections();
      if (count >= most) {
        ended++;
        onLoop(client, () -> client.end(CloseReason.MAX_CONNECTIONS, ErrorText.MAX_CONNECTIONS));
      } else if (limit >= 0 && account != null && ofAccount.merge(account, 1L, Long::sum) > limit) {
        var text = ErrorText.MAX_ACCOUNT_CONNECTIONS;
        onLoop(client, () -> client.end(CloseReason.MAX_ACCOUNT_CONNECTIONS, text));
      } else {
        count++;
      }
    }
    if (ended > 0) {
      core.log().info("Closed " + ended + " connections to fall within max_connections");
    }
  }

  @Override
  public ClientOptions options() {
    return core.options().client();
  }

  @Override
  public Tracer tracer() {
    return core.tracer();
  }

  @Override
  public Log log() {
    return core.log();
  }

  @Override
  public byte[] info(Client client, @Nullable String nonce) {
    return info.info(client, nonce);
  }

  @Override
  public @Nullable Account account(String name) {
    return core.accounts().get(name);
  }

  @Override
  public Authenticator authenticator(ConnectionType type) {
    return core.authenticators().of(type);
  }

  @Override
  public boolean verifyAndMap(Arrival arrival) {
    var websocket = core.options().websocket();
    var tls =
        arrival.listener() == ListenerKind.WEBSOCKET && websocket != null
            ? websocket.tls()
            : core.options().tls();
    return tls != null && tls.verifyAndMap();
  }

  @Override
  public Duration authTimeout(Arrival arrival) {
    var websocket = core.options().websocket();
    var auth = websocket == null ? null : websocket.auth();
    return arrival.websocket() && auth != null ? auth.timeout() : core.options().auth().timeout();
  }

  @Override
  public Executor slowChecks() {
    return core.loops().blocking();
  }

  @Override
  public boolean opened(Client client) {
    if (core.connections().count() >= core.options().client().maxConnections()) {
      core.log().error(client.label() + " - " + ErrorText.MAX_CONNECTIONS);
      return false;
    }
    core.connections().add(client);
    return true;
  }

  @Override
  public void admitted(Client client) {
    var listener = system;
    if (listener != null) {
      listener.connected(client);
    }
  }

  @Override
  public void closed(Client client, CloseReason reason) {
    var subscriptions =
        client.subscriptions().stream()
            .limit(CLOSED_SUBSCRIPTIONS_MAX)
            .map(SubscriptionInfo::of)
            .toList();
    var memory =
        Connection.of(client).closed(System.currentTimeMillis(), reason.toString(), subscriptions);
    core.connections().remove(client, memory, reason, core.options().client().maxClosed());
    var listener = system;
    if (listener != null) {
      listener.disconnected(memory, reason, client.connect().user());
    }
  }

  @Override
  public void handedOver(Client client) {
    core.connections().forget(client);
  }

  @Override
  public void leaf(Link link, Arrival arrival, Connect connect, @Nullable String nonce) {
    var admission = leaves;
    if (admission == null) {
      link.close(
          CloseReason.LEAF_NOT_ALLOWED, ErrorText.leafNotAllowed(Addresses.host(link.remote())));
      return;
    }
    admission.admit(link, arrival, connect, nonce);
  }
}

package io.frond.server;

import io.frond.client.Client;
import io.frond.link.Addresses;
import io.frond.options.HostPort;
import io.frond.options.ServerOptions;
import io.frond.options.TlsOptions;
import io.frond.options.Version;
import io.frond.stream.ApiLevel;
import io.frond.transport.Arrival;
import io.frond.transport.ListenerKind;
import io.frond.wire.Info;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The INFO that clients get (NATS client protocol, "INFO"), with the URLs of all servers of the
/// cluster. Any thread.
final class ClientInfo {
  private final Core core;
  private volatile Supplier<List<String>> clusterUrls = List::of;
  private volatile Supplier<List<String>> clusterWsUrls = List::of;
  private volatile Supplier<List<String>> leafUrls = List::of;
  private volatile @Nullable Supplier<String> clusterName;
  private volatile BooleanSupplier jetstream = () -> false;
  private volatile HostPort listening;
  private volatile @Nullable HostPort webSocketAddress;

  ClientInfo(Core core) {
    this.core = core;
    listening = core.options().listen();
  }

  /// The port that was bound.
  void listening(HostPort address) {
    listening = address;
  }

  /// Where WebSocket clients come in.
  void webSocketAddress(HostPort address) {
    webSocketAddress = address;
  }

  HostPort listening() {
    return listening;
  }

  /// Where the cluster's URLs come from: client URLs, WebSocket URLs and leaf URLs of all servers.
  void urls(
      Supplier<List<String>> clients, Supplier<List<String>> websockets, Supplier<String> cluster) {
    clusterUrls = clients;
    clusterWsUrls = websockets;
    clusterName = cluster;
  }

  /// Whether JetStream runs.
  void jetstream(BooleanSupplier running) {
    jetstream = running;
  }

  /// Where leaves may join, for those that come in on the client port.
  void leafUrls(Supplier<List<String>> urls) {
    leafUrls = urls;
  }

  /// The cluster's name, null when the server is in none. A leaf without a cluster goes by its own
  /// name, as nats-server's do: the servers above know by it what came from there.
  @Nullable String clusterName() {
    var name = clusterName;
    if (name != null) {
      return name.get();
    }
    return core.options().leaf().remotes().isEmpty() ? null : core.identity().name();
  }

  /// A client's INFO. Behind its first PONG it says which account the client is in, as nats-server
  /// does (`connect_info`).
  byte[] info(Client client, @Nullable String nonce) {
    return builder(client, nonce).build().json();
  }

  /// As when the server enters lame duck mode, for one client that has connected.
  byte[] lameDuck(Client client) {
    var b = builder(client, null);
    b.lameDuck = true;
    return b.build().json();
  }

  private Info.Builder builder(Client client, @Nullable String nonce) {
    var b = common(core.options());
    var account = client.account();
    if (client.isConnected() && account != null) {
      b.connectInfo = true;
      b.remoteAccount = account.name();
      b.systemAccount = account.name().equals(core.options().systemAccount());
    }
    b.authRequired = client.authRequired();
    b.clientId = client.link().id();
    b.clientIp = Addresses.host(client.link().remote());
    b.nonce = nonce;
    tls(b, client.arrival(), core.options().tls());
    var arrival = client.arrival();
    var at = webSocketAddress;
    if (arrival.listener() == ListenerKind.WEBSOCKET && at != null) { // as they stand
      b.host = at.host();
      b.port = at.port();
    }
    if (arrival.websocket() && !b.wsConnectUrls.isEmpty()) { // clients look in connect_urls only
      b.connectUrls = b.wsConnectUrls;
    }
    if (!arrival.leafAllowed()) { // leaves look for these
      b.wsConnectUrls = List.of();
    }
    if (arrival.leafAllowed()) { // a leaf may join here: it looks for these (leaf protocol, step 1)
      b.leafUrls = new ArrayList<>(leafUrls.get());
      if (b.leafUrls.isEmpty()) {
        b.leafUrls = List.of(listening.toString());
      }
      b.infoOnConnect = true;
      b.compression = "not supported";
    }
    return b;
  }

  /// What every INFO of this server says.
  Info.Builder common(ServerOptions options) {
    var b = new Info.Builder();
    var identity = core.identity();
    b.serverId = identity.id();
    b.serverName = identity.name();
    b.version = Version.NATS;
    var at = LocalUrls.shown(options.client().advertise(), listening);
    b.host = at.host();
    b.port = at.port();
    b.headers = !options.client().noHeaders();
    b.maxPayload = options.client().maxPayload();
    b.lameDuck = core.lameDuck();
    b.jetstream = jetstream.getAsBoolean();
    b.apiLevel = ApiLevel.LEVEL;
    var js = core.options().jetstream();
    b.domain = js == null || !b.jetstream ? null : js.domain();
    b.cluster = clusterName();
    if (!options.client().noAdvertise()) {
      b.connectUrls = clusterUrls.get();
      b.wsConnectUrls = clusterWsUrls.get();
    }
    return b;
  }

  private static void tls(Info.Builder b, Arrival arrival, @Nullable TlsOptions options) {
    switch (arrival.tls()) {
      case NONE -> {}
      case OFFERED -> b.tlsAvailable = true;
      case REQUIRED, ESTABLISHED -> b.tlsRequired = true;
    }
    b.tlsVerify = options != null && options.verify() && arrival.tls() != Arrival.Tls.NONE;
  }
}

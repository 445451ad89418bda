package io.frond.testkit;

import io.frond.options.AccountOptions;
import io.frond.options.AuthOptions;
import io.frond.options.ClusterOptions;
import io.frond.options.HostPort;
import io.frond.options.LeafOptions;
import io.frond.options.LogOptions;
import io.frond.options.PermissionOptions;
import io.frond.options.ServerOptions;
import io.frond.options.ServerUrl;
import io.frond.options.TlsOptions;
import io.frond.options.WriteTimeout;
import io.frond.route.Cluster;
import io.frond.route.Route;
import io.frond.server.FrondServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// Servers of one cluster in this JVM, on free ports of the loopback address. The fields are what
/// the next server is started with.
public final class TestCluster implements AutoCloseable {
  public String name = "test";
  public boolean dynamicName;
  public AuthOptions auth = AuthOptions.NONE;
  public @Nullable TlsOptions tls;
  public int poolSize = ClusterOptions.DEFAULT_POOL_SIZE;
  public int routePort = -1;
  public boolean noAdvertise;
  public PermissionOptions.@Nullable SubjectRule importRule;
  public PermissionOptions.@Nullable SubjectRule exportRule;
  public List<String> pinnedAccounts = List.of();
  public List<AccountOptions> accounts = List.of();
  public AuthOptions clientAuth = AuthOptions.NONE;

  /// Where leaves join, null for no leaf listener.
  public @Nullable HostPort leafListen;

  public boolean isolateLeaves;
  public UnaryOperator<ServerOptions> more = options -> options;

  private final List<FrondServer> servers = new ArrayList<>();

  /// The cluster's options with the fields' values.
  public ClusterOptions options(List<ServerUrl> routes) {
    return new ClusterOptions(
        dynamicName ? null : name,
        new HostPort("127.0.0.1", routePort),
        routes,
        auth,
        tls,
        null,
        noAdvertise,
        0,
        false,
        poolSize,
        importRule,
        exportRule,
        null,
        0,
        null,
        pinnedAccounts,
        WriteTimeout.DEFAULT);
  }

  /// Starts a server that dials these ports.
  public FrondServer start(String serverName, int... routePorts) {
    var routes = new ArrayList<ServerUrl>();
    for (var port : routePorts) {
      routes.add(ServerUrl.nats("127.0.0.1", port));
    }
    return start(serverName, routes);
  }

  public FrondServer start(String serverName, List<ServerUrl> routes) {
    var options =
        ServerOptions.DEFAULT
            .withName(serverName)
            .withListen(new HostPort("127.0.0.1", -1))
            .withAccounts(accounts)
            .withAuth(clientAuth)
            .withCluster(options(routes))
            .withLeaf(leaf())
            .withLog(quiet());
    try {
      var server = FrondServer.start(more.apply(options));
      servers.add(server);
      return server;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private LeafOptions leaf() {
    var none = LeafOptions.NONE;
    return new LeafOptions(
        leafListen,
        none.auth(),
        none.tls(),
        none.advertise(),
        none.noAdvertise(),
        none.minVersion(),
        isolateLeaves,
        none.reconnectDelay(),
        none.dialTimeout(),
        none.writeDeadline(),
        none.remotes(),
        none.allowed(),
        none.compression(),
        none.writeTimeout(),
        none.outage());
  }

  private static LogOptions quiet() {
    return LogOptions.DEFAULT;
  }

  private static Cluster cluster(FrondServer server) {
    return Objects.requireNonNull(server.routes().cluster());
  }

  /// The cluster's name as the server knows it.
  public static String name(FrondServer server) {
    return cluster(server).name();
  }

  public static int routePort(FrondServer server) {
    return cluster(server).listening().port();
  }

  /// Waits until the server has routes to as many others.
  public static void awaitPeers(FrondServer server, int count) {
    Await.until(
        server.core().identity().name() + " has routes to " + count + " servers",
        () -> peers(server) == count);
  }

  public static long peers(FrondServer server) {
    return server.routes().routes().stream()
        .filter(it -> it.account() == null)
        .map(Route::remoteId)
        .distinct()
        .count();
  }

  /// Waits until every server is connected to all others.
  public void awaitMesh() {
    for (var server : servers) {
      awaitPeers(server, servers.size() - 1);
    }
  }

  /// Waits until the server knows interest of others in a subject.
  public static void awaitRemoteInterest(FrondServer server, String subject, int routes) {
    Await.until(
        server.core().identity().name() + " knows of " + subject,
        () ->
            server.routes().routes().stream()
                    .filter(it -> it.subscriptions().contains(subject))
                    .count()
                == routes);
  }

  @Override
  public void close() {
    for (var server : servers.reversed()) {
      server.close();
    }
  }
}

package io.frond.options;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Everything one server is told.
///
/// @param name null for the server's id
/// @param listen where clients (and allowed leaves) come in, default 0.0.0.0:4222
/// @param tls of the client listener, null for plain
/// @param accounts as configured, never `$G`; the system account is among them when it was given
/// @param systemAccount its name, `$SYS` by default
/// @param systemHidden `no_system_account`: this server and its cluster alone use the system
///   account, nobody else sees it or asks it anything
/// @param cluster null for none
/// @param websocket null for none
/// @param jetstream null for none
/// @param defaultDomains `default_js_domain`: accounts whose JetStream is in another domain, empty
///   for the hub or leaf that has none
/// @param configFile the file it came from, for reload; null for none
/// @param pidFile null for none
/// @param portsFileDir null for none
public record ServerOptions(
    @Nullable String name,
    HostPort listen,
    ClientOptions client,
    AuthOptions auth,
    List<AccountOptions> accounts,
    String systemAccount,
    boolean systemHidden,
    @Nullable TlsOptions tls,
    @Nullable ClusterOptions cluster,
    LeafOptions leaf,
    @Nullable WebSocketOptions websocket,
    MonitorOptions monitor,
    LogOptions log,
    @Nullable JetStreamOptions jetstream,
    Map<String, String> defaultDomains,
    List<String> tags,
    Map<String, String> metadata,
    @Nullable String configFile,
    @Nullable String pidFile,
    @Nullable String portsFileDir) {
  public static final int DEFAULT_PORT = 4222;

  /// A server on port 4222 of all addresses with nothing else configured.
  public static final ServerOptions DEFAULT =
      new ServerOptions(
          null,
          new HostPort("0.0.0.0", DEFAULT_PORT),
          ClientOptions.DEFAULT,
          AuthOptions.NONE,
          List.of(),
          AccountOptions.SYSTEM,
          false,
          null,
          null,
          LeafOptions.NONE,
          null,
          MonitorOptions.NONE,
          LogOptions.DEFAULT,
          null,
          Map.of(),
          List.of(),
          Map.of(),
          null,
          null,
          null);

  /// What JetStream allows an account, null when the account has none. An account that `accounts
  /// {}` holds has it when it says so; `$G` has it as long as there are no accounts but the system
  /// account; the system account never has it.
  public AccountOptions.@Nullable JetStreamLimits jetStreamOf(String account) {
    if (jetstream == null || account.equals(systemAccount)) {
      return null;
    }
    var others = false;
    for (var each : accounts) {
      if (each.name().equals(account)) {
        return each.jetstream();
      }
      others |= !each.name().equals(systemAccount);
    }
    return !others && account.equals(AccountOptions.GLOBAL)
        ? AccountOptions.JetStreamLimits.NONE
        : null;
  }

  public ServerOptions withName(String name) {
    return new ServerOptions(
        name,
        listen,
        client,
        auth,
        accounts,
        systemAccount,
        systemHidden,
        tls,
        cluster,
        leaf,
        websocket,
        monitor,
        log,
        jetstream,
        defaultDomains,
        tags,
        metadata,
        configFile,
        pidFile,
        portsFileDir);
  }

  public ServerOptions withJetStream(@Nullable JetStreamOptions jetstream) {
    return new ServerOptions(
        name,
        listen,
        client,
        auth,
        accounts,
        systemAccount,
        systemHidden,
        tls,
        cluster,
        leaf,
        websocket,
        monitor,
        log,
        jetstream,
        defaultDomains,
        tags,
        metadata,
        configFile,
        pidFile,
        portsFileDir);
  }

  public ServerOptions withListen(HostPort listen) {
    return new ServerOptions(
        name,
        listen,
        client,
        auth,
        accounts,
        systemAccount,
        systemHidden,
        tls,
        cluster,
        leaf,
        websocket,
        monitor,
        log,
        jetstream,
        defaultDomains,
        tags,
        metadata,
        configFile,
        pidFile,
        portsFileDir);
  }

  public ServerOptions withClient(ClientOptions client) {
    return new ServerOptions(
        name,
        listen,
        client,
        auth,
        accounts,
        systemAccount,
        systemHidden,
        tls,
        cluster,
        leaf,
        websocket,
        monitor,
        log,
        jetstream,
        defaultDomains,
        tags,
        metadata,
        configFile,
        pidFile,
        portsFileDir);
  }

  public ServerOptions withAuth(AuthOptions auth) {
    return new ServerOptions(
        name,
        listen,
        client,
        auth,
        accounts,
        systemAccount,
        systemHidden,
        tls,
        cluster,
        leaf,
        websocket,
        monitor,
        log,
        jetstream,
        defaultDomains,
        tags,
        metadata,
        configFile,
        pidFile,
        portsFileDir);
  }

  public ServerOptions withAccounts(List<AccountOptions> accounts) {
    return new ServerOptions(
        name,
        listen,
        client,
        auth,
        accounts,
        systemAccount,
        systemHidden,
        tls,
        cluster,
        leaf,
        websocket,
        monitor,
        log,
        jetstream,
        defaultDomains,
        tags,
        metadata,
        configFile,
        pidFile,
        portsFileDir);
  }

  public ServerOptions withTls(@Nullable TlsOptions tls) {
    return new ServerOptions(
        name,
        listen,
        client,
        auth,
        accounts,
        systemAccount,
        systemHidden,
        tls,
        cluster,
        leaf,
        websocket,
        monitor,
        log,
        jetstream,
        defaultDomains,
        tags,
        metadata,
        configFile,
        pidFile,
        portsFileDir);
  }

  public ServerOptions withCluster(@Nullable ClusterOptions cluster) {
    return new ServerOptions(
        name,
        listen,
        client,
        auth,
        accounts,
        systemAccount,
        systemHidden,
        tls,
        cluster,
        leaf,
        websocket,
        monitor,
        log,
        jetstream,
        defaultDomains,
        tags,
        metadata,
        configFile,
        pidFile,
        portsFileDir);
  }

  public ServerOptions withLeaf(LeafOptions leaf) {
    return new ServerOptions(
        name,
        listen,
        client,
        auth,
        accounts,
        systemAccount,
        systemHidden,
        tls,
        cluster,
        leaf,
        websocket,
        monitor,
        log,
        jetstream,
        defaultDomains,
        tags,
        metadata,
        configFile,
        pidFile,
        portsFileDir);
  }

  public ServerOptions withWebsocket(@Nullable WebSocketOptions websocket) {
    return new ServerOptions(
        name,
        listen,
        client,
        auth,
        accounts,
        systemAccount,
        systemHidden,
        tls,
        cluster,
        leaf,
        websocket,
        monitor,
        log,
        jetstream,
        defaultDomains,
        tags,
        metadata,
        configFile,
        pidFile,
        portsFileDir);
  }

  public ServerOptions withMonitor(MonitorOptions monitor) {
    return new ServerOptions(
        name,
        listen,
        client,
        auth,
        accounts,
        systemAccount,
        systemHidden,
        tls,
        cluster,
        leaf,
        websocket,
        monitor,
        log,
        jetstream,
        defaultDomains,
        tags,
        metadata,
        configFile,
        pidFile,
        portsFileDir);
  }

  public ServerOptions withLog(LogOptions log) {
    return new ServerOptions(
        name,
        listen,
        client,
        auth,
        accounts,
        systemAccount,
        systemHidden,
        tls,
        cluster,
        leaf,
        websocket,
        monitor,
        log,
        jetstream,
        defaultDomains,
        tags,
        metadata,
        configFile,
        pidFile,
        portsFileDir);
  }
}

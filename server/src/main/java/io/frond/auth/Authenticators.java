package io.frond.auth;

import io.frond.options.AccountOptions;
import io.frond.options.AuthOptions;
import io.frond.options.ClusterOptions;
import io.frond.options.ServerOptions;
import io.frond.options.TlsOptions;
import io.frond.options.UserOptions;
import io.frond.options.WebSocketOptions;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A server's [Authenticator]s, one for each type of connection, from its options. Immutable, for
/// any thread; a reload makes new ones.
///
/// The ordinary users serve all types. A WebSocket listener may replace the single user, the token
/// and `no_auth_user`; a leaf listener with users of its own knows only them; routes know one user.
public final class Authenticators {
  private final Map<ConnectionType, Authenticator> byType = new EnumMap<>(ConnectionType.class);
  private final Authenticator routes;

  public Authenticators(ServerOptions options) {
    var users = new UserTable(options.auth().users());
    for (var type : ConnectionType.values()) {
      byType.put(type, new Authenticator(rules(options, users, type)));
    }
    routes = new Authenticator(routeRules(options.cluster()));
  }

  /// For clients and leaves.
  public Authenticator of(ConnectionType type) {
    return Objects.requireNonNull(byType.get(type));
  }

  /// For other servers of the cluster; the account and permissions of its results mean nothing.
  public Authenticator routes() {
    return routes;
  }

  private static Authenticator.Rules rules(
      ServerOptions options, UserTable users, ConnectionType type) {
    var leaf = options.leaf().auth();
    if (type.isLeaf() && leaf != null && leaf.required()) {
      return ownLeafRules(leaf, type);
    }
    var auth = options.auth();
    var noAuthUser = auth.noAuthUser();
    var webSocket = options.websocket();
    var required = auth.required();
    if (webSocket != null && type.isWebSocket() && webSocketNoAuthUser(webSocket) != null) {
      noAuthUser = webSocketNoAuthUser(webSocket);
    }
    if (webSocket != null && type == ConnectionType.WEBSOCKET && overrides(webSocket)) {
      auth = Objects.requireNonNullElse(webSocket.auth(), AuthOptions.NONE);
      noAuthUser = webSocketNoAuthUser(webSocket);
      required = true;
    }
    var mapping = mappingTypes(options);
    return new Authenticator.Rules(
        type,
        required,
        false,
        users,
        auth.user(),
        auth.password(),
        auth.token(),
        noAuthUser,
        onlySystemUsers(options),
        type.isLeaf() && leaf != null ? accountOf(leaf) : AccountOptions.GLOBAL,
        false,
        user -> user.password().isEmpty() && mapping.stream().anyMatch(user::allowedOn));
  }

  private static Authenticator.Rules ownLeafRules(AuthOptions leaf, ConnectionType type) {
    return new Authenticator.Rules(
        type,
        true,
        true,
        new UserTable(leaf.users().stream().map(Authenticators::onEveryType).toList()),
        leaf.user(),
        leaf.password(),
        leaf.token(),
        null,
        false,
        accountOf(leaf),
        false,
        user -> false);
  }

  /// A route's certificate has to name the single user when the TLS options say so: then it is the
  /// only entry of the table and needs no password.
  private static Authenticator.Rules routeRules(@Nullable ClusterOptions cluster) {
    var auth = cluster == null ? AuthOptions.NONE : cluster.auth();
    var tls = cluster == null ? null : cluster.tls();
    var mapped = tls != null && tls.verifyAndMap();
    var users = new ArrayList<UserOptions>();
    if (mapped && auth.user() != null) {
      users.add(new UserOptions(auth.user(), null, null, AccountOptions.GLOBAL, null, Set.of()));
    }
    return new Authenticator.Rules(
        ConnectionType.STANDARD,
        mapped || auth.user() != null,
        true,
        new UserTable(users),
        mapped ? null : auth.user(),
        auth.password(),
        null,
        null,
        false,
        AccountOptions.GLOBAL,
        true,
        user -> true);
  }

  private static UserOptions onEveryType(UserOptions user) {
    return new UserOptions(
        user.user(), user.password(), user.nkey(), user.account(), user.permissions(), Set.of());
  }

  private static String accountOf(AuthOptions auth) {
    return Objects.requireNonNullElse(auth.account(), AccountOptions.GLOBAL);
  }

  private static boolean overrides(WebSocketOptions webSocket) {
    var auth = webSocket.auth();
    return (auth != null && (auth.user() != null || auth.token() != null))
        || webSocketNoAuthUser(webSocket) != null;
  }

  private static @Nullable String webSocketNoAuthUser(WebSocketOptions webSocket) {
    var auth = webSocket.auth();
    return webSocket.noAuthUser() == null && auth != null
        ? auth.noAuthUser()
        : webSocket.noAuthUser();
  }

  /// The types of connection whose listener lets a certificate name a user of the ordinary table.
  private static Set<ConnectionType> mappingTypes(ServerOptions options) {
    var types = EnumSet.noneOf(ConnectionType.class);
    if (maps(options.tls())) {
      types.add(ConnectionType.STANDARD);
    }
    if (options.websocket() != null && maps(options.websocket().tls())) {
      types.add(ConnectionType.WEBSOCKET);
    }
    var leaf = options.leaf();
    if (maps(leaf.tls())
        && leaf.listen() != null
        && (leaf.auth() == null || !leaf.auth().required())) {
      types.add(ConnectionType.LEAFNODE);
    }
    return types;
  }

  private static boolean maps(@Nullable TlsOptions tls) {
    return tls != null && tls.verifyAndMap();
  }

  /// Where only the system account has users, everyone else stays free to come in without any.
  private static boolean onlySystemUsers(ServerOptions options) {
    var auth = options.auth();
    List<UserOptions> users = auth.users();
    return auth.user() == null
        && auth.token() == null
        && auth.noAuthUser() == null
        && !users.isEmpty()
        && users.stream().allMatch(u -> u.account().equals(options.systemAccount()))
        && options.accounts().stream().allMatch(a -> a.name().equals(options.systemAccount()));
  }
}

package io.frond.route;

import io.frond.account.Account;
import io.frond.account.Tracer;
import io.frond.auth.Authenticator;
import io.frond.link.Link;
import io.frond.link.LinkHandler;
import io.frond.link.LinkOptions;
import io.frond.logging.Log;
import io.frond.options.ClientOptions;
import io.frond.options.ClusterOptions;
import io.frond.session.Arrears;
import io.frond.session.LeafDomains;
import io.frond.session.Resuming;
import io.frond.session.SpokeSessions;
import io.frond.transport.DialTls;
import io.frond.transport.Dialer;
import io.frond.wire.Connect;
import io.frond.wire.ProtocolParser;
import io.netty.channel.Channel;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// What routes need of the server that they belong to. Any thread; nothing here blocks.
public interface RouteHost {
  String serverId();

  String serverName();

  /// `cluster {}` as it is now.
  ClusterOptions options();

  /// Limits that all links share.
  ClientOptions clientOptions();

  /// Null when nobody is told of it.
  @Nullable String systemAccount();

  Log log();

  /// The account of that name, null when there is none.
  @Nullable Account account(String name);

  /// Tells of each account that is made from now on, and of those that there are.
  void watchAccounts(Consumer<Account> watcher);

  /// Makes the link of a channel, which is not yet in the channel's pipeline. On the channel's
  /// loop.
  Link link(
      Channel channel,
      ProtocolParser parser,
      LinkOptions options,
      Function<Link, LinkHandler> handler);

  /// Whether this server has streams: JetStream is on.
  boolean streams();

  /// What there is for links that resume.
  Resuming resume();

  /// What another server has not had of what leaves publish here; null when nothing is kept for it.
  ///
  /// @param server its name, for people
  /// @param connection what it is known by and which of the connections to it this is
  @Nullable Arrears arrears(String server, String connection);

  /// Decides which messages are traced.
  Tracer tracer();

  /// Whom the cluster lets in.
  Authenticator authenticator();

  /// Somebody was not let in.
  ///
  /// @param said its CONNECT, null for none
  void unauthorized(Link link, @Nullable Connect said);

  /// Where passwords are hashed.
  Executor slowChecks();

  Dialer dialer();

  /// TLS of a route that we dial, null for none.
  ///
  /// @param serverName whom the other side's certificate must name
  @Nullable DialTls dialTls(String serverName);

  ScheduledExecutorService timers();

  RandomGenerator random();

  /// Where clients reach this server, as `host:port`.
  List<String> clientUrls();

  /// Where WebSocket clients reach it.
  List<String> webSocketUrls();

  /// Where leaves reach it.
  List<String> leafUrls();

  /// The sessions of leaves, null when this server keeps nothing for leaves that are away.
  @Nullable SpokeSessions sessions();

  /// Which leaf has which JetStream domain.
  LeafDomains domains();

  /// The cluster's name changed, or the URLs that its other servers told.
  void clusterChanged();
}

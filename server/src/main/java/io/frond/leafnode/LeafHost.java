package io.frond.leafnode;

import io.frond.account.Account;
import io.frond.account.Tracer;
import io.frond.auth.Authenticator;
import io.frond.auth.ConnectionType;
import io.frond.link.CloseReason;
import io.frond.link.Link;
import io.frond.link.LinkLoops;
import io.frond.logging.Log;
import io.frond.options.ClientOptions;
import io.frond.options.LeafOptions;
import io.frond.session.LeafDomains;
import io.frond.session.Resuming;
import io.frond.session.SessionFile;
import io.frond.session.SessionRecord;
import io.frond.session.SpokeSessions;
import io.frond.transport.Arrival;
import io.frond.transport.Dialer;
import io.frond.wire.Connect;
import io.frond.wire.Info;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// What leaf nodes need of the server. Any thread.
public interface LeafHost {
  LeafOptions options();

  /// Limits that hold for all connections.
  ClientOptions limits();

  Log log();

  String serverId();

  String serverName();

  /// The cluster's name, null when the server is in none.
  @Nullable String clusterName();

  /// The JetStream domain, null for none.
  @Nullable String domain();

  /// Whether an account has JetStream here.
  boolean hasJetStream(String account);

  /// Where the JetStream of an account is that has none here: `default_js_domain`. Null when that
  /// does not name the account.
  @Nullable String defaultDomain(String account);

  /// The INFO for a leaf, with what every leaf is told.
  Info.Builder info(Arrival arrival);

  /// The account of that name, null when there is none (any more).
  @Nullable Account account(String name);

  boolean isSystem(Account account);

  Authenticator authenticator(ConnectionType type);

  /// Whether a certificate names the user (`verify_and_map` of the listener).
  boolean verifyAndMap(Arrival arrival);

  /// Where what is remembered of hubs is stored, null without a store.
  ///
  /// @param content what there is to store, when it is asked for
  @Nullable SessionFile hubFile(Supplier<List<SessionRecord>> content);

  /// What there is for links that resume.
  Resuming resume();

  /// The sessions of leaves, null when this server keeps nothing for leaves that are away.
  @Nullable SpokeSessions sessions();

  /// Which leaf has which JetStream domain, in all of the cluster.
  LeafDomains domains();

  /// How long a leaf may take to say who it is.
  Duration authTimeout();

  /// Decides which messages are traced.
  Tracer tracer();

  /// Where passwords are hashed and files are read.
  Executor slowWork();

  LinkLoops loops();

  long nextLinkId();

  Dialer dialer();

  SecureRandom random();

  /// What lanes of leaves below ask, null when nobody answers.
  default @Nullable LaneDoor laneDoor() {
    return null;
  }

  /// A link stands.
  default void joined(Leaf leaf) {}

  /// A leaf was not admitted, since it did not say who it is, or not rightly. Its loop.
  ///
  /// @param said its CONNECT, null when it sent none
  default void unauthorized(Link link, @Nullable Connect said) {}

  /// A link ended that stood.
  default void left(Leaf leaf, CloseReason reason) {}

  /// Hears of links to hubs, null for nobody.
  default @Nullable HubWatch hubWatch() {
    return null;
  }
}

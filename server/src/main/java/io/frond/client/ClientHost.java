package io.frond.client;

import io.frond.account.Account;
import io.frond.account.Tracer;
import io.frond.auth.Authenticator;
import io.frond.auth.ConnectionType;
import io.frond.link.CloseReason;
import io.frond.link.Link;
import io.frond.logging.Log;
import io.frond.options.ClientOptions;
import io.frond.transport.Arrival;
import io.frond.wire.Connect;
import java.time.Duration;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/// What a client needs of the server it is connected to. Any thread.
public interface ClientHost {
  ClientOptions options();

  Log log();

  /// The INFO for a client.
  ///
  /// @param nonce what it may sign, null for none
  byte[] info(Client client, @Nullable String nonce);

  /// The account of that name, null when there is none (any more).
  @Nullable Account account(String name);

  Authenticator authenticator(ConnectionType type);

  /// Whether a certificate names the user (`verify_and_map` of the listener).
  boolean verifyAndMap(Arrival arrival);

  /// How long a connection may take to say who it is.
  Duration authTimeout(Arrival arrival);

  /// Decides which messages are traced.
  Tracer tracer();

  /// Where passwords are hashed.
  Executor slowChecks();

  /// A connection came in.
  ///
  /// @return false when there are too many already
  boolean opened(Client client);

  /// It said who it is and was admitted to its account; once.
  void admitted(Client client);

  /// It ended; called once for each that was opened, on its loop and while it still has its account
  /// and subscriptions.
  void closed(Client client, CloseReason reason);

  /// It is no client, as [#leaf] will say next; called instead of [#closed].
  void handedOver(Client client);

  /// The connection turned out to be a leaf's: its CONNECT names a server. The host gives the link
  /// another handler, or ends it.
  void leaf(Link link, Arrival arrival, Connect connect, @Nullable String nonce);
}

package io.frond.session;

import io.frond.account.Delivery;
import io.frond.sync.SyncSample;
import org.jspecify.annotations.Nullable;

/// What is kept for one session, in the logs of all publishing threads, until its far end has
/// settled it. Any thread, but for [#note].
interface SpokeMail {
  /// The session's number in this server's logs.
  int handle();

  /// How it stands, for monitoring.
  SyncSample sample(String name, boolean connected, String reason, long lastExchangeMillis);

  /// Keeps the message and, when its turn comes, sends it. On the delivering thread.
  ///
  /// @param queues the chosen queue groups; the first `count` are valid
  void note(Delivery message, byte[][] queues, int count);

  /// From now on what is kept goes there, beginning with the oldest that is not settled; null while
  /// the far end is away.
  void carrier(@Nullable Carrier carrier);

  /// The far end has settled what this server sent from one of its sources.
  void settled(String source, long sequence);

  /// Whether something waits to be sent; a moment old.
  boolean isBehind();

  /// Who wants what has changed: what was held back may be sent or dropped now.
  void wake();

  /// All that is kept is dropped: the far end has it from elsewhere, or never comes back.
  void forget();

  /// Nothing is kept any more.
  void close();
}

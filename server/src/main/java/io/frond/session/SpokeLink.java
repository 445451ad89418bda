package io.frond.session;

import io.frond.account.Delivery;
import io.frond.trace.TraceEnd;
import org.jspecify.annotations.Nullable;

/// The link of a session's leaf, as it is connected to this server. Any thread.
public interface SpokeLink {
  /// Where what is kept for the session goes.
  Carrier carrier(SpokeSession session);

  /// Sends a message that is not kept.
  ///
  /// @return whether the leaf may have it
  boolean straight(Delivery message, byte @Nullable [] queue);

  /// Whether the leaf may have the message.
  boolean maySend(Delivery message);

  /// The link as a trace names it.
  TraceEnd traceEnd();

  /// The link's number among all that the leaf ever had.
  long number();

  /// Sends a message that another server of the cluster keeps for the session.
  ///
  /// @param source one of that server's, as the session knows it
  /// @param sequence the message's there
  void pass(Delivery message, String source, long sequence, byte[][] queues);

  /// The leaf is connected elsewhere now: this link ends.
  void superseded();
}

package io.frond.session;

import io.frond.account.RemoteTarget;
import org.jspecify.annotations.Nullable;

/// Another server of the cluster that serves sessions, as one account's connection reaches it. What
/// is told is queued, with the lock of [SpokeSessions] held.
public interface SpokePeer {
  /// The server's name, for logs and monitoring.
  String serverName();

  void tell(SpokeNews news);

  /// @param weight members of the queue group, 0 when the interest ended
  void show(SpokeSession session, byte[] subject, byte @Nullable [] queue, int weight);

  /// Where what is kept here goes for a leaf that is connected there.
  ///
  /// @param link number of the leaf's link there
  /// @param handle the session's, in the logs of this server
  Carrier carrier(SpokeSession session, long link, int handle);

  /// Where a message goes that is not kept.
  RemoteTarget straight();

  /// A leaf that is connected here has settled what that server sent.
  void settled(SpokeSession session, String source, long sequence);
}

package io.frond.stream;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// Whose [Origin] it is: it knows what was taken, and takes what comes. The shard's thread.
interface OriginOwner {
  /// @param sequence to begin at, 0 for not by sequence
  record Start(long sequence, @Nullable Instant time) {}

  /// Where to begin when nothing was taken yet.
  Start start(Origin origin);

  /// The origin gives us messages from now on.
  ///
  /// @param delivered the sequence before the first that can come
  void began(Origin origin, long delivered);

  /// Which stream the origin was so far, by the time of its creation; 0 for not known.
  long identity(Origin origin);

  /// The origin is this stream from now on.
  ///
  /// @param anew whether it is another one than before, of which nothing was taken yet
  void identified(Origin origin, long created, boolean anew);

  /// Takes the next message: proposes it, with [Origin#done] for its completion.
  void take(Origin origin, byte[] subject, OriginAck ack, int headerLength, byte[] body);
}

package io.frond.stream;

import io.frond.store.SubjectFilter;
import java.nio.ByteBuffer;

/// What a stream needs of its consumers. On the shard's thread.
public interface StreamConsumer {
  String name();

  /// Its number within the stream, never used again; log entries name the consumer by it.
  int number();

  /// Which messages are for it.
  SubjectFilter filter();

  /// A message was appended that [#filter] matches: it may be delivered. The stream asks each
  /// consumer once for each message, so this only notes the fact; delivery happens after the batch.
  void appended(long sequence, byte[] subject);

  /// A message that [#filter] matches was removed for another reason than this consumer's
  /// acknowledgement: limits, expiry, a request, another consumer of an interest stream.
  void removed(long sequence, byte[] subject);

  /// Everything before `firstSequence` is gone (purge, compaction), or everything that matches
  /// `what`.
  ///
  /// @param aged whether it was too old, and nobody asked for it: what waits for an acknowledgement
  ///   is said to be lost then
  void purged(SubjectFilter what, long firstSequence, boolean aged);

  /// Whether a message of an interest or work-queue stream is still to be kept for this consumer:
  /// it matches, and it was not acknowledged (or, with no acknowledgements, delivered) yet.
  boolean needs(long sequence, byte[] subject);

  /// Applies an entry of a kind from [io.frond.shard.EntryKind#CONSUMER_FIRST] on; `at` is behind
  /// the consumer's number.
  void apply(byte kind, ByteBuffer bytes, int at, int length);

  /// Replay is over, or the consumer was just created: live work (timers, delivery) begins.
  void start();

  /// The stream's configuration changed.
  void streamChanged();

  /// Ends its live work and timers. Its state is not touched.
  void stop();
}

package io.frond.api;

import io.frond.consumer.ConsumerConfig;
import io.frond.consumer.ConsumerState;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// A stream that is being restored from a backup: nobody sees it before [#finish]. What is given
/// goes through the log, in order. On the shard's thread.
public interface Restoration {
  /// Bytes that were given and are not applied yet: wait with more while they are many.
  long waiting();

  /// A message, behind those that were given before; sequences in between are deleted ones.
  ///
  /// @param timestamp nanoseconds since the epoch
  /// @param buffer holds headers and payload: `length` bytes from `at` on
  void message(
      long sequence,
      long timestamp,
      byte[] subject,
      ByteBuffer buffer,
      int at,
      int headerLength,
      int length);

  /// The next message after the restoration becomes `last + 1`.
  void skipTo(long last);

  /// Takes out a message that was given.
  void delete(long sequence);

  /// Takes out all before a sequence.
  void deleteBefore(long sequence);

  /// @param created nanoseconds since the epoch
  void consumer(String name, long created, ConsumerConfig config, @Nullable ConsumerState state);

  /// All is given: from now on the stream is there.
  void finish(Assets.Done<ApiStream> done);

  /// What was given is forgotten.
  void abandon();
}

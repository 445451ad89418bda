package io.frond.shard;

import java.nio.ByteBuffer;
import java.util.Arrays;

/// The way of messages from the shard into one account. On the shard's thread. Receivers are
/// flushed once at the end of the batch.
public interface Outlet {
  /// What became of a message.
  enum Taken {
    /// Nobody was interested.
    NOBODY,
    /// Delivered.
    YES,
    /// Delivered, but a receiver's queue is long: wait some milliseconds before sending more.
    CROWDED
  }

  /// Publishes a message of the server's own.
  ///
  /// @param reply empty for none
  /// @param body headers (of `headerLength` bytes, 0 for none) and payload
  Taken publish(byte[] subject, byte[] reply, int headerLength, byte[] body);

  /// Delivers a message to those interested in `to`, who see it under the subject `shown`.
  ///
  /// @param reply the acknowledgement subject, `replyLength` bytes
  /// @param buffer holds headers and payload: `length` bytes from absolute offset `at` on
  Taken deliver(
      byte[] to,
      byte[] shown,
      byte[] reply,
      int replyLength,
      int headerLength,
      ByteBuffer buffer,
      int at,
      int length);

  /// Publishes an answer to a subject that lies in a buffer.
  ///
  /// @param from holds the subject: `length` bytes from absolute offset `at` on
  /// @param body payload: its first `bodyLength` bytes
  default Taken answer(ByteBuffer from, int at, int length, byte[] body, int bodyLength) {
    var subject = new byte[length];
    from.get(at, subject);
    return publish(subject, new byte[0], 0, Arrays.copyOf(body, bodyLength));
  }

  /// Whether anyone (a client here, another server) is interested in a literal subject.
  boolean hasInterest(byte[] subject);

  /// Whether anyone is interested in exactly this subject, not by a wildcard.
  ///
  /// @param queue the group that it must be; empty for a subscription without one
  boolean hasLiteralInterest(byte[] subject, byte[] queue);

  /// Rises whenever interest in the account changes: what [#hasInterest] said is good until then.
  long interestGeneration();

  /// Watches interest in a literal subject: `changed` runs on the shard's thread soon after it may
  /// have begun or ended.
  Listening watch(byte[] subject, Runnable changed);

  /// Listens to a subject in the account; the handler is called on the shard's thread.
  ///
  /// @param subject may hold wildcards
  /// @return closing it ends the subscription
  Listening subscribe(String subject, Handler handler);

  /// A subscription of the shard's own.
  interface Listening extends AutoCloseable {
    @Override
    void close();
  }

  /// Takes a message; the arrays are its own.
  interface Handler {
    void message(byte[] subject, byte[] reply, int headerLength, byte[] body);
  }
}

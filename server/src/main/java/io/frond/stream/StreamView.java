package io.frond.stream;

import io.frond.shard.Outlet;
import io.frond.shard.Shard;
import io.frond.store.MessageStore;
import java.util.function.Supplier;

/// What a consumer needs of its stream. On the shard's thread.
public interface StreamView {
  /// The stream's number, which log entries carry.
  long id();

  StreamConfig config();

  MessageStore store();

  Shard shard();

  Outlet outlet();

  /// The account's name, for subjects and events.
  String account();

  /// The JetStream domain, empty for none.
  String domain();

  /// While an entry is applied: a consumer is done with a message. An interest or work-queue stream
  /// then removes it when no consumer [StreamConsumer#needs] it any more.
  void settled(StreamConsumer consumer, long sequence);

  /// Like [#settled] for all messages from `first` to `last`. An interest stream keeps nothing for
  /// a consumer of what is before them, either; a work queue does: nobody got it yet.
  void settledUpTo(StreamConsumer consumer, long first, long last);

  /// The consumer was reset: it needs what is behind the sequence. What is before it goes from an
  /// interest stream, and stays in a work queue.
  void begunAnew(StreamConsumer consumer, long sequence);

  /// Publishes an advisory or metric of `$JS.EVENT.…`; without effect while replaying.
  ///
  /// @param json built only when somebody listens
  void event(String subject, Supplier<byte[]> json);

  /// An id of 22 letters and digits for events, pins and such.
  String newId();

  /// Deletes a consumer (inactive, or its end was asked for), through the log.
  void deleteConsumer(StreamConsumer consumer);
}

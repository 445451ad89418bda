package io.frond.consumer;

import org.jspecify.annotations.Nullable;

/// Who gets a consumer's messages: the pull requests that wait, or the subject of a push consumer.
/// On the shard's thread.
sealed interface Receivers permits Pulls, Push {
  /// Whether someone would take a message, as far as can be told before there is one.
  boolean ready();

  /// The subject to send the next message to.
  ///
  /// @param size of the message as a client counts it
  /// @return null when nobody takes it now; nothing has changed then but for requests that ended
  byte @Nullable [] choose(int size);

  /// A message went out to whom [#choose] named.
  void sent(int size);

  /// Nobody listened at what [#choose] named.
  void unheard();

  /// There is nothing more to send now.
  ///
  /// @param end whether that is because there is no message, and not because too many wait for an
  ///   acknowledgement
  void idle(boolean end);

  void configured(ConsumerConfig now);

  void start();

  void stop();
}

package io.frond.consumer;

import io.frond.json.JsonWriter;
import io.frond.shard.Shard;

/// A consumer: delivers a stream's messages and keeps what was acknowledged.
///
/// Here is what the API (`io.frond.api`) needs of it; all of it is to come.
public abstract class Consumer {
  public abstract String name();

  public abstract ConsumerConfig config();

  /// Nanoseconds since the epoch.
  public abstract long created();

  /// Writes nats-server's `ConsumerInfo` from `delivered` to its end into the object that is open.
  public abstract void writeInfo(JsonWriter to);

  /// Takes a pull request; what is wrong with it is answered to `reply` as a status.
  public abstract void pull(byte[] reply, byte[] request);

  /// Takes the pin from the client that has it, because an administrator wants it.
  public abstract void unpin(String group);

  /// @param sequence to deliver from, 0 for "behind the ack floor"
  /// @param done gets the sequence as a Long, or a text that says why not
  public abstract void proposeReset(long sequence, Shard.Completion done);
}

package io.frond.consumer;

import io.frond.json.JsonWriter;
import io.frond.shard.Shard;

/// A consumer: delivers a stream's messages and keeps what was acknowledged.
///
/// Here is what the API (`io.frond.api`) needs of it; all of it is to come.
public final class Consumer {
  public String name() {
    throw new UnsupportedOperationException();
  }

  public ConsumerConfig config() {
    throw new UnsupportedOperationException();
  }

  /// Nanoseconds since the epoch.
  public long created() {
    throw new UnsupportedOperationException();
  }

  /// Writes nats-server's `ConsumerInfo` from `delivered` to its end into the object that is open.
  public void writeInfo(JsonWriter to) {
    throw new UnsupportedOperationException();
  }

  /// Takes a pull request; what is wrong with it is answered to `reply` as a status.
  public void pull(byte[] reply, byte[] request) {
    throw new UnsupportedOperationException();
  }

  /// Takes the pin from the client that has it, because an administrator wants it.
  public void unpin(String group) {
    throw new UnsupportedOperationException();
  }

  /// @param sequence to deliver from, 0 for "behind the ack floor"
  /// @param done gets the sequence as a Long, or a text that says why not
  public void proposeReset(long sequence, Shard.Completion done) {
    throw new UnsupportedOperationException();
  }
}

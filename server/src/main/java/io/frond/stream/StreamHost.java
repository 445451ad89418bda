package io.frond.stream;

import io.frond.shard.Outlet;
import io.frond.shard.Shard;
import java.io.IOException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// What a stream needs of the JetStream that it belongs to. On the shard's thread.
public interface StreamHost {
  Shard shard();

  /// Into the stream's account.
  Outlet outlet();

  String account();

  /// The JetStream domain, empty for none.
  String domain();

  /// This server's name, for events and `cluster` in answers.
  String serverName();

  String serverId();

  /// Whether the account's and the server's limits let the stream grow by so many bytes.
  @Nullable ApiError mayGrow(StreamConfig config, long bytes);

  /// The stream grew or shrank.
  void grew(StreamConfig config, long bytes);

  /// See [StreamView#event].
  void event(String subject, Supplier<byte[]> json);

  String newId();

  /// Tells those who read the log.
  default void note(String text) {}

  /// The stream asks for an end of a consumer; goes through the log.
  void deleteConsumer(long stream, int consumer);

  /// What batch publishing may use; the same one for all streams of the server.
  BatchBudget batchBudget();

  /// How many entries of the log, of any streams, were found lost while it was read.
  long lostEntries();

  /// The stream's store failed outside of [Stream#apply], or in a part of it that can wait: call
  /// [Stream#catchUp] until it succeeds, and let nothing be published meanwhile.
  void failed(Stream stream, IOException why);
}

package io.frond.api;

import io.frond.backup.BackupException;
import io.frond.backup.BackupReader;
import io.frond.consumer.ConsumerConfig;
import io.frond.consumer.ConsumerState;
import io.frond.json.JsonTime;
import io.frond.shard.Outlet;
import io.frond.shard.Shard;
import io.frond.stream.ApiError;
import io.frond.stream.ApiErrorCode;
import io.frond.stream.StreamConfig;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// Takes a stream's backup in chunks, each acknowledged when it was taken in, and restores the
/// stream. An empty chunk is the end. On the shard's thread.
final class Restore {
  private static final String ANSWER = "stream_create_response";
  private static final long ACTIVITY_NANOS = 5_000_000_000L;

  /// Bytes that may wait for the log before a chunk's acknowledgement waits too.
  private static final long WAITING_MAX = 16 << 20;

  private static final long LOOK_NANOS = 5_000_000L;

  private final Api api;
  private final Call call;
  private final StreamConfig config;
  private final long first;
  private final Content content = new Content();
  private final BackupReader backup = new BackupReader(content);
  private final long started;
  private long bytes;
  private long active;
  private boolean ended;
  private @Nullable Restoration restoration;
  private Outlet.@Nullable Listening chunks;
  private Shard.@Nullable Timer watch;

  /// @param config of the stream that is to be, checked
  /// @param first the sequence before which nothing counts
  Restore(Api api, Call call, StreamConfig config, long first) {
    this.api = api;
    this.call = call;
    this.config = config;
    this.first = first;
    started = now();
  }

  private Shard shard() {
    return api.assets().shard();
  }

  private long now() {
    return shard().now();
  }

  /// Asks the client for chunks.
  void begin() {
    event("RESTORE_CREATE", "restore_create", false);
    var subject = "$JS.SNAPSHOT.RESTORE." + config.name() + '.' + api.assets().newId();
    chunks =
        call.outlet()
            .subscribe(subject, (_, reply, headerLength, body) -> chunk(reply, headerLength, body));
    active = now();
    watch();
    call.answer(call.begin().put("deliver_subject", subject));
  }

  private void watch() {
    watch = shard().schedule(active + ACTIVITY_NANOS, this::look);
  }

  private void look() {
    if (ended) {
      return;
    }
    if (now() - active >= ACTIVITY_NANOS) {
      fail(MessageHeaders.NONE, problem("restore for stream '" + name() + "' is stalled"));
    } else {
      watch();
    }
  }

  private String name() {
    return call.accountName() + " > " + config.name();
  }

  private static ApiError problem(String text) {
    return ApiErrorCode.STREAM_RESTORE.with(text);
  }

  private void chunk(byte[] reply, int headerLength, byte[] body) {
    if (ended) {
      return;
    }
    active = now();
    var length = body.length - headerLength;
    if (reply.length == 0) {
      fail(
          reply,
          problem("restore for stream '" + name() + "' requires reply subject for each chunk"));
      return;
    }
    try {
      if (length == 0) {
        backup.end();
        finish(reply);
        return;
      }
      bytes += length;
      backup.read(body, headerLength, length);
      acknowledge(reply);
    } catch (BackupException e) {
      var refused = content.refused;
      fail(reply, refused == null ? problem(String.valueOf(e.getMessage())) : refused);
    }
  }

  private void acknowledge(byte[] reply) {
    var there = restoration;
    if (ended) {
      return;
    }
    if (there != null && there.waiting() > WAITING_MAX) {
      active = now();
      shard().schedule(now() + LOOK_NANOS, () -> acknowledge(reply));
      return;
    }
    call.outlet().publish(reply, MessageHeaders.NONE, 0, MessageHeaders.NONE);
  }

  private void finish(byte[] reply) {
    close();
    var there = restoration;
    if (there == null) {
      return;
    }
    there.finish((stream, error) -> {
      complete();
      if (stream == null) {
        refuse(reply, error == null ? problem("the engine gave up") : error);
        return;
      }
      api.events().stream(call.outlet(), config.name(), Events.Action.CREATE);
      for (var consumer : stream.consumers().keySet()) {
        api.events().consumer(call.outlet(), config.name(), consumer, Events.Action.CREATE);
      }
      try {
        var to = call.begin(ANSWER);
        api.infos().stream(to, stream, Infos.Wanted.CREATED);
        call.outlet().publish(reply, MessageHeaders.NONE, 0, to.end().bytes());
      } catch (IOException e) {
        refuse(reply, problem(String.valueOf(e.getMessage())));
      }
    });
  }

  private void fail(byte[] reply, ApiError error) {
    close();
    if (restoration != null) {
      restoration.abandon();
    }
    complete();
    refuse(reply, error);
  }

  private void refuse(byte[] reply, ApiError error) {
    api.assets().warn("Restore failed for stream '" + name() + "': " + error.text());
    if (reply.length > 0) {
      var answer = error.write(call.begin(ANSWER)).end().bytes();
      call.outlet().publish(reply, MessageHeaders.NONE, 0, answer);
    }
  }

  private void close() {
    ended = true;
    if (chunks != null) {
      chunks.close();
    }
    if (watch != null) {
      watch.cancel();
    }
  }

  private void complete() {
    event("RESTORE_COMPLETE", "restore_complete", true);
  }

  private void event(String token, String type, boolean over) {
    SnapshotApi.event(
        api,
        call,
        config.name(),
        token,
        type,
        json -> {
          if (over) {
            json.put("start", JsonTime.of(started))
                .put("end", JsonTime.of(now()))
                .put("bytes", bytes);
          }
        });
  }

  /// Gives what the backup holds to the engine.
  private final class Content implements BackupReader.Content {
    private @Nullable ApiError refused;
    private long stored;

    @Override
    public void stream(StreamConfig of, long created) throws BackupException {
      if (!of.name().equals(config.name())) {
        throw new BackupException("stream names do not match");
      }
      var account = api.assets().account(call.accountName());
      restoration =
          account == null ? null : account.restore(config, created == 0 ? started : created);
      restoration();
    }

    private Restoration restoration() throws BackupException {
      if (restoration == null) {
        throw new BackupException("streams cannot be restored here");
      }
      return restoration;
    }

    @Override
    public void message(
        long sequence,
        long timestamp,
        byte[] subject,
        ByteBuffer buffer,
        int at,
        int headerLength,
        int length)
        throws BackupException {
      if (sequence < first) {
        return;
      }
      stored += length;
      check();
      restoration().message(sequence, timestamp, subject, buffer, at, headerLength, length);
    }

    /// The limits must have room for what is restored.
    private void check() throws BackupException {
      var account = api.assets().account(call.accountName());
      var error =
          account == null
              ? ApiErrorCode.NOT_ENABLED_FOR_ACCOUNT.with()
              : api.limits().restore(account, config, stored);
      if (error != null) {
        refused = error;
        throw new BackupException(error.text());
      }
    }

    @Override
    public void last(long sequence, long timestamp) throws BackupException {
      restoration().skipTo(sequence);
    }

    @Override
    public void deletedBefore(long sequence) throws BackupException {
      restoration().deleteBefore(sequence);
    }

    @Override
    public void deleted(long sequence) throws BackupException {
      if (sequence >= first) {
        restoration().delete(sequence);
      }
    }

    @Override
    public void consumer(
        String name, long created, ConsumerConfig of, @Nullable ConsumerState state)
        throws BackupException {
      restoration().consumer(name, created, of, state);
    }
  }
}

package io.frond.api;

import io.frond.backup.BackupWriter;
import io.frond.backup.BackupWriter.ConsumerFile;
import io.frond.json.JsonTime;
import io.frond.shard.Outlet;
import io.frond.shard.Shard;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Sends a stream's backup in chunks: so many unacknowledged ones at most, each with a reply
/// subject for its acknowledgement, and an empty message at the end. On the shard's thread.
final class Snapshot {
  private static final int CHUNK = 128 << 10;
  private static final int WINDOW = 8 << 20;
  private static final long INTEREST_NANOS = 2_000_000_000L;
  private static final long ACK_NANOS = 5_000_000_000L;
  private static final long CROWDED_NANOS = 5_000_000L;
  private static final long LOOK_NANOS = 50_000_000L;

  private final Api api;
  private final Call call;
  private final String stream;
  private final byte[] deliver;
  private final Flow flow;
  private final BackupWriter backup;
  private final String ackSubject;
  private final long started;
  private byte[] chunk;
  private int filled;
  private byte @Nullable [] piece;
  private int pieceAt;
  private long index = 1;
  private int inFlight;
  private boolean sending;
  private boolean waited;
  private boolean ended;
  private Outlet.@Nullable Listening acks;
  private Shard.@Nullable Timer stalled;

  /// How much goes out at a time.
  ///
  /// @param chunk bytes
  /// @param inFlight chunks without acknowledgement
  record Flow(int chunk, int inFlight) {
    /// @param chunk as asked, 0 for the default; `window` alike, bytes
    static Flow of(int chunk, int window) {
      var bytes = Math.clamp(chunk == 0 ? CHUNK : chunk, 1024, 1 << 20);
      var all = Math.clamp(window == 0 ? WINDOW : window, 1024, 32 << 20);
      return new Flow(bytes, Math.max(all, bytes) / bytes);
    }
  }

  Snapshot(Api api, Call call, ApiStream stream, String deliver, boolean consumers, Flow flow) {
    this.api = api;
    this.call = call;
    this.stream = stream.stream().config().name();
    this.deliver = deliver.getBytes(StandardCharsets.UTF_8);
    this.flow = flow;
    started = now();
    backup =
        new BackupWriter(
            stream.stream().config(),
            stream.created(),
            stream.stream().store(),
            consumers ? consumers(stream) : List.of(),
            started);
    ackSubject = "$JS.SNAPSHOT.ACK." + this.stream + '.' + api.assets().newId();
    chunk = new byte[flow.chunk];
  }

  private static List<ConsumerFile> consumers(ApiStream stream) {
    var all = new ArrayList<ConsumerFile>();
    for (var consumer : stream.consumers().values()) {
      if (!consumer.config().direct()) {
        all.add(
            new ConsumerFile(
                consumer.name(), consumer.created(), consumer.config(), consumer.state()));
      }
    }
    return all;
  }

  private Shard shard() {
    return api.assets().shard();
  }

  private long now() {
    return shard().now();
  }

  /// Waits for interest in the chunks and sends them.
  void begin() {
    acks =
        call.outlet()
            .subscribe(
                ackSubject + ".>",
                (_, _, _, _) -> {
                  inFlight = Math.max(0, inFlight - 1);
                  sendSoon();
                });
    awaitInterest(now() + INTEREST_NANOS);
  }

  private void awaitInterest(long until) {
    waited = now() >= until;
    if (waited || isWanted()) {
      send();
    } else {
      shard().schedule(now() + LOOK_NANOS, () -> awaitInterest(until));
    }
  }

  /// Clients first ask for the answer by a wildcard that matches the chunks too, and subscribe to
  /// the chunks when they have it. Who does not do so in time takes them by the wildcard.
  private boolean isWanted() {
    return call.outlet().hasLiteralInterest(deliver, MessageHeaders.NONE)
        || (waited && call.outlet().hasInterest(deliver));
  }

  private void sendSoon() {
    if (!sending && !ended) {
      sending = true;
      shard().afterBatch(this::send);
    }
  }

  private void send() {
    sending = false;
    if (ended) {
      return;
    }
    try {
      while (inFlight < flow.inFlight) {
        if (!isWanted()) {
          end("408 No Interest");
          return;
        }
        if (!fill()) {
          last();
          return;
        }
        if (publishChunk() == Outlet.Taken.CROWDED) {
          sending = true;
          shard().schedule(now() + CROWDED_NANOS, this::send);
          return;
        }
      }
      watch();
    } catch (IOException e) {
      end("500 " + DirectApi.oneLine(e));
    }
  }

  /// Ends when no acknowledgement comes for a while.
  private void watch() {
    if (stalled != null) {
      stalled.cancel();
    }
    var sent = index;
    stalled =
        shard()
            .schedule(
                now() + ACK_NANOS,
                () -> {
                  if (index == sent) {
                    end("408 No Flow Response");
                  }
                });
  }

  /// Fills the chunk; false when the backup ends before it is full.
  private boolean fill() throws IOException {
    while (filled < flow.chunk) {
      var from = piece;
      if (from == null || pieceAt == from.length) {
        piece = backup.next();
        pieceAt = 0;
        if (piece == null) {
          return false;
        }
        continue;
      }
      var take = Math.min(flow.chunk - filled, from.length - pieceAt);
      System.arraycopy(from, pieceAt, chunk, filled, take);
      filled += take;
      pieceAt += take;
    }
    return true;
  }

  private Outlet.Taken publishChunk() {
    var reply = ackSubject + '.' + filled + '.' + index++;
    inFlight++;
    filled = 0;
    var full = chunk;
    chunk = new byte[flow.chunk];
    return call.outlet().publish(deliver, reply.getBytes(StandardCharsets.UTF_8), 0, full);
  }

  private void last() {
    if (filled > 0) {
      call.outlet().publish(deliver, MessageHeaders.NONE, 0, Arrays.copyOf(chunk, filled));
    }
    if (index > 1) {
      end("204");
    } else {
      close();
      call.outlet().publish(deliver, MessageHeaders.NONE, 0, MessageHeaders.NONE);
    }
    SnapshotApi.event(
        api,
        call,
        stream,
        "SNAPSHOT_COMPLETE",
        "snapshot_complete",
        json -> json.put("start", JsonTime.of(started)).put("end", JsonTime.of(now())));
  }

  private void end(String status) {
    close();
    var headers = MessageHeaders.status(status);
    call.outlet().publish(deliver, MessageHeaders.NONE, headers.length, headers);
    if (!status.equals("204")) {
      api.assets()
          .warn(
              "Snapshot of stream '" + call.accountName() + " > " + stream + "' failed: " + status);
    }
  }

  private void close() {
    ended = true;
    if (stalled != null) {
      stalled.cancel();
    }
    if (acks != null) {
      acks.close();
    }
  }
}

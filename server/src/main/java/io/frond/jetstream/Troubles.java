package io.frond.jetstream;

import io.frond.api.Losses;
import io.frond.json.JsonWriter;
import io.frond.logging.Log;
import io.frond.shard.EntryKind;
import io.frond.stream.ApiErrorCode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// What goes wrong with streams' files. A stream whose files cannot be written keeps its committed
/// entries until they can, and takes nothing more meanwhile; what is found damaged is counted and
/// told of: in the log, by an advisory, and to monitoring. On the shard's thread, but for the
/// counts, which others may read a moment old.
final class Troubles {
  private static final long RETRY_NANOS = 250_000_000L;

  /// Streams that could not be brought back; how many are named at most.
  private static final int NAMES_MAX = 100;

  /// Lost messages.
  private record Range(long first, long last) {}

  private final Engine engine;
  private final Log log;
  private final List<String> streams = new ArrayList<>();
  private final List<String> rebuilt = new ArrayList<>();
  private final Map<Long, List<Range>> unplaced = new HashMap<>();
  private volatile long messages;
  private volatile long entries;

  Troubles(Engine engine, Log log) {
    this.engine = engine;
    this.log = log;
  }

  static String describe(Asset asset) {
    return "stream '" + asset.account().name() + " > " + asset.config().name() + "'";
  }

  // The disk refuses.

  /// Applies an entry; when the disk refuses it, it waits.
  void apply(Asset asset, long index, byte kind, ByteBuffer bytes, int at, int length) {
    var backlog = asset.backlog();
    if (backlog != null) {
      backlog.add(index, kind, bytes, at, length);
      if (kind < EntryKind.STREAM_FIRST) {
        engine.shard().answer(ApiErrorCode.INSUFFICIENT_RESOURCES.with());
      }
      return;
    }
    try {
      applyTo(asset, index, kind, bytes, at, length);
    } catch (IOException | UncheckedIOException e) {
      trouble(asset, e).add(index, kind, bytes, at, length);
    }
  }

  /// Something of a stream has to be done again when the disk works.
  void trouble(Asset asset, IOException why) {
    var _ = trouble(asset, (Exception) why);
  }

  private Backlog trouble(Asset asset, Exception why) {
    var backlog = asset.backlog();
    if (backlog == null) {
      log.error("JetStream: " + describe(asset) + " cannot be written: " + why.getMessage());
      backlog = new Backlog();
      asset.backlog(backlog);
      retryLater(asset);
    }
    return backlog;
  }

  private void applyTo(Asset asset, long index, byte kind, ByteBuffer bytes, int at, int length)
      throws IOException {
    if (kind < EntryKind.STREAM_FIRST) {
      engine.meta(index, kind, asset.id(), bytes, at, length);
      return;
    }
    if (kind < EntryKind.CONSUMER_FIRST) {
      asset.stream().apply(index, kind, bytes, at, length);
    } else {
      var consumer = asset.consumer(bytes.getInt(at));
      if (consumer != null) {
        consumer.apply(kind, bytes, at + 4, length - 4);
      }
    }
    asset.applied(index);
  }

  private void retryLater(Asset asset) {
    var shard = engine.shard();
    var _ = shard.schedule(shard.now() + RETRY_NANOS, () -> retry(asset));
  }

  private void retry(Asset asset) {
    var backlog = asset.backlog();
    if (backlog == null || asset.gone()) {
      return;
    }
    var waiting = backlog.entries();
    try {
      asset.stream().catchUp();
      for (var entry = waiting.peek(); entry != null; entry = waiting.peek()) {
        var payload = entry.payload();
        applyTo(asset, entry.index(), entry.kind(), payload, 0, payload.capacity());
        waiting.poll();
      }
      asset.stream().catchUp();
      asset.backlog(null);
      log.info("JetStream: " + describe(asset) + " can be written again");
    } catch (IOException | UncheckedIOException e) {
      retryLater(asset);
    }
  }

  // Damage.

  /// Messages of a stream are lost.
  void lost(long id, AccountStreams account, long first, long last, String what) {
    messages(last - first + 1);
    var asset = engine.asset(id);
    if (asset == null) {
      unplaced.computeIfAbsent(id, _ -> new ArrayList<>()).add(new Range(first, last));
      log.error(
          "JetStream: stream number "
              + id
              + " of account '"
              + account.name()
              + "' lost "
              + text(first, last, what));
      return;
    }
    asset.lost(first, last);
    log.error("JetStream: " + describe(asset) + " lost " + text(first, last, what));
    var name = asset.config().name();
    engine
        .events()
        .publish(
            asset.account().outlet(),
            "STREAM.DAMAGED." + name,
            "stream_damaged",
            (JsonWriter json) ->
                json.put("stream", name)
                    .put("first_seq", first)
                    .put("last_seq", last)
                    .put("reason", what));
  }

  /// A stream that is being opened is there now.
  void place(Asset asset) {
    var known = unplaced.remove(asset.id());
    if (known != null) {
      known.forEach(one -> asset.lost(one.first, one.last));
    }
  }

  private static String text(long first, long last, String what) {
    return "messages " + first + " to " + last + ": " + what;
  }

  @SuppressWarnings("NonAtomicVolatileUpdate") // one thread writes
  private void messages(long more) {
    messages += more;
  }

  /// Entries of the commit log are lost.
  @SuppressWarnings("NonAtomicVolatileUpdate") // one thread writes
  void lostEntries(long count) {
    entries += count;
  }

  long lostEntries() {
    return entries;
  }

  /// A stream could not be brought back.
  void lostStream(String what) {
    log.error("JetStream: " + what);
    if (streams.size() < NAMES_MAX) {
      streams.add(what);
    }
  }

  /// A stream was made anew of what there was of it.
  void rebuilt(String what) {
    log.error("JetStream: " + what);
    if (rebuilt.size() < NAMES_MAX) {
      rebuilt.add(what);
    }
  }

  Losses losses() {
    return new Losses(messages, entries, List.copyOf(streams), List.copyOf(rebuilt));
  }
}

package io.frond.api;

import io.frond.consumer.Consumer;
import io.frond.consumer.ConsumerConfig;
import io.frond.json.JsonTime;
import io.frond.json.JsonWriter;
import io.frond.store.StoreState;
import io.frond.stream.ApiLevel;
import io.frond.stream.StreamConfig;
import java.io.IOException;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/// Writes what answers tell of streams and consumers, in nats-server's order of fields. On the
/// shard's thread.
final class Infos {
  /// Interior deletes that are listed at most.
  private static final int DELETED_MAX = 100_000;

  private final Assets assets;

  Infos(Assets assets) {
    this.assets = assets;
  }

  /// What of a stream's information is wanted.
  ///
  /// @param shown whether the server's level is put into the metadata
  /// @param cluster whether it tells who leads, and of mirrors
  /// @param deleted whether interior deletes are listed
  /// @param subjects how many messages there are of each subject, null for none
  record Wanted(
      boolean shown,
      boolean domain,
      boolean cluster,
      boolean deleted,
      @Nullable SortedMap<String, Long> subjects) {
    static final Wanted CREATED = new Wanted(true, false, false, false, null);
    static final Wanted UPDATED = new Wanted(true, true, false, false, null);
    static final Wanted LISTED = new Wanted(false, true, false, false, null);
  }

  /// Writes nats-server's `StreamInfo` into the object that is open.
  void stream(JsonWriter to, ApiStream stream, Wanted wanted) throws IOException {
    var config = stream.stream().config();
    config(to, wanted.shown ? ApiLevel.shown(config) : config);
    to.put("created", JsonTime.of(stream.created()));
    to.begin("state");
    state(to, stream, wanted.deleted, wanted.subjects);
    to.end();
    if (wanted.domain) {
      to.putIf("domain", assets.server().domain());
    }
    if (wanted.cluster) {
      cluster(to);
    }
    stream.stream().origins().write(to);
    if (wanted.cluster) {
      alternates(to, stream);
    }
    to.put("ts", JsonTime.of(assets.shard().now()));
  }

  /// Writes where else the stream's messages are: from there a client may get them, too.
  private void alternates(JsonWriter to, ApiStream stream) {
    var name = stream.stream().config().name();
    var mirrors = assets.mirrors(stream.stream().account(), name);
    if (mirrors.isEmpty()) {
      return;
    }
    to.beginArray("alternates");
    alternate(to, name);
    mirrors.forEach(mirror -> alternate(to, mirror));
    to.endArray();
  }

  private void alternate(JsonWriter to, String name) {
    var server = assets.server();
    to.begin()
        .put("name", name)
        .putIf("domain", server.domain())
        .put("cluster", server.cluster().get())
        .end();
  }

  /// Writes who leads: this server.
  void cluster(JsonWriter to) {
    var server = assets.server();
    to.begin("cluster").putIf("name", server.cluster().get()).put("leader", server.name()).end();
  }

  private static void config(JsonWriter to, StreamConfig config) {
    config.write(to.begin("config")).end();
  }

  /// Writes nats-server's `StreamState` into the object that is open.
  static void state(
      JsonWriter to, ApiStream stream, boolean deleted, @Nullable SortedMap<String, Long> subjects)
      throws IOException {
    var store = stream.stream().store();
    var state = store.state();
    counts(to, state, stream.stream().config().firstSeq());
    if (subjects != null && !subjects.isEmpty()) {
      to.begin("subjects");
      subjects.forEach(to::put);
      to.end();
    }
    to.putIf("num_deleted", state.deleted());
    if (deleted && state.deleted() > 0) {
      to.beginArray("deleted");
      for (var sequence : store.deleted(DELETED_MAX)) {
        to.add(sequence);
      }
      to.endArray();
    }
    var lost = stream.lost();
    if (!lost.isEmpty()) {
      to.begin("lost").beginArray("msgs");
      lost.forEach(to::add);
      to.endArray().put("bytes", 0).end();
    }
    to.put("consumer_count", stream.publicConsumers());
  }

  private static void counts(JsonWriter to, StoreState state, long begin) {
    var untouched = state.messages() == 0 && state.lastSequence() == 0; // else it began there
    to.put("messages", state.messages())
        .put("bytes", state.bytes())
        .put("first_seq", untouched ? (begin == 1 ? 1 : 0) : state.firstSequence())
        .put("first_ts", JsonTime.of(state.firstTime()))
        .put("last_seq", state.lastSequence())
        .put("last_ts", JsonTime.of(state.lastTime()))
        .putIf("num_subjects", state.subjects());
  }

  /// Writes nats-server's `ConsumerInfo` into the object that is open.
  ///
  /// @param config what is shown of its configuration, null for nothing
  void consumer(
      JsonWriter to, ApiStream stream, Consumer consumer, @Nullable ConsumerConfig config) {
    to.put("stream_name", stream.stream().config().name())
        .put("name", consumer.name())
        .put("created", JsonTime.of(consumer.created()));
    if (config != null) {
      config.write(to.begin("config")).end();
    }
    consumer.writeInfo(to);
  }
}

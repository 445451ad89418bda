package io.frond.api;

import io.frond.json.JsonException;
import io.frond.json.JsonWriter;
import io.frond.stream.ApiErrorCode;
import io.frond.stream.ApiException;
import io.frond.stream.ApiLevel;
import io.frond.stream.StreamConfig;
import io.frond.subject.Subjects;
import java.io.IOException;
import java.util.List;
import java.util.function.Consumer;

/// Backups of streams over the API, in chunks. On the shard's thread.
final class SnapshotApi {
  /// What a request to restore tells of the stream's state, beside where it begins.
  private static final List<String> STATE_FIELDS =
      List.of(
          "messages",
          "bytes",
          "first_ts",
          "last_seq",
          "last_ts",
          "num_subjects",
          "subjects",
          "num_deleted",
          "deleted",
          "lost",
          "consumer_count");

  private final Api api;
  private final StreamApi streams;

  SnapshotApi(Api api, StreamApi streams) {
    this.api = api;
    this.streams = streams;
  }

  void snapshot(Call call) throws ApiException, JsonException, IOException {
    if (call.isEmpty()) {
      throw new ApiException(ApiErrorCode.BAD_REQUEST);
    }
    var stream = call.stream(call.token(4));
    var fields = call.fields("JSApiStreamSnapshotRequest");
    var deliver = fields.text("deliver_subject");
    var consumers = !fields.flag("no_consumers");
    var chunk = (int) fields.number("chunk_size", Integer.MIN_VALUE, Integer.MAX_VALUE, "int");
    var window = (int) fields.number("window_size", Integer.MIN_VALUE, Integer.MAX_VALUE, "int");
    fields.flag("jsck"); // every record is checked when it is read
    call.checkUnknown(fields);
    if (!Subjects.isLiteral(deliver) || !Subjects.isValid(deliver)) {
      throw new ApiException(ApiErrorCode.SNAPSHOT_DELIVER_SUBJECT_INVALID);
    }
    var snapshot =
        new Snapshot(api, call, stream, deliver, consumers, Snapshot.Flow.of(chunk, window));
    var config = stream.stream().config();
    var to = call.begin();
    config.write(to.begin("config"));
    Infos.state(to.end().begin("state"), stream, false, null);
    call.answer(to.end());
    api.events()
        .publish(
            call.outlet(),
            "STREAM.SNAPSHOT_CREATE." + config.name(),
            "snapshot_create",
            json -> {
              json.put("stream", config.name()).begin("state");
              try {
                Infos.state(json, stream, false, null);
              } catch (IOException e) {
                api.assets().warn("the snapshot's state: " + e);
              }
              Events.client(json.end(), call.requester());
            });
    snapshot.begin();
  }

  /// Tells of a stream's snapshot or restoration.
  static void event(
      Api api, Call call, String stream, String token, String type, Consumer<JsonWriter> fields) {
    api.events()
        .publish(
            call.outlet(),
            "STREAM." + token + '.' + stream,
            type,
            json -> {
              json.put("stream", stream);
              fields.accept(json);
              Events.client(json, call.requester());
            });
  }

  void restore(Call call) throws ApiException, JsonException {
    if (call.isEmpty()) {
      throw new ApiException(ApiErrorCode.BAD_REQUEST);
    }
    var fields = call.fields("JSApiStreamRestoreRequest");
    var given = fields.object("config", "StreamConfig");
    var asked = given == null ? new StreamConfig.Builder("").build() : StreamConfig.parse(given);
    var state = fields.object("state", "StreamState");
    var first = state == null ? 0 : state.unsigned("first_seq");
    if (state != null) {
      STATE_FIELDS.forEach(state::has);
    }
    call.checkUnknown(fields);
    var name = call.token(4);
    var named = asked.change();
    if (named.name.isEmpty()) {
      named.name = name;
    }
    StreamApi.checkName(name, named.build());
    var account = call.account();
    var config = streams.newConfig(account, named.build(), false);
    StreamApi.check(api.limits().create(account, config));
    if (account.streams().containsKey(name)) {
      throw new ApiException(ApiErrorCode.STREAM_NAME_EXIST_RESTORE_FAILED);
    }
    StreamApi.checkOverlap(account, config);
    new Restore(api, call, ApiLevel.stored(config), first).begin();
  }
}

package io.frond.api;

import io.frond.json.JsonException;
import io.frond.store.SubjectFilter;
import io.frond.stream.ApiError;
import io.frond.stream.ApiErrorCode;
import io.frond.stream.ApiException;
import io.frond.stream.ApiLevel;
import io.frond.stream.StreamConfig;
import io.frond.stream.StreamRules;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Creates, changes, deletes and shows streams. On the shard's thread.
final class StreamApi {
  /// Subjects that one answer tells of at most.
  private static final int SUBJECTS_MAX = 100_000;

  private final Api api;
  private final Infos infos;
  private final Limits limits;

  StreamApi(Api api) {
    this.api = api;
    infos = api.infos();
    limits = api.limits();
  }

  /// A request to create or change a stream.
  private record Request(StreamConfig config, boolean pedantic) {}

  private static Request request(Call call) throws JsonException {
    var fields = call.fields("StreamConfigRequest");
    var config = StreamConfig.parse(fields);
    var pedantic = fields.flag("pedantic");
    call.checkUnknown(fields);
    return new Request(config, pedantic);
  }

  void create(Call call) throws ApiException, JsonException {
    var request = request(call);
    var name = call.token(4);
    checkName(name, request.config);
    StreamRules.checkCreate(request.config);
    api.change(call, within -> create(within, request));
  }

  static void checkName(String name, StreamConfig config) throws ApiException {
    if (!name.equals(config.name())) {
      throw new ApiException(ApiErrorCode.STREAM_MISMATCH);
    }
    if (name.indexOf('/') >= 0 || name.indexOf('\\') >= 0) {
      throw new ApiException(ApiErrorCode.STREAM_NAME_CONTAINS_PATH_SEPARATORS);
    }
  }

  private void create(Call call, Request request) throws ApiException, IOException {
    var account = call.account();
    check(limits.create(account, request.config));
    var config = newConfig(account, request.config, request.pedantic);
    var existing = account.streams().get(config.name());
    if (existing != null) {
      if (!ApiLevel.same(config, existing.stream().config())) {
        throw new ApiException(ApiErrorCode.STREAM_NAME_EXIST);
      }
      api.finish(call, existing, null, same -> created(call, same));
      return;
    }
    checkNew(account, config);
    account.create(
        ApiLevel.stored(config),
        (stream, error) -> {
          if (stream != null) {
            api.events().stream(call.outlet(), config.name(), Events.Action.CREATE);
          }
          api.finish(call, stream, error, made -> created(call, made));
        });
  }

  /// Checks and completes the configuration of a stream that is to be.
  StreamConfig newConfig(ApiAccount account, StreamConfig asked, boolean pedantic)
      throws ApiException {
    var config = StreamRules.check(asked, limits.ofStreams(account), byName(account), pedantic);
    if (config.replicas() > 1) {
      throw new ApiException(ApiErrorCode.STREAM_REPLICAS_NOT_SUPPORTED);
    }
    return config;
  }

  /// Checks a stream that is to be against limits and the streams that are.
  void checkNew(ApiAccount account, StreamConfig config) throws ApiException {
    check(limits.create(account, config));
    checkOverlap(account, config);
  }

  static void checkOverlap(ApiAccount account, StreamConfig config) throws ApiException {
    for (var other : account.streams().values()) {
      var its = other.stream().config();
      if (!its.name().equals(config.name())
          && StreamRules.overlap(config.subjects(), its.subjects())) {
        throw new ApiException(ApiErrorCode.STREAM_SUBJECT_OVERLAP);
      }
    }
  }

  static void check(@Nullable ApiError error) throws ApiException {
    if (error != null) {
      throw new ApiException(error);
    }
  }

  Function<String, @Nullable StreamConfig> byName(ApiAccount account) {
    return name -> {
      var stream = account.streams().get(name);
      return stream == null ? null : stream.stream().config();
    };
  }

  private void created(Call call, ApiStream stream) throws IOException {
    var to = call.begin();
    infos.stream(to, stream, Infos.Wanted.CREATED);
    call.answer(to.put("did_create", true));
  }

  void update(Call call) throws ApiException, JsonException {
    var request = request(call);
    api.change(call, within -> update(within, request));
  }

  private void update(Call call, Request request) throws ApiException, IOException {
    var account = call.account();
    var checked = newConfig(account, request.config, request.pedantic);
    var name = call.token(4);
    if (!name.equals(checked.name())) {
      throw new ApiException(ApiErrorCode.STREAM_MISMATCH);
    }
    var stream = call.stream(name);
    var old = stream.stream().config();
    var config =
        StreamRules.checkUpdate(
            old, checked, limits.ofStreams(account), byName(account), request.pedantic);
    check(limits.update(account, old, config));
    checkConsumers(stream, old, config);
    checkOverlap(account, config);
    stream.update(
        ApiLevel.stored(config),
        (updated, error) -> {
          if (updated != null) {
            api.events().stream(call.outlet(), name, Events.Action.MODIFY);
          }
          api.finish(
              call,
              updated,
              error,
              _ -> {
                var to = call.begin();
                infos.stream(to, stream, Infos.Wanted.UPDATED);
                call.answer(to);
              });
        });
  }

  /// Consumers must fit into limits that are new.
  private static void checkConsumers(ApiStream stream, StreamConfig old, StreamConfig config)
      throws ApiException {
    var inactive = config.consumerInactiveThreshold();
    var pending = config.consumerMaxAckPending();
    if ((inactive <= 0 || inactive == old.consumerInactiveThreshold())
        && (pending <= 0 || pending == old.consumerMaxAckPending())) {
      return;
    }
    var wrong = new ArrayList<String>();
    for (var consumer : stream.consumers().values()) {
      var its = consumer.config();
      if ((inactive > 0 && its.inactiveThreshold() > inactive)
          || (pending > 0 && its.maxAckPending() > pending)) {
        wrong.add(consumer.name());
      }
    }
    if (!wrong.isEmpty()) {
      throw new ApiException(
          ApiErrorCode.STREAM_UPDATE,
          "change to limits violates consumers: " + String.join(", ", wrong));
    }
  }

  void delete(Call call) throws ApiException {
    if (!call.isEmpty()) {
      throw new ApiException(ApiErrorCode.NOT_EMPTY_REQUEST);
    }
    api.change(
        call,
        within -> {
          var name = call.token(4);
          var found = call.stream(name);
          var consumers = List.copyOf(found.consumers().keySet());
          found.delete((stream, error) -> {
            if (stream != null) {
              for (var consumer : consumers) {
                api.events().consumer(call.outlet(), name, consumer, Events.Action.DELETE);
              }
              api.events().stream(call.outlet(), name, Events.Action.DELETE);
            }
            api.finish(call, stream, error, _ -> call.success());
          });
        });
  }

  void info(Call call) throws ApiException, JsonException, IOException {
    var deleted = false;
    var filter = "";
    var offset = 0L;
    if (call.isJson()) {
      var request = call.fields("JSApiStreamInfoRequest");
      offset = Page.offset(request);
      deleted = request.flag("deleted_details");
      filter = request.text("subjects_filter");
      call.checkUnknown(request);
    }
    var stream = call.stream(call.token(4));
    var to = call.begin();
    var page = new Page(0, 0, 0);
    SortedMap<String, Long> subjects = null;
    if (!filter.isEmpty()) {
      var all = subjects(stream, filter);
      if (!all.isEmpty()) {
        page = Page.of(all.size(), offset, SUBJECTS_MAX);
        subjects = part(all, page);
      }
    }
    to.put("total", page.total()).put("offset", page.limit() == 0 ? 0 : offset);
    to.put("limit", page.limit());
    infos.stream(to, stream, new Infos.Wanted(true, true, true, deleted, subjects));
    call.answer(to);
  }

  private static SortedMap<String, Long> subjects(ApiStream stream, String filter)
      throws IOException {
    var found = new TreeMap<String, Long>();
    stream.stream()
        .store()
        .subjects(
            SubjectFilter.of(filter),
            (subject, state) -> {
              found.put(new String(subject, StandardCharsets.UTF_8), state.messages());
              return true;
            });
    return found;
  }

  private static SortedMap<String, Long> part(SortedMap<String, Long> all, Page page) {
    if (page.offset() == 0 && all.size() <= page.limit()) {
      return all;
    }
    var part = new TreeMap<String, Long>();
    for (var name : page.of(new ArrayList<>(all.keySet()))) {
      part.put(name, all.get(name));
    }
    return part;
  }
}

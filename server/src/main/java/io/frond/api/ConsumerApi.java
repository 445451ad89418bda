package io.frond.api;

import io.frond.consumer.AckPolicy;
import io.frond.consumer.Consumer;
import io.frond.consumer.ConsumerChanges;
import io.frond.consumer.ConsumerConfig;
import io.frond.consumer.ConsumerDefaults;
import io.frond.consumer.ConsumerLevel;
import io.frond.consumer.ConsumerPeers;
import io.frond.consumer.ConsumerRules;
import io.frond.json.JsonException;
import io.frond.json.JsonTime;
import io.frond.stream.ApiErrorCode;
import io.frond.stream.ApiException;
import io.frond.stream.Retention;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Creates, changes, deletes and shows consumers. On the shard's thread.
final class ConsumerApi {
  private final Api api;
  private final Infos infos;

  ConsumerApi(Api api) {
    this.api = api;
    infos = api.infos();
  }

  void create(Call call) throws ApiException, JsonException {
    var request = ConsumerRequest.of(call);
    api.change(call, within -> create(within, request));
  }

  private void create(Call call, ConsumerRequest request) throws ApiException {
    if (request.config().replicas() > 1) {
      throw new ApiException(ApiErrorCode.STREAM_REPLICAS_NOT_SUPPORTED);
    }
    var limits = api.limits().ofConsumers(call.account());
    var stream = call.stream(request.stream());
    var ofStream = stream.stream().config();
    var asked = ofSource(request.config(), stream);
    var existing = asked.name().isEmpty() ? null : stream.consumers().get(asked.name());
    if (existing != null) {
      asked = kept(asked, existing.config());
    }
    var config = ConsumerDefaults.apply(asked, ofStream, limits, request.pedantic());
    ConsumerRules.check(config, ofStream, limits);
    if (existing != null) {
      update(call, request.action(), stream, existing, config);
      return;
    }
    if (request.action() == ConsumerRequest.Action.UPDATE) {
      throw new ApiException(ApiErrorCode.CONSUMER_DOES_NOT_EXIST);
    }
    ConsumerPeers.checkNew(config, ofStream, limits, others(stream, null));
    var named = named(config, stream);
    stream.create(
        ConsumerLevel.stored(named),
        (consumer, error) -> {
          if (consumer != null) {
            api.events()
                .consumer(call.outlet(), request.stream(), consumer.name(), Events.Action.CREATE);
          }
          api.finish(call, consumer, error, made -> created(call, stream, made));
        });
  }

  /// The configurations of a stream's consumers but one.
  private static List<ConsumerConfig> others(ApiStream stream, @Nullable Consumer but) {
    var others = new ArrayList<ConsumerConfig>();
    for (var consumer : stream.consumers().values()) {
      if (consumer != but) {
        others.add(consumer.config());
      }
    }
    return others;
  }

  private ConsumerConfig named(ConsumerConfig config, ApiStream stream) throws ApiException {
    var changed = config.change();
    if (config.isDurable()) {
      changed.name = config.durable();
    }
    while (changed.name.isEmpty() || (config.name().isEmpty() && has(stream, changed.name))) {
      changed.name = newName();
    }
    if (!ConsumerRules.isName(changed.name)) {
      throw new ApiException(ApiErrorCode.CONSUMER_BAD_DURABLE_NAME);
    }
    return changed.build();
  }

  private static boolean has(ApiStream stream, String consumer) {
    return stream.consumers().containsKey(consumer);
  }

  private String newName() {
    return api.assets().newId().substring(14);
  }

  /// A consumer of a mirror or source elsewhere: on a stream that keeps messages for its consumers
  /// it must be durable; otherwise its name, which is always the same, is made unique.
  private ConsumerConfig ofSource(ConsumerConfig asked, ApiStream stream) {
    if (!asked.direct() || !asked.sourcing() || asked.name().isEmpty()) {
      return asked;
    }
    var changed = asked.change();
    if (stream.stream().config().retention() == Retention.LIMITS) {
      changed.name = asked.name() + '-' + newName();
      return changed.build();
    }
    changed.direct = false;
    changed.durable = asked.name();
    changed.ackPolicy = AckPolicy.FLOW_CONTROL;
    changed.ackWait = 0;
    changed.maxDeliver = 0;
    changed.inactiveThreshold = 0;
    return changed.build();
  }

  /// What a request that creates a consumer again cannot change.
  private static ConsumerConfig kept(ConsumerConfig asked, ConsumerConfig existing) {
    var changed = asked.change();
    changed.pauseUntil = existing.pauseUntil();
    if (asked.sourcing() && asked.isDurable()) {
      changed.deliverPolicy = existing.deliverPolicy();
      changed.optStartSeq = existing.optStartSeq();
      changed.optStartTime = existing.optStartTime();
    }
    return changed.build();
  }

  private void update(
      Call call,
      ConsumerRequest.Action action,
      ApiStream stream,
      Consumer existing,
      ConsumerConfig asked)
      throws ApiException {
    var named = asked.change();
    named.name = existing.name();
    var config = named.build();
    if (action == ConsumerRequest.Action.CREATE && !ConsumerLevel.same(config, existing.config())) {
      throw new ApiException(ApiErrorCode.CONSUMER_ALREADY_EXISTS);
    }
    ConsumerPeers.checkChange(config, stream.stream().config(), others(stream, existing));
    var stored = ConsumerLevel.stored(config, existing.config());
    ConsumerChanges.check(
        existing.config(),
        stored,
        subject -> call.outlet().hasInterest(subject.getBytes(StandardCharsets.UTF_8)));
    if (stored.equals(existing.config())) {
      api.finish(call, existing, null, same -> updated(call, stream, same));
      return;
    }
    stream.update(
        existing,
        stored,
        (consumer, error) ->
            api.finish(call, consumer, error, changed -> updated(call, stream, changed)));
  }

  /// A stream that follows this one asks for its consumer again when it begins anew: what was on
  /// its way to it is lost, and comes again from behind the floor (ADR-60).
  private void updated(Call call, ApiStream stream, Consumer consumer) {
    if (!consumer.config().sourcing()) {
      created(call, stream, consumer);
      return;
    }
    consumer.proposeReset(
        0,
        (result, failure) -> {
          if (failure == null && result instanceof Long) {
            created(call, stream, consumer);
          } else {
            var why = failure == null ? result : failure.getMessage();
            call.error(ApiErrorCode.CONSUMER_INVALID_RESET.with(String.valueOf(why)));
          }
        });
  }

  private void created(Call call, ApiStream stream, Consumer consumer) {
    var to = call.begin();
    infos.consumer(to, stream, consumer, ConsumerLevel.shown(consumer.config()));
    call.answer(to);
    var until = consumer.config().pauseUntil();
    if (until != null && JsonTime.nanos(until) > api.assets().shard().now()) {
      consumer.announcePause();
    }
  }

  private static Consumer consumer(ApiStream stream, String name) throws ApiException {
    var consumer = stream.consumers().get(name);
    if (consumer == null) {
      throw new ApiException(ApiErrorCode.CONSUMER_NOT_FOUND);
    }
    return consumer;
  }

  void info(Call call) throws ApiException {
    if (!call.isEmpty()) {
      throw new ApiException(ApiErrorCode.NOT_EMPTY_REQUEST);
    }
    call.admit();
    var stream = call.stream(call.token(4));
    var consumer = consumer(stream, call.token(5));
    var to = call.begin();
    infos.consumer(to, stream, consumer, ConsumerLevel.shown(consumer.config()));
    call.answer(to);
  }

  void delete(Call call) throws ApiException {
    if (!call.isEmpty()) {
      throw new ApiException(ApiErrorCode.NOT_EMPTY_REQUEST);
    }
    api.change(
        call,
        within -> {
          var stream = call.stream(call.token(4));
          var consumer = consumer(stream, call.token(5));
          stream.delete(
              consumer,
              (deleted, error) -> {
                if (deleted != null) {
                  api.events()
                      .consumer(
                          call.outlet(), call.token(4), consumer.name(), Events.Action.DELETE);
                }
                api.finish(call, deleted, error, _ -> call.success());
              });
        });
  }

  /// Holds delivery until a time that the request names, or goes on where it names none.
  void pause(Call call) throws ApiException, JsonException {
    var until = (Instant) null;
    if (call.isJson()) {
      var request = call.fields("JSApiConsumerPauseRequest");
      until = request.time("pause_until");
      call.checkUnknown(request);
    }
    call.admit();
    var asked = until == null || until.getEpochSecond() <= JsonTime.ZERO_SECOND ? null : until;
    api.change(call, within -> pause(within, asked));
  }

  private void pause(Call call, @Nullable Instant until) throws ApiException {
    var stream = call.stream(call.token(4));
    var consumer = consumer(stream, call.token(5));
    var changed = consumer.config().change();
    changed.pauseUntil = until;
    stream.update(
        consumer,
        ConsumerLevel.stored(changed.build()),
        (updated, error) -> api.finish(call, updated, error, _ -> paused(call, until)));
  }

  private void paused(Call call, @Nullable Instant until) {
    var left = until == null ? 0 : JsonTime.nanos(until) - api.assets().shard().now();
    call.answer(
        call.begin()
            .put("paused", left > 0)
            .put("pause_until", until == null ? JsonTime.ZERO : JsonTime.of(until))
            .putIf("pause_remaining", Math.max(0, left)));
  }

  /// Takes the pin from the client that has it.
  void unpin(Call call) throws ApiException, JsonException {
    call.checkLevel();
    var group = call.plainFields("JSApiConsumerUnpinRequest").text("group");
    if (group.isEmpty()) {
      throw new JsonException("consumer group not specified");
    }
    if (!ConsumerRules.isGroupName(group)) {
      throw new ApiException(ApiErrorCode.CONSUMER_INVALID_GROUP_NAME);
    }
    var consumer = consumer(call.stream(call.token(4)), call.token(5));
    if (!consumer.config().priorityGroups().contains(group)) {
      throw new ApiException(ApiErrorCode.CONSUMER_INVALID_PRIORITY_GROUP);
    }
    consumer.unpin(group);
    call.answer(call.begin());
  }

  /// Lets a consumer deliver again from behind its ack floor, or from a sequence.
  void reset(Call call) throws ApiException, JsonException {
    var sequence = 0L;
    if (call.payload().length > 0) {
      sequence = call.plainFields("JSApiConsumerResetRequest").sequence("seq");
    }
    var stream = call.stream(call.token(4));
    var consumer = consumer(stream, call.token(5));
    consumer.proposeReset(
        sequence,
        (result, failure) -> {
          if (failure != null || !(result instanceof Long to)) {
            var why = failure == null ? result : failure.getMessage();
            call.error(ApiErrorCode.CONSUMER_INVALID_RESET.with(String.valueOf(why)));
            return;
          }
          var answer = call.begin();
          infos.consumer(answer, stream, consumer, ConsumerLevel.shown(consumer.config()));
          call.answerSilently(answer.put("reset_seq", to));
        });
  }
}

package io.frond.api;

import static io.frond.stream.ApiErrorCode.CONSUMER_CREATE_FILTER_SUBJECT_MISMATCH;
import static io.frond.stream.ApiErrorCode.CONSUMER_DURABLE_NAME_NOT_MATCH_SUBJECT;
import static io.frond.stream.ApiErrorCode.CONSUMER_DURABLE_NAME_NOT_SET;
import static io.frond.stream.ApiErrorCode.CONSUMER_EPHEMERAL_WITH_DURABLE_NAME;
import static io.frond.stream.ApiErrorCode.CONSUMER_MULTIPLE_FILTERS_NOT_ALLOWED;
import static io.frond.stream.ApiErrorCode.CONSUMER_NAME_CONTAINS_PATH_SEPARATORS;
import static io.frond.stream.ApiErrorCode.STREAM_MISMATCH;

import io.frond.consumer.ConsumerConfig;
import io.frond.json.JsonException;
import io.frond.stream.ApiException;

/// A request to create or change a consumer, checked against the subject that it came under.
///
/// @param config with the name that the subject gives
record ConsumerRequest(String stream, ConsumerConfig config, Action action, boolean pedantic) {
  /// What may happen.
  enum Action {
    CREATE_OR_UPDATE,
    UPDATE,
    CREATE
  }

  /// The three forms of the subject.
  private enum Form {
    /// `CONSUMER.CREATE.STREAM.NAME` and with a filter behind it.
    NAMED,
    /// `CONSUMER.CREATE.STREAM`.
    EPHEMERAL,
    /// `CONSUMER.DURABLE.CREATE.STREAM.NAME`.
    DURABLE
  }

  static ConsumerRequest of(Call call) throws JsonException, ApiException {
    var fields = call.fields("CreateConsumerRequest");
    var stream = fields.text("stream_name");
    var inner = fields.object("config", "ConsumerConfig");
    var config = inner == null ? new ConsumerConfig.Builder().build() : ConsumerConfig.parse(inner);
    var action =
        fields.choice(
            "action",
            Action.CREATE_OR_UPDATE,
            text ->
                switch (text) {
                  case "" -> Action.CREATE_OR_UPDATE;
                  case "create" -> Action.CREATE;
                  case "update" -> Action.UPDATE;
                  default -> null;
                },
            "consumer action");
    var pedantic = fields.flag("pedantic");
    call.checkUnknown(fields);
    call.admit();
    return new ConsumerRequest(stream, named(call, stream, config), action, pedantic);
  }

  private static Form form(Call call) {
    if (call.token(3).equals("DURABLE")) {
      return Form.DURABLE;
    }
    return call.tokenCount() == 5 ? Form.EPHEMERAL : Form.NAMED;
  }

  private static ConsumerConfig named(Call call, String stream, ConsumerConfig config)
      throws ApiException {
    var form = form(call);
    var durable = form == Form.DURABLE;
    if (!call.token(durable ? 5 : 4).equals(stream)) {
      throw new ApiException(STREAM_MISMATCH);
    }
    var name = form == Form.EPHEMERAL ? config.name() : call.token(durable ? 6 : 5);
    if (name.indexOf('/') >= 0 || name.indexOf('\\') >= 0) {
      throw new ApiException(CONSUMER_NAME_CONTAINS_PATH_SEPARATORS);
    }
    switch (form) {
      case DURABLE -> {
        if (config.durable().isEmpty()) {
          throw new ApiException(CONSUMER_DURABLE_NAME_NOT_SET);
        }
        checkDurable(config, name);
      }
      case NAMED -> {
        if (!config.durable().isEmpty()) {
          checkDurable(config, name);
        }
        checkFilter(call.tail(6), config);
      }
      case EPHEMERAL -> {
        if (!config.durable().isEmpty()) {
          throw new ApiException(CONSUMER_EPHEMERAL_WITH_DURABLE_NAME);
        }
      }
    }
    var changed = config.change();
    changed.name = name;
    return changed.build();
  }

  private static void checkDurable(ConsumerConfig config, String name) throws ApiException {
    if (!config.durable().equals(name)) {
      throw new ApiException(CONSUMER_DURABLE_NAME_NOT_MATCH_SUBJECT);
    }
  }

  /// @param filter the subject's, empty for none
  private static void checkFilter(String filter, ConsumerConfig config) throws ApiException {
    if (filter.isEmpty()) {
      return;
    }
    if (!config.filterSubjects().isEmpty()) {
      throw new ApiException(CONSUMER_MULTIPLE_FILTERS_NOT_ALLOWED);
    }
    if (!config.filterSubject().equals(filter)) {
      throw new ApiException(CONSUMER_CREATE_FILTER_SUBJECT_MISMATCH);
    }
  }
}

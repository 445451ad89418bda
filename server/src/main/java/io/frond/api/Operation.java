package io.frond.api;

import io.frond.json.JsonException;
import io.frond.json.JsonWriter;
import io.frond.stream.ApiException;
import java.io.IOException;
import java.util.function.Consumer;

/// Something that the API can be asked for.
///
/// @param type of the answer, without its prefix
/// @param tail writes the fields that an error's answer has besides the error
/// @param audited whether errors are counted and told in an audit: not those of what nats-server
///   leaves to the consumer
record Operation(String type, Handler handler, Consumer<JsonWriter> tail, boolean audited) {
  /// For a subject that stands for nothing.
  static final Operation UNKNOWN = new Operation("system_response", call -> {});

  Operation(String type, Handler handler) {
    this(type, handler, to -> {});
  }

  Operation(String type, Handler handler, Consumer<JsonWriter> tail) {
    this(type, handler, tail, true);
  }

  /// Answers a call, now or later.
  interface Handler {
    /// @throws ApiException with the error to answer
    /// @throws JsonException answered as invalid JSON
    /// @throws IOException when the disk refuses
    void handle(Call call) throws ApiException, JsonException, IOException;
  }
}

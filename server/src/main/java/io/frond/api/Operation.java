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
/// @param kind what is peculiar about it
/// @param settled whether it is answered when what came before is stored: who has acknowledged or
///   published, and then asks for counts, sees it counted
record Operation(
    String type, Handler handler, Consumer<JsonWriter> tail, Kind kind, boolean settled) {
  /// For a subject that stands for nothing.
  static final Operation UNKNOWN = new Operation("system_response", call -> {});

  /// What is peculiar about an operation.
  enum Kind {
    /// Nothing: whether it may be asked for is checked first of all.
    PLAIN,
    /// Its handler says itself when [Call#admit] is to check whether it may be asked for, since in
    /// nats-server other checks come first.
    ADMITTING,
    /// Errors are not counted and no audit tells of them, since nats-server leaves it to the
    /// consumer.
    OF_CONSUMER
  }

  Operation(String type, Handler handler) {
    this(type, handler, to -> {});
  }

  Operation(String type, Handler handler, Consumer<JsonWriter> tail) {
    this(type, handler, tail, Kind.PLAIN);
  }

  Operation(String type, Handler handler, Consumer<JsonWriter> tail, Kind kind) {
    this(type, handler, tail, kind, false);
  }

  Operation whenSettled() {
    return new Operation(type, handler, tail, kind, true);
  }

  /// Answers a call, now or later.
  interface Handler {
    /// @throws ApiException with the error to answer
    /// @throws JsonException answered as invalid JSON
    /// @throws IOException when the disk refuses
    void handle(Call call) throws ApiException, JsonException, IOException;
  }
}

package io.frond.stream;

import io.frond.json.JsonWriter;

/// An error of the JetStream API.
///
/// @param code as in HTTP
/// @param number nats-server's `err_code`, see [ApiErrorCode]
public record ApiError(int code, int number, String text) {
  /// Writes it as the field `error` of an answer.
  public JsonWriter write(JsonWriter to) {
    return to.begin("error")
        .put("code", code)
        .put("err_code", number)
        .put("description", text)
        .end();
  }
}

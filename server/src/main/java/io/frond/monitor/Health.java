package io.frond.monitor;

import io.frond.json.JsonWriter;
import io.frond.wire.ErrorText;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// `/healthz`: whether the server takes clients. There is no JetStream to ask for yet, so its
/// parameters (`js-enabled-only`, `js-server-only`, `js-meta-only`) change nothing, as with a
/// nats-server that has JetStream off.
final class Health {
  private static final Answer OK =
      Answer.json("{\"status\":\"ok\"}".getBytes(StandardCharsets.US_ASCII));

  private final MonitorSource source;

  Health(MonitorSource source) {
    this.source = source;
  }

  /// Without parameters; quick enough for an event loop.
  Answer answer() {
    var why = source.unavailable();
    return why == null ? OK : unavailable(why, false);
  }

  /// With parameters, which are checked as nats-server does.
  ///
  /// @throws BadRequestException when one is malformed
  Answer answer(Query query) throws BadRequestException {
    var deprecated = query.flag("js-enabled");
    var _ = query.flag("js-enabled-only");
    var _ = query.flag("js-server-only");
    var _ = query.flag("js-meta-only");
    var details = query.flag("details");
    if (deprecated) {
      source.log().warn("Healthcheck: js-enabled deprecated, use js-enabled-only instead");
    }
    if (!query.text("stream").isEmpty() && query.text("account").isEmpty()) {
      return failed(400, "error", "BAD_REQUEST", missing("account", "stream"), details);
    }
    if (!query.text("consumer").isEmpty() && query.text("stream").isEmpty()) {
      return failed(400, "error", "BAD_REQUEST", missing("stream", "consumer"), details);
    }
    var why = source.unavailable();
    return why == null ? OK : unavailable(why, details);
  }

  private static String missing(String parameter, String checked) {
    return ErrorText.quote(parameter) + " must not be empty when checking " + checked + " health";
  }

  private Answer unavailable(String why, boolean details) {
    return failed(503, "unavailable", "CONNECTION", why, details);
  }

  private Answer failed(int code, String status, String type, String why, boolean details) {
    source.log().warn("Healthcheck failed: " + ErrorText.quote(why));
    return new Answer(
        code, Answer.JSON, body(details ? "error" : status, details ? type : null, why));
  }

  private static byte[] body(String status, @Nullable String type, String why) {
    var to = JsonWriter.compact().begin().put("status", status);
    if (type == null) {
      to.put("error", why);
    } else {
      to.beginArray("errors").begin().put("type", type).put("error", why).end().endArray();
    }
    return to.end().bytes();
  }
}

package io.frond.monitor;

import io.frond.api.Report.Problem;
import io.frond.json.JsonWriter;
import io.frond.wire.ErrorText;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// `/healthz`: whether the server takes clients and, where JetStream is on, whether it runs and has
/// the account, stream and consumer that the request names.
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
    var enabledOnly = query.flag("js-enabled-only");
    var serverOnly = query.flag("js-server-only");
    var _ = query.flag("js-meta-only");
    var details = query.flag("details");
    if (deprecated) {
      source.log().warn("Healthcheck: js-enabled deprecated, use js-enabled-only instead");
    }
    if (!query.text("stream").isEmpty() && query.text("account").isEmpty()) {
      return failed(400, "error", badRequest("account", "stream"), details);
    }
    if (!query.text("consumer").isEmpty() && query.text("stream").isEmpty()) {
      return failed(400, "error", badRequest("stream", "consumer"), details);
    }
    var why = source.unavailable();
    if (why != null) {
      return unavailable(why, details);
    }
    var jetStream = source.jetStream();
    return jetStream == null || serverOnly
        ? OK
        : answer(jetStream, query, deprecated || enabledOnly, details);
  }

  /// As [#answer(Query)], with the status in the document.
  byte[] document(Query query) throws BadRequestException {
    var answer = answer(query);
    var text = new String(answer.body(), StandardCharsets.UTF_8);
    var end = text.lastIndexOf('}');
    return (text.substring(0, end) + ",\"status_code\":" + answer.status() + "}")
        .getBytes(StandardCharsets.UTF_8);
  }

  private Answer answer(
      JetStreamSource jetStream, Query query, boolean enabledOnly, boolean details) {
    try {
      var problems =
          jetStream.ask(report -> {
            var problem =
                enabledOnly
                    ? null
                    : report.health(
                        query.text("account"), query.text("stream"), query.text("consumer"));
            return problem == null ? List.<Problem>of() : List.of(problem);
          });
      if (problems == null) {
        return failed(503, "unavailable", jetStream("JetStream not enabled"), details);
      }
      return problems.isEmpty()
          ? OK
          : failed(problems.getFirst().status(), "unavailable", problems.getFirst(), details);
    } catch (IOException e) {
      return failed(503, "unavailable", jetStream("JetStream: " + e.getMessage()), details);
    }
  }

  private static Problem jetStream(String error) {
    return new Problem(503, "JETSTREAM", "", "", "", error);
  }

  private static Problem badRequest(String parameter, String checked) {
    return new Problem(400, "BAD_REQUEST", "", "", "", missing(parameter, checked));
  }

  private static String missing(String parameter, String checked) {
    return ErrorText.quote(parameter) + " must not be empty when checking " + checked + " health";
  }

  private Answer unavailable(String why, boolean details) {
    return failed(503, "unavailable", new Problem(503, "CONNECTION", "", "", "", why), details);
  }

  private Answer failed(int code, String status, Problem problem, boolean details) {
    source
        .log()
        .warn("Healthcheck failed: " + (details ? "1 errors" : ErrorText.quote(problem.error())));
    var to = JsonWriter.compact().begin().put("status", details ? "error" : status);
    if (details) {
      to.beginArray("errors").begin().put("type", problem.type());
      to.putIf("account", problem.account())
          .putIf("stream", problem.stream())
          .putIf("consumer", problem.consumer())
          .put("error", problem.error());
      to.end().endArray();
    } else {
      to.put("error", problem.error());
    }
    return new Answer(code, Answer.JSON, to.end().bytes());
  }
}

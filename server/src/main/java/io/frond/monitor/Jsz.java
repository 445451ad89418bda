package io.frond.monitor;

import io.frond.api.Report;
import io.frond.json.JsonWriter;
import io.frond.wire.ErrorText;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;

/// `/jsz`: JetStream, or that it is off.
final class Jsz {
  private final MonitorSource source;

  Jsz(MonitorSource source) {
    this.source = source;
  }

  private static Report.Options options(Query query) throws BadRequestException {
    return new Report.Options(
        query.text("acc"),
        query.flag("accounts"),
        query.flag("streams"),
        query.flag("consumers"),
        query.flag("direct-consumers"),
        query.flag("config"),
        query.flag("raft"),
        Math.max(0, query.number("offset")),
        query.number("limit"));
  }

  /// Of one account, `acc`, nothing but its JetStream.
  void account(JsonWriter to, Query query) throws BadRequestException {
    var options = options(query);
    var jetStream = source.jetStream();
    try {
      var found = jetStream == null ? null : jetStream.ask(report -> report.account(to, options));
      if (found == null) {
        throw new BadRequestException("jetstream not enabled");
      }
      if (!found) {
        var name = query.text("acc");
        var known = source.accounts().stream().anyMatch(account -> account.name().equals(name));
        throw new BadRequestException(
            "account " + ErrorText.quote(name) + (known ? " not jetstream enabled" : " not found"));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void write(JsonWriter to, Query query) throws BadRequestException {
    var options = options(query);
    var _ = query.flag("stream-leader-only"); // this server leads all that it has
    var leaderOnly = query.flag("leader-only");
    var jetStream = source.jetStream();
    if (jetStream == null) {
      if (leaderOnly) {
        throw new BadRequestException("filtered response: not leader");
      }
      disabled(to);
      return;
    }
    try {
      var done =
          jetStream.ask(report -> {
            report.jsz(to, options);
            return true;
          });
      if (done == null) {
        throw new IllegalStateException("JetStream does not answer");
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void disabled(JsonWriter to) {
    to.put("memory", 0).put("storage", 0);
    to.put("reserved_memory", 0).put("reserved_storage", 0);
    to.put("accounts", 0).put("ha_assets", 0);
    to.begin("api").put("level", 0).put("total", 0).put("errors", 0).end();
    to.put("server_id", source.facts().id()).put("now", Instant.now().toString());
    to.put("disabled", true);
    to.begin("config").put("max_memory", 0).put("max_storage", 0).end();
    to.put("streams", 0).put("consumers", 0).put("messages", 0).put("bytes", 0).put("total", 0);
  }
}

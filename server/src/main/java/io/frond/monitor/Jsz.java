package io.frond.monitor;

import io.frond.json.JsonWriter;
import java.time.Instant;

/// `/jsz`: says that JetStream is off, as a nats-server without it does.
final class Jsz {
  private static final String[] FLAGS = {
    "accounts",
    "streams",
    "consumers",
    "direct-consumers",
    "config",
    "leader-only",
    "raft",
    "stream-leader-only"
  };

  private final MonitorSource source;

  Jsz(MonitorSource source) {
    this.source = source;
  }

  void write(JsonWriter to, Query query) throws BadRequestException {
    for (var flag : FLAGS) {
      var _ = query.flag(flag);
    }
    var _ = query.number("offset") + query.number("limit");
    if (query.flag("leader-only")) {
      throw new BadRequestException("filtered response: not leader");
    }
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

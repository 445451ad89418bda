package io.frond.monitor;

import io.frond.json.JsonWriter;
import java.time.Instant;

/// `/gatewayz` of a server without gateways.
final class Gatewayz {
  private final MonitorSource source;

  Gatewayz(MonitorSource source) {
    this.source = source;
  }

  void write(JsonWriter to, Query query) throws BadRequestException {
    var _ = query.subs();
    var _ = query.flag("accs");
    to.put("server_id", source.facts().id()).put("now", Instant.now().toString());
    to.begin("outbound_gateways").end().begin("inbound_gateways").end();
  }
}

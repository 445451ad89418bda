package io.frond.api;

import io.frond.json.JsonWriter;

/// Who asks, as advisories tell it.
public interface Requester {
  /// Writes the fields of the object `client` as nats-server's `ClientInfo` has them: `start`,
  /// `host`, `id`, `acc`, `user`, `name`, `lang`, `ver`, `rtt`, `server`, `cluster`, `kind`,
  /// `client_type` and so on.
  void write(JsonWriter to);
}

package io.frond.monitor;

import io.frond.json.JsonWriter;

/// What nats-server calls feature flags: which of its trials are on. Frond has none of them.
public final class FeatureFlags {
  private FeatureFlags() {}

  /// Writes them into the object that is open.
  public static void write(JsonWriter to) {
    to.begin("feature_flags").put("js_ack_fc_v2", false).put("js_raft_delete_range", false).end();
  }
}

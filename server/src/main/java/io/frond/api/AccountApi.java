package io.frond.api;

import io.frond.json.JsonWriter;
import io.frond.options.AccountOptions.JetStreamLimits;
import io.frond.stream.ApiErrorCode;
import io.frond.stream.ApiException;
import io.frond.stream.ApiLevel;
import io.frond.stream.Storage;

/// Requests about an account as a whole. On the shard's thread.
final class AccountApi {
  private final Api api;

  AccountApi(Api api) {
    this.api = api;
  }

  void info(Call call) throws ApiException {
    var account = call.account();
    var to = call.begin();
    usage(to, account);
    to.putIf("domain", api.assets().server().domain());
    var counters = api.counters(account.name());
    to.begin("api")
        .put("level", ApiLevel.LEVEL)
        .put("total", counters.total())
        .put("errors", counters.errors())
        .end();
    call.answer(to);
  }

  /// Writes what an account uses and may use (nats-server's `JetStreamTier`).
  static void usage(JsonWriter to, ApiAccount account) {
    var consumers = 0L;
    for (var stream : account.streams().values()) {
      consumers += stream.consumers().size(); // also those of mirrors and sources
    }
    to.put("memory", account.memoryBytes())
        .put("storage", account.fileBytes())
        .put("reserved_memory", Limits.reserved(account, Storage.MEMORY, ""))
        .put("reserved_storage", Limits.reserved(account, Storage.FILE, ""))
        .put("streams", account.streams().size())
        .put("consumers", consumers);
    limits(to.begin("limits"), account.limits());
    to.end();
  }

  private static void limits(JsonWriter to, JetStreamLimits limits) {
    to.put("max_memory", limits.maxMemory())
        .put("max_storage", limits.maxFile())
        .put("max_streams", limits.maxStreams())
        .put("max_consumers", limits.maxConsumers())
        .put("max_ack_pending", limits.maxAckPending())
        .put("memory_max_stream_bytes", limits.memoryMaxStreamBytes())
        .put("storage_max_stream_bytes", limits.fileMaxStreamBytes())
        .put("max_bytes_required", limits.maxBytesRequired());
  }

  /// What only servers that replicate can do.
  static void needsCluster(Call call) {
    call.error(ApiErrorCode.CLUSTER_REQUIRED.with());
  }
}

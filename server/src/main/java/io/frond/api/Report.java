package io.frond.api;

import io.frond.json.JsonTime;
import io.frond.json.JsonWriter;
import io.frond.options.JetStreamOptions.Sync;
import io.frond.stream.ApiLevel;
import io.frond.stream.OriginStatus;
import io.frond.stream.Storage;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What monitoring tells of JetStream (`/jsz`, `/varz`, `/healthz`, metrics), with nats-server's
/// names. On the shard's thread.
public final class Report {
  /// What nats-server says beside `sync_always`: its default, two minutes.
  private static final long SYNC_INTERVAL_NANOS = Duration.ofMinutes(2).toNanos();

  private final Api api;
  private final Assets assets;
  private final Infos infos;

  Report(Api api) {
    this.api = api;
    assets = api.assets();
    infos = api.infos();
  }

  /// How much `/jsz` tells.
  ///
  /// @param account the only one to tell of, empty for all
  /// @param accounts whether to tell of accounts one by one
  /// @param streams whether to tell of their streams
  /// @param consumers whether to tell of the streams' consumers
  /// @param direct whether to tell of inner consumers too
  /// @param config whether to show configurations
  /// @param raft whether to count what this server leads
  /// @param offset accounts to leave out
  /// @param limit accounts at most, 0 for 1,024
  public record Options(
      String account,
      boolean accounts,
      boolean streams,
      boolean consumers,
      boolean direct,
      boolean config,
      boolean raft,
      int offset,
      int limit) {
    private boolean eachStream() {
      return streams || consumers;
    }
  }

  /// Sums over everything.
  ///
  /// @param bytes as streams count them, in memory and in files
  public record Totals(
      long accounts,
      long streams,
      long consumers,
      long messages,
      long bytes,
      long memory,
      long storage,
      long apiTotal,
      long apiErrors,
      long apiInFlight) {}

  /// Those that have JetStream now.
  private List<ApiAccount> accounts() {
    var enabled = new ArrayList<ApiAccount>();
    for (var account : assets.accounts()) {
      if (assets.account(account.name()) != null) {
        enabled.add(account);
      }
    }
    return enabled;
  }

  public Totals totals() {
    var streams = 0L;
    var consumers = 0L;
    var messages = 0L;
    var bytes = 0L;
    for (var account : accounts()) {
      for (var stream : account.streams().values()) {
        streams++;
        consumers += stream.publicConsumers();
        messages += stream.stream().store().messages();
        bytes += stream.stream().store().bytes();
      }
    }
    var counters = api.counters();
    return new Totals(
        accounts().size(),
        streams,
        consumers,
        messages,
        bytes,
        assets.memoryBytes(),
        assets.fileBytes(),
        counters.total(),
        counters.errors(),
        counters.inFlight());
  }

  /// A mirror or a source.
  public record Following(String account, String stream, OriginStatus status) {}

  /// How all mirrors and sources stand.
  public List<Following> followings() {
    var all = new ArrayList<Following>();
    for (var account : accounts()) {
      for (var stream : account.streams().values()) {
        for (var status : stream.stream().origins().status()) {
          all.add(new Following(account.name(), stream.stream().config().name(), status));
        }
      }
    }
    return all;
  }

  /// Writes nats-server's `JSInfo` into the object that is open.
  public void jsz(JsonWriter to, Options options) throws IOException {
    stats(to);
    assets.losses().write(to);
    to.put("server_id", assets.server().id());
    to.put("now", JsonTime.of(assets.shard().now()));
    config(to.begin("config"), true);
    to.end();
    limits(to.begin("limits"));
    to.end();
    var totals = totals();
    to.put("streams", totals.streams);
    to.putIf("streams_leader", options.raft ? totals.streams : 0);
    to.put("consumers", totals.consumers);
    to.putIf("consumers_leader", options.raft ? totals.consumers : 0);
    to.put("messages", totals.messages).put("bytes", totals.bytes);
    var shown = shown(options);
    if (!shown.isEmpty()) {
      to.beginArray("account_details");
      for (var account : shown) {
        account(to.begin(), account, options);
        to.end();
      }
      to.endArray();
    }
    to.put("total", totals.accounts);
  }

  private List<ApiAccount> shown(Options options) {
    var one = options.account.isEmpty() ? null : assets.account(options.account);
    if (one != null) {
      return List.of(one);
    }
    if (!options.accounts && !(options.eachStream() && options.account.isEmpty())) {
      return List.of();
    }
    var all = accounts();
    all.sort(Comparator.comparing(ApiAccount::name));
    var from = Math.clamp(options.offset, 0, all.size());
    var limit = options.limit == 0 ? 1024 : options.limit;
    return limit < 0 ? all : all.subList(from, (int) Math.min(all.size(), (long) from + limit));
  }

  /// Writes nats-server's `JetStreamStats` into the object that is open.
  public void stats(JsonWriter to) {
    var counters = api.counters();
    to.put("memory", assets.memoryBytes())
        .put("storage", assets.fileBytes())
        .put("reserved_memory", api.limits().reserved(Storage.MEMORY))
        .put("reserved_storage", api.limits().reserved(Storage.FILE))
        .put("accounts", accounts().size())
        .put("ha_assets", 0);
    to.begin("api")
        .put("level", ApiLevel.LEVEL)
        .put("total", counters.total())
        .put("errors", counters.errors())
        .putIf("inflight", counters.inFlight())
        .end();
  }

  /// Writes nats-server's `JetStreamConfig` into the object that is open.
  ///
  /// @param withFolder whether to say where the server stores, which is for its operator
  public void config(JsonWriter to, boolean withFolder) {
    var server = assets.server();
    var maxFile = server.maxFile();
    to.put("max_memory", server.maxMemory())
        .put(
            "max_storage",
            maxFile < 0 ? (assets.usableBytes() + assets.fileBytes()) / 4 * 3 : maxFile);
    if (withFolder) {
      to.put("store_dir", server.storeDir());
    }
    switch (server.options().sync()) {
      // with an interval, as nats-server does: without one the nats program shows neither
      case Sync.Always() -> to.put("sync_interval", SYNC_INTERVAL_NANOS).put("sync_always", true);
      case Sync.Interval(var every) -> to.put("sync_interval", every.toNanos());
      case Sync.None() -> {}
    }
    to.putIf("domain", server.domain())
        .putIf("unique_tag", server.options().uniqueTag())
        .putIf("strict", server.strict());
  }

  /// Writes nats-server's `JSLimitOpts` into the object that is open.
  public void limits(JsonWriter to) {
    var limits = assets.server().options().limits();
    to.putIf("max_request_batch", limits.maxRequestBatch())
        .putIf("max_ack_pending", limits.maxAckPending())
        .putIf("max_ha_assets", limits.maxHaAssets())
        .putIf("max_duplicate_window", limits.duplicateWindow().toNanos())
        .putIf("max_batch_inflight_per_stream", limits.batch().maxInflightPerStream())
        .putIf("max_batch_inflight_total", limits.batch().maxInflightTotal())
        .putIf("max_batch_size", limits.batch().maxMessages())
        .putIf("max_batch_timeout", limits.batch().timeout().toNanos());
  }

  /// Writes nats-server's `AccountDetail` of the account in the options into the open object.
  ///
  /// @return whether there is such an account, with JetStream
  public boolean account(JsonWriter to, Options options) throws IOException {
    var account = assets.account(options.account);
    if (account != null) {
      account(to, account, options);
    }
    return account != null;
  }

  private void account(JsonWriter to, ApiAccount account, Options options) throws IOException {
    var limits = account.limits();
    var counters = api.counters(account.name());
    to.put("name", account.name())
        .put("id", account.name())
        .put("memory", account.memoryBytes())
        .put("storage", account.fileBytes())
        .putUnsigned("reserved_memory", limits.maxMemory())
        .putUnsigned("reserved_storage", limits.maxFile())
        .put("accounts", 0)
        .put("ha_assets", 0);
    to.begin("api")
        .put("level", 0)
        .put("total", counters.total())
        .put("errors", counters.errors())
        .end();
    if (options.eachStream() && !account.streams().isEmpty()) {
      to.beginArray("stream_detail");
      for (var stream : account.streams().values()) {
        stream(to.begin(), stream, options);
        to.end();
      }
      to.endArray();
    }
  }

  private void stream(JsonWriter to, ApiStream stream, Options options) throws IOException {
    var config = stream.stream().config();
    to.put("name", config.name()).put("created", JsonTime.of(stream.created()));
    infos.cluster(to);
    if (options.config) {
      config.write(to.begin("config")).end();
    }
    Infos.state(to.begin("state"), stream, false, null);
    to.end();
    if (options.consumers) {
      consumers(to, stream, options, false);
      if (options.direct) {
        consumers(to, stream, options, true);
      }
    }
    stream.stream().origins().write(to);
    var syncs = stream.stream().origins().status();
    if (!syncs.isEmpty()) {
      to.beginArray("sync");
      for (var sync : syncs) {
        sync.write(to.begin());
        to.end();
      }
      to.endArray();
    }
  }

  private void consumers(JsonWriter to, ApiStream stream, Options options, boolean direct)
      throws IOException {
    var open = false;
    for (var consumer : stream.consumers().values()) {
      if (consumer.config().direct() != direct) {
        continue;
      }
      if (!open) {
        to.beginArray(direct ? "direct_consumer_detail" : "consumer_detail");
        open = true;
      }
      to.begin();
      infos.consumer(to, stream, consumer, options.config ? consumer.config() : null);
      to.end();
    }
    if (open) {
      to.endArray();
    }
  }

  /// Something that is not as it should be.
  ///
  /// @param status as in HTTP
  /// @param type `ACCOUNT`, `STREAM`, `CONSUMER` or `JETSTREAM`
  public record Problem(
      int status, String type, String account, String stream, String consumer, String error) {}

  /// Looks for an account, a stream and a consumer; each may be empty for "whatever there is".
  ///
  /// @return null when they are there and work
  public @Nullable Problem health(String account, String stream, String consumer) {
    if (account.isEmpty()) {
      var unread = assets.losses().streams();
      if (!unread.isEmpty()) {
        return new Problem(503, "STREAM", "", "", "", "JetStream: " + unread.getFirst());
      }
      for (var each : accounts()) {
        var problem = broken(each, "");
        if (problem != null) {
          return problem;
        }
      }
      return null;
    }
    var found = assets.account(account);
    if (found == null) {
      return missing("ACCOUNT", account, "", "", "account " + quote(account) + " not found");
    }
    if (stream.isEmpty()) {
      return broken(found, "");
    }
    var there = found.streams().get(stream);
    if (there == null) {
      return missing(
          "STREAM",
          account,
          stream,
          "",
          "stream " + quote(stream) + " not found on account " + quote(account));
    }
    if (!consumer.isEmpty() && !there.consumers().containsKey(consumer)) {
      return missing(
          "CONSUMER",
          account,
          stream,
          consumer,
          "consumer "
              + quote(consumer)
              + " not found for stream "
              + quote(stream)
              + " on account "
              + quote(account));
    }
    return broken(found, stream);
  }

  /// @param only the stream that is meant, empty for all
  private static @Nullable Problem broken(ApiAccount account, String only) {
    for (var stream : account.streams().entrySet()) {
      var name = stream.getKey();
      var trouble = only.isEmpty() || only.equals(name) ? stream.getValue().trouble() : null;
      if (trouble != null) {
        var where = "JetStream stream '" + account.name() + " > " + name + "' write error: ";
        return new Problem(503, "STREAM", account.name(), name, "", where + trouble);
      }
    }
    return null;
  }

  private static String quote(String text) {
    return '"' + text + '"';
  }

  private static Problem missing(
      String type, String account, String stream, String consumer, String what) {
    return new Problem(404, type, account, stream, consumer, "JetStream " + what);
  }
}

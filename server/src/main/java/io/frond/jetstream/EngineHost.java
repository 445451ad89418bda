package io.frond.jetstream;

import io.frond.api.Events;
import io.frond.shard.Outlet;
import io.frond.shard.Shard;
import io.frond.store.MessageStore;
import io.frond.stream.ApiError;
import io.frond.stream.ApiErrorCode;
import io.frond.stream.BatchBudget;
import io.frond.stream.Storage;
import io.frond.stream.Stream;
import io.frond.stream.StreamConfig;
import io.frond.stream.StreamHost;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// What one stream sees of the engine, and who hears of its damage. On the shard's thread.
final class EngineHost implements StreamHost, MessageStore.Damage {
  private static final byte[] NONE = {};

  private final Engine engine;
  private final AccountStreams streams;
  private final long stream;

  EngineHost(Engine engine, AccountStreams streams, long stream) {
    this.engine = engine;
    this.streams = streams;
    this.stream = stream;
  }

  @Override
  public Shard shard() {
    return engine.shard();
  }

  @Override
  public Outlet outlet() {
    return streams.outlet();
  }

  @Override
  public String account() {
    return streams.name();
  }

  @Override
  public String domain() {
    return engine.server().domain();
  }

  @Override
  public String serverName() {
    return engine.server().name();
  }

  @Override
  public String serverId() {
    return engine.server().id();
  }

  @Override
  public @Nullable ApiError mayGrow(StreamConfig config, long bytes) {
    var asset = engine.asset(stream);
    if (asset != null && asset.backlog() != null) {
      return ApiErrorCode.INSUFFICIENT_RESOURCES.with(); // the disk refuses
    }
    var memory = config.storage() == Storage.MEMORY;
    var facts = engine.server();
    var limits = streams.limits();
    var most = memory ? limits.maxMemory() : limits.maxFile();
    var used = memory ? streams.memoryBytes() : streams.fileBytes();
    if (most >= 0 && used + bytes > most) {
      return ApiErrorCode.ACCOUNT_RESOURCES_EXCEEDED.with();
    }
    var serverMost = memory ? facts.maxMemory() : facts.maxFile();
    var serverUsed = memory ? engine.memoryBytes() : engine.fileBytes();
    if (serverMost >= 0 && serverUsed + bytes > serverMost) {
      return ApiErrorCode.INSUFFICIENT_RESOURCES.with();
    }
    return null;
  }

  @Override
  public void grew(StreamConfig config, long bytes) {
    streams.grew(config.storage(), bytes);
    engine.grew(config.storage(), bytes);
  }

  @Override
  public void event(String subject, Supplier<byte[]> json) {
    var to = subject.getBytes(StandardCharsets.UTF_8);
    if (!engine.shard().replaying() && streams.outlet().hasInterest(to)) {
      streams.outlet().publish(to, NONE, 0, json.get());
    }
  }

  @Override
  public void note(String text) {
    engine.log().info("JetStream: " + text);
  }

  @Override
  public String newId() {
    return engine.newId();
  }

  @Override
  public void deleteConsumer(long id, int consumer) {
    var asset = engine.asset(id);
    if (asset != null) {
      engine
          .proposals()
          .deleteConsumer(
              asset,
              consumer,
              (deleted, _) -> {
                if (deleted != null) {
                  engine
                      .events()
                      .consumer(
                          outlet(), asset.config().name(), deleted.name(), Events.Action.DELETE);
                }
              });
    }
  }

  @Override
  public void lost(long firstSequence, long lastSequence, String file, String what) {
    engine.troubles().lost(stream, streams, firstSequence, lastSequence, what + " in " + file);
  }

  @Override
  public long lostEntries() {
    return engine.troubles().lostEntries();
  }

  @Override
  public BatchBudget batchBudget() {
    return engine.batchBudget();
  }

  @Override
  public void failed(Stream failing, IOException why) {
    var asset = engine.asset(stream);
    if (asset != null) {
      engine.troubles().trouble(asset, why);
    }
  }
}

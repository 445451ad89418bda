package io.frond.api;

import io.frond.consumer.ConsumerLimits;
import io.frond.stream.ApiError;
import io.frond.stream.ApiErrorCode;
import io.frond.stream.Storage;
import io.frond.stream.StreamConfig;
import io.frond.stream.StreamLimits;
import org.jspecify.annotations.Nullable;

/// What the account's and the server's limits say to a stream's configuration. A stream with
/// `max_bytes` reserves so much, whether it holds it or not. On the shard's thread.
final class Limits {
  private final Assets assets;

  Limits(Assets assets) {
    this.assets = assets;
  }

  /// Bytes of `max_bytes` that an account's streams reserve.
  ///
  /// @param except a stream that does not count, empty for none
  static long reserved(ApiAccount account, Storage storage, String except) {
    var sum = 0L;
    for (var stream : account.streams().values()) {
      var config = stream.stream().config();
      if (config.storage() == storage && config.maxBytes() > 0 && !config.name().equals(except)) {
        sum = add(sum, config.maxBytes());
      }
    }
    return sum;
  }

  /// Bytes that the streams of all accounts reserve.
  long reserved(Storage storage) {
    var sum = 0L;
    for (var account : assets.accounts()) {
      sum = add(sum, reserved(account, storage, ""));
    }
    return sum;
  }

  private static long add(long a, long b) {
    var sum = a + b;
    return sum < 0 ? Long.MAX_VALUE : sum;
  }

  /// What speaks against a new stream.
  @Nullable ApiError create(ApiAccount account, StreamConfig config) {
    var limits = account.limits();
    var others = account.streams().size() - (account.streams().containsKey(config.name()) ? 1 : 0);
    if (limits.maxStreams() > 0 && others >= limits.maxStreams()) {
      return ApiErrorCode.MAXIMUM_STREAMS_LIMIT.with();
    }
    var bytes = config.maxBytes() < 0 ? 1 : config.maxBytes();
    return check(account, config, bytes, reserved(account, config.storage(), config.name()), bytes);
  }

  /// What speaks against another configuration of a stream.
  @Nullable ApiError update(ApiAccount account, StreamConfig old, StreamConfig config) {
    var more = Math.max(0, Math.max(config.maxBytes(), 0) - Math.max(old.maxBytes(), 0));
    return check(
        account,
        config,
        more,
        add(
            reserved(account, config.storage(), config.name()),
            Math.max(0, config.maxBytes() - more)),
        more);
  }

  /// What speaks against restoring a stream that holds so many bytes.
  @Nullable ApiError restore(ApiAccount account, StreamConfig config, long bytes) {
    var all = add(config.maxBytes() < 0 ? 1 : config.maxBytes(), bytes);
    return check(account, config, all, reserved(account, config.storage(), config.name()), all);
  }

  /// @param ofAccount bytes that come to `reserved` in the account
  /// @param ofServer bytes that come to what is reserved in the server
  private @Nullable ApiError check(
      ApiAccount account, StreamConfig config, long ofAccount, long reserved, long ofServer) {
    var limits = account.limits();
    if (config.maxConsumers() > 0
        && limits.maxConsumers() > 0
        && config.maxConsumers() > limits.maxConsumers()) {
      return ApiErrorCode.MAXIMUM_CONSUMERS_LIMIT.with();
    }
    var memory = config.storage() == Storage.MEMORY;
    var server = assets.server();
    if (exceeds(memory ? limits.maxMemory() : limits.maxFile(), reserved, ofAccount)
        || exceeds(
            memory ? server.maxMemory() : server.maxFile(), reserved(config.storage()), ofServer)) {
      return (memory
              ? ApiErrorCode.MEMORY_RESOURCES_EXCEEDED
              : ApiErrorCode.STORAGE_RESOURCES_EXCEEDED)
          .with();
    }
    return null;
  }

  private static boolean exceeds(long limit, long reserved, long more) {
    return limit >= 0 && (reserved > limit || more > limit - reserved);
  }

  /// What a stream's configuration is checked against.
  StreamLimits ofStreams(ApiAccount account) {
    var ofAccount = account.limits();
    return new StreamLimits(
        assets.server().options().limits().duplicateWindow().toNanos(),
        ofAccount.maxBytesRequired(),
        Math.max(0, ofAccount.memoryMaxStreamBytes()),
        Math.max(0, ofAccount.fileMaxStreamBytes()),
        false);
  }

  /// What a consumer's configuration is checked against.
  ConsumerLimits ofConsumers(ApiAccount account) {
    var ofServer = assets.server().options().limits();
    var ofAccount = account.limits();
    return new ConsumerLimits(
        ofServer.maxAckPending(),
        Math.max(0, ofAccount.maxAckPending()),
        ofServer.maxRequestBatch(),
        Math.max(0, ofAccount.maxConsumers()));
  }
}

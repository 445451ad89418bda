package io.frond.jetstream;

import io.frond.consumer.Consumer;
import io.frond.consumer.ConsumerConfig;
import io.frond.json.JsonException;
import io.frond.json.JsonObject;
import io.frond.shard.EntryKind;
import io.frond.store.MessageStore;
import io.frond.store.StoreFactory;
import io.frond.store.StoreSettings;
import io.frond.stream.ApiErrorCode;
import io.frond.stream.Storage;
import io.frond.stream.Stream;
import io.frond.stream.StreamConfig;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Applies the entries that create, change and delete streams and consumers, live and in a replay.
/// On the shard's thread.
final class MetaEntries {
  /// The folder of streams' directories.
  static final String STREAMS = "streams";

  private final Engine engine;
  private final StoreFactory stores;
  private final Path root;
  private final Function<String, AccountStreams> accounts;

  /// What is wrong with streams whose checkpoints cannot be read.
  private final Map<Long, String> unread = new TreeMap<>();

  /// @param root where streams' directories are
  /// @param accounts finds an account's streams, whether or not it has JetStream now
  MetaEntries(
      Engine engine, StoreFactory stores, Path root, Function<String, AccountStreams> accounts) {
    this.accounts = accounts;
    this.engine = engine;
    this.stores = stores;
    this.root = root;
  }

  /// The stream's checkpoint cannot be read: it is left as it is, unless the log has all of it.
  void unread(long stream, String why) {
    unread.put(stream, why);
  }

  /// Streams that nothing could be made of, with the reasons.
  Map<Long, String> unread() {
    return unread;
  }

  void apply(long index, byte kind, long stream, ByteBuffer bytes, int at, int length) {
    try {
      if (kind == EntryKind.STREAM_CREATE) {
        createStream(index, stream, bytes, at, length);
        return;
      }
      var asset = engine.asset(stream);
      if (asset == null && kind == EntryKind.STREAM_DELETE && unread.remove(stream) != null) {
        engine.wipe(root.resolve(Long.toString(stream)));
      }
      if (asset == null || (asset.logged() && index <= asset.applied())) {
        return;
      }
      asset.applied(index);
      engine.shard().answer(change(asset, kind, bytes, at, length));
    } catch (IOException e) {
      engine.broke("a stream's creation", e);
      if (!engine.shard().replaying()) {
        engine.proposals().deleteStream(stream);
      }
      engine.shard().answer(ApiErrorCode.STREAM_GENERAL_ERROR.with(String.valueOf(e.getMessage())));
    } catch (JsonException e) {
      throw new IllegalStateException("a configuration in the log cannot be read", e);
    }
  }

  private @Nullable Object change(Asset asset, byte kind, ByteBuffer bytes, int at, int length)
      throws JsonException {
    return switch (kind) {
      case EntryKind.STREAM_UPDATE -> updateStream(asset, config(bytes, at, length));
      case EntryKind.STREAM_RESTORED -> restored(asset, config(bytes, at, length));
      case EntryKind.STREAM_DELETE -> deleteStream(asset);
      case EntryKind.CONSUMER_CREATE -> createConsumer(asset, bytes, at, length);
      case EntryKind.CONSUMER_UPDATE -> updateConsumer(asset, bytes, at, length);
      case EntryKind.CONSUMER_DELETE -> deleteConsumer(asset, bytes.getInt(at), length > 4);
      default -> throw new IllegalStateException("an entry of an unknown kind " + kind);
    };
  }

  private static StreamConfig config(ByteBuffer bytes, int at, int length) throws JsonException {
    return StreamConfig.parse(JsonObject.parse(copy(bytes, at, length)));
  }

  private static byte[] copy(ByteBuffer bytes, int at, int length) {
    var copy = new byte[length];
    bytes.get(at, copy);
    return copy;
  }

  private void createStream(long index, long id, ByteBuffer bytes, int at, int length)
      throws IOException, JsonException {
    if (engine.asset(id) != null) {
      return; // its checkpoint has it already
    }
    var why = unread.remove(id);
    if (why != null) {
      engine.troubles().rebuilt(why + "; all of it is in the log, nothing is lost");
    }
    var created = bytes.getLong(at);
    var nameLength = bytes.getInt(at + 8);
    var account = new String(copy(bytes, at + 12, nameLength), StandardCharsets.UTF_8);
    var configAt = at + 12 + nameLength;
    var config = config(bytes, configAt, length - 12 - nameLength);
    var streams = engine.shard().replaying() ? accounts.apply(account) : engine.streams(account);
    if (streams == null) {
      engine.shard().answer(ApiErrorCode.NOT_ENABLED_FOR_ACCOUNT.with());
      return;
    }
    var hidden = Restoring.isHidden(config);
    if (!hidden && streams.streams().containsKey(config.name())) {
      engine.shard().answer(ApiErrorCode.STREAM_NAME_EXIST.with());
      return;
    }
    var asset = open(id, streams, config, created, null);
    asset.applied(index);
    engine.add(asset);
    if (!hidden && !engine.shard().replaying()) {
      engine.goLive(asset);
    }
    engine.shard().answer(asset);
  }

  /// A hidden stream has all that its backup holds: from now on it is like any other.
  private Object restored(Asset asset, StreamConfig config) {
    if (asset.account().streams().containsKey(config.name())) {
      engine.remove(asset);
      return ApiErrorCode.STREAM_NAME_EXIST_RESTORE_FAILED.with();
    }
    asset.stream().update(config);
    engine.add(asset);
    if (!engine.shard().replaying()) {
      engine.goLive(asset);
    }
    return asset;
  }

  /// Makes the stream over its store.
  ///
  /// @param manifest of the store; null for a new one
  Asset open(
      long id,
      AccountStreams account,
      StreamConfig config,
      long created,
      byte @Nullable [] manifest)
      throws IOException {
    var directory = root.resolve(Long.toString(id));
    var logged = config.storage() != Storage.MEMORY;
    var host = new EngineHost(engine, account, id);
    MessageStore store =
        logged
            ? stores.file(messages(directory), settings(config), manifest, host)
            : stores.memory();
    var stream = new Stream(id, config, created, store, host);
    return new Asset(id, account, stream, created, logged, directory, engine.proposals());
  }

  /// Makes the stream over what is left of its store.
  ///
  /// @param older a checkpoint from before the lost one
  /// @param mark where it stood at some checkpoint not before that one
  Asset rebuild(
      AccountStreams account, StreamConfig config, StreamCheckpoint older, CoveredIndex.Mark mark)
      throws IOException {
    var id = older.id();
    var directory = root.resolve(Long.toString(id));
    var host = new EngineHost(engine, account, id);
    var store =
        stores.rebuild(
            messages(directory),
            settings(config),
            older.manifest(),
            mark.first(),
            mark.last(),
            host);
    var stream = new Stream(id, config, older.created(), store, host);
    return new Asset(id, account, stream, older.created(), true, directory, engine.proposals());
  }

  /// Where a stream stood at a checkpoint.
  CoveredIndex.Mark markOf(StreamCheckpoint checkpoint) throws IOException {
    var extent = stores.extent(checkpoint.manifest());
    return new CoveredIndex.Mark(
        checkpoint.index(), extent.first(), extent.last(), extent.messages());
  }

  private static Path messages(Path directory) {
    return directory.resolve("messages");
  }

  private static StoreSettings settings(StreamConfig config) {
    return new StoreSettings(config.compressed());
  }

  private Asset updateStream(Asset asset, StreamConfig config) {
    asset.stream().update(config);
    if (!engine.shard().replaying()) {
      engine.listen(asset);
    }
    return asset;
  }

  private Asset deleteStream(Asset asset) {
    engine.remove(asset);
    return asset;
  }

  private @Nullable Object createConsumer(Asset asset, ByteBuffer bytes, int at, int length)
      throws JsonException {
    var number = bytes.getInt(at);
    var config = ConsumerConfig.parse(JsonObject.parse(copy(bytes, at + 12, length - 12)));
    asset.nextConsumerAtLeast(number + 1);
    if (asset.consumers().containsKey(config.name())) {
      return ApiErrorCode.CONSUMER_NAME_EXIST.with();
    }
    var consumer =
        new Consumer(asset.stream(), number, config.name(), config, bytes.getLong(at + 4));
    asset.add(consumer);
    if (!engine.shard().replaying() && !Restoring.isHidden(asset.config())) {
      consumer.start();
    }
    return consumer;
  }

  private static @Nullable Object updateConsumer(Asset asset, ByteBuffer bytes, int at, int length)
      throws JsonException {
    var consumer = asset.consumer(bytes.getInt(at));
    if (consumer == null) {
      return ApiErrorCode.CONSUMER_NOT_FOUND.with();
    }
    consumer.update(ConsumerConfig.parse(JsonObject.parse(copy(bytes, at + 4, length - 4))));
    asset.stream().consumerChanged(consumer);
    return consumer;
  }

  private static @Nullable Object deleteConsumer(Asset asset, int number, boolean ended) {
    var consumer = asset.consumer(number);
    if (consumer == null) {
      return ApiErrorCode.CONSUMER_NOT_FOUND.with();
    }
    consumer.deleted();
    if (ended) {
      asset.end(consumer);
    } else {
      asset.remove(consumer);
    }
    return consumer;
  }
}

package io.frond.jetstream;

import io.frond.consumer.Consumer;
import io.frond.consumer.ConsumerConfig;
import io.frond.disk.Disk;
import io.frond.json.JsonException;
import io.frond.json.JsonObject;
import io.frond.log.CommitLog;
import io.frond.log.LogBatch;
import io.frond.logging.Log;
import io.frond.stream.StreamConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Function;

/// Brings streams and consumers back at a start: checkpoints first, then the log from the oldest of
/// them on. On the shard's thread, before it goes live.
final class Recovery {
  private final Engine engine;
  private final MetaEntries meta;
  private final Disk disk;
  private final Path root;
  private final Path streams;
  private final Log log;
  private final Function<String, AccountStreams> accounts;

  /// @param root of all that JetStream stores
  /// @param accounts finds an account's streams, also when the configuration doesn't have it any
  ///   more, so that its streams are kept
  Recovery(
      Engine engine,
      MetaEntries meta,
      Disk disk,
      Path root,
      Log log,
      Function<String, AccountStreams> accounts) {
    this.engine = engine;
    this.meta = meta;
    this.disk = disk;
    this.root = root;
    streams = root.resolve(MetaEntries.STREAMS);
    this.log = log;
    this.accounts = accounts;
  }

  /// Does it all.
  ///
  /// @throws IOException when the log cannot be read
  void run(CommitLog commitLog) throws IOException {
    for (var name : disk.list(streams)) {
      if (name.chars().allMatch(Character::isDigit)
          && disk.exists(streams.resolve(name).resolve(StreamCheckpoint.FILE))) {
        restore(Long.parseLong(name));
      }
    }
    var replayFrom = covered() + 1;
    var applying = engine.shard().entries();
    var last =
        commitLog.replay(
            replayFrom,
            new CommitLog.Machine() {
              @Override
              public void committed(LogBatch batch) {
                batch.forEach(
                    (index, kind, stream, bytes, at, length) -> engine.proposals().seen(stream));
                applying.committed(batch);
              }

              @Override
              public void failed(LogBatch batch, IOException why) {
                applying.failed(batch, why);
              }
            },
            (file, at, bytes, what) ->
                log.error(
                    "JetStream: the commit log lost "
                        + bytes
                        + " bytes at "
                        + at
                        + " of "
                        + file
                        + ": "
                        + what));
    engine.shard().goLive(commitLog, last);
    for (var asset : engine.assets()) {
      if (Restoring.isHidden(asset.config())) { // who restored it is gone
        engine.proposals().deleteStream(asset, (_, _) -> {});
      }
    }
  }

  private long covered() {
    try {
      return CoveredIndex.read(disk, root);
    } catch (IOException e) {
      log.error("JetStream: " + e.getMessage() + "; all of the log is read");
      return 0;
    }
  }

  private void restore(long id) {
    var directory = streams.resolve(Long.toString(id));
    engine.proposals().seen(id);
    try {
      var saved = StreamCheckpoint.read(disk, directory);
      var config = StreamConfig.parse(JsonObject.parse(saved.config()));
      var asset =
          meta.open(id, accounts.apply(saved.account()), config, saved.created(), saved.manifest());
      asset.stream().restoreState(saved.state());
      for (var one : saved.consumers()) {
        var consumer =
            new Consumer(
                asset.stream(),
                one.number(),
                one.name(),
                ConsumerConfig.parse(JsonObject.parse(one.config())),
                one.created());
        consumer.restoreState(one.state());
        asset.add(consumer);
      }
      asset.nextConsumerAtLeast(saved.nextConsumer());
      asset.restored(saved.index());
      engine.add(asset);
    } catch (IOException | JsonException | RuntimeException e) {
      log.error(
          "JetStream: the stream in "
              + directory
              + " cannot be read and is left as it is: "
              + Log.trace(e));
    }
  }
}

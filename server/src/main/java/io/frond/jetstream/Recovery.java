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
import java.util.List;
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
  private CoveredIndex covered = CoveredIndex.NOTHING;
  private long highest;

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
    covered = covered();
    for (var name : disk.list(streams)) {
      if (name.chars().allMatch(Character::isDigit)) {
        var id = Long.parseLong(name);
        engine.proposals().seen(id);
        if (StreamCheckpoint.exists(disk, streams.resolve(name))) {
          restore(id);
        } else if (covered.marks().containsKey(id)) {
          rebuild(id, "both checkpoints of the stream in " + streams.resolve(name) + " are gone");
        }
      }
    }
    var replayFrom = covered.index() + 1;
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
              public void written(LogBatch batch) {
                applying.written(batch);
              }

              @Override
              public void failed(LogBatch batch, IOException why) {
                applying.failed(batch, why);
              }
            },
            new Damage());
    meta.unread().values().forEach(engine.troubles()::lostStream);
    commitLog.skipTo(highest);
    engine.shard().goLive(commitLog, Math.max(last, highest));
    for (var asset : engine.assets()) {
      if (Restoring.isHidden(asset.config())) { // who restored it is gone
        engine.proposals().deleteStream(asset, (_, _) -> {});
      }
      endMemoryConsumers(asset);
    }
  }

  /// Consumers in memory ended with the server that had them; as with nats-server nobody finds them
  /// any more.
  private void endMemoryConsumers(Asset asset) {
    for (var consumer : List.copyOf(asset.consumers().values())) {
      if (consumer.config().memoryStorage()) {
        asset.hide(consumer);
        engine.proposals().endConsumer(asset, consumer.number());
      }
    }
  }

  /// Hears of damage of the log.
  private final class Damage implements CommitLog.DamageListener {
    @Override
    public void damaged(String file, long at, long bytes, String what) {
      log.error(
          "JetStream: the commit log is damaged: "
              + bytes
              + " bytes at "
              + at
              + " of "
              + file
              + ": "
              + what);
    }

    @Override
    public void lost(long first, long last) {
      engine.troubles().lostEntries(last - first + 1);
    }
  }

  private CoveredIndex covered() {
    try {
      return CoveredIndex.read(disk, root);
    } catch (IOException e) {
      log.error("JetStream: " + e.getMessage() + "; all of the log is read");
      return CoveredIndex.NOTHING;
    }
  }

  private void restore(long id) throws IOException {
    var directory = streams.resolve(Long.toString(id));
    StreamCheckpoint saved;
    try {
      var found = StreamCheckpoint.read(disk, directory);
      if (found.damage() != null) {
        log.error("JetStream: " + found.damage() + "; the other copy helps, nothing is lost");
      }
      saved = found.checkpoint();
    } catch (StreamCheckpoint.LaterVersionException e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      rebuild(id, unreadable(directory, e));
      return;
    }
    try {
      var config = StreamConfig.parse(JsonObject.parse(saved.config()));
      var asset =
          meta.open(id, accounts.apply(saved.account()), config, saved.created(), saved.manifest());
      restore(asset, saved);
      asset.restored(saved.index());
      highest = Math.max(highest, saved.index());
      engine.add(asset);
    } catch (IOException | JsonException | RuntimeException e) {
      meta.unread(id, unreadable(directory, e));
      log.debug("JetStream: " + Log.trace(e));
    }
  }

  private static String outcome(Asset asset, CoveredIndex.Mark mark) {
    var more = asset.stream().store().messages() - mark.messages();
    return "stream '"
        + asset.config().name()
        + "' was rebuilt from its segments and the log; consumers may get again what was"
        + " acknowledged last"
        + (more > 0 ? ", and " + more + " messages that were removed may be there again" : "")
        + (more < 0 ? ", and " + -more + " messages are missing" : "");
  }

  private static String unreadable(Path directory, Exception why) {
    return "the stream in " + directory + " cannot be read: " + why.getMessage();
  }

  private static void restore(Asset asset, StreamCheckpoint saved) throws JsonException {
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
  }

  /// Both copies of a stream's checkpoint are lost: an older one says what the stream is, its
  /// segments what it has, `covered` where it stood; from there on the log has all that happened.
  /// Consumers stand where they stood at the older one, so that they get some messages again.
  private void rebuild(long id, String why) throws IOException {
    var marked = covered.marks().get(id);
    if (marked == null) { // it is younger than what the log begins with, or nothing can be done
      meta.unread(id, why);
      return;
    }
    try {
      var older = StreamCheckpoint.readOlder(disk, streams.resolve(Long.toString(id)));
      var before = meta.markOf(older);
      var mark = before.index() < marked.index() ? marked : before;
      var config = StreamConfig.parse(JsonObject.parse(older.config()));
      var asset = meta.rebuild(accounts.apply(older.account()), config, older, mark);
      restore(asset, older);
      engine.add(asset);
      asset.stream().learn(before.last());
      asset.rebuilt(mark.index());
      highest = Math.max(highest, mark.index());
      engine.troubles().rebuilt(why + "; " + outcome(asset, mark));
    } catch (StreamCheckpoint.LaterVersionException e) {
      throw e;
    } catch (IOException | JsonException | RuntimeException e) {
      meta.unread(id, why);
      log.debug("JetStream: " + Log.trace(e));
    }
  }
}

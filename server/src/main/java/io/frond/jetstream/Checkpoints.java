package io.frond.jetstream;

import io.frond.disk.Disk;
import io.frond.log.CommitLog;
import io.frond.logging.Log;
import io.frond.store.MessageStore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Makes streams' checkpoints now and then, one after the other, so that the log can be cut and a
/// start has little to replay. The slow part runs on the worker. On the shard's thread.
final class Checkpoints {
  private static final long LOOK_NANOS = 1_000_000_000L;
  private static final long AGE_NANOS = 60_000_000_000L;
  private static final long LOG_BYTES = 128L << 20;

  private final Engine engine;
  private final CommitLog commitLog;
  private final Disk disk;
  private final Path root;
  private final Log log;
  private final ArrayDeque<Asset> round = new ArrayDeque<>();
  private long upTo;
  private boolean running;
  private boolean failed;

  /// Not of all streams: the log cannot be cut by it.
  private boolean partial;

  private long lastRound;
  private @Nullable Runnable whenDone;

  /// @param root of all that JetStream stores
  Checkpoints(Engine engine, CommitLog commitLog, Disk disk, Path root, Log log) {
    this.engine = engine;
    this.commitLog = commitLog;
    this.disk = disk;
    this.root = root;
    this.log = log;
  }

  void start() {
    lastRound = engine.shard().now();
    lookLater();
  }

  private void lookLater() {
    var _ = engine.shard().schedule(engine.shard().now() + LOOK_NANOS, this::look);
  }

  private void look() {
    var due = engine.shard().now() - lastRound >= AGE_NANOS || commitLog.liveBytes() >= LOG_BYTES;
    if (due && !running) {
      begin();
    } else if (!running) {
      beginNew();
    }
    lookLater();
  }

  /// Streams that have no checkpoint get one soon: until then all of them hangs on one entry of the
  /// log.
  private void beginNew() {
    for (var asset : engine.assets()) {
      if (asset.logged() && !asset.saved()) {
        round.add(asset);
      }
    }
    if (!round.isEmpty()) {
      running = true;
      partial = true;
      next();
    }
  }

  /// Makes a checkpoint of one stream as soon as can be.
  void soon(Asset asset) {
    if (!round.contains(asset)) {
      round.add(asset);
    }
    if (!running) {
      running = true;
      partial = true;
      next();
    }
  }

  /// Begins a round, or waits for the one that runs and begins another.
  ///
  /// @param then called when everything that was applied by now is in checkpoints, or could not be
  void all(Runnable then) {
    if (running) {
      whenDone = () -> all(then);
    } else {
      whenDone = then;
      begin();
    }
  }

  private void begin() {
    running = true;
    failed = false;
    partial = false;
    lastRound = engine.shard().now();
    upTo = engine.shard().applied();
    for (var asset : engine.assets()) {
      if (asset.logged() && asset.isDirty()) {
        round.add(asset);
      }
    }
    next();
  }

  private void next() {
    var asset = round.poll();
    while (asset != null && (asset.gone() || asset.backlog() != null)) {
      failed |= !asset.gone(); // what waits for the disk is only in the log
      asset = round.poll();
    }
    if (asset == null) {
      end();
      return;
    }
    try {
      checkpoint(asset);
    } catch (IOException e) {
      failed(asset, e);
      next();
    }
  }

  private void checkpoint(Asset asset) throws IOException {
    var messages = asset.stream().store().checkpoint();
    StreamCheckpoint file;
    try {
      file = contents(asset, messages);
    } catch (RuntimeException e) {
      messages.failed();
      throw e;
    }
    asset.dirty(false);
    asset.checkpointing(true);
    var sameShape = asset.hasShape(file.shape());
    var mark = new CoveredIndex.Mark(file.index(), asset.stream().store());
    var failure = new IOException[1];
    engine
        .shard()
        .offload(
            () -> {
              try {
                messages.sync();
                file.write(disk, asset.directory(), sameShape);
              } catch (IOException e) {
                failure[0] = e;
              }
            },
            () -> finished(asset, messages, file.shape(), mark, failure[0]));
  }

  private void finished(
      Asset asset,
      MessageStore.Checkpoint messages,
      int shape,
      CoveredIndex.Mark mark,
      @Nullable IOException failure) {
    asset.checkpointing(false);
    if (failure == null) {
      try {
        asset.saved(shape, mark);
        messages.done();
      } catch (IOException e) {
        failed(asset, e);
      }
    } else {
      messages.failed();
      failed(asset, failure);
    }
    if (asset.gone()) {
      engine.wipe(asset);
    }
    next();
  }

  private void failed(Asset asset, IOException why) {
    failed = true;
    asset.dirty(true);
    log.error(
        "JetStream: no checkpoint of stream '"
            + asset.config().name()
            + "' could be written: "
            + why.getMessage());
  }

  private static StreamCheckpoint contents(Asset asset, MessageStore.Checkpoint messages) {
    var consumers = new ArrayList<StreamCheckpoint.OneConsumer>();
    for (var one : asset.consumers().values()) {
      consumers.add(
          new StreamCheckpoint.OneConsumer(
              one.number(), one.name(), one.created(), one.config().json(), one.saveState()));
    }
    return new StreamCheckpoint(
        asset.id(),
        asset.applied(),
        asset.account().name(),
        asset.created(),
        asset.config().json(),
        asset.stream().saveState(),
        messages.manifest(),
        asset.nextConsumer(),
        consumers);
  }

  private void end() {
    if (failed || partial) {
      ended();
      return;
    }
    var written = new boolean[1];
    var covered = new CoveredIndex(upTo, marks());
    engine
        .shard()
        .offload(
            () -> {
              try {
                covered.write(disk, root);
                written[0] = true;
              } catch (IOException e) {
                log.error("JetStream: the log cannot be cut: " + e.getMessage());
              }
            },
            () -> {
              if (written[0]) {
                commitLog.cut(upTo);
              }
              ended();
            });
  }

  private Map<Long, CoveredIndex.Mark> marks() {
    var marks = new HashMap<Long, CoveredIndex.Mark>();
    for (var asset : engine.assets()) {
      var mark = asset.mark();
      if (mark != null) {
        marks.put(asset.id(), mark);
      }
    }
    return marks;
  }

  private void ended() {
    running = false;
    var then = whenDone;
    whenDone = null;
    if (then != null) {
      then.run();
    }
  }
}
